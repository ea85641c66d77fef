#include "matcher/gallery/screening_score.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "matcher/template.h"

namespace taanu::gallery {
namespace {

// Views with fewer minutiae than this count as having so many.
constexpr int kFew = 8;

// By the number of minutiae n: 2^20 / n^0.75. A large print has more chances to look like anything,
// and a print of which only part overlaps must not lose by what lies elsewhere; 0.75 was the best
// of 0.25, 0.5, 0.75, 0.85 and 1. Square roots only, which are the same on every machine.
std::array<uint32_t, kMinutiaeMax + 1> MakeScales() {
  std::array<uint32_t, kMinutiaeMax + 1> scales{};
  for (int n = 0; n <= kMinutiaeMax; ++n) {
    const double root = std::sqrt(static_cast<double>(std::max(n, kFew)));
    scales[n] = static_cast<uint32_t>(1'048'576.0 / (root * std::sqrt(root)));
  }
  return scales;
}

}  // namespace

uint32_t ScreeningScore(uint32_t sum, size_t count) {
  static const std::array<uint32_t, kMinutiaeMax + 1> scales = MakeScales();
  // At most 255 * 255 * 2^20 / 255^0.75, which is below 2^31, before the shift.
  return static_cast<uint32_t>(uint64_t{sum} * scales[count] >> 4);
}

}  // namespace taanu::gallery
