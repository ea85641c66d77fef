#include "enroll/synth/exact_math.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace taanu::synth {
namespace {

// Taylor series, for |x| <= pi/4: the first term left out is below 4e-13.
double SinSmall(double x) {
  const double s = x * x;
  return x *
         (1 + s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 +
                                                    s * (1.0 / 362880 + s * (-1.0 / 39916800))))));
}

double CosSmall(double x) {
  const double s = x * x;
  return 1 +
         s * (-1.0 / 2 +
              s * (1.0 / 24 + s * (-1.0 / 720 + s * (1.0 / 40320 + s * (-1.0 / 3628800 +
                                                                        s * (1.0 / 479001600))))));
}

// Gregory's series, for |x| <= tan(pi/8): the first term left out is below 7e-11.
double AtanSmall(double x) {
  const double s = x * x;
  double sum = 0;
  for (int k = 21; k >= 1; k -= 2) sum = (k % 4 == 1 ? 1.0 : -1.0) / k + s * sum;
  return x * sum;
}

}  // namespace

double Sin(double x) {
  const double quarter = std::floor(x * (2 / kPi) + 0.5);
  const double rest = x - quarter * (kPi / 2);
  switch (static_cast<int64_t>(quarter) & 3) {
    case 0:
      return SinSmall(rest);
    case 1:
      return CosSmall(rest);
    case 2:
      return -SinSmall(rest);
    default:
      return -CosSmall(rest);
  }
}

double Cos(double x) { return Sin(x + kPi / 2); }

double Exp(double x) {
  if (x < -700) return 0;
  x = std::min(x, 700.0);
  constexpr double kLn2 = 0.69314718055994530942;
  const double power = std::floor(x / kLn2 + 0.5);
  const double rest = x - power * kLn2;  // |rest| <= ln(2)/2
  double sum = 1;
  for (int k = 11; k >= 1; --k) sum = 1 + sum * rest / k;
  const auto exponent = static_cast<uint64_t>(static_cast<int64_t>(power) + 1023);
  return sum * std::bit_cast<double>(exponent << 52);
}

double Atan2(double y, double x) {
  const double ax = std::abs(x);
  const double ay = std::abs(y);
  const double longer = std::max(ax, ay);
  if (longer == 0) return 0;
  double ratio = std::min(ax, ay) / longer;  // in [0, 1]
  double angle = 0;
  if (ratio > 0.41421356237309503) {  // tan(pi/8)
    angle = kPi / 4;
    ratio = (ratio - 1) / (ratio + 1);
  }
  angle += AtanSmall(ratio);
  if (ay > ax) angle = kPi / 2 - angle;
  if (x < 0) angle = kPi - angle;
  return y < 0 ? -angle : angle;
}

double Smoothstep(double x) {
  x = std::clamp(x, 0.0, 1.0);
  return x * x * (3 - 2 * x);
}

}  // namespace taanu::synth
