#include <algorithm>
#include <cstdlib>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

constexpr int kBlock = 16;  // pixels

// The start of the `span` neighbouring sums that hold the most; the first such.
int BestStart(const std::vector<int64_t>& sums, int span) {
  int64_t held = 0;
  for (int i = 0; i < span; ++i) held += sums[static_cast<size_t>(i)];
  int64_t best = held;
  int start = 0;
  for (int i = span; i < static_cast<int>(sums.size()); ++i) {
    held += sums[static_cast<size_t>(i)] - sums[static_cast<size_t>(i - span)];
    if (held > best) {
      best = held;
      start = i - span + 1;
    }
  }
  return start;
}

// Where on one axis the window lies: [first, first + size).
void Place(const std::vector<int64_t>& sums, int whole, int side, int* first, int* size) {
  if (whole <= side) return;
  *first = std::min(BestStart(sums, side / kBlock) * kBlock, whole - side);
  *size = side;
}

}  // namespace

Window FindFinger(const GrayImage& image, int side) {
  Window window{0, 0, image.width, image.height};
  if (image.width <= side && image.height <= side) return window;
  std::vector<int64_t> across(static_cast<size_t>(image.width / kBlock + 1));
  std::vector<int64_t> down(static_cast<size_t>(image.height / kBlock + 1));
  for (int y = 0; y < image.height; ++y) {
    for (int x = 1; x < image.width; ++x) {
      const int change = std::abs(image.at(x, y) - image.at(x - 1, y));
      across[static_cast<size_t>(x / kBlock)] += change;
      down[static_cast<size_t>(y / kBlock)] += change;
    }
  }
  Place(across, image.width, side, &window.x, &window.width);
  Place(down, image.height, side, &window.y, &window.height);
  return window;
}

}  // namespace taanu::extract
