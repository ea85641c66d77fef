#include "matcher/evaluate/svg/det_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "matcher/evaluate/svg/svg_writer.h"

namespace taanu::svg {
namespace {

constexpr double kPlotLeft = 92;
constexpr double kPlotTop = 58;
constexpr double kPlotSide = 520;
constexpr double kLegendLeft = kPlotLeft + kPlotSide + 28;
constexpr double kLegendRow = 24;
constexpr double kPageWidth = kLegendLeft + 300;
constexpr double kPageBottom = 74;
// Steps smaller than this are drawn with the next ones: a curve of millions of points stays small.
constexpr double kSmallest = 0.25;
constexpr size_t kNameCharactersMax = 26;

// Told apart also by those who confuse red and green (Okabe, Ito, "Color universal design", 2008;
// its yellow is left out, being too light for a line).
constexpr std::array<std::string_view, 7> kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                      "#56b4e9", "#e69f00", "#000000"};
constexpr std::array<std::string_view, 3> kDashes = {"", "7 3", "2 3"};

// The decades that the axis of a rate covers, down from 100 %.
int Decades(size_t comparisons) {
  const double n = static_cast<double>(std::max<size_t>(comparisons, 10));
  return std::clamp(static_cast<int>(std::ceil(std::log10(n) - 1e-9)), 1, 9);
}

class Plot {
 public:
  explicit Plot(std::span<const DetSeries> series) {
    size_t mated = 0;
    size_t non_mated = 0;
    for (const DetSeries& s : series) {
      mated = std::max(mated, s.mated);
      non_mated = std::max(non_mated, s.non_mated);
    }
    x_decades_ = Decades(non_mated);
    y_decades_ = Decades(mated);
  }

  int x_decades() const { return x_decades_; }
  int y_decades() const { return y_decades_; }

  double X(double fmr) const { return kPlotLeft + Along(fmr, x_decades_); }
  double Y(double fnmr) const { return kPlotTop + kPlotSide - Along(fnmr, y_decades_); }

 private:
  // Rates below the axis lie on its edge.
  static double Along(double rate, int decades) {
    const double lowest = std::pow(10.0, -decades);
    return kPlotSide * (1 + std::log10(std::clamp(rate, lowest, 1.0)) / decades);
  }

