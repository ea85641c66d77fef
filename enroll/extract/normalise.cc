#include <algorithm>
#include <cmath>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

// Two passes of radius 7 span about two ridge periods, so that the local mean holds no ridge.
constexpr int kWindowRadius = 7;
// Grey levels below which a variation is taken for the sensor's noise, at the least.
constexpr float kNoiseFloor = 2.0F;
constexpr float kFloorShare = 0.05F;
constexpr float kClip = 2.5F;

// Cells of one grey level throughout, in regions of at least this many: the ground that a sensor's
// software paints around what it scanned. Its edge against the scan would otherwise be the
// strongest "ridge" of the image.
constexpr int kVoidCells = 200;
constexpr float kVoidRange = 1.5F;  // grey levels

// 1 for each pixel that was scanned, 0 for painted ground.
Plane ScannedPixels(const Plane& grey) {
  const int columns = (grey.width + kCell - 1) / kCell;
  const int rows = (grey.height + kCell - 1) / kCell;
  Plane least(columns, rows, 1e9F);
  Plane most(columns, rows, -1e9F);
  for (int y = 0; y < grey.height; ++y) {
    const float* in = grey.row(y);
    float* low = least.row(y / kCell);
    float* high = most.row(y / kCell);
    for (int x = 0; x < grey.width; ++x) {
      low[x / kCell] = std::min(low[x / kCell], in[x]);
      high[x / kCell] = std::max(high[x / kCell], in[x]);
    }
  }
  Plane scanned(columns, rows);
  for (size_t i = 0; i < scanned.data.size(); ++i) {
    scanned.data[i] = most.data[i] - least.data[i] > kVoidRange ? 1.0F : 0.0F;
  }
  AbsorbSmallRegions(&scanned, 0, 1, kVoidCells, false);
  Plane pixels(grey.width, grey.height);
  for (int y = 0; y < grey.height; ++y) {
    const float* from = scanned.row(y / kCell);
    float* to = pixels.row(y);
    for (int x = 0; x < grey.width; ++x) to[x] = from[x / kCell];
  }
  return pixels;
}

float Quantile(std::vector<float> values, double share) {
  if (values.empty()) return 0;
  const auto nth =
      values.begin() + static_cast<ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), nth, values.end());
  return *nth;
}

}  // namespace

Normalised Normalise(const Plane& grey) {
  Normalised out;
  const Plane scanned = ScannedPixels(grey);
  Plane weight = scanned;
  BoxBlur(&weight, kWindowRadius, 2);
  for (float& value : weight.data) value = 1 / std::max(value, 1e-3F);
  Plane mean = grey;
  for (size_t i = 0; i < mean.data.size(); ++i) mean.data[i] *= scanned.data[i];
  BoxBlur(&mean, kWindowRadius, 2);
  out.image = grey;
  Plane deviation(grey.width, grey.height);
  for (size_t i = 0; i < grey.data.size(); ++i) {
    const float d = (grey.data[i] - mean.data[i] * weight.data[i]) * scanned.data[i];
    out.image.data[i] = d;
    deviation.data[i] = d * d;
  }
  BoxBlur(&deviation, kWindowRadius, 2);
  for (size_t i = 0; i < grey.data.size(); ++i) {
    deviation.data[i] = std::sqrt(std::max(deviation.data[i] * weight.data[i], 0.0F));
  }

  const int columns = (grey.width + kCell - 1) / kCell;
  const int rows = (grey.height + kCell - 1) / kCell;
  out.contrast = Plane(columns, rows);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      const int px = std::min(x * kCell + kCell / 2, grey.width - 1);
      const int py = std::min(y * kCell + kCell / 2, grey.height - 1);
      out.contrast.at(x, y) = deviation.at(px, py);
    }
  }
  out.typical_contrast = Quantile(out.contrast.data, 0.85);
  const float floor = std::max(kNoiseFloor, kFloorShare * out.typical_contrast);
  for (size_t i = 0; i < out.image.data.size(); ++i) {
    const float value = out.image.data[i] / (deviation.data[i] + floor);
    out.image.data[i] = std::clamp(value, -kClip, kClip);
  }
  return out;
}

}  // namespace taanu::extract
