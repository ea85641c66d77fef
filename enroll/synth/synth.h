// Synthetic fingerprints: a finger is a seed, an impression is a second seed.
//
// In the manner of SFinGe (Cappelli, Maio, Maltoni: "Synthetic fingerprint-image generation", ICPR
// 2000; Handbook of Fingerprint Recognition, chapter 6): an orientation field from a zero-pole
// model with the natural shares of the pattern classes, ridges grown by iterated oriented filters,
// and impressions that differ in placement, rotation, skin distortion, pressure, noise and contact.
//
// What "the same pixels on every machine" means below: bit for bit, on every processor with IEEE
// 754 arithmetic, with every compiler and standard library, at every level of optimisation, as long
// as floating-point operations are neither contracted nor reordered (-ffp-contract=off, which the
// build sets; no -ffast-math). No function of the C library takes part but sqrt and floor, which
// IEEE 754 defines exactly; ridges grow in whole numbers. Digests in the tests hold it to that;
// where they change, SynthVersion() changes too.
//
// Thread-safety: a SyntheticFinger is immutable once made, and may be shared.
#pragma once

#include <cstdint>
#include <string_view>

#include "enroll/image/image.h"

namespace taanu {

// Names the generator. It changes whenever any pixel or any voter made from a seed can change.
std::string_view SynthVersion();

enum class PatternClass : uint8_t { kArch, kTentedArch, kLeftLoop, kRightLoop, kWhorl };
std::string_view PatternClassName(PatternClass pattern);

// The sensor, and how much an impression departs from the ideal: each departure from 0 (none) to 1
// (as bad as it gets in the field). The defaults are a cooperative voter on a good optical sensor.
// A value out of its range counts as the nearest one in it, one that is not a number as the lowest.
struct ImpressionOptions {
  int width = 388;           // pixels, kImageSideMin to kImageSideMax
  int height = 374;          // pixels, kImageSideMin to kImageSideMax
  double dpi = 500;          // kDpiMin to kDpiMax; the finger keeps its size in millimetres
  double placement = 0.35;   // at 1, turned by up to 30 degrees and shifted by up to 3.6 mm
  double distortion = 0.35;  // of the skin; at 1, by up to 1.1 mm and 14 degrees
  double pressure = 0.35;    // dryness to wetness: thin, broken ridges to thick ones that touch
  double noise = 0.35;       // roughness of the skin, pores, creases, scratches, speckle, dust
  double partial = 0.2;      // how much of the contact area is lost; at 1, up to two thirds
};

class SyntheticFinger {
 public:
  // The same seed gives the same finger on every machine. Takes about 15 ms.
  explicit SyntheticFinger(uint64_t seed);

  // The pattern class of the finger of a seed, in constant time and without growing it. Shares are
  // natural ones: arch 3.7 %, tented arch 2.9 %, left loop 33.8 %, right loop 31.7 %, whorl 27.9 %
  // (Wilson, Candela, Watson: "Neural network fingerprint classification", Journal of Artificial
  // Neural Networks 1(2), 1994).
  static PatternClass PatternOf(uint64_t seed);

  PatternClass pattern() const { return pattern_; }

  // The same seeds and options give the same pixels on every machine. Impression seeds are
  // independent of finger seeds: 0, 1, 2... will do for each finger.
  GrayImage Impression(uint64_t impression_seed, const ImpressionOptions& options = {}) const;

  // The undistorted ridge pattern from which impressions are taken, at 500 dpi: dark ridges,
  // fingertip up, white outside of the finger.
  const GrayImage& master() const { return master_; }

 private:
  uint64_t seed_;
  PatternClass pattern_;
  GrayImage master_;
};

}  // namespace taanu
