// What a finger is before its ridges are grown: pattern class, silhouette, and the orientation and
// period of the ridges at each point, all drawn from the finger's seed.
//
// Coordinates here are in pixels of 500 dpi from the middle of the silhouette, x to the right, y up
// (towards the fingertip).
//
// Sources: zero-pole model of Sherlock and Monro ("A model for interpreting fingerprint topology",
// Pattern Recognition 26(7), 1993) with a correction of each singularity's angle as Vizcaya and
// Gerhardt proposed ("A nonlinear orientation model for global description of fingerprints",
// Pattern Recognition 29(7), 1996), here as a short Fourier series instead of their
// piecewise-linear function, which would leave radial kinks; a sinusoidal model for arches and
// lower density above the upper loop and below the lower delta as in SFinGe (Cappelli, Maio,
// Maltoni, ICPR 2000; Handbook of Fingerprint Recognition, chapter 6).
//
// Thread-safety: immutable once made.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "enroll/synth/random.h"
#include "enroll/synth/synth.h"

namespace taanu::synth {

class FingerShape {
 public:
  explicit FingerShape(uint64_t seed);

  // The class alone, in constant time and without the rest.
  static PatternClass DrawPattern(uint64_t seed);

  PatternClass pattern() const { return pattern_; }

  // 0 in the middle of the finger, 1 on its silhouette, more outside.
  double Edge(double x, double y) const;

  // The direction of the ridges, anticlockwise from x, in units of pi / 65536 (so that the wrap of
  // 16 bits is the wrap of an orientation).
  uint16_t Orientation(double x, double y) const;

  // From one ridge to the next, in pixels; within kPeriodMin and kPeriodMax.
  double Period(double x, double y) const;

  static constexpr double kPeriodMin = 7.0;
  static constexpr double kPeriodMax = 11.0;

  // No silhouette reaches beyond these, in pixels.
  static constexpr int kHalfWidthMax = 152;
  static constexpr int kHalfHeightMax = 212;

 private:
  static constexpr int kHarmonics = 3;

  // A loop (index +1/2) or a delta (index -1/2).
  struct Singularity {
    double x = 0;
    double y = 0;
    double sign = 1;
    std::array<double, kHarmonics> cosine = {};
    std::array<double, kHarmonics> sine = {};
  };

  // A slow plane wave, for what no other term accounts for.
  struct Wave {
    double kx = 0;
    double ky = 0;
    double phase = 0;
    double amplitude = 0;
  };

  void DrawSilhouette(Random* random);
  void DrawSingularities(Random* random);
  void DrawArching(Random* random);
  void DrawPeriods(Random* random);
  void AddSingularity(double x, double y, double sign, Random* random);
  static Wave DrawWave(double length_min, double length_max, double amplitude, Random* random);
  double ArchingTerm(double x, double y) const;

  PatternClass pattern_;
  double half_width_ = 0;
  double height_above_ = 0;
  double height_below_ = 0;
  std::vector<Singularity> singularities_;
  // How far ridges follow the fingertip, the lift in the middle of an arch, and where.
  double arching_ = 0;
  double arching_width_ = 0;
  double arching_bottom_ = 0;
  double arching_top_ = 0;
  double bump_ = 0;
  double bump_y_ = 0;
  double bump_width_ = 0;
  double bump_height_ = 0;
  double centre_x_ = 0;
  std::array<Wave, 3> orientation_waves_;
  double period_ = 0;
  double period_above_ = 0;
  double period_below_ = 0;
  double upper_y_ = 0;
  double lower_y_ = 0;
  std::array<Wave, 3> period_waves_;
};

}  // namespace taanu::synth
