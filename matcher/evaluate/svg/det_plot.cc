#include "matcher/evaluate/svg/det_plot.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "matcher/evaluate/svg/plot_page.h"
#include "matcher/evaluate/svg/svg_writer.h"

namespace taanu::svg {
namespace {

// Steps smaller than this are drawn with the next ones: a curve of millions of points stays small.
constexpr double kSmallest = 0.25;

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
  const auto lines = [&](int decades, bool across) {
    for (int d = 1; d <= decades; ++d) {
      for (int step = 1; step < 10; ++step) {
        const double rate = step * std::pow(10.0, -d);
        const std::string_view style = step == 1 ? kGridLine : kFineGridLine;
        if (across) {
          out->Line({plot.X(rate), kPlotTop}, {plot.X(rate), kPlotBottom}, style);
        } else {
          out->Line({kPlotLeft, plot.Y(rate)}, {kPlotRight, plot.Y(rate)}, style);
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
  DrawFrame("False match rate (FMR)", "False non-match rate (FNMR)", out);
  for (int d = 0; d <= plot.x_decades(); ++d) {
    const double rate = std::pow(10.0, -d);
    LabelX(plot.X(rate), Percent(rate), out);
  }
  for (int d = 0; d <= plot.y_decades(); ++d) {
    const double rate = std::pow(10.0, -d);
    LabelY(plot.Y(rate), Percent(rate), out);
  }
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

}  // namespace

std::string DetPlot(std::string_view title, std::span<const DetSeries> series) {
  const Plot plot(series);
  SvgWriter out = OpenPlotPage(title, series.size());
  DrawGrid(plot, &out);
  DrawAxes(plot, &out);
  std::vector<LegendEntry> legend;
  for (size_t i = 0; i < series.size(); ++i) {
    const DetSeries& s = series[i];
    const SvgPath path = StepPath(plot, s.curve);
    if (!path.data().empty()) out.Path(path, StrokeOf(i) + " stroke-linejoin=\"round\"");
    if (s.eer > 0) {
      out.Circle({plot.X(s.eer), plot.Y(s.eer)}, 4,
                 "fill=\"#fff\" stroke-width=\"2\" stroke=\"" + ColourOf(i) + "\"");
    }
    legend.push_back({s.name, Percent(s.eer)});
  }
  DrawLegend("EER (○)", legend, &out);
  return std::move(out).Finish();
}

}  // namespace taanu::svg
