// The orientation field: the structure tensor of the gradients, smoothed as a doubled angle
// (Kass and Witkin 1987; Bazen and Gerez, "Systematic methods for the computation of the
// directional fields and singular points of fingerprints", PAMI 24(7), 2002), at two scales: the
// fine one follows cores and deltas where the print is clear, the coarse one bridges what is not.
#include <algorithm>
#include <cmath>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

// Box radii in cells of kCell pixels, three passes each: sigma about 6, 8 and 28 pixels.
constexpr int kTensorPasses = 3;
constexpr int kFinePasses = 2;
constexpr int kTensorPassesAgain = 2;
constexpr int kFinePassesAgain = 1;
constexpr int kCoarseRadius = 5;
// Coherence at which the fine scale is believed as much as the coarse one.
constexpr float kCoherenceTrust = 0.35F;

struct Tensor {
  Plane xx_minus_yy;
  Plane xy2;
  Plane energy;
};

Tensor CellTensor(const Plane& image) {
  const int columns = (image.width + kCell - 1) / kCell;
  const int rows = (image.height + kCell - 1) / kCell;
  Tensor tensor{Plane(columns, rows), Plane(columns, rows), Plane(columns, rows)};
  std::vector<float> difference(static_cast<size_t>(image.width));
  std::vector<float> product(static_cast<size_t>(image.width));
  std::vector<float> energy(static_cast<size_t>(image.width));
  for (int y = 1; y + 1 < image.height; ++y) {
    const float* above = image.row(y - 1);
    const float* here = image.row(y);
    const float* below = image.row(y + 1);
    for (int x = 1; x + 1 < image.width; ++x) {
      // Scharr's weights keep the angle of a gradient true to within half a degree.
      const float gx = 3 * (above[x + 1] - above[x - 1]) + 10 * (here[x + 1] - here[x - 1]) +
                       3 * (below[x + 1] - below[x - 1]);
      const float gy = 3 * (below[x - 1] - above[x - 1]) + 10 * (below[x] - above[x]) +
                       3 * (below[x + 1] - above[x + 1]);
      const auto i = static_cast<size_t>(x);
      difference[i] = gx * gx - gy * gy;
      product[i] = 2 * gx * gy;
      energy[i] = gx * gx + gy * gy;
    }
    float* to_difference = tensor.xx_minus_yy.row(y / kCell);
    float* to_product = tensor.xy2.row(y / kCell);
    float* to_energy = tensor.energy.row(y / kCell);
    for (int x = 1; x + 1 < image.width; ++x) {
      const auto i = static_cast<size_t>(x);
      to_difference[x / kCell] += difference[i];
      to_product[x / kCell] += product[i];
      to_energy[x / kCell] += energy[i];
    }
  }
  return tensor;
}

}  // namespace

float Orientation::Angle(int cell_x, int cell_y) const {
  const float angle = 0.5F * std::atan2(sin2.at(cell_x, cell_y), cos2.at(cell_x, cell_y));
  return angle < 0 ? angle + kPi : angle;
}

float Orientation::AngleAt(float x, float y) const {
  const float cx = (x + 0.5F) / kCell - 0.5F;
  const float cy = (y + 0.5F) / kCell - 0.5F;
  const float angle = 0.5F * std::atan2(Bilinear(sin2, cx, cy), Bilinear(cos2, cx, cy));
  return angle < 0 ? angle + kPi : angle;
}

Orientation EstimateOrientation(const Plane& image, bool cleared) {
  const int tensor_passes = cleared ? kTensorPassesAgain : kTensorPasses;
  const int fine_passes = cleared ? kFinePassesAgain : kFinePasses;
  Tensor tensor = CellTensor(image);
  BoxBlur(&tensor.xx_minus_yy, 1, tensor_passes);
  BoxBlur(&tensor.xy2, 1, tensor_passes);
  BoxBlur(&tensor.energy, 1, tensor_passes);

  const int columns = tensor.energy.width;
  const int rows = tensor.energy.height;
  Orientation out{Plane(columns, rows), Plane(columns, rows), Plane(columns, rows)};
  for (size_t i = 0; i < tensor.energy.data.size(); ++i) {
    // The ridge runs at right angles to the gradient: the doubled angle turns by pi. The image's y
    // axis points down and the angle's up, which flips the sign of the sine once more.
    const float c = -tensor.xx_minus_yy.data[i];
    const float s = tensor.xy2.data[i];
    const float energy = tensor.energy.data[i];
    const float length = std::sqrt(c * c + s * s);
    const float coherence = energy > 1e-6F ? length / energy : 0;
    out.coherence.data[i] = coherence;
    const float weight = length > 1e-9F ? coherence / length : 0;
    out.cos2.data[i] = c * weight;
    out.sin2.data[i] = s * weight;
  }
  Plane coarse_cos = out.cos2;
  Plane coarse_sin = out.sin2;
  BoxBlur(&coarse_cos, kCoarseRadius, 3);
  BoxBlur(&coarse_sin, kCoarseRadius, 3);
  BoxBlur(&out.cos2, 1, fine_passes);
  BoxBlur(&out.sin2, 1, fine_passes);
  for (size_t i = 0; i < out.cos2.data.size(); ++i) {
    const float fine = std::hypot(out.cos2.data[i], out.sin2.data[i]);
    const float share = fine * fine / (fine * fine + kCoherenceTrust * kCoherenceTrust);
    const float c = share * out.cos2.data[i] + (1 - share) * coarse_cos.data[i];
    const float s = share * out.sin2.data[i] + (1 - share) * coarse_sin.data[i];
    const float length = std::hypot(c, s);
    out.cos2.data[i] = length > 1e-9F ? c / length : 0;
    out.sin2.data[i] = length > 1e-9F ? s / length : 0;
  }
  return out;
}

}  // namespace taanu::extract
