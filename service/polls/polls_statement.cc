#include "service/polls/polls_statement.h"

#include <charconv>

namespace taanu::polls {
namespace {

constexpr std::string_view kHeader = "taanu-polls-v1\n";
constexpr std::string_view kClosed = "closed";
constexpr std::string_view kPreliminary = "preliminary";

// Takes "name value" lines from the front, and remembers whether all were there.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) { good_ = Skip(kHeader); }

  std::string Text(std::string_view name) {
    const size_t end = text_.find('\n');
    if (!good_ || end == std::string_view::npos || !Skip(name) || !Skip(" ")) return Bad();
    const size_t size = text_.find('\n');
    std::string value(text_.substr(0, size));
    text_.remove_prefix(size + 1);
    return value;
  }
  template <typename Number>
  Number Count(std::string_view name) {
    return ToNumber<Number>(Text(name));
  }
  template <typename Number>
  Number ToNumber(std::string_view digits) {
    Number value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (code != std::errc() || end != digits.data() + digits.size()) Bad();
    return value;
  }
  std::string Bad() {
    good_ = false;
    return {};
  }
  bool AtEnd() const { return good_ && text_.empty(); }

 private:
  bool Skip(std::string_view start) {
    if (!text_.starts_with(start)) return false;
    text_.remove_prefix(start.size());
    return true;
  }

  std::string_view text_;
  bool good_ = true;
};

std::string FormatAttempts(const std::map<std::string, uint64_t>& attempts) {
  std::string text;
  for (const auto& [outcome, count] : attempts) {
    text.append(text.empty() ? "" : " ").append(outcome).append("=").append(std::to_string(count));
  }
  return text.empty() ? "-" : text;
}

std::map<std::string, uint64_t> ParseAttempts(std::string_view text, Lines* lines) {
  std::map<std::string, uint64_t> attempts;
  if (text == "-") return attempts;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const size_t sign = pair.find('=');
    if (sign == std::string_view::npos) {
      lines->Bad();
      return attempts;
    }
    attempts[std::string(pair.substr(0, sign))] = lines->ToNumber<uint64_t>(pair.substr(sign + 1));
  }
  return attempts;
}

}  // namespace

std::string FormatPollsStatement(const PollsStatement& statement) {
  std::string text(kHeader);
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(" ").append(value).append("\n");
  };
  add("origin", statement.origin);
  add("election", statement.election);
  add("precinct", statement.precinct_id);
  add("state", statement.closed ? kClosed : kPreliminary);
  add("made", std::to_string(statement.made_us));
  add("voters", std::to_string(statement.voters));
  add("accredited", std::to_string(statement.accredited));
  add("attempts", FormatAttempts(statement.attempts));
  add("closing-entry",
      statement.closing_entry ? std::to_string(*statement.closing_entry) : std::string("-"));
  add("entries", std::to_string(statement.entries));
  add("log-size", std::to_string(statement.log_size));
  add("log-root", statement.log_root);
  add("references", statement.references);
  add("sha256", statement.sha256);
  return text;
}

Result<PollsStatement> ParsePollsStatement(std::string_view text) {
  Lines lines(text);
  PollsStatement statement;
  statement.origin = lines.Text("origin");
  statement.election = lines.Text("election");
  statement.precinct_id = lines.Text("precinct");
  statement.closed = lines.Text("state") == kClosed;
  statement.made_us = lines.Count<int64_t>("made");
  statement.voters = lines.Count<uint64_t>("voters");
  statement.accredited = lines.Count<uint64_t>("accredited");
  statement.attempts = ParseAttempts(lines.Text("attempts"), &lines);
  const std::string closing = lines.Text("closing-entry");
  if (closing != "-") statement.closing_entry = lines.ToNumber<uint64_t>(closing);
  statement.entries = lines.Count<uint64_t>("entries");
  statement.log_size = lines.Count<uint64_t>("log-size");
  statement.log_root = lines.Text("log-root");
  statement.references = lines.Text("references");
  statement.sha256 = lines.Text("sha256");
  // One text for one statement: what is not written as it would be written is not one.
  if (!lines.AtEnd() || statement.closed != statement.closing_entry.has_value() ||
      FormatPollsStatement(statement) != text) {
    return Fail(ErrorCode::kBadInput, "BAD_POLLS_STATEMENT",
                "the last line is not the signed statement of a precinct's polls");
  }
  return statement;
}

}  // namespace taanu::polls
