#include "service/audit/log_export.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace taanu {
namespace {

using nlohmann::json;

constexpr std::string_view kFormat = "taanu-log-export-v1";
constexpr std::string_view kHeaderStart = R"({"format":")";
constexpr std::string_view kLeafStart = R"({"hash":")";
constexpr std::string_view kCheckpointStart = R"({"checkpoint":")";

std::string Dump(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// What stands before and after the bytes of a leaf.
std::string LeafPrefix(uint64_t index, const merkle::Hash& hash) {
  return std::string(kLeafStart) + note::ToBase64(hash.data(), hash.size()) + R"(","index":)" +
         std::to_string(index) + R"(,"leaf":)";
}

// The note of a checkpoint line; nothing where it is not exactly one.
std::optional<std::string> ReadCheckpointLine(std::string_view line) {
  const json object = json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object() || !object.contains("checkpoint")) return std::nullopt;
  const json& signed_note = object["checkpoint"];
  if (!signed_note.is_string() || Dump(object) != line) return std::nullopt;
  std::string text = signed_note.get<std::string>();
  // One line for one note: no other fields.
  if (object.size() != 1) return std::nullopt;
  return text;
}

struct LeafLine {
  std::string_view leaf;
  uint64_t index = 0;
  merkle::Hash hash{};
};

// Takes a line of an entry apart; nothing where it is not exactly one.
std::optional<LeafLine> ReadLeafLine(std::string_view line) {
  constexpr std::string_view kIndex = R"(","index":)";
  constexpr std::string_view kLeaf = R"(,"leaf":)";
  const size_t index_at = line.find(kIndex);
  if (index_at == std::string_view::npos || !line.ends_with('}')) return std::nullopt;
  const size_t leaf_at = line.find(kLeaf, index_at);
  if (leaf_at == std::string_view::npos) return std::nullopt;
  LeafLine out;
  const auto hash = note::FromBase64(line.substr(kLeafStart.size(), index_at - kLeafStart.size()));
  if (!hash || hash->size() != out.hash.size()) return std::nullopt;
  std::copy(hash->begin(), hash->end(), out.hash.begin());
  const std::string_view digits =
      line.substr(index_at + kIndex.size(), leaf_at - index_at - kIndex.size());
  std::from_chars(digits.data(), digits.data() + digits.size(), out.index);
  // One line for one entry: what was read gives these bytes again.
  const std::string prefix = LeafPrefix(out.index, out.hash);
  if (!line.starts_with(prefix)) return std::nullopt;
  out.leaf = line.substr(prefix.size(), line.size() - prefix.size() - 1);
  return out;
}

enum class LineEnd { kGood, kNone, kTooLong, kCutOff };

// Reads the next line into `buffer` without its line end.
LineEnd ReadLine(std::istream& in, std::vector<char>* buffer, std::string_view* line) {
  in.getline(buffer->data(), static_cast<std::streamsize>(buffer->size()));
  const auto count = static_cast<size_t>(in.gcount());
  if (in.eof()) {
    *line = {buffer->data(), count};
    return count == 0 ? LineEnd::kNone : LineEnd::kCutOff;
  }
  if (!in) return LineEnd::kTooLong;
  *line = {buffer->data(), count - 1};
  return LineEnd::kGood;
}

}  // namespace

std::string ExportHeaderLine(std::string_view origin) {
  json header = json::object();
  header["format"] = kFormat;
  header["origin"] = origin;
  return Dump(header) + "\n";
}

std::string ExportLeafLine(uint64_t index, const merkle::Hash& hash, std::string_view leaf) {
  return LeafPrefix(index, hash).append(leaf).append("}\n");
}

std::string ExportCheckpointLine(std::string_view signed_note) {
  json line = json::object();
  line["checkpoint"] = signed_note;
  return Dump(line) + "\n";
}

ExportVerifier::ExportVerifier(const ExportPolicy& policy)
    : policy_(&policy), earlier_(policy.earlier) {
  std::ranges::sort(earlier_, {}, &note::CheckpointHead::size);
  CheckEarlier();
}

Status ExportVerifier::TakeHeader(std::string_view line) {
  ++line_;
  if (!line.starts_with(kHeaderStart)) {
    return Fail(ErrorCode::kBadInput, "NOT_AN_EXPORT",
                "this is not the file that `taanu audit export` writes: its first line does not "
                "name the format");
  }
  if (std::string(line) + "\n" == ExportHeaderLine(policy_->key.name)) return {};
  return Fail(ErrorCode::kBadInput, "WRONG_LOG",
              "the first line names another format or another log than the key, which is of " +
                  policy_->key.name + ": " + std::string(line.substr(0, 200)));
}

bool ExportVerifier::Take(std::string_view line) {
  ++line_;
  if (line.starts_with(kLeafStart)) return TakeLeaf(line);
  if (line.starts_with(kCheckpointStart)) return TakeCheckpoint(line);
  return NotAnEntry();
}

