#include "matcher/evaluate/svg/pair_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "matcher/evaluate/svg/base64.h"
#include "matcher/evaluate/svg/svg_writer.h"

namespace taanu::svg {
namespace {

constexpr double kMargin = 24;
constexpr double kGap = 40;
constexpr double kTop = 76;
constexpr double kLegendHeight = 56;
// A panel is as large as fits in this; a fingertip of 20 mm at about four times its size.
constexpr double kPanelSide = 480;
constexpr double kMark = 4.5;
constexpr double kTail = 14;
// Around minutiae of a view that does not state the size of its image.
constexpr double kBorderUm = 1000;

constexpr std::array<std::string_view, 8> kColours = {"#0072b2", "#d55e00", "#009e73", "#b0307f",
                                                      "#1f9ad6", "#c77f00", "#6a3d9a", "#a02c2c"};

// What part of a print is shown, in micrometres.
struct Frame {
  double left = 0;
  double top = 0;
  double width = 1;
  double height = 1;
};

Frame FrameOf(const FingerView& view) {
  if (view.width_um > 0 && view.height_um > 0) {
    return {0, 0, static_cast<double>(view.width_um), static_cast<double>(view.height_um)};
  }
  if (view.minutiae.empty()) return {0, 0, 20'000, 20'000};
  double left = view.minutiae.front().x_um;
  double right = left;
  double top = view.minutiae.front().y_um;
  double bottom = top;
  for (const Minutia& m : view.minutiae) {
    left = std::min(left, static_cast<double>(m.x_um));
    right = std::max(right, static_cast<double>(m.x_um));
    top = std::min(top, static_cast<double>(m.y_um));
    bottom = std::max(bottom, static_cast<double>(m.y_um));
  }
  return {left - kBorderUm, top - kBorderUm, right - left + 2 * kBorderUm,
          bottom - top + 2 * kBorderUm};
}

SvgPath Diamond(Point p) {
  SvgPath path;
  path.MoveTo({p.x, p.y - kMark}).LineTo({p.x + kMark, p.y});
  path.LineTo({p.x, p.y + kMark}).LineTo({p.x - kMark, p.y}).Close();
  return path;
}

// One print on the page.
class Panel {
 public:
  Panel(const PrintPicture& print, double left, double units_per_um)
      : print_(print), frame_(FrameOf(*print.view)), left_(left), scale_(units_per_um) {}

  double width() const { return frame_.width * scale_; }
  double height() const { return frame_.height * scale_; }
  const FingerView& view() const { return *print_.view; }

  Point At(const Minutia& m) const {
    return {left_ + (m.x_um - frame_.left) * scale_, kTop + (m.y_um - frame_.top) * scale_};
  }

  void DrawGround(size_t matched, SvgWriter* out) const {
    out->Text({left_, kTop - 12},
              print_.name + ": " + std::to_string(view().minutiae.size()) + " minutiae, " +
                  std::to_string(matched) + " matched",
              "font-size=\"13\"");
    if (!print_.png.empty()) {
      out->Png({left_, kTop}, width(), height(), Base64(print_.png));
    }
    out->Rectangle({left_, kTop}, width(), height(), "fill=\"none\" stroke=\"#999\"");
  }

  void DrawMinutia(const Minutia& m, const std::string& colour, double stroke,
                   SvgWriter* out) const {
    const Point p = At(m);
    const double angle = m.angle * 2 * std::numbers::pi / kFullCircle;
    // Angles run anticlockwise as seen, and y runs down.
    const double dx = std::cos(angle);
    const double dy = -std::sin(angle);
    const std::string line =
        "stroke=\"" + colour + "\" stroke-width=\"" + Number(stroke) + "\" fill=\"none\"";
    out->Line({p.x + kMark * dx, p.y + kMark * dy}, {p.x + kTail * dx, p.y + kTail * dy}, line);
    switch (m.type) {
      case MinutiaType::kRidgeEnding:
        out->Circle(p, kMark, line);
        break;
      case MinutiaType::kBifurcation:
        out->Rectangle({p.x - kMark, p.y - kMark}, 2 * kMark, 2 * kMark, line);
        break;
      case MinutiaType::kOther:
        out->Path(Diamond(p), line);
        break;
    }
  }

