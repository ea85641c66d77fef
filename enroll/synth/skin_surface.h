// The skin as it touches the sensor: the master with what interrupts its ridges: pores and creases,
// which belong to the finger, and scratches, which belong to one impression.
//
// Thread-safety: a SkinSurface belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "enroll/image/image.h"
#include "enroll/synth/skin_distortion.h"

namespace taanu::synth {

class SkinSurface {
 public:
  explicit SkinSurface(const GrayImage& master);

  // Sweat pores along the middle of ridges, 0.4 to 0.6 mm apart; `strength` 0 to 1 is how open they
  // are.
  void AddPores(uint64_t finger_seed, double strength);
  // Old white lines of the finger: the same ones in every impression, more or less visible.
  void AddCreases(uint64_t finger_seed, double strength);
  // `count` white lines of one impression.
  void AddScratches(Random* random, int count);

  // The height of the skin: 1 on a ridge, -1 in a valley or beyond the finger. Bilinear;
  // coordinates are pixels of 500 dpi from the middle of the master, y down.
  float At(float x, float y) const {
    const float fx = x + static_cast<float>(width_ / 2);
    const float fy = y + static_cast<float>(height_ / 2);
    if (!(fx >= 0 && fy >= 0 && fx < static_cast<float>(width_ - 1) &&
          fy < static_cast<float>(height_ - 1))) {
      return -1;
    }
    const auto ix = static_cast<int>(fx);
    const auto iy = static_cast<int>(fy);
    const float u = fx - static_cast<float>(ix);
    const float v = fy - static_cast<float>(iy);
    const float* row = heights_.data() + iy * width_ + ix;
    const float top = row[0] + u * (row[1] - row[0]);
    const float bottom = row[width_] + u * (row[width_ + 1] - row[width_]);
    return top + v * (bottom - top);
  }

 private:
  // Lowers the skin along a line that bends a little.
  void AddLine(Random* random, double length, double width, double depth);
  void Lower(double x, double y, double radius, double depth);

  int width_;
  int height_;
  std::vector<float> heights_;
};

}  // namespace taanu::synth
