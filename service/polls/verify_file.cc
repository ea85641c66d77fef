#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "service/audit/proof.h"
#include "service/polls/file_lines.h"
#include "service/polls/polls_file.h"

namespace taanu::polls {
namespace {

using nlohmann::json;
using Counts = std::map<std::string, uint64_t>;

std::string TextOf(const json& leaf, const char* name) {
  const auto value = leaf.find(name);
  return value != leaf.end() && value->is_string() ? value->get<std::string>() : std::string();
}

int64_t NumberOf(const json& leaf, const char* name) {
  const auto value = leaf.find(name);
  return value != leaf.end() && value->is_number_integer() ? value->get<int64_t>() : 0;
}

// The bytes of 32 hexadecimal digits; none where it is not that.
std::optional<KeyedReference> ReferenceOf(const std::string& hex) {
  KeyedReference reference{};
  if (hex.size() != 2 * reference.size()) return std::nullopt;
  const auto digit = [&](size_t at) {
    const char c = hex[at];
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  for (size_t i = 0; i < reference.size(); ++i) {
    if (digit(2 * i) < 0 || digit(2 * i + 1) < 0) return std::nullopt;
    reference[i] = static_cast<uint8_t>(digit(2 * i) * 16 + digit(2 * i + 1));
  }
  return reference;
}

bool Accredits(const std::string& outcome) {
  return outcome == "ACCREDITED" || outcome == "ACCREDITED_BY_FALLBACK";
}

tl::unexpected<Error> Changed(std::string_view what) {
  return Fail(ErrorCode::kBadInput, "POLLS_FILE_CHANGED",
              std::string(what) +
                  "; the file was changed or cut off since it was written: get it "
                  "from its precinct again");
}

tl::unexpected<Error> Incomplete(std::string_view what) {
  return Fail(ErrorCode::kBadInput, "POLLS_FILE_INCOMPLETE",
              "the entries are not all that there are: " + std::string(what));
}

// What was gathered so far from lines that were proved.
class Check {
 public:
  explicit Check(std::span<const note::VerifierKey> keys) : keys_(keys) {}

  // Takes a line with its line end. True once it was the last one.
  Result<bool> Take(std::string_view line) {
    if (!precinct_id_) return TakeHeader(line);
    if (key_ == nullptr) return TakeCheckpoint(line);
    if (const auto statement_note = ParseTextLine("statement", line)) {
      TAANU_RETURN_IF_ERROR(TakeStatement(*statement_note));
      return true;
    }
    TAANU_RETURN_IF_ERROR(TakeEntry(line));
    digest_.Add(line);
    return false;
  }

  bool begun() const { return precinct_id_.has_value(); }
  PollsReport report() && { return std::move(report_); }

 private:
  Result<bool> TakeHeader(std::string_view line) {
    precinct_id_ = ParseHeaderLine(line);
    if (!precinct_id_) {
      return Fail(ErrorCode::kBadInput, "NOT_A_POLLS_FILE",
                  "this is not the file of a precinct, which `taanu polls export` makes");
    }
    digest_.Add(line);
    return false;
  }

  Result<bool> TakeCheckpoint(std::string_view line) {
    const auto signed_note = ParseTextLine("checkpoint", line);
    if (!signed_note) return Changed("the checkpoint is damaged");
    std::optional<Error> first;
    for (const note::VerifierKey& key : keys_) {
      auto head = note::VerifyCheckpoint(*signed_note, key);
      if (head) {
        key_ = &key;
        head_ = *std::move(head);
        digest_.Add(line);
        return false;
      }
      if (!first) first = std::move(head).error();
    }
    if (!first) {
      first = Error{ErrorCode::kBadInput, "NO_KEY", "no public key was given to check it with"};
    }
    return tl::make_unexpected(*std::move(first));
  }

  Status TakeEntry(std::string_view line) {
    const auto entry = ParseEntryLine(line);
    if (!entry) return Changed("the line is not an entry");
    if (report_.statement.entries > 0 && entry->index <= last_index_) {
      return Changed("the entry is out of its place");
    }
    TAANU_RETURN_IF_ERROR(merkle::VerifyInclusion(
        entry->index, head_.size, merkle::HashLeaf(entry->leaf), entry->proof, head_.root));
    last_index_ = entry->index;
    ++report_.statement.entries;
    const json leaf = json::parse(entry->leaf, nullptr, /*allow_exceptions=*/false);
    if (!leaf.is_object() || TextOf(leaf, "precinct") != *precinct_id_) {
      return Changed("the entry is not of precinct " + *precinct_id_);
    }
    return Count(leaf, entry->index);
  }

  Status Count(const json& leaf, uint64_t index) {
    const std::string type = TextOf(leaf, "type");
    ++report_.entries_by_type[type];
    if (type == "slip_reissued") ++report_.slips_reissued;
    if (type == "totals_corrected") {
      report_.corrected = static_cast<uint64_t>(NumberOf(leaf, "accredited"));
    }
    if (type == "polls_closed") {
      if (closing_) return Changed("the polls were closed twice");
      closing_ = leaf;
      closing_index_ = index;
    }
    if (type != "attempt") return {};
    const std::string outcome = TextOf(leaf, "outcome");
    ++(closing_ ? report_.attempts_after_closing : attempts_)[outcome];
    if (!Accredits(outcome)) return {};
    if (closing_) return Changed("a voter was accredited after the polls closed");
    AccreditationEntry accreditation;
    const auto voter = ReferenceOf(TextOf(leaf, "voter"));
    if (!voter) return Changed("an accreditation names no voter");
    accreditation.voter = *voter;
    accreditation.slip_number = static_cast<uint64_t>(NumberOf(leaf, "slip"));
    accreditation.time_us = NumberOf(leaf, "time_us");
    accreditation.method = TextOf(leaf, "method");
    accreditation.index = index;
    // Slips are given in the order of the log.
    if (accreditation.slip_number != report_.accreditations.size() + 1) {
      return Incomplete("slip " + std::to_string(report_.accreditations.size() + 1) +
                        " is missing");
    }
    ++report_.accredited_by_method[accreditation.method];
    report_.accreditations.push_back(std::move(accreditation));
    return {};
  }

  Status TakeStatement(const std::string& signed_note) {
    TAANU_ASSIGN_OR_RETURN(const std::string text, note::Verify(signed_note, *key_));
    TAANU_ASSIGN_OR_RETURN(PollsStatement statement, ParsePollsStatement(text));
    if (statement.sha256 != digest_.Hex()) return Changed("a line before the statement is not its");
    if (statement.origin != key_->name || statement.precinct_id != *precinct_id_ ||
        statement.log_size != head_.size || statement.log_root != ToHex(head_.root) ||
        statement.entries != report_.statement.entries) {
      return Changed("the statement is of another file");
    }
    TAANU_RETURN_IF_ERROR(CompareTotals(statement));
    report_.statement = std::move(statement);
    return {};
  }

  // The sealed totals, as the statement and the closing entry have them, are those of the entries.
  Status CompareTotals(const PollsStatement& statement) const {
    if (statement.closed != closing_.has_value() ||
        (closing_ && statement.closing_entry != closing_index_)) {
      return Incomplete("the entry that closed the polls is not the one of the statement");
    }
    if (statement.attempts != attempts_) return Incomplete("attempts are missing");
    if (statement.accredited != report_.accreditations.size()) {
      return Incomplete(std::to_string(statement.accredited) + " voters were accredited, and " +
                        std::to_string(report_.accreditations.size()) + " are in the file");
    }
    if (!closing_) return {};
    Counts sealed;
    const auto attempts = closing_->find("attempts");
    if (attempts != closing_->end() && attempts->is_object()) {
      for (const auto& [outcome, count] : attempts->items()) {
        if (count.is_number_unsigned()) sealed[outcome] = count.get<uint64_t>();
      }
    }
    if (sealed != attempts_ ||
        NumberOf(*closing_, "accredited") != static_cast<int64_t>(statement.accredited) ||
        NumberOf(*closing_, "voters") != static_cast<int64_t>(statement.voters)) {
      return Incomplete("the totals are not those that were sealed when the polls closed");
    }
    return {};
  }

  const std::span<const note::VerifierKey> keys_;
  RunningDigest digest_;
  std::optional<std::string> precinct_id_;
  const note::VerifierKey* key_ = nullptr;
  note::CheckpointHead head_;
  uint64_t last_index_ = 0;
  Counts attempts_;  // before the closing
  std::optional<json> closing_;
  uint64_t closing_index_ = 0;
  PollsReport report_;
};

}  // namespace

Result<PollsReport> VerifyPollsFile(std::istream& in, std::span<const note::VerifierKey> keys) {
  Check check(keys);
  std::string line(kLineBytesMax, '\0');
  bool ended = false;
  for (uint64_t number = 1;; ++number) {
    in.getline(line.data(), static_cast<std::streamsize>(line.size()));
    const auto got = static_cast<size_t>(in.gcount());
    if (in.eof() && got == 0) break;
    const std::string where = "line " + std::to_string(number) + ": ";
    const auto at_line = [&where](Error error) {
      error.message.insert(0, where);
      return tl::make_unexpected(std::move(error));
    };
    // getline stops at the line's end, which it takes and counts, at the end of the file, or where
    // the line is too long.
    if (in.fail() || in.eof()) return at_line(Changed("the line has no end").value());
    if (ended) return at_line(Changed("something follows the statement").value());
    line[got - 1] = '\n';
    const Result<bool> last = check.Take(std::string_view(line).substr(0, got));
    if (!last) return at_line(last.error());
    ended = *last;
  }
  if (!check.begun()) {
    return Fail(ErrorCode::kBadInput, "NOT_A_POLLS_FILE",
                "this is not the file of a precinct, which `taanu polls export` makes");
  }
  if (!ended) return Changed("the statement at its end is missing");
  return std::move(check).report();
}

}  // namespace taanu::polls
