// Synthetic fingerprints: a finger is a seed, an impression is a second seed.
//
// In the manner of SFinGe (Cappelli, Maio, Maltoni: "Synthetic fingerprint-image generation", ICPR
// 2000; Handbook of Fingerprint Recognition, chapter 6): an orientation field from a zero-pole
// model with the natural shares of the pattern classes, ridges grown by iterated oriented filters,
// and impressions that differ in placement, rotation, skin distortion, pressure, noise and contact.
//
// Thread-safety: a SyntheticFinger is immutable once made, and may be shared.
#pragma once

#include <cstdint>
#include <string_view>

#include "enroll/image/image.h"

namespace taanu {

enum class PatternClass : uint8_t { kArch, kTentedArch, kLeftLoop, kRightLoop, kWhorl };
std::string_view PatternClassName(PatternClass pattern);

// How much an impression departs from the ideal, each 0 (none) to 1 (as bad as is usual in the
// field); the defaults are a cooperative voter on a good optical sensor.
struct ImpressionOptions {
  int width = 388;
  int height = 374;
  double dpi = 500;
  double placement = 0.35;   // translation and rotation
  double distortion = 0.35;  // skin distortion
  double pressure = 0.35;    // dryness to wetness, i.e. ridge thickness
  double noise = 0.35;       // pores, scratches, speckle, background
  double partial = 0.2;      // how much of the contact area is lost
};

class SyntheticFinger {
 public:
  // The same seed gives the same finger on every machine.
  explicit SyntheticFinger(uint64_t seed);

  // The pattern class of the finger of a seed, in constant time and without growing it. Shares are
  // natural ones: arch 3.7 %, tented arch 2.9 %, left loop 33.8 %, right loop 31.7 %, whorl 27.9 %
  // (Wilson, Candela, Watson: "Neural network fingerprint classification", Journal of Artificial
  // Neural Networks 1(2), 1994).
  static PatternClass PatternOf(uint64_t seed);

  PatternClass pattern() const { return pattern_; }

  // The same seeds and options give the same pixels on every machine. Impression seeds are
  // independent of finger seeds.
  GrayImage Impression(uint64_t impression_seed, const ImpressionOptions& options = {}) const;

  // The undistorted ridge pattern from which impressions are taken, at 500 dpi.
  const GrayImage& master() const { return master_; }

 private:
  uint64_t seed_;
  PatternClass pattern_;
  GrayImage master_;
};

}  // namespace taanu
