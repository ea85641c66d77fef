#include "service/ledger/log_check.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "service/ledger/event_log.h"
#include "service/ledger/kept_checkpoints.h"

namespace taanu {
namespace {

constexpr int kCheckpointsToAPage = 256;

// Kept checkpoints in their order, a page at a time.
class Checkpoints {
 public:
  Checkpoints(Connection& connection, uint64_t after) : connection_(connection), after_(after) {}

  // The next one; nothing after the last.
  Result<std::optional<KeptCheckpoint>> Next() {
    if (at_ == page_.size()) {
      TAANU_ASSIGN_OR_RETURN(page_, QueryCheckpoints(connection_, after_, kCheckpointsToAPage));
      at_ = 0;
      if (page_.empty()) return std::nullopt;
      after_ = page_.back().log_size;
    }
    return page_[at_++];
  }

 private:
  Connection& connection_;
  uint64_t after_;
  std::vector<KeptCheckpoint> page_;
  size_t at_ = 0;
};

class Check {
 public:
  Check(Connection& connection, const LogPart& part)
      : connection_(connection),
        part_(part),
        // Also the one of `from` itself.
        checkpoints_(connection, part.from == 0 ? 0 : part.from - 1) {}

  Result<LogCheck> Run() {
    const auto tree = merkle::RunningRoot::After(part_.from, LogNodes(connection_));
    if (!tree) return Damaged(tree.error());
    tree_ = *tree;
    TAANU_ASSIGN_OR_RETURN(const bool keeps, KeepsCheckpoints(connection_));
    if (keeps) TAANU_RETURN_IF_ERROR(NextCheckpoint());
    TAANU_RETURN_IF_ERROR(CompareCheckpoints());
    TAANU_RETURN_IF_ERROR(ReadEntries());
    if (next_ && next_->log_size <= part_.to) {
      Note("the audit log ends after " + std::to_string(tree_.size()) +
           " entries, and a checkpoint of " + std::to_string(next_->log_size) + " was kept");
    }
    check_.log_size = tree_.size();
    check_.root = tree_.Get();
    return std::move(check_);
  }

 private:
  Status ReadEntries() {
    // SQLite's integers end before those of a size.
    const auto to = static_cast<int64_t>(
        std::min(part_.to, static_cast<uint64_t>(std::numeric_limits<int64_t>::max())));
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection_.Query("SELECT idx, leaf, leaf_hash FROM event WHERE idx >= ?1 AND idx < ?2 "
                          "ORDER BY idx",
                          part_.from, to));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) return {};
      const auto index = static_cast<uint64_t>(row.Int64(0));
      const merkle::Hash hash = merkle::HashLeaf(row.Text(1));
      const bool same = row.Bytes<32>(2) == hash;
      TAANU_RETURN_IF_ERROR(row.Check());
      if (index != tree_.size()) {
        Note("entry " + std::to_string(tree_.size()) + " of the audit log is missing");
        return {};
      }
      if (!same) {
        Note("entry " + std::to_string(index) +
             " of the audit log is not what was written: its hash is not that of its text");
      }
      TAANU_RETURN_IF_ERROR(CompareNodes(tree_.Add(hash)));
      TAANU_RETURN_IF_ERROR(CompareCheckpoints());
    }
  }

  // One node that differs is named; those above it differ with it.
  Status CompareNodes(const std::vector<merkle::Node>& nodes) {
    if (node_differs_) return {};
    for (const merkle::Node& node : nodes) {
      const auto stored = LogNodes(connection_)(node.id);
      if (!stored && stored.error().reason != "AUDIT_LOG_DAMAGED") {
        return tl::make_unexpected(stored.error());
      }
      if (stored && *stored == node.hash) continue;
      node_differs_ = true;
      Note("node " + std::to_string(node.id.index) + " of level " + std::to_string(node.id.level) +
           " of the audit log's tree is not that of its entries, which end at " +
           std::to_string(tree_.size()));
      break;
    }
    return {};
  }

  // Every checkpoint of the size that was reached.
  Status CompareCheckpoints() {
    while (next_ && next_->log_size <= tree_.size()) {
      Compare(*next_);
      TAANU_RETURN_IF_ERROR(NextCheckpoint());
    }
    return {};
  }

  Status NextCheckpoint() {
    TAANU_ASSIGN_OR_RETURN(next_, checkpoints_.Next());
    return {};
  }

  void Compare(const KeptCheckpoint& kept) {
    const std::string name = "the kept checkpoint of " + std::to_string(kept.log_size) + " entries";
    const auto head = Open(kept);
    if (!head) return Note(name + ": " + head.error().message);
    if (head->size != kept.log_size) return Note(name + " is the note of another size");
    if (head->root == tree_.Get()) {
      good_ = kept.log_size;
      return;
    }
    Note("the first " + std::to_string(kept.log_size) +
         " entries of the audit log are not those that were signed" +
         (good_ ? "; up to entry " + std::to_string(*good_) + " they are" : std::string()));
  }

  Result<note::CheckpointHead> Open(const KeptCheckpoint& kept) const {
    if (part_.key != nullptr) return note::VerifyCheckpoint(kept.signed_note, *part_.key);
    // Without the key the text alone is compared.
    const size_t end = kept.signed_note.find("\n\n");
    return note::ParseCheckpoint(
        std::string_view(kept.signed_note).substr(0, end == std::string::npos ? end : end + 1));
  }

  // A node that is missing is a finding; a store that cannot be read is not.
  Result<LogCheck> Damaged(const Error& error) {
    if (error.reason != "AUDIT_LOG_DAMAGED") return tl::make_unexpected(error);
    Note(error.message);
    return std::move(check_);
  }

  void Note(std::string problem) {
    if (check_.problems.size() < kLogProblemsMax) check_.problems.push_back(std::move(problem));
  }

  Connection& connection_;
  const LogPart& part_;
  Checkpoints checkpoints_;
  std::optional<KeptCheckpoint> next_;
  std::optional<uint64_t> good_;  // the size of the last checkpoint that fits
  bool node_differs_ = false;
  merkle::RunningRoot tree_;
  LogCheck check_;
};

}  // namespace

Result<LogCheck> CheckLogPart(Connection& connection, const LogPart& part) {
  return Check(connection, part).Run();
}

}  // namespace taanu
