// What the tests measure on images of ridges.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "enroll/image/image.h"

namespace taanu::test {

inline uint64_t Digest(const GrayImage& image) {
  uint64_t digest = 0xCBF29CE484222325U;  // FNV-1a
  for (const uint8_t pixel : image.pixels) digest = (digest ^ pixel) * 0x100000001B3U;
  return digest;
}

inline double MeanGrey(const GrayImage& image) {
  double sum = 0;
  for (const uint8_t pixel : image.pixels) sum += pixel;
  return sum / static_cast<double>(image.pixels.size());
}

// The median over squares of ridges of the distance from ridge to ridge, in pixels; 0 where there
// are no ridges. A row and a column cross a pattern of period p twice in p / |sin| and p / |cos| of
// its direction, so that the two counts give the period whatever the direction.
inline double MedianPeriod(const GrayImage& image) {
  const int side = std::max(24, static_cast<int>(40 * image.dpi / 500));
  std::vector<double> periods;
  for (int y0 = 0; y0 + side < image.height; y0 += side) {
    for (int x0 = 0; x0 + side < image.width; x0 += side) {
      int dark = 0;
      int across = 0;
      int down = 0;
      for (int y = y0; y < y0 + side; ++y) {
        for (int x = x0; x < x0 + side; ++x) {
          const bool ridge = image.at(x, y) < 160;
          dark += ridge ? 1 : 0;
          across += ridge != (image.at(x + 1, y) < 160) ? 1 : 0;
          down += ridge != (image.at(x, y + 1) < 160) ? 1 : 0;
        }
      }
      const double area = static_cast<double>(side) * side;
      if (dark < 0.3 * area || dark > 0.7 * area) continue;
      periods.push_back(2 * area / std::hypot(across, down));
    }
  }
  if (periods.empty()) return 0;
  std::nth_element(periods.begin(), periods.begin() + periods.size() / 2, periods.end());
  return periods[periods.size() / 2];
}

// The mean difference of two images of one size, in grey levels.
inline double MeanDifference(const GrayImage& a, const GrayImage& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

}  // namespace taanu::test
