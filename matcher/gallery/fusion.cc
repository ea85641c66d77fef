#include "matcher/gallery/fusion.h"

#include <algorithm>
#include <cmath>

#include "matcher/compare/comparator.h"

namespace taanu::gallery {
namespace {

// One unit of a score, as a natural logarithm of the false match rate.
constexpr double kLogPerScore = 0.23025850929940457;

double WithoutChances(double best, int comparisons) {
  return std::max(0.0, best - 10.0 * std::log10(static_cast<double>(comparisons)));
}

// Fisher's method over `fingers` scores with this sum.
double Joined(double sum, int fingers) {
  const double x = kLogPerScore * sum;
  double term = 1;
  double series = 1;
  for (int j = 1; j < fingers; ++j) {
    term *= x / j;
    series += term;
  }
  return std::clamp(sum - 10.0 * std::log10(series), 0.0, kScoreMax);
}

}  // namespace

void Fusion::Clear() { fingers_.fill({}); }

void Fusion::Add(FingerPosition probe_position, double score) {
  Finger& finger = fingers_.at(static_cast<size_t>(probe_position));
  ++finger.comparisons;
  finger.best = std::max(finger.best, score);
}

double Fusion::Score() const {
  const bool unknown = fingers_[0].comparisons > 0;
  Finger all;
  double sum = 0;
  int fingers = 0;
  for (const Finger& finger : fingers_) {
    if (finger.comparisons == 0) continue;
    all.comparisons += finger.comparisons;
    all.best = std::max(all.best, finger.best);
    sum += WithoutChances(finger.best, finger.comparisons);
    ++fingers;
  }
  if (fingers == 0) return 0.0;
  return unknown ? WithoutChances(all.best, all.comparisons) : Joined(sum, fingers);
}

int Fusion::comparisons() const {
  int sum = 0;
  for (const Finger& finger : fingers_) sum += finger.comparisons;
  return sum;
}

}  // namespace taanu::gallery
