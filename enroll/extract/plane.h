// A two-dimensional array of floats, and the few operations that every stage shares.
//
// Written here, not taken from OpenCV, whose kernels differ between processors in the last bits
// and run on its own thread pool: a print must give the same template on every machine, and a
// caller that extracts on every core must not be slowed by more threads.
//
// Internal to enroll/extract. Thread-safety: plain values and pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace taanu::extract {

struct Plane {
  Plane() = default;
  Plane(int w, int h, float value = 0)
      : width(w), height(h), data(static_cast<size_t>(w) * static_cast<size_t>(h), value) {}

  float* row(int y) { return data.data() + static_cast<ptrdiff_t>(y) * width; }
  const float* row(int y) const { return data.data() + static_cast<ptrdiff_t>(y) * width; }
  float& at(int x, int y) { return row(y)[x]; }
  float at(int x, int y) const { return row(y)[x]; }

  int width = 0;
  int height = 0;
  std::vector<float> data;
};

// Blurs in place by `passes` box filters of the given radius; near the border the mean is over
// what lies within the plane. Three passes come close to a Gaussian of sigma
// sqrt(passes * ((2 radius + 1)^2 - 1) / 12).
void BoxBlur(Plane* plane, int radius, int passes);

// Sums over cells of `cell` x `cell` pixels; cells at the right and lower border may be partial.
Plane CellSums(const Plane& plane, int cell);

// Resamples 8-bit pixels, rows `stride` bytes apart, by `scale` (output pixels for one input pixel)
// with a triangle filter as wide as the larger of the two pixel sizes. Pixel centres are at
// half-integer coordinates.
Plane Resample(const uint8_t* pixels, ptrdiff_t stride, int width, int height, double scale);

// Sets to `value` every 4-connected region of cells that are `other` and fewer than `limit`;
// regions that reach the border of the image are kept where `keep_border` says so. Returns the
// number of cells of the largest region there was.
int AbsorbSmallRegions(Plane* mask, float other, float value, int limit, bool keep_border);

// Bilinear value at (x, y) in pixels, clamped to the plane.
float Bilinear(const Plane& plane, float x, float y);

}  // namespace taanu::extract
