// Ridge patterns whose minutiae are known, for the extractor's tests.
#pragma once

#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

#include "enroll/image/image.h"

namespace taanu::test {

// A dislocation of the ridges: where the phase turns once around a point, one ridge more runs on
// one side than on the other (Larkin and Fletcher, "A coherent framework for fingerprint analysis:
// are fingerprints holograms?", Optics Express 15(14), 2007). In micrometres.
struct Dislocation {
  double x_um = 0;
  double y_um = 0;
  int sign = 1;
};

struct RidgePattern {
  int width_um = 20000;
  int height_um = 20000;
  double angle = 0.4;        // of the ridges, radians, anticlockwise as seen
  double period_um = 457.2;  // 9 pixels at 500 dpi
  double contrast = 90;      // grey levels to each side
  double noise = 6;          // standard deviation in grey levels
  std::vector<Dislocation> dislocations;
};

inline GrayImage Render(const RidgePattern& pattern, double dpi, uint32_t seed = 1) {
  constexpr double kMicrometresPerInch = 25400;
  constexpr double kPi = 3.14159265358979;
  const double um = kMicrometresPerInch / dpi;
  GrayImage image;
  image.width = static_cast<int>(pattern.width_um / um);
  image.height = static_cast<int>(pattern.height_um / um);
  image.dpi = dpi;
  std::mt19937 random(seed);
  std::normal_distribution<double> noise(0, pattern.noise);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const double px = (x + 0.5) * um;
      const double py = (y + 0.5) * um;
      // Distance across the ridges; y points down.
      const double across = px * std::sin(pattern.angle) + py * std::cos(pattern.angle);
      double phase = 2 * kPi * across / pattern.period_um;
      for (const Dislocation& d : pattern.dislocations) {
        phase += d.sign * std::atan2(py - d.y_um, px - d.x_um);
      }
      double value = 128 + pattern.contrast * std::cos(phase);
      if (pattern.noise > 0) value += noise(random);
      image.pixels.push_back(
          static_cast<uint8_t>(std::lround(std::fmin(255, std::fmax(0, value)))));
    }
  }
  return image;
}

inline GrayImage Uniform(int width, int height, uint8_t grey) {
  return {width, height, 500,
          std::vector<uint8_t>(static_cast<size_t>(width) * static_cast<size_t>(height), grey)};
}

}  // namespace taanu::test
