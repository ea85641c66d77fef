// How often another impression of a finger shows a minutia again, by the quality that its extractor
// gave it: what that quality is there to predict.
//
// Thread-safety: plain values and pure functions; a Comparator belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "matcher/compare/comparator.h"
#include "tests/accuracy/template_sets.h"

namespace taanu::accuracy {

// A minutia that lies where the other impression shows the finger too.
struct Sighting {
  size_t minutia = 0;  // of the probe
  uint8_t quality = 0;
  bool found = false;
};

// A found minutia lies at most so far from where it was expected, in micrometres (12 pixels at 500
// dpi, about a ridge and a half) and in degrees.
inline constexpr double kFoundDistanceUm = 610;
inline constexpr double kFoundAngleDegrees = 25;
// Only pairs of prints of which the comparator is this sure are looked at: elsewhere it is unknown
// what lies where. So all shares are of prints that match.
inline constexpr double kSureScore = 40;

// The minutiae of `probe` within the hull of those of `reference`, where the two match; otherwise
// none. A minutia of the reference is found by one of the probe's, the nearest. Where one is
// expected follows from the pairs of the comparison around it, itself left out, so that skin may
// stretch.
std::vector<Sighting> Sightings(const Print& probe, const Print& reference, Comparator* comparator);

inline constexpr int kQualityBins = 10;

// All sightings of a set, of each mated pair both ways.
struct Repeatability {
  struct Bin {
    size_t seen = 0;
    size_t found = 0;
    double Share() const { return seen == 0 ? 0 : static_cast<double>(found) / seen; }
  };
  // Of qualities 1-10, 11-20 and so on.
  std::array<Bin, kQualityBins> bins;
  Bin all;
  // Pairs of prints that matched, counted both ways.
  size_t pairs = 0;
  // How often, of a minutia found and one lost of the same print, the found one has the higher
  // quality: 0.5 where quality tells nothing, 1 where it tells everything. Equal ones count half.
  double concordance = 0;
  size_t concordance_weight = 0;

  void Add(const Repeatability& other);
};
Repeatability MeasureRepeatability(const TemplateSet& set);

}  // namespace taanu::accuracy
