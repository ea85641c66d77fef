// Horizontal bars with a label and a value each, as an SVG that stands inside an HTML page. It is
// read in greyscale and without its colours: the shades differ in lightness, and every bar has its
// value in words.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace taanu::cli {

enum class Shade { kPlain, kStrong, kHollow };

struct Bar {
  std::string label;  // any text, cut where it is too long
  double value = 0;   // at least 0
  std::string value_text;
  Shade shade = Shade::kPlain;
};

// `value_max` is the length of the whole axis; 0 takes the largest value. `title` is for people who
// do not see the picture.
std::string BarChart(std::string_view title, const std::vector<Bar>& bars, double value_max = 0);

}  // namespace taanu::cli
