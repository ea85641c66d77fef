// Valid views that no finger has: none, few, all in one place, in one line, on the borders of what
// a coordinate can be, and 255 minutiae in patterns that make everything resemble everything.
//
// Thread-safety: pure functions.
#pragma once

#include <climits>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "matcher/template.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::test {

struct NamedView {
  std::string name;
  FingerView view;
};

// `count` minutiae, each a step and a turn further than the one before it.
inline FingerView SteppedView(int count, int64_t step_x_um, int64_t step_y_um, int turn) {
  FingerView view;
  for (int k = 0; k < count; ++k) {
    view.minutiae.push_back({static_cast<int32_t>(k * step_x_um),
                             static_cast<int32_t>(k * step_y_um), static_cast<uint16_t>(k * turn)});
  }
  return view;
}

// 255 minutiae on a square grid, all of one direction or each turned further.
inline FingerView GridView(int pitch_um, int turn) {
  FingerView view;
  for (int k = 0; k < kMinutiaeMax; ++k) {
    view.minutiae.push_back(
        {k % 16 * pitch_um, k / 16 * pitch_um, static_cast<uint16_t>(k * turn)});
  }
  return view;
}

// 255 minutiae at random in a square, of a few directions.
inline FingerView CrowdView(int side_um, int directions) {
  Random random(static_cast<uint64_t>(side_um) * 100 + static_cast<uint64_t>(directions));
  FingerView view;
  for (int k = 0; k < kMinutiaeMax; ++k) {
    view.minutiae.push_back(
        {random.Below(side_um + 1), random.Below(side_um + 1),
         static_cast<uint16_t>(int64_t{random.Below(directions)} * kFullCircle / directions)});
  }
  return view;
}

// Minutiae on the border of the rectangle from (low, low) to (high, high): its corners and the
// middles of its sides, of every direction by eighths.
inline FingerView BorderView(int32_t low, int32_t high) {
  const auto middle = static_cast<int32_t>((int64_t{low} + high) / 2);
  FingerView view;
  int k = 0;
  for (const int32_t x : {low, middle, high}) {
    for (const int32_t y : {low, middle, high}) {
      if (x == middle && y == middle) continue;
      view.minutiae.push_back({x, y, static_cast<uint16_t>(k++ * kFullCircle / 8)});
    }
  }
  return view;
}

// Any bits at all in every field of every minutia.
inline FingerView ArbitraryView(uint64_t seed, int count) {
  Random random(seed);
  FingerView view;
  for (int k = 0; k < count; ++k) {
    view.minutiae.push_back(
        {static_cast<int32_t>(random.Next()), static_cast<int32_t>(random.Next()),
         static_cast<uint16_t>(random.Next()), static_cast<MinutiaType>(random.Below(3)),
         static_cast<uint8_t>(random.Below(101))});
  }
  return view;
}

// What a 14-bit coordinate of ISO/IEC 19794-2:2005 can reach at 197 pixels per centimetre.
inline constexpr int32_t kRecordReachUm = 16'383 * 10'000 / 197;

inline std::vector<NamedView> DegenerateViews() {
  std::vector<NamedView> views;
  const auto add = [&views](std::string name, FingerView view) {
    views.push_back({std::move(name), std::move(view)});
  };
  add("none", FingerView{});
  for (const int count : {1, 2, 3, 255}) {
    const std::string of = std::to_string(count);
    add(of + " in one place", SteppedView(count, 0, 0, 0));
    add(of + " in one place, all round", SteppedView(count, 0, 0, kFullCircle / count));
    add(of + " in a row", SteppedView(count, 500, 0, 0));
    add(of + " in a column", SteppedView(count, 0, 500, 0));
    add(of + " in a slanting line, all round", SteppedView(count, 300, -400, kFullCircle / count));
    add(of + " apart by 10 um", SteppedView(count, 10, 0, 0));
    add(of + " over all of int32", SteppedView(count, INT_MAX / count, INT_MIN / count, 257));
    add(of + " at random", SyntheticView(11, count));
    add(of + " of any bits", ArbitraryView(static_cast<uint64_t>(count), count));
  }
  add("255 in one place but for one", [] {
    FingerView view = SteppedView(255, 0, 0, 0);
    view.minutiae.back().x_um = 9'000;
    return view;
  }());
  add("grid of 0.5 mm, parallel", GridView(500, 0));
  add("grid of 1 mm, parallel", GridView(1'000, 0));
  add("grid of 1 mm, turning", GridView(1'000, 257));
  add("crowd in 1 mm, parallel", CrowdView(1'000, 1));
  add("crowd in 2 mm", CrowdView(2'000, kFullCircle));
  add("crowd in 10 mm, two directions", CrowdView(10'000, 2));
  add("corners of int32", BorderView(INT_MIN, INT_MAX));
  add("borders of a record", BorderView(0, kRecordReachUm));
  add("borders of where coordinates are cut", BorderView(-160'000, 160'000));
  add("borders just beyond", BorderView(-160'001, 160'002));
  add("lowest corner", BorderView(INT_MIN, INT_MIN + 2));
  add("highest corner", BorderView(INT_MAX - 2, INT_MAX));
  return views;
}

}  // namespace taanu::test
