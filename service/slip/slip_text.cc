#include "service/slip/slip_text.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

namespace taanu::slip {
namespace {

size_t Width(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

// The bytes of the first `characters` characters.
size_t PrefixBytes(std::string_view text, size_t characters) {
  size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((text[at] & 0xC0) == 0x80) continue;
    if (characters-- == 0) break;
  }
  return at;
}

// Breaks at blanks, and within a word only where it is longer than a line.
std::vector<std::string> Wrap(std::string_view text, size_t columns) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!line.empty() && Width(line) + 1 + Width(word) > columns) {
      lines.push_back(std::move(line));
      line.clear();
    }
    while (line.empty() && Width(word) > columns) {
      const size_t cut = PrefixBytes(word, columns);
      lines.emplace_back(word.substr(0, cut));
      word.remove_prefix(cut);
    }
    if (word.empty()) continue;
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string Centred(const std::string& text, size_t columns) {
  return std::string((columns - std::min(columns, Width(text))) / 2, ' ') + text;
}

// The name to the left, the value to the right; on a line of its own where both do not fit.
void AddField(std::string_view name, const std::string& value, size_t columns,
              std::vector<std::string>* lines) {
  std::string line(name);
  if (Width(line) + 1 + Width(value) > columns) {
    lines->push_back(std::move(line));
    line.clear();
  }
  line.append(columns - std::min(columns, Width(line) + Width(value)), ' ').append(value);
  lines->push_back(std::move(line));
}

struct DateAndTime {
  std::string date;
  std::string time;
};

DateAndTime LocalTime(int64_t time_s, int offset_minutes) {
  const std::time_t shifted = time_s + int64_t{offset_minutes} * 60;
  std::tm parts{};
  gmtime_r(&shifted, &parts);
  std::array<char, 32> date{};
  std::array<char, 32> time{};
  std::strftime(date.data(), date.size(), "%Y-%m-%d", &parts);
  std::strftime(time.data(), time.size(), "%H:%M:%S", &parts);
  if (offset_minutes == 0) return {date.data(), std::string(time.data()) + " UTC"};
  std::array<char, 16> offset{};
  const int minutes = std::abs(offset_minutes);
  std::snprintf(offset.data(), offset.size(), " %c%02d:%02d", offset_minutes < 0 ? '-' : '+',
                minutes / 60 % 100, minutes % 60);
  return {date.data(), std::string(time.data()) + offset.data()};
}

}  // namespace

SlipLines LayOutSlip(const SignedSlip& slip, const TextOptions& options) {
  const auto columns = static_cast<size_t>(std::max(options.columns, kColumns58mm));
  const SlipFacts& facts = slip.facts;
  SlipLines lines;
  lines.title = Wrap(facts.election, columns);
  if (options.issue_number > 1) {
    lines.copy.push_back("*** COPY " + std::to_string(options.issue_number) + " ***");
  }
  std::vector<std::string>& body = lines.body;
  body.emplace_back(columns, '=');
  AddField("Slip", std::to_string(facts.number), columns, &body);
  AddField("Precinct", facts.precinct_id, columns, &body);
  const DateAndTime time = LocalTime(facts.time_s, options.utc_offset_minutes);
  AddField("Date", time.date, columns, &body);
  AddField("Time", time.time, columns, &body);
  const std::string voter = ToHex(facts.voter);
  AddField("Voter", voter.substr(0, 8) + " " + voter.substr(8, 8), columns, &body);
  AddField("", voter.substr(16, 8) + " " + voter.substr(24), columns, &body);
  body.emplace_back(columns, '-');
  body.push_back("Signed with key " + ToHex(slip.key_hash));
  const std::string signature = note::ToBase64(slip.signature.data(), slip.signature.size());
  for (size_t at = 0; at < signature.size(); at += columns) {
    body.push_back(signature.substr(at, columns));
  }
  body.emplace_back(columns, '=');
  return lines;
}

std::string SlipText(const SignedSlip& slip, const TextOptions& options) {
  const auto columns = static_cast<size_t>(std::max(options.columns, kColumns58mm));
  const SlipLines lines = LayOutSlip(slip, options);
  std::string text;
  for (const std::string& line : lines.title) text += Centred(line, columns) + "\n";
  for (const std::string& line : lines.copy) text += Centred(line, columns) + "\n";
  for (const std::string& line : lines.body) text += line + "\n";
  return text;
}

}  // namespace taanu::slip