 private:
  const PrintPicture& print_;
  Frame frame_;
  double left_;
  double scale_;
};

void DrawLegend(double y, SvgWriter* out) {
  const std::string line = "stroke=\"#444\" stroke-width=\"1.6\" fill=\"none\"";
  const std::string words = "font-size=\"12\" fill=\"#444\"";
  out->Circle({kMargin + 6, y}, kMark, line);
  out->Text({kMargin + 17, y + 4}, "ridge ending", words);
  out->Rectangle({kMargin + 118 - kMark, y - kMark}, 2 * kMark, 2 * kMark, line);
  out->Text({kMargin + 129, y + 4}, "bifurcation", words);
  out->Path(Diamond({kMargin + 218, y}), line);
  out->Text({kMargin + 229, y + 4}, "other; coloured and joined: matched; grey: not", words);
  out->Text({kMargin, y + 22}, "Personal data: to be kept as the prints themselves are.", words);
}

}  // namespace

std::string PairPicture(std::string_view title, const PrintPicture& probe,
                        const PrintPicture& reference, std::span<const MinutiaPair> pairs) {
  const Frame a = FrameOf(*probe.view);
  const Frame b = FrameOf(*reference.view);
  // One scale for both, so that distances can be compared.
  const double scale = kPanelSide / std::max({a.width, a.height, b.width, b.height});
  const Panel left(probe, kMargin, scale);
  const Panel right(reference, kMargin + left.width() + kGap, scale);

  std::vector<MinutiaPair> drawn;
  std::vector<bool> probe_matched(left.view().minutiae.size());
  std::vector<bool> reference_matched(right.view().minutiae.size());
  for (const MinutiaPair& pair : pairs) {
    if (pair.probe >= probe_matched.size() || pair.reference >= reference_matched.size()) continue;
    drawn.push_back(pair);
    probe_matched[pair.probe] = true;
    reference_matched[pair.reference] = true;
  }

  const double panels = std::max(left.height(), right.height());
  const double width =
      std::max(2 * kMargin + left.width() + kGap + right.width(), 2 * kMargin + 500);
  SvgWriter out(width, kTop + panels + kLegendHeight + 10, title);
  out.Text({kMargin, 34}, title, "font-size=\"16\"");
  const auto count = [](const std::vector<bool>& matched) {
    return static_cast<size_t>(std::count(matched.begin(), matched.end(), true));
  };
  left.DrawGround(count(probe_matched), &out);
  right.DrawGround(count(reference_matched), &out);
  const auto draw_rest = [&out](const Panel& panel, const std::vector<bool>& matched) {
    for (size_t i = 0; i < matched.size(); ++i) {
      if (!matched[i]) panel.DrawMinutia(panel.view().minutiae[i], "#9a9a9a", 1.2, &out);
    }
  };
  draw_rest(left, probe_matched);
  draw_rest(right, reference_matched);
  for (size_t i = 0; i < drawn.size(); ++i) {
    const std::string colour(kColours[i % kColours.size()]);
    const Minutia& m = left.view().minutiae[drawn[i].probe];
    const Minutia& n = right.view().minutiae[drawn[i].reference];
    out.Line(left.At(m), right.At(n),
             "stroke=\"" + colour + "\" stroke-width=\"0.9\" stroke-opacity=\"0.45\"");
    left.DrawMinutia(m, colour, 2, &out);
    right.DrawMinutia(n, colour, 2, &out);
  }
  DrawLegend(kTop + panels + 26, &out);
  return std::move(out).Finish();
}

}  // namespace taanu::svg
