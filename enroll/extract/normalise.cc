#include <algorithm>
#include <cmath>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

// Two passes of radius 7 span about two ridge periods, so that the local mean holds no ridge.
constexpr int kWindowRadius = 7;
// Grey levels below which a variation is taken for the sensor's noise, at the least.
constexpr float kNoiseFloor = 2.0F;
constexpr float kFloorShare = 0.12F;
constexpr float kClip = 2.5F;

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
  Plane mean = grey;
  BoxBlur(&mean, kWindowRadius, 2);
  out.image = grey;
  Plane deviation(grey.width, grey.height);
  for (size_t i = 0; i < grey.data.size(); ++i) {
    const float d = grey.data[i] - mean.data[i];
    out.image.data[i] = d;
    deviation.data[i] = d * d;
  }
  BoxBlur(&deviation, kWindowRadius, 2);
  for (float& value : deviation.data) value = std::sqrt(std::max(value, 0.0F));

  const int columns = (grey.width + kCell - 1) / kCell;
  const int rows = (grey.height + kCell - 1) / kCell;
  out.contrast = Plane(columns, rows);
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      out.contrast.at(x, y) = deviation.at(std::min(x * kCell + kCell / 2, grey.width - 1),
                                           std::min(y * kCell + kCell / 2, grey.height - 1));
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
