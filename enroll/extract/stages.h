// The stages from an image to its minutiae, each a function of what the stages before it made.
//
// Everything here is at kWorkDpi, in pixels of the working image, x to the right and y down; the
// fields (orientation, frequency, mask, quality) are sampled once for each cell of kCell pixels, at
// the cell's centre. Angles of ridges are in radians, in [0, pi), anticlockwise as seen (y up).
//
// A constant in these files that names no source was first chosen on the six sets of real prints
// that the tests use, and then found to be at its best, or within noise of it, on FVC2000 and
// FVC2004 alone (enroll/README.md has the figures). To judge another value, extract the sets before
// and after and compare with `measure_change` (tests/accuracy): differences of a few tenths of a
// point between 280 mated pairs are noise.
//
// Internal to enroll/extract. Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "enroll/extract/extractor.h"
#include "enroll/extract/plane.h"
#include "enroll/image/image.h"

namespace taanu::extract {

inline constexpr double kWorkDpi = 500;
inline constexpr int kCell = 4;
inline constexpr float kPi = 3.14159265358979F;

// Periods of ridges that are looked for, in pixels at 500 dpi: from a child's dense pattern to a
// large, stretched thumb (adults' average is about 9).
inline constexpr float kPeriodMin = 4.5F;
inline constexpr float kPeriodMax = 16.0F;

// --- crop.cc

struct Window {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};
// The part of the image, at most `side` (at least 100) pixels a side, in which most happens; the
// whole image where that is not larger. This is what bounds the memory and the time of an
// extraction, whatever the size and resolution of the image.
Window FindFinger(const GrayImage& image, int side);

// --- normalise.cc

struct Normalised {
  Plane image;                 // local mean 0, local standard deviation about 1; 0 where nothing is
  Plane contrast;              // local standard deviation in grey levels, for each cell
  float typical_contrast = 0;  // of the well printed part of the image, in grey levels
};
Normalised Normalise(const Plane& grey);

// --- orientation.cc

struct Orientation {
  // Direction along the ridges as a vector of the doubled angle; its length is 1 (or 0 where
  // nothing at all is known).
  Plane cos2;
  Plane sin2;
  Plane coherence;  // 0-1: how far all gradients near the cell agree

  float Angle(int cell_x, int cell_y) const;  // radians in [0, pi)
  float AngleAt(float x, float y) const;      // at a pixel, interpolated
};
// `cleared` says that the image has been enhanced once: it is then smoothed less.
Orientation EstimateOrientation(const Plane& image, bool cleared);

// --- frequency.cc

struct Frequency {
  Plane period;       // pixels from ridge to ridge, for each cell
  Plane confidence;   // 0-1
  float typical = 9;  // of the whole print
};
Frequency EstimateFrequency(const Plane& image, const Orientation& orientation,
                            const Plane& contrast, float contrast_floor);

// --- enhance.cc

// An image in the layout that FilterCell (filter_cell.h) reads, with a border of zeros. Made once,
// it serves both rounds of the enhancement.
struct FilterImage {
  explicit FilterImage(const Plane& image);
  const float* At(int x, int y) const {
    return data.data() + (y + kBorder) * stride + ptrdiff_t{4} * (x + kBorder);
  }

