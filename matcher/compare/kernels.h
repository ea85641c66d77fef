// The inner loops of preparation and comparison, vectorised.
//
// Google Highway chooses the best target of the machine at run time. Every
// target gives the same bits: integers, or single operations that IEEE 754
// rounds correctly, each lane on its own and in the same order, never a fused
// multiply-add or a sum across lanes. Highway's emulation of vectors by plain
// loops (HWY_EMU128) is the scalar reference; kernels_test.cc holds every
// other target against it.
//
// Arrays that are read in whole vectors have room for Padded(n) elements; what
// the padding holds never changes what is written for the first n.
// Thread-safety: pure functions of their arguments; nothing is allocated.
#pragma once

#include <array>
#include <cstdint>

#include "matcher/compare/hull.h"
#include "matcher/template.h"

namespace taanu::compare {

// Elements of the widest step over an array.
inline constexpr int kLaneStep = 8;
constexpr int Padded(int n) { return (n + kLaneStep - 1) / kLaneStep * kLaneStep; }
inline constexpr int kMinutiaePadded = Padded(kMinutiaeMax);

// Words of a print's cylinders: word w of minutia i at [w * Padded(count) + i],
// first the layers, then the planes, then the valid cells.
struct CylinderWords {
  const uint64_t* words = nullptr;
  int count = 0;
};

// The similarity of every two minutiae (see Similarity in cylinder.h) at
// [i * Padded(b.count) + j], then weighed against rivals: multiplied twice by
// itself over the best of its row or column plus `rival_prior`. The padding of
// each row is 0. `best` is scratch of kMinutiaePadded.
void WeighSimilarities(const CylinderWords& a, const CylinderWords& b, int prior, int rival_prior,
                       uint16_t* similarities, float* best);

// Candidate pairs in the order of the turns that they imply, the first ones
// repeated after the last, so that those after each one follow it in memory:
// 2 * count entries and a vector more.
struct TurnOrder {
  const float* probe_x = nullptr;
  const float* probe_y = nullptr;
  const float* reference_x = nullptr;
  const float* reference_y = nullptr;
  const int32_t* minutiae = nullptr;  // probe << 16 | reference
};

// A later candidate whose distance from this one is nearly the same in both
// prints: how far it is behind, and both distances' difference and sum.
struct Relative {
  static int Step(uint32_t packed) { return static_cast<int>(packed >> 24); }
  static int Gap(uint32_t packed) { return static_cast<int>(packed >> 12 & 4095); }
  // Half of the sum, in steps of 16 units, that tolerances go by.
  static int Range(uint32_t packed) { return static_cast<int>(packed & 4095); }
};

// Of the `following` (below 256) candidates after number u, those that share
// no minutia with it and agree in distance within tolerance + growth * distance.
// Writes one packed Relative each, in order, at most `following`; `out` has room
// for a vector more than that. Returns how many.
int FindRelatives(const TurnOrder& candidates, int u, int following, float tolerance, float growth,
                  uint32_t* out);

// Points in two arrays, as vectors like them.
struct PointArrays {
  float* x = nullptr;
  float* y = nullptr;
};

// A possible pair of an alignment, packed so that the order of numbers is by
// cost, then by probe and reference.
struct PairOption {
  static uint32_t Pack(int cost, int probe, int reference) {
    return static_cast<uint32_t>(cost << 16 | probe << 8 | reference);
  }
  static int Cost(uint32_t packed) { return static_cast<int>(packed >> 16); }
  static int Probe(uint32_t packed) { return static_cast<int>(packed >> 8 & 255); }
  static int Reference(uint32_t packed) { return static_cast<int>(packed & 255); }
};

struct PairingLimits {
  float radius = 0;
  int angle = 0;         // below this
  float per_square = 0;  // cost of a squared distance
  float per_turn = 0;    // cost of a difference of directions
};

inline constexpr int kOptionsEach = 4;

// For each of `count` placed minutiae with these directions, the best
// kOptionsEach PairOptions of the references within the limits, in order; of
// more than 24 within them, the first 24. The references' padding lies far
// away. Returns how many.
int FindOptions(const PointArrays& placed, const uint16_t* directions, int count,
                const PointArrays& references, const int32_t* reference_angles, int reference_count,
                const PairingLimits& limits, uint32_t* options);

// What a warp is made of: residuals at places, which count by their weight and
// less with distance.
struct Knot {
  Point place;
  float weight = 0;
  Point residual;
};
struct Knots {
  int count = 0;
  std::array<Knot, kMinutiaeMax> knots;
};

// The warp at each of Padded(count) places. `own` names the knot of each place
// that does not count there, or is -1; null where all count everywhere.
void Displace(const Knots& knots, const PointArrays& places, const int32_t* own, int count,
              float reach_square, float stiffness, const PointArrays& displacements);

// 1 for each of Padded(count) points that lies inside every half-plane moved
// outwards by `margin`, else 0.
void MarkInside(const HalfPlane* edges, int edge_count, float margin, const PointArrays& points,
                int count, float* inside);

// Distances, rounded to whole units, and directions (angle_math.h) from a point
// to each of Padded(count) points.
void MeasureFrom(Point from, const PointArrays& points, int count, int32_t* distances,
                 int32_t* directions);

}  // namespace taanu::compare
