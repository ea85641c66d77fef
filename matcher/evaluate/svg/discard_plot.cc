#include "matcher/evaluate/svg/discard_plot.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "matcher/evaluate/svg/plot_page.h"
#include "matcher/evaluate/svg/svg_writer.h"

namespace taanu::svg {
namespace {

constexpr double kShareMax = 0.5;
constexpr int kShareSteps = 5;
constexpr int kRateSteps = 5;
// The axis of FNMR ends at one of these, times a power of ten.
constexpr std::array<double, 6> kRoundEnds = {1, 1.5, 2, 3, 5, 10};
constexpr double kLowestEnd = 0.001;

double ShareOf(const DiscardPoint& point, const std::vector<DiscardPoint>& curve) {
  return static_cast<double>(point.discarded) / static_cast<double>(curve.size() - 1);
}

// What of the curve is shown.
std::span<const DiscardPoint> Shown(const std::vector<DiscardPoint>& curve) {
  const auto end = std::find_if(curve.begin(), curve.end(), [&](const DiscardPoint& p) {
    return p.mated == 0 || ShareOf(p, curve) > kShareMax;
  });
  return {curve.begin(), end};
}

// The least round number that is not below `value`.
double RoundUp(double value) {
  value = std::clamp(value, kLowestEnd, 1.0);
  const double decade = std::pow(10.0, std::floor(std::log10(value)));
  for (const double end : kRoundEnds) {
    if (end * decade >= value) return std::min(end * decade, 1.0);
  }
  return 1;
}

class Plot {
 public:
  explicit Plot(std::span<const DiscardSeries> series) {
    double highest = 0;
    for (const DiscardSeries& s : series) {
      for (const DiscardPoint& p : Shown(s.curve)) highest = std::max(highest, p.fnmr());
    }
    rate_max_ = RoundUp(highest);
  }

  double rate_max() const { return rate_max_; }
  double X(double share) const { return kPlotLeft + kPlotSide * share / kShareMax; }
  double Y(double rate) const { return kPlotBottom - kPlotSide * rate / rate_max_; }

 private:
  double rate_max_ = 1;
};

void DrawAxes(const Plot& plot, SvgWriter* out) {
  for (int i = 1; i < 2 * kShareSteps; ++i) {
    const double x = plot.X(kShareMax * i / (2 * kShareSteps));
    out->Line({x, kPlotTop}, {x, kPlotBottom}, i % 2 == 0 ? kGridLine : kFineGridLine);
  }
  for (int i = 1; i < 2 * kRateSteps; ++i) {
    const double y = plot.Y(plot.rate_max() * i / (2 * kRateSteps));
    out->Line({kPlotLeft, y}, {kPlotRight, y}, i % 2 == 0 ? kGridLine : kFineGridLine);
  }
  const double at = plot.X(kDiscardShare);
  out->Line({at, kPlotTop}, {at, kPlotBottom}, "stroke=\"#777\" stroke-dasharray=\"3 4\"");
  DrawFrame("Prints discarded, the lowest quality first",
            "False non-match rate (FNMR) at a fixed threshold", out);
  for (int i = 0; i <= kShareSteps; ++i) {
    const double share = kShareMax * i / kShareSteps;
    LabelX(plot.X(share), Percent(share), out);
  }
  for (int i = 0; i <= kRateSteps; ++i) {
    const double rate = plot.rate_max() * i / kRateSteps;
    LabelY(plot.Y(rate), Percent(rate), out);
  }
}

// Only where the rate changes is there anything to draw: what is left stays the same until the next
// print is discarded.
SvgPath StepPath(const Plot& plot, const std::vector<DiscardPoint>& curve) {
  SvgPath path;
  double last_y = 0;
  double end = 0;
  for (const DiscardPoint& p : Shown(curve)) {
    const double y = plot.Y(p.fnmr());
    end = plot.X(ShareOf(p, curve));
    if (path.data().empty()) {
      path.MoveTo({end, y});
    } else if (y != last_y) {
      path.HorizontalTo(end);
      path.VerticalTo(y);
    }
    last_y = y;
  }
  if (!path.data().empty()) path.HorizontalTo(end);
  return path;
}

std::string RemovedText(const std::vector<DiscardPoint>& curve) {
  const auto figure = DiscardWorst(curve, kDiscardShare);
  return figure ? Number(100 * figure->removed_share(), 0) + " %" : "-";
}

}  // namespace

std::string DiscardPlot(std::string_view title, std::span<const DiscardSeries> series) {
  const Plot plot(series);
  SvgWriter out = OpenPlotPage(title, series.size());
  DrawAxes(plot, &out);
  std::vector<LegendEntry> legend;
  for (size_t i = 0; i < series.size(); ++i) {
    const DiscardSeries& s = series[i];
    const SvgPath path = StepPath(plot, s.curve);
    const LineWeight weight = s.pooled ? LineWeight::kBold : LineWeight::kNormal;
    if (!path.data().empty()) out.Path(path, StrokeOf(i, weight) + " stroke-linejoin=\"round\"");
    legend.push_back({s.name, RemovedText(s.curve), weight});
  }
  DrawLegend("false non-matches removed at 10 %", legend, &out);
  return std::move(out).Finish();
}

}  // namespace taanu::svg
