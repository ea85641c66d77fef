// The inner loops of preparation and comparison, vectorised; those over the table of similarities,
// of the relaxation and of cylinders have files of their own (table_kernels.h,
// relaxation_kernels.h, cylinder_kernels.h).
//
// Google Highway chooses the best target of the machine at run time. Every
// target gives the same bits: integers, or single operations that IEEE 754
// rounds correctly, each lane on its own and in the same order, never a fused
// multiply-add or a sum across lanes. Highway's target without vectors is the
// scalar reference: HWY_SCALAR, one lane, where the compiler is GCC before 12.3,
// which miscompiles the other one (GCC bug 106322); else HWY_EMU128, plain loops
// over 16 bytes. On x86-64 it is always built, since the compiler's baseline is
// below SSSE3; elsewhere with HWY_COMPILE_ALL_ATTAINABLE. targets_test.cc holds
// every other target against it.
//
// Arrays that are read in whole vectors have room for Padded(n) elements; what
// the padding holds never changes what is written for the first n.
// Thread-safety: pure functions of their arguments; nothing is allocated.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "matcher/compare/hull.h"
#include "matcher/compare/motion.h"
#include "matcher/compare/parameters.h"
#include "matcher/template.h"

namespace taanu::compare {

// Elements of the widest step over an array.
inline constexpr int kLaneStep = 8;
constexpr int Padded(int n) { return (n + kLaneStep - 1) / kLaneStep * kLaneStep; }
inline constexpr int kMinutiaePadded = Padded(kMinutiaeMax);

// Where the padding of a print's minutiae lies.
inline constexpr float kFarAway = 1e9F;

// Orders keys below 2^31, of which no two are equal.
void SortKeys(uint32_t* keys, int count);

// Where to look in a row of points from left to right for those near a place.
class ColumnIndex {
 public:
  ColumnIndex() = default;
  // Of `count` points at `x`, rising.
  ColumnIndex(const float* x, int count);

  // All points within `reach` of `x` have a number from First(x, reach) to below
  // End(x, reach); not all of those are so near.
  int First(float x, float reach) const { return starts_[Column(x - reach)]; }
  int End(float x, float reach) const { return starts_[Column(x + reach) + 1]; }

 private:
  static constexpr int kColumns = 32;

  int Column(float x) const {
    return static_cast<int>(std::clamp((x - left_) * scale_, 0.0F, kColumns - 1.0F));
  }

  float left_ = 0;
  float scale_ = 0;
  // The points of column c have the numbers from starts_[c] to below starts_[c + 1].
  std::array<uint16_t, kColumns + 1> starts_{};
};

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
// What FindOptions needs room for: more, before the best are chosen, than in the end.
inline constexpr int kOptionsMax = 200 * kLaneStep;
static_assert(kOptionsMax >= kMinutiaeMax * kOptionsEach + 32);

// Minutiae from left to right, padded with ones that lie far away.
struct Targets {
  const float* x = nullptr;
  const float* y = nullptr;
  const int32_t* angles = nullptr;
  const ColumnIndex* columns = nullptr;
};

// For each of `count` placed minutiae with these directions, the best
// kOptionsEach PairOptions of the references within the limits, in no order; of
// more than 24 within them, of the first 24. Returns how many. `options` has
// room for kOptionsMax.
int FindOptions(const PointArrays& placed, const uint16_t* directions, int count,
                const Targets& references, const PairingLimits& limits, uint32_t* options);

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

// How minutiae crowd around a place: each within a radius counts, less with the square of its
// distance, and more where its direction is much like one that is asked for.
struct CrowdShape {
  float per_square = 0;       // 1 over the radius squared
  float per_turn_square = 0;  // 1 over the largest difference of directions that counts, squared
  float any_direction = 0;    // of a minutia at the place itself, whatever its direction
  float alike_direction = 0;  // the same, in addition, of one of just that direction
};

// The crowd of `crowd_count` minutiae at each of Padded(count) places and directions.
void MeasureCrowd(const PointArrays& crowd, const int32_t* crowd_angles, int crowd_count,
                  const PointArrays& at, const int32_t* at_angles, int count,
                  const CrowdShape& shape, float* density);

// 1 for each of Padded(count) points that lies inside every half-plane moved
// outwards by `margin`, else 0.
void MarkInside(const HalfPlane* edges, int edge_count, float margin, const PointArrays& points,
                int count, float* inside);

// Motion::Apply and Motion::Undo of each of Padded(count) points.
void Move(const Motion& motion, const PointArrays& points, int count, const PointArrays& moved);
void MoveBack(const Motion& motion, const PointArrays& points, int count, const PointArrays& moved);

// LogOf (angle_math.h) of each of Padded(count) numbers, as a float; of no meaning where a number
// is not above 0.
void TakeLogarithms(const float* numbers, int count, float* logarithms);

// Highway's numbers of the targets that were built here and that this processor
// can run, the best first and the scalar reference, if built, last.
std::vector<int64_t> KernelTargets();

// The name of the target that is used now, such as AVX2.
const char* KernelTarget();

}  // namespace taanu::compare
