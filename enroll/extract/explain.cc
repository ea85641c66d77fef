#include "enroll/extract/explain.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>
#include <utility>

#include "enroll/extract/stages.h"

namespace taanu {
namespace {

using extract::kCell;
using extract::Plane;
using extract::Stages;

// Pictures with lines in them are drawn larger, so that the ridges beneath stay visible.
constexpr int kZoom = 2;
constexpr int kMarkRadius = 6;       // pixels of a zoomed picture
constexpr int kMarkLength = 20;      // pixels of a zoomed picture
constexpr int kOrientationStep = 2;  // cells from one line to the next

// Blue, green, red, as OpenCV has them.
using Colour = cv::Vec3b;

uint8_t Byte(float value) { return static_cast<uint8_t>(std::clamp(value, 0.0F, 255.0F) + 0.5F); }

// From red at 0 over yellow to green at 1.
Colour RedToGreen(float share) {
  share = std::clamp(share, 0.0F, 1.0F);
  return {0, Byte(440 * share), Byte(440 * (1 - share))};
}

// From blue at 0 over green to red at 1.
Colour BlueToRed(float share) {
  share = std::clamp(share, 0.0F, 1.0F);
  return {Byte(255 * (1 - 2 * share)), Byte(255 * (1 - std::abs(2 * share - 1))),
          Byte(255 * (2 * share - 1))};
}

cv::Scalar Paint(Colour colour) {
  return {double(colour[0]), double(colour[1]), double(colour[2])};
}

// Calls `colour(x, y)` for each pixel of a picture as large as `like`.
template <typename ColourAt>
cv::Mat Fill(const Plane& like, ColourAt colour) {
  cv::Mat picture(like.height, like.width, CV_8UC3);
  for (int y = 0; y < like.height; ++y) {
    auto* row = picture.ptr<Colour>(y);
    for (int x = 0; x < like.width; ++x) row[x] = colour(x, y);
  }
  return picture;
}

Colour Grey(float value) {
  const uint8_t byte = Byte(value);
  return {byte, byte, byte};
}

cv::Mat DrawGrey(const Stages& s) {
  return Fill(s.grey, [&s](int x, int y) { return Grey(s.grey.at(x, y)); });
}

// The image, larger and pale, for marks to be drawn upon.
cv::Mat DrawGround(const Stages& s) {
  const cv::Mat grey =
      Fill(s.grey, [&s](int x, int y) { return Grey(90 + s.grey.at(x, y) * (165.0F / 255)); });
  cv::Mat large;
  cv::resize(grey, large, {}, kZoom, kZoom, cv::INTER_LINEAR);
  return large;
}

cv::Mat DrawMask(const Stages& s) {
  return Fill(s.grey, [&s](int x, int y) {
    const float grey = s.grey.at(x, y);
    if (s.segmentation.mask.at(x / kCell, y / kCell) == 0) {
      return Colour{Byte(0.5F * grey), Byte(0.5F * grey), Byte(128 + 0.5F * grey)};
    }
    return Grey(grey * s.segmentation.reliability.at(x / kCell, y / kCell));
  });
}

cv::Mat DrawOrientation(const Stages& s) {
  cv::Mat picture = DrawGround(s);
  const extract::Orientation& field = s.orientation;
  for (int cy = 0; cy < field.cos2.height; cy += kOrientationStep) {
    for (int cx = 0; cx < field.cos2.width; cx += kOrientationStep) {
      if (field.cos2.at(cx, cy) == 0 && field.sin2.at(cx, cy) == 0) continue;
      const double angle = static_cast<double>(field.Angle(cx, cy));
      const double reach = 0.45 * kOrientationStep * kCell * kZoom;
      const cv::Point2d centre((cx + 0.5) * kCell * kZoom, (cy + 0.5) * kCell * kZoom);
      const cv::Point2d along(reach * std::cos(angle), -reach * std::sin(angle));
      cv::line(picture, centre - along, centre + along,
               Paint(RedToGreen(field.coherence.at(cx, cy))), 1, cv::LINE_AA);
    }
  }
  return picture;
}

cv::Mat DrawFrequency(const Stages& s) {
  const float range = extract::kPeriodMax - extract::kPeriodMin;
  return Fill(s.grey, [&](int x, int y) {
    return BlueToRed((s.frequency.period.at(x / kCell, y / kCell) - extract::kPeriodMin) / range);
  });
}

cv::Mat DrawEnhanced(const Stages& s) {
  return Fill(s.enhanced, [&s](int x, int y) { return Grey(128 + 160 * s.enhanced.at(x, y)); });
}

cv::Mat DrawSkeleton(const Stages& s) {
  enum : uint8_t { kNone, kThinned, kKept };
  const int width = s.skeleton.width;
  std::vector<uint8_t> kept(static_cast<size_t>(width) * static_cast<size_t>(s.skeleton.height));
  for (const extract::RidgeGraph::Line& line : s.graph.lines) {
    for (const extract::Point p : line.points) kept[static_cast<size_t>(p.y * width + p.x)] = 1;
  }
  return Fill(s.grey, [&](int x, int y) {
    const bool thinned = s.skeleton.data[s.skeleton.index(x, y)] != 0;
    if (kept[static_cast<size_t>(y * width + x)] != 0) {
      return thinned ? Colour{0, 0, 0} : Colour{255, 150, 80};
    }
    return thinned ? Colour{140, 140, 255} : Colour{255, 255, 255};
  });
}

cv::Mat DrawMinutiae(const Stages& s) {
  cv::Mat picture = DrawGround(s);
  for (const extract::RawMinutia& m : s.minutiae) {
    const cv::Scalar paint = Paint(RedToGreen(m.quality));
    const cv::Point2f at((m.x + 0.5F) * kZoom, (m.y + 0.5F) * kZoom);
    const cv::Point2f ahead(std::cos(m.angle), -std::sin(m.angle));
    const cv::Point2f corner(kMarkRadius, kMarkRadius);
    // A dark edge first: a mark must be seen on any ground.
    for (const auto& [colour, thickness] : {std::pair{cv::Scalar(60, 0, 0), 4}, {paint, 2}}) {
      if (m.bifurcation) {
        cv::rectangle(picture, at - corner, at + corner, colour, thickness, cv::LINE_AA);
      } else {
        cv::circle(picture, at, kMarkRadius, colour, thickness, cv::LINE_AA);
      }
      cv::line(picture, at + ahead * kMarkRadius, at + ahead * kMarkLength, colour, thickness,
               cv::LINE_AA);
    }
  }
  return picture;
}

struct Stage {
  std::string_view name;
  cv::Mat (*draw)(const Stages&);
};
constexpr Stage kStages[] = {{"1-grey", DrawGrey},
                             {"2-mask", DrawMask},
                             {"3-orientation", DrawOrientation},
                             {"4-frequency", DrawFrequency},
                             {"5-enhanced", DrawEnhanced},
                             {"6-skeleton", DrawSkeleton},
                             {"7-minutiae", DrawMinutiae}};

}  // namespace

Result<ExplainedExtraction> ExtractExplained(const GrayImage& image) {
  const Stages stages = extract::ExtractStages(image);
  ExplainedExtraction explained;
  explained.extraction = extract::ToExtraction(stages, image);
  try {
    for (const auto& [stage, draw] : kStages) {
      StagePicture picture;
      picture.stage = stage;
      if (!cv::imencode(".png", draw(stages), picture.png)) {
        return Fail(ErrorCode::kInternal, "PICTURE_NOT_ENCODED",
                    "the picture of " + std::string(stage) + " cannot be encoded");
      }
      explained.pictures.push_back(std::move(picture));
    }
  } catch (const cv::Exception& error) {
    return Fail(ErrorCode::kInternal, "PICTURE_NOT_ENCODED", error.what());
  }
  return explained;
}

}  // namespace taanu