bool ExportVerifier::TakeUnreadable() {
  ++line_;
  return NotAnEntry();
}

ExportReport ExportVerifier::Finish() {
  if (!ended_ && covered_ != tree_.size()) {
    Note("EXPORT_CUT_OFF",
         "the file has " + std::to_string(tree_.size()) +
             " entries, and no checkpoint at its end that covers them: entries were added after "
             "the checkpoint, or the end of the file is missing");
  }
  if (!ended_ && next_earlier_ < earlier_.size()) {
    Note("EARLIER_LOG_LONGER",
         "the file has " + std::to_string(tree_.size()) +
             " entries, and an earlier checkpoint covers " +
             std::to_string(earlier_[next_earlier_].size) +
             ": entries at the end are missing, or the file is older than the checkpoint");
  }
  report_.log_size = tree_.size();
  report_.root = tree_.Get();
  return report_;
}

bool ExportVerifier::TakeLeaf(std::string_view line) {
  const auto entry = ReadLeafLine(line);
  if (!entry) return NotAnEntry();
  if (entry->index != tree_.size()) {
    return End("LEAF_OUT_OF_PLACE", "entry " + std::to_string(entry->index) +
                                        " stands where entry " + std::to_string(tree_.size()) +
                                        " must be: entries were dropped, added or reordered");
  }
  if (merkle::HashLeaf(entry->leaf) != entry->hash) {
    Note("LEAF_CHANGED", At() + "entry " + std::to_string(entry->index) +
                             " was changed: its hash is not that of its text");
  }
  tree_.Add(entry->hash);
  return CheckEarlier();
}

bool ExportVerifier::TakeCheckpoint(std::string_view line) {
  const auto signed_note = ReadCheckpointLine(line);
  if (!signed_note) return NotAnEntry();
  const auto head = note::VerifyCheckpoint(*signed_note, policy_->key);
  if (!head) {
    return End(head.error().reason, "the checkpoint after " + std::to_string(tree_.size()) +
                                        " entries: " + head.error().message);
  }
  if (head->size != tree_.size()) {
    return End("CHECKPOINT_WRONG", "the checkpoint covers " + std::to_string(head->size) +
                                       " entries, and " + std::to_string(tree_.size()) +
                                       " came: entries were dropped or added " + Since());
  }
  if (head->root != tree_.Get()) {
    return End("CHECKPOINT_WRONG",
               "the entries are not those that the checkpoint of " + std::to_string(head->size) +
                   " was signed for: one was changed together with its hash, or some were "
                   "reordered, dropped or added, " +
                   Since());
  }
  covered_ = head->size;
  ++report_.checkpoint_count;
  return true;
}

// Compares the log with the checkpoints that somebody kept when it has reached their size.
bool ExportVerifier::CheckEarlier() {
  for (; next_earlier_ < earlier_.size() && earlier_[next_earlier_].size == tree_.size();
       ++next_earlier_) {
    if (earlier_[next_earlier_].root != tree_.Get()) {
      return End("EARLIER_LOG_DIFFERS",
                 "the first " + std::to_string(tree_.size()) +
                     " entries are not those that the earlier checkpoint was signed for: the log "
                     "was rewritten " +
                     Since());
    }
  }
  return true;
}

// Where the fault must be.
std::string ExportVerifier::Since() const {
  return covered_ ? "after the good checkpoint of " + std::to_string(*covered_) + " entries"
                  : "somewhere before";
}

std::string ExportVerifier::At() const { return "line " + std::to_string(line_) + ": "; }

void ExportVerifier::Note(std::string_view reason, std::string message) {
  if (report_.problems.size() < kExportProblemsMax) {
    report_.problems.push_back({ErrorCode::kRefused, std::string(reason), std::move(message)});
  }
}

bool ExportVerifier::End(std::string_view reason, std::string message) {
  ended_ = true;
  Note(reason, At() + message);
  return false;
}

bool ExportVerifier::NotAnEntry() {
  return End("NOT_AN_ENTRY",
             "neither an entry nor a checkpoint as the format has them, or cut off; entry " +
                 std::to_string(tree_.size()) + " should be here");
}

Result<ExportReport> VerifyExport(std::istream& in, const ExportPolicy& policy) {
  std::vector<char> buffer(kExportLineBytesMax);
  std::string_view line;
  ExportVerifier verifier(policy);
  if (ReadLine(in, &buffer, &line) != LineEnd::kGood) line = {};
  TAANU_RETURN_IF_ERROR(verifier.TakeHeader(line));
  for (bool more = true; more;) {
    switch (ReadLine(in, &buffer, &line)) {
      case LineEnd::kGood:
        more = verifier.Take(line);
        break;
      case LineEnd::kNone:
        more = false;
        break;
      case LineEnd::kTooLong:
      case LineEnd::kCutOff:
        more = verifier.TakeUnreadable();
        break;
    }
  }
  if (in.bad()) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_READ", "the file cannot be read to its end");
  }
  return verifier.Finish();
}

}  // namespace taanu