  static constexpr int kBorder = 18;  // pixels
  int width;
  int height;
  ptrdiff_t stride;  // in floats
  std::vector<float> data;
};

// The image filtered along its own ridges; negative on ridges, positive in valleys, about 1 in
// amplitude where the pattern is clear. Cells where `active` is 0 are left at 0.
Plane Enhance(const FilterImage& image, const Orientation& orientation, const Frequency& frequency,
              const Plane& active);

// --- segmentation.cc

struct Segmentation {
  Plane mask;         // 1 where ridges can be used, else 0, for each cell
  Plane border;       // distance of each cell to the outside of the mask, in pixels
  Plane reliability;  // 0-1: how well the enhanced ridges explain the image around the cell
};
// Cells worth enhancing at all: those with any contrast.
Plane ActiveCells(const Normalised& normalised);
Segmentation Segment(const Normalised& normalised, const Plane& enhanced,
                     const Orientation& orientation, const Plane& active);

// --- skeleton.cc

// A binary image with a border of one pixel of zeros on each side.
struct Bitmap {
  Bitmap(int w, int h)
      : width(w),
        height(h),
        stride(w + 2),
        data(static_cast<size_t>(w + 2) * static_cast<size_t>(h + 2)) {}
  size_t index(int x, int y) const {
    return static_cast<size_t>(y + 1) * static_cast<size_t>(stride) + static_cast<size_t>(x + 1);
  }
  int width;
  int height;
  int stride;
  std::vector<uint8_t> data;
};
// Ridges (1) within the mask.
Bitmap Binarise(const Plane& enhanced, const Plane& mask);
// Thins ridges in place to lines of one pixel, 8-connected.
void Thin(Bitmap* bitmap);

// --- ridge_graph.cc

struct Point {
  int16_t x = 0;
  int16_t y = 0;
  friend bool operator==(const Point&, const Point&) = default;
};

// Ridges as lines between nodes: endings, bifurcations and whatever else the skeleton has.
struct RidgeGraph {
  struct Node {
    Point at;
    std::vector<int> lines;  // a line from a node to itself is there twice
  };
  struct Line {
    int from = -1;
    int to = -1;
    std::vector<Point> points;  // from `from` to `to`, both included; empty: removed
  };
  std::vector<Node> nodes;
  std::vector<Line> lines;

  void RemoveLine(int line);
  int AddLine(Line line);
  // Joins the two lines that meet at a node of two into one.
  void MergeThrough(int node);
  // The point about `reach` points along a line, seen from one of its nodes.
  Point Along(int line, int node, int reach) const;
};
RidgeGraph BuildRidgeGraph(const Bitmap& skeleton);

// --- ridge_cleaning.cc

// Removes by structure what noise, pores, scars and the filters leave in a skeleton.
void CleanRidges(const Orientation& orientation, float period, RidgeGraph* graph);

// --- minutiae.cc

struct RawMinutia {
  float x = 0;
  float y = 0;
  float angle = 0;  // radians in [0, 2 pi), anticlockwise as seen (y up)
  bool bifurcation = false;
  float quality = 0;  // 0-1: how likely another impression shows it again
};
std::vector<RawMinutia> FindMinutiae(const RidgeGraph& graph, const Orientation& orientation,
                                     const Segmentation& segmentation, const Plane& enhanced,
                                     float period);

// --- quality.cc

struct ImageQuality {
  int score = 0;  // 0-100
  QualityReason reason = QualityReason::kNoFinger;
  QualityReason wanting = QualityReason::kNoFinger;
};
ImageQuality RateImage(const Plane& grey, const Normalised& normalised, const Plane& enhanced,
                       const Orientation& orientation, const Segmentation& segmentation,
                       const std::vector<RawMinutia>& minutiae);

// --- extractor.cc

// Everything that the stages make. Extract keeps the minutiae and drops the rest; whoever wants to
// see how they came about keeps it all, so that a look inside costs nothing when nobody looks.
struct Stages {
  Window window;     // of the image given; the working image shows only this
  double scale = 1;  // pixels of the working image for one of the image given
  Plane grey;
  Normalised normalised;
  Orientation orientation;
  Frequency frequency;
  Plane enhanced;
  Segmentation segmentation;
  Bitmap skeleton{0, 0};
  RidgeGraph graph;
  std::vector<RawMinutia> minutiae;
  ImageQuality quality;
};
Stages ExtractStages(const GrayImage& image);
// What the caller of Extract gets of them, in units of the image given.
Extraction ToExtraction(const Stages& stages, const GrayImage& image);

}  // namespace taanu::extract
