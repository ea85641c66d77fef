#include "matcher/gallery/structure_check.h"

#include <algorithm>
#include <array>
#include <functional>

#include "matcher/compare/relaxation.h"

namespace taanu::gallery {
namespace {

// How many pairs are looked at, and of what distance at most. 24 pairs below 60 take two thirds of
// the time, and cost a mate in a hundred. All six FVC sets were in view.
constexpr int kPairs = 32;
constexpr int kPairBits = 62;
// As a comparison does (compare/parameters.h), a pair is weighed against the best of its minutiae's
// other pairs plus this.
constexpr int kRivalPrior = 3;
constexpr size_t kWeightMax = 1 + 10 * kPairBits;

// Directions are rounded to a thousandth of the circle, for the place of one minutia seen from
// another alone.
const std::array<compare::Rotation, 1024>& Rotations() {
  static const auto rotations = [] {
    std::array<compare::Rotation, 1024> all;
    for (size_t k = 0; k < all.size(); ++k) {
      all[k] = compare::RotationOf(static_cast<uint16_t>(k * 64));
    }
    return all;
  }();
  return rotations;
}

}  // namespace

struct StructureCheck::Scratch {
  static constexpr size_t kBlocksMax = (kMinutiaeMax + kBlock - 1) / kBlock;

  Scratch() {
    reference.xs.resize(kMinutiaeMax);
    reference.ys.resize(kMinutiaeMax);
    reference.angles.resize(kMinutiaeMax);
    reference.rotations.resize(kMinutiaeMax);
  }

  // Packed as NearPair, but with the minutia's number in the view for the lane.
  size_t FindPairs(const ProbeCode& probe, size_t blocks, size_t minutiae);
  // Puts each pair's weight in the place of its strength, and what is left of 255 in those of its
  // minutiae.
  void Weigh(size_t count);
  size_t KeepHeaviest(size_t count);
  int Pick(size_t count);
  void Place(std::span<const gallery::Place> places, int count);

  alignas(kBlock) std::array<uint8_t, kBlocksMax * kBlockBytes> planes;
  std::array<uint32_t, kMinutiaeMax * kBlocksMax * kBlock> pairs;
  std::array<compare::Candidate, kPairs> candidates;
  Prepared::Data reference;  // what the relaxation reads of it
  compare::Relaxation relaxation;
};

StructureCheck::StructureCheck() : scratch_(std::make_unique<Scratch>()) {}
StructureCheck::~StructureCheck() = default;

size_t StructureCheck::Scratch::FindPairs(const ProbeCode& probe, size_t blocks, size_t minutiae) {
  size_t count = 0;
  for (size_t block = 0; block < blocks; ++block) {
    const size_t first = block * kBlock;
    const size_t found = FindNear(&planes[block * kBlockBytes], probe, kPairBits, &pairs[count]);
    for (size_t k = count, end = count + found; k < end; ++k) {
      const uint32_t pair = pairs[k] + static_cast<uint32_t>(first);
      // What fills the last block up may be near as well.
      if (NearPair::Lane(pair) < minutiae) pairs[count++] = pair;
    }
  }
  return count;
}

// For each best strength b, 10 * 2^kWeightShift / (b + kRivalPrior)^2.
constexpr unsigned kWeightShift = 16;
constexpr auto kWeightScales = [] {
  std::array<uint32_t, kPairBits + 1> scales{};
  for (uint32_t b = 0; b <= kPairBits; ++b) {
    scales[b] = (10U << kWeightShift) / ((b + kRivalPrior) * (b + kRivalPrior));
  }
  return scales;
}();

void StructureCheck::Scratch::Weigh(size_t count) {
  std::array<uint8_t, kMinutiaeMax + 1> best_of_probe{};
  std::array<uint8_t, kMinutiaeMax + 1> best_of_gallery{};
  for (size_t k = 0; k < count; ++k) {
    const auto own = static_cast<uint8_t>(NearPair::Strength(pairs[k]));
    uint8_t& of_probe = best_of_probe[NearPair::Probe(pairs[k])];
    uint8_t& of_gallery = best_of_gallery[NearPair::Lane(pairs[k])];
    of_probe = std::max(of_probe, own);
    of_gallery = std::max(of_gallery, own);
  }
  for (size_t k = 0; k < count; ++k) {
    const uint64_t own = NearPair::Strength(pairs[k]);
    const size_t i = NearPair::Probe(pairs[k]);
    const size_t j = NearPair::Lane(pairs[k]);
    const uint64_t scale = kWeightScales[std::max(best_of_probe[i], best_of_gallery[j])];
    // Lower numbers of minutiae are to come first where weights are equal.
    pairs[k] = NearPair::Pack(1 + (own * own * own * scale >> kWeightShift), 255 - i, 255 - j);
  }
}

// Moves those of the highest weights to the front, at least kPairs where there are so many and not
// many more: by counting weights, which takes a fifth of the time of comparing them.
size_t StructureCheck::Scratch::KeepHeaviest(size_t count) {
  std::array<uint16_t, kWeightMax / 4 + 1> counts{};
  for (size_t k = 0; k < count; ++k) ++counts[NearPair::Strength(pairs[k]) / 4];
  size_t kept = 0;
  size_t least = counts.size();
  while (least > 0 && kept < kPairs) kept += counts[--least];
  kept = 0;
  for (size_t k = 0; k < count; ++k) {
    const uint32_t pair = pairs[k];
    pairs[kept] = pair;
    kept += NearPair::Strength(pair) / 4 >= least;
  }
  return kept;
}

// Those of the highest weight, of equal ones the first.
int StructureCheck::Scratch::Pick(size_t count) {
  count = KeepHeaviest(count);
  std::sort(pairs.begin(), pairs.begin() + static_cast<ptrdiff_t>(count), std::greater<>());
  count = std::min<size_t>(count, kPairs);
  for (size_t k = 0; k < count; ++k) {
    candidates[k] = {static_cast<uint8_t>(255 - NearPair::Probe(pairs[k])),
                     static_cast<uint8_t>(255 - NearPair::Lane(pairs[k])),
                     static_cast<uint16_t>(NearPair::Strength(pairs[k]))};
  }
  return static_cast<int>(count);
}

void StructureCheck::Scratch::Place(std::span<const gallery::Place> places, int count) {
  constexpr float kPerUm = 1.0F / compare::kUnitUm;
  for (int k = 0; k < count; ++k) {
    const size_t j = candidates[k].reference;
    const gallery::Place& place = places[j];
    reference.xs[j] = static_cast<float>(place.x_um) * kPerUm;
    reference.ys[j] = -static_cast<float>(place.y_um) * kPerUm;
    reference.angles[j] = place.angle;
    reference.rotations[j] = Rotations()[place.angle / 64];
  }
}

uint32_t StructureCheck::Run(const ProbeView& probe, const Segment& segment, size_t view) {
  const std::span<const Place> places = segment.PlacesOf(view);
  if (probe.code.descriptors().empty() || places.empty()) return 0;
  Scratch& s = *scratch_;
  segment.CopyPlanes(view, s.planes.data());
  const size_t pairs = s.FindPairs(probe.code, segment.BlocksOf(view), places.size());
  s.Weigh(pairs);
  const int count = s.Pick(pairs);
  s.Place(places, count);
  s.relaxation.Run(probe.prepared.data(), s.reference,
                   std::span(s.candidates).first(static_cast<size_t>(count)));
  // At most kPairs, since no strength and no support exceeds 1.
  return static_cast<uint32_t>(s.relaxation.coherence() * 1e6F);
}

}  // namespace taanu::gallery
