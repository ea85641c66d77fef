// Trigonometry on the circle of 65,536 units, and the logarithm, that give the
// same bits on every machine.
//
// Only +, -, *, / and std::sqrt of IEEE 754 are used, which are correctly
// rounded everywhere; the functions of libm are not, and would make scores
// differ between C libraries. Thread-safety: pure functions.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstdlib>

namespace taanu::compare {

struct Rotation {
  float cosine = 1.0F;
  float sine = 0.0F;
};

// Sine of an angle in radians within [-pi/4, pi/4] and its cosine; error below
// 1e-7.
inline double SmallSine(double x) {
  const double s = x * x;
  return x * (1.0 - s / 6.0 * (1.0 - s / 20.0 * (1.0 - s / 42.0 * (1.0 - s / 72.0))));
}
inline double SmallCosine(double x) {
  const double s = x * x;
  return 1.0 - s / 2.0 * (1.0 - s / 12.0 * (1.0 - s / 30.0 * (1.0 - s / 56.0)));
}

// Cosine and sine of an angle in units of the circle.
inline Rotation RotationOf(uint16_t angle) {
  // The nearest multiple of a right angle, and what is left of it.
  const auto quadrant = static_cast<uint16_t>((angle + 8192) >> 14);
  const auto rest = static_cast<int16_t>(static_cast<uint16_t>(angle - quadrant * 16384));
  const double radians = rest * (3.14159265358979323846 / 32768.0);
  const auto sine = static_cast<float>(SmallSine(radians));
  const auto cosine = static_cast<float>(SmallCosine(radians));
  switch (quadrant & 3) {
    case 0:
      return {cosine, sine};
    case 1:
      return {-sine, cosine};
    case 2:
      return {-cosine, -sine};
    default:
      return {sine, -cosine};
  }
}

// The direction of (x, y), in units of the circle, within about one unit; 0 for
// (0, 0).
inline uint16_t DirectionOf(float x, float y) {
  const auto ax = static_cast<double>(x < 0 ? -x : x);
  const auto ay = static_cast<double>(y < 0 ? -y : y);
  if (ax == 0 && ay == 0) return 0;
  const bool steep = ay > ax;
  const double t = steep ? ax / ay : ay / ax;
  // atan(t) on [0, 1]: Abramowitz and Stegun, Handbook of Mathematical
  // Functions, 4.4.49.
  const double s = t * t;
  const double radians =
      t * (0.9998660 + s * (-0.3302995 + s * (0.1801410 + s * (-0.0851330 + s * 0.0208351))));
  auto units = static_cast<int>(radians * (32768.0 / 3.14159265358979323846) + 0.5);
  if (steep) units = 16384 - units;
  if (x < 0) units = 32768 - units;
  if (y < 0) units = -units;
  return static_cast<uint16_t>(units);
}

// The natural logarithm of a positive number, within 1e-7.
inline double LogOf(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // exact
  if (m < 0.70710678118654752440) {
    m *= 2.0;
    --exponent;
  }
  const double t = (m - 1.0) / (m + 1.0);
  const double s = t * t;
  return exponent * 0.69314718055994530942 +
         2.0 * t * (1.0 + s * (1.0 / 3 + s * (1.0 / 5 + s * (1.0 / 7 + s * (1.0 / 9)))));
}

// The size of the difference of two angles, 0 to 32,768.
inline int AngleGap(uint16_t a, uint16_t b) {
  return std::abs(static_cast<int>(static_cast<int16_t>(static_cast<uint16_t>(a - b))));
}

}  // namespace taanu::compare