  int x_decades_ = 1;
  int y_decades_ = 1;
};

void DrawGrid(const Plot& plot, SvgWriter* out) {
  const double bottom = kPlotTop + kPlotSide;
  const double right = kPlotLeft + kPlotSide;
  const auto lines = [&](int decades, bool across) {
    for (int d = 1; d <= decades; ++d) {
      for (int step = 1; step < 10; ++step) {
        const double rate = step * std::pow(10.0, -d);
        const std::string_view style =
            step == 1 ? "stroke=\"#c4c4c4\" stroke-width=\"1\"" : "stroke=\"#ececec\"";
        if (across) {
          out->Line({plot.X(rate), kPlotTop}, {plot.X(rate), bottom}, style);
        } else {
          out->Line({kPlotLeft, plot.Y(rate)}, {right, plot.Y(rate)}, style);
        }
      }
    }
  };
  lines(plot.x_decades(), true);
  lines(plot.y_decades(), false);
  // Where both rates are equal, down to the axis that ends first.
  const double lowest = std::pow(10.0, -std::min(plot.x_decades(), plot.y_decades()));
  out->Line({plot.X(lowest), plot.Y(lowest)}, {plot.X(1), plot.Y(1)},
            "stroke=\"#777\" stroke-dasharray=\"3 4\"");
}

void DrawAxes(const Plot& plot, SvgWriter* out) {
  const double bottom = kPlotTop + kPlotSide;
  out->Rectangle({kPlotLeft, kPlotTop}, kPlotSide, kPlotSide, "fill=\"none\" stroke=\"#333\"");
  for (int d = 0; d <= plot.x_decades(); ++d) {
    const double rate = std::pow(10.0, -d);
    out->Text({plot.X(rate), bottom + 20}, Percent(rate),
              "font-size=\"13\" text-anchor=\"middle\"");
  }
  for (int d = 0; d <= plot.y_decades(); ++d) {
    const double rate = std::pow(10.0, -d);
    out->Text({kPlotLeft - 8, plot.Y(rate) + 4.5}, Percent(rate),
              "font-size=\"13\" text-anchor=\"end\"");
  }
  out->Text({kPlotLeft + kPlotSide / 2, bottom + 48}, "False match rate (FMR)",
            "font-size=\"15\" text-anchor=\"middle\"");
  const std::string middle = Number(kPlotTop + kPlotSide / 2);
  out->Text({22, kPlotTop + kPlotSide / 2}, "False non-match rate (FNMR)",
            "font-size=\"15\" text-anchor=\"middle\" transform=\"rotate(-90 22 " + middle + ")\"");
}

// FMR falls along the curve while FNMR stays, then FNMR rises while FMR stays: between two
// thresholds nothing changes, so the curve is made of steps.
SvgPath StepPath(const Plot& plot, const std::vector<DetPoint>& curve) {
  SvgPath path;
  Point last;
  for (const DetPoint& p : curve) {
    if (p.fmr <= 0) break;
    const Point at{plot.X(p.fmr), plot.Y(p.fnmr)};
    if (path.data().empty()) {
      path.MoveTo(at);
    } else {
      if (std::abs(at.x - last.x) < kSmallest && std::abs(at.y - last.y) < kSmallest) continue;
      if (at.x != last.x) path.HorizontalTo(at.x);
      if (at.y != last.y) path.VerticalTo(at.y);
    }
    last = at;
  }
  // The last step up, to the FNMR at which FMR reaches 0.
  const auto zero =
      std::find_if(curve.begin(), curve.end(), [](const DetPoint& p) { return p.fmr <= 0; });
  if (zero != curve.end() && !path.data().empty()) path.VerticalTo(plot.Y(zero->fnmr));
  return path;
}

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

std::string DetPlot(std::string_view title, std::span<const DetSeries> series) {
  const Plot plot(series);
  const double height =
      std::max(kPlotTop + kPlotSide + kPageBottom,
               kPlotTop + 40 + kLegendRow * static_cast<double>(series.size()) + 20);
  SvgWriter out(kPageWidth, height, title);
  out.Text({kPlotLeft, 34}, title, "font-size=\"18\"");
  DrawGrid(plot, &out);
  DrawAxes(plot, &out);
  for (size_t i = 0; i < series.size(); ++i) {
    const DetSeries& s = series[i];
    const std::string colour(kColours[i % kColours.size()]);
    const std::string dash(kDashes[i / kColours.size() % kDashes.size()]);
    const std::string stroke = "stroke=\"" + colour + "\" stroke-width=\"2\" fill=\"none\"" +
                               (dash.empty() ? "" : " stroke-dasharray=\"" + dash + "\"");
    const SvgPath path = StepPath(plot, s.curve);
    if (!path.data().empty()) out.Path(path, stroke + " stroke-linejoin=\"round\"");
    if (s.eer > 0) {
      out.Circle({plot.X(s.eer), plot.Y(s.eer)}, 4,
                 "fill=\"#fff\" stroke-width=\"2\" stroke=\"" + colour + "\"");
    }
    const double y = kPlotTop + 34 + kLegendRow * static_cast<double>(i);
    out.Line({kLegendLeft, y}, {kLegendLeft + 30, y}, stroke);
    out.Text({kLegendLeft + 38, y + 4.5}, Shorten(s.name), "font-size=\"13\"");
    out.Text({kPageWidth - 14, y + 4.5}, Percent(s.eer), "font-size=\"13\" text-anchor=\"end\"");
  }
  out.Text({kPageWidth - 14, kPlotTop + 8}, "EER (○)",
           "font-size=\"12\" fill=\"#555\" text-anchor=\"end\"");
  return std::move(out).Finish();
}

}  // namespace taanu::svg
