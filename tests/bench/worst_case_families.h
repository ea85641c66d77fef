// Families of valid templates that may take a comparator long, for search_worst_case.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <vector>

#include "matcher/template.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::bench {

// What a record of kPxPerCm pixels per centimetre can hold, in micrometres and in steps of a pixel;
// the unit of everything that is prepared is as fine.
inline constexpr int kPxPerCm = 1'000;
inline constexpr int kPixelUm = 10;
inline constexpr int kReachUm = 16'383 * kPixelUm;
// ISO/IEC 19794-2:2005 has 256 directions.
inline constexpr int kDirectionStep = kFullCircle / 256;

struct Family {
  const char* name;
  FingerView (*make)(test::Random* random);
};

// Minutiae at random, in grids, lines, rings, clusters, repeated patches, one place; parallel or in
// few or all directions; mostly as many as there can be.
const std::vector<Family>& Families();

// Moves everything into what a record can hold.
void MakeValid(FingerView* view);

}  // namespace taanu::bench
