// The page that every plot of several series is drawn on: a square frame with named axes, and a
// legend to the right of it, in one look.
//
// Internal to matcher/evaluate/svg. Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "matcher/evaluate/svg/svg_writer.h"

namespace taanu::svg {

// The frame, in units of the page.
inline constexpr double kPlotLeft = 92;
inline constexpr double kPlotTop = 58;
inline constexpr double kPlotSide = 520;
inline constexpr double kPlotRight = kPlotLeft + kPlotSide;
inline constexpr double kPlotBottom = kPlotTop + kPlotSide;

inline constexpr std::string_view kGridLine = "stroke=\"#c4c4c4\" stroke-width=\"1\"";
inline constexpr std::string_view kFineGridLine = "stroke=\"#ececec\"";

// A page with its title, tall enough for a legend of so many series.
SvgWriter OpenPlotPage(std::string_view title, size_t series);

// The frame over the grid, and the names of both axes.
void DrawFrame(std::string_view x_name, std::string_view y_name, SvgWriter* out);
// The value that the axis has there.
void LabelX(double x, std::string_view value, SvgWriter* out);
void LabelY(double y, std::string_view value, SvgWriter* out);

enum class LineWeight { kNormal, kBold };

// Series are told apart by colour, and by dashes where there are more series than colours. A bold
// one is black and unbroken, whatever its number.
std::string ColourOf(size_t series);
// Attributes of the line of a series.
std::string StrokeOf(size_t series, LineWeight weight = LineWeight::kNormal);

struct LegendEntry {
  std::string name;   // any text, cut where it is too long
  std::string value;  // short
  LineWeight weight = LineWeight::kNormal;
};
// One row for each series, in their order; `value_heading` says what the values are.
void DrawLegend(std::string_view value_heading, std::span<const LegendEntry> entries,
                SvgWriter* out);

}  // namespace taanu::svg
