#include "matcher/evaluate/protocol.h"

#include <algorithm>
#include <charconv>

namespace taanu {
namespace {

constexpr size_t kDigitsMax = 9;

std::optional<int> ParseNumber(std::string_view text) {
  if (text.empty() || text.size() > kDigitsMax) return std::nullopt;
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

}  // namespace

std::optional<PrintName> ParsePrintName(std::string_view stem) {
  const size_t line = stem.find('_');
  if (line == std::string_view::npos) return std::nullopt;
  const auto finger = ParseNumber(stem.substr(0, line));
  const auto impression = ParseNumber(stem.substr(line + 1));
  if (!finger || !impression) return std::nullopt;
  return PrintName{*finger, *impression};
}

std::vector<ImpressionPair> AllPairs(uint32_t count) {
  std::vector<ImpressionPair> pairs;
  if (count < 2) return pairs;
  pairs.reserve(size_t{count} * (count - 1) / 2);
  for (uint32_t i = 0; i < count; ++i) {
    for (uint32_t k = i + 1; k < count; ++k) pairs.push_back({i, k});
  }
  return pairs;
}

std::vector<uint32_t> NumberFingers(std::span<const PrintName> names, uint32_t* finger_count) {
  std::vector<int> fingers;
  fingers.reserve(names.size());
  for (const PrintName& name : names) fingers.push_back(name.finger);
  std::sort(fingers.begin(), fingers.end());
  fingers.erase(std::unique(fingers.begin(), fingers.end()), fingers.end());
  std::vector<uint32_t> numbers;
  numbers.reserve(names.size());
  for (const PrintName& name : names) {
    const auto at = std::lower_bound(fingers.begin(), fingers.end(), name.finger);
    numbers.push_back(static_cast<uint32_t>(at - fingers.begin()));
  }
  *finger_count = static_cast<uint32_t>(fingers.size());
  return numbers;
}

}  // namespace taanu
