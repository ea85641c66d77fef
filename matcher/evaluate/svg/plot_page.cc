#include "matcher/evaluate/svg/plot_page.h"

#include <algorithm>
#include <array>

namespace taanu::svg {
namespace {

constexpr double kLegendLeft = kPlotRight + 28;
constexpr double kLegendRow = 24;
constexpr double kPageWidth = kLegendLeft + 300;
constexpr double kPageBottom = 74;
constexpr size_t kNameCharactersMax = 26;

// Told apart also by those who confuse red and green (Okabe, Ito, "Color universal design", 2008;
// its yellow is left out, being too light for a line).
constexpr std::array<std::string_view, 7> kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                      "#56b4e9", "#e69f00", "#000000"};
constexpr std::array<std::string_view, 3> kDashes = {"", "7 3", "2 3"};

// Cuts to so many characters of UTF-8, keeping the end, which tells sets of one folder apart.
std::string Shorten(const std::string& name) {
  const auto begins = [](char c) { return (c & 0xC0) != 0x80; };
  size_t characters = static_cast<size_t>(std::count_if(name.begin(), name.end(), begins));
  if (characters <= kNameCharactersMax) return name;
  size_t at = 0;
  for (; characters >= kNameCharactersMax; --characters) {
    do {
      ++at;
    } while (at < name.size() && !begins(name[at]));
  }
  return std::string("…").append(name, at);
}

}  // namespace

SvgWriter OpenPlotPage(std::string_view title, size_t series) {
  const double height = std::max(kPlotBottom + kPageBottom,
                                 kPlotTop + 40 + kLegendRow * static_cast<double>(series) + 20);
  SvgWriter out(kPageWidth, height, title);
  out.Text({kPlotLeft, 34}, title, "font-size=\"18\"");
  return out;
}

void DrawFrame(std::string_view x_name, std::string_view y_name, SvgWriter* out) {
  out->Rectangle({kPlotLeft, kPlotTop}, kPlotSide, kPlotSide, "fill=\"none\" stroke=\"#333\"");
  out->Text({kPlotLeft + kPlotSide / 2, kPlotBottom + 48}, x_name,
            "font-size=\"15\" text-anchor=\"middle\"");
  const std::string middle = Number(kPlotTop + kPlotSide / 2);
  out->Text({22, kPlotTop + kPlotSide / 2}, y_name,
            "font-size=\"15\" text-anchor=\"middle\" transform=\"rotate(-90 22 " + middle + ")\"");
}

void LabelX(double x, std::string_view value, SvgWriter* out) {
  out->Text({x, kPlotBottom + 20}, value, "font-size=\"13\" text-anchor=\"middle\"");
}

void LabelY(double y, std::string_view value, SvgWriter* out) {
  out->Text({kPlotLeft - 8, y + 4.5}, value, "font-size=\"13\" text-anchor=\"end\"");
}

std::string ColourOf(size_t series) { return std::string(kColours[series % kColours.size()]); }

std::string StrokeOf(size_t series, LineWeight weight) {
  if (weight == LineWeight::kBold) return "stroke=\"#000\" stroke-width=\"3.5\" fill=\"none\"";
  const std::string dash(kDashes[series / kColours.size() % kDashes.size()]);
  return "stroke=\"" + ColourOf(series) + "\" stroke-width=\"2\" fill=\"none\"" +
         (dash.empty() ? "" : " stroke-dasharray=\"" + dash + "\"");
}

void DrawLegend(std::string_view value_heading, std::span<const LegendEntry> entries,
                SvgWriter* out) {
  for (size_t i = 0; i < entries.size(); ++i) {
    const double y = kPlotTop + 34 + kLegendRow * static_cast<double>(i);
    out->Line({kLegendLeft, y}, {kLegendLeft + 30, y}, StrokeOf(i, entries[i].weight));
    out->Text({kLegendLeft + 38, y + 4.5}, Shorten(entries[i].name), "font-size=\"13\"");
    out->Text({kPageWidth - 14, y + 4.5}, entries[i].value, "font-size=\"13\" text-anchor=\"end\"");
  }
  out->Text({kPageWidth - 14, kPlotTop + 8}, value_heading,
            "font-size=\"12\" fill=\"#555\" text-anchor=\"end\"");
}

}  // namespace taanu::svg
