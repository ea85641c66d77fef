// The protocol of the Fingerprint Verification Competitions: how impressions are named, and which
// pairs of them are compared.
//
// Source: Maio et al., "FVC2000: Fingerprint Verification Competition", IEEE PAMI 24(3), 2002,
// section 4.1; but that all pairs of impressions of different fingers are non-mated comparisons,
// not those of the first impressions alone, which would be too few. Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace taanu {

struct PrintName {
  int finger = 0;
  int impression = 0;

  friend auto operator<=>(const PrintName&, const PrintName&) = default;
};

// Reads "<finger>_<impression>", two whole numbers of up to nine digits, without an ending. Empty
// for any other text.
std::optional<PrintName> ParsePrintName(std::string_view stem);

// Two impressions, as indices into the list that was given.
struct ImpressionPair {
  uint32_t probe = 0;
  uint32_t reference = 0;
};

// All pairs of `count` impressions, each once, the earlier one as the probe, in order. It is
// count (count - 1) / 2 of them: the caller keeps `count` within reason.
std::vector<ImpressionPair> AllPairs(uint32_t count);

// Numbers the fingers of `names` from 0 in order of their names: of each impression, the number of
// its finger. `finger_count` receives how many there are.
std::vector<uint32_t> NumberFingers(std::span<const PrintName> names, uint32_t* finger_count);

}  // namespace taanu
