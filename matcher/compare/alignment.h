// Lays the probe over the reference: a rigid motion, a smooth warp, and
// one-to-one pairs.
//
// Floating point, but only operations that IEEE 754 rounds correctly, in a
// fixed order. Not thread-safe; nothing is allocated.
#pragma once

#include <array>
#include <cstdint>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/kernels.h"
#include "matcher/compare/motion.h"
#include "matcher/compare/prepared.h"
#include "matcher/compare/relaxation.h"
#include "matcher/compare/similarity_table.h"

namespace taanu::compare {

// Sums from which the motion that fits weighted pairs best follows (Umeyama,
// IEEE PAMI 13(4), 1991, in the plane, without scale), the directions of the
// minutiae counting as well.
class MotionFit {
 public:
  void Add(Point probe, Rotation probe_direction, Point reference, Rotation reference_direction,
           float weight);
  // The identity where nothing was added.
  Motion Solve() const;

 private:
  double weight_ = 0;
  double px_ = 0, py_ = 0, rx_ = 0, ry_ = 0;
  double dot_ = 0, cross_ = 0;
  double turn_cosine_ = 0, turn_sine_ = 0;
};

// A pair with how well it fits.
struct FittedPair {
  uint8_t probe = 0;
  uint8_t reference = 0;
  int16_t cost = 0;  // 0 to 1,023 within the tolerances that found it
  int32_t turn = 0;  // what is left of the difference of directions, signed
  Point residual;    // from where the probe's minutia comes to lie to the
                     // reference's
};

class Alignment {
 public:
  // Aligns by the candidates that are compatible with candidate `seed`, and
  // pairs loosely.
  void Start(const Prepared::Data& probe, const Prepared::Data& reference,
             const Relaxation& relaxation, int seed);
  // Fits a smooth warp to the pairs and pairs again, more tightly.
  void Refine(const Prepared::Data& probe, const Prepared::Data& reference);

  int pair_count() const { return pair_count_; }
  const FittedPair& pair(int k) const { return pairs_[k]; }
  // SimilarityTable::CountRivals of each pair.
  void CountRivals(const SimilarityTable& similarities, uint16_t* rivals) const;
  const Motion& motion() const { return motion_; }
  // Where each probe minutia comes to lie among the reference's, padded
  // (kernels.h).
  PointArrays placed() { return {placed_x_.data(), placed_y_.data()}; }
  // Where the reference's minutiae lie in the probe (the warp's inverse to
  // first order), padded.
  void ToProbe(const Prepared::Data& reference, const PointArrays& places) const;

 private:
  void Refit(const Prepared::Data& probe, const Prepared::Data& reference);
  void Pair(const Prepared::Data& probe, const Prepared::Data& reference, float radius,
            float angle);

  Motion motion_;
  int pair_count_ = 0;
  std::array<FittedPair, kMinutiaeMax + 1> pairs_;  // and room for one that is not kept
  Knots knots_;                                     // the pairs that carry the warp
  std::array<float, kMinutiaePadded> placed_x_{};
  std::array<float, kMinutiaePadded> placed_y_{};
};

}  // namespace taanu::compare
