#include "service/cli/bar_chart.h"

#include <algorithm>

#include "matcher/evaluate/svg/svg_writer.h"

namespace taanu::cli {
namespace {

using svg::Number;

// In units of the page.
constexpr double kWidth = 720;
constexpr double kLabelWidth = 240;
constexpr double kValueWidth = 130;
constexpr double kBarsWidth = kWidth - kLabelWidth - kValueWidth;
constexpr double kRow = 19;
constexpr double kBar = 13;
constexpr double kMargin = 6;
constexpr size_t kLabelCharactersMax = 32;

std::string_view Attributes(Shade shade) {
  switch (shade) {
    case Shade::kStrong:
      return "fill=\"#7a1020\" stroke=\"#3b0710\"";
    case Shade::kHollow:
      return "fill=\"#ffffff\" stroke=\"#555555\"";
    case Shade::kPlain:
      break;
  }
  return "fill=\"#8fb0d0\" stroke=\"#4a6b8c\"";
}

// At most so many code points, the last one replaced by dots where there are more.
std::string Cut(const std::string& text) {
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) == 0x80) continue;
    if (++characters > kLabelCharactersMax) return text.substr(0, i) + "...";
  }
  return text;
}

// An SVG document as an element of a page, named for people who do not see it.
std::string Inline(std::string document) {
  const size_t begin = document.find("<svg ");
  document.erase(0, begin == std::string::npos ? 0 : begin);
  document.insert(sizeof("<svg ") - 1, "role=\"img\" ");
  return document;
}

}  // namespace

std::string BarChart(std::string_view title, const std::vector<Bar>& bars, double value_max) {
  for (const Bar& bar : bars) {
    if (value_max <= 0 || bar.value > value_max) value_max = std::max(value_max, bar.value);
  }
  if (value_max <= 0) value_max = 1;
  const double height = 2 * kMargin + kRow * static_cast<double>(bars.size());
  svg::SvgWriter out(kWidth, height, title);
  const auto at = [&](double value) { return kLabelWidth + kBarsWidth * value / value_max; };
  for (int quarter = 0; quarter <= 4; ++quarter) {
    const double x = at(value_max * quarter / 4);
    out.Line({x, kMargin}, {x, height - kMargin}, "stroke=\"#dddddd\"");
  }
  double y = kMargin;
  for (const Bar& bar : bars) {
    const double text_y = y + kRow - 6;
    out.Text({kLabelWidth - 8, text_y}, Cut(bar.label), "font-size=\"12\" text-anchor=\"end\"");
    const double length = std::max(0.0, at(bar.value) - kLabelWidth);
    if (length > 0) {
      out.Rectangle({kLabelWidth, y + (kRow - kBar) / 2}, length, kBar, Attributes(bar.shade));
    }
    out.Text({kLabelWidth + length + 6, text_y}, bar.value_text, "font-size=\"12\"");
    y += kRow;
  }
  out.Line({kLabelWidth, kMargin}, {kLabelWidth, height - kMargin}, "stroke=\"#333333\"");
  return Inline(std::move(out).Finish());
}

}  // namespace taanu::cli
