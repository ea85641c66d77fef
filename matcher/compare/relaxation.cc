#include "matcher/compare/relaxation.h"

#include <algorithm>
#include <cstdlib>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {
namespace {

constexpr int kStrengthMax = 16383;

// Tolerances by distance, in steps of 16 units.
struct Tolerances {
  static constexpr int kSteps = 4096;
  std::array<int32_t, kSteps> distance{};
  std::array<int32_t, kSteps> bearing{};
};

Tolerances BuildTolerances() {
  Tolerances t;
  for (int s = 0; s < Tolerances::kSteps; ++s) {
    const float d = static_cast<float>(s) * 16.0F + 8.0F;
    t.distance[s] = static_cast<int32_t>(kDistanceTolerance + kDistanceGrowth * d);
    const float swing = kBearingLength / d * (32768.0F / 3.14159265F);
    t.bearing[s] = static_cast<int32_t>(std::min(kBearingTolerance + swing, 32767.0F));
  }
  return t;
}

const Tolerances& TheTolerances() {
  static const Tolerances tolerances = BuildTolerances();
  return tolerances;
}

// 255 where the gap is 0, falling to 0 at the tolerance.
int Agreement(int gap, int tolerance) { return 255 - 255 * gap / tolerance; }

}  // namespace

void Relaxation::Run(const Prepared::Data& probe, const Prepared::Data& reference) {
  Compare(probe, reference);
  Select(probe, reference);
  Relate(probe, reference);
  Iterate();
}

void Relaxation::Compare(const Prepared::Data& probe, const Prepared::Data& reference) {
  row_best_.fill(0);
  column_best_.fill(0);
  for (int i = 0; i < probe.count; ++i) {
    uint16_t* row = &similarities_[i * kMinutiaeMax];
    for (int j = 0; j < reference.count; ++j) {
      const int s = Similarity(probe.cylinders[i], reference.cylinders[j]);
      row[j] = static_cast<uint16_t>(s);
      row_best_[i] = std::max(row_best_[i], s);
      column_best_[j] = std::max(column_best_[j], s);
    }
  }
  histogram_.fill(0);
  const auto prior = static_cast<int>(kRivalPrior);
  for (int i = 0; i < probe.count; ++i) {
    uint16_t* row = &similarities_[i * kMinutiaeMax];
    for (int j = 0; j < reference.count; ++j) {
      const int rival = std::max(row_best_[i], column_best_[j]) + prior;
      const int once = row[j] * row[j] / rival;
      row[j] = static_cast<uint16_t>(once * row[j] / rival);
      ++histogram_[row[j]];
    }
  }
}

void Relaxation::Select(const Prepared::Data& probe, const Prepared::Data& reference) {
  // Everything above `level` is taken, and of what is at `level` the first
  // ones.
  const auto wanted = static_cast<int>(kCandidates);
  int level = kSimilarityMax;
  int above = 0;
  while (level > 0 && above + histogram_[level] <= wanted) above += histogram_[level--];
  int at_level = wanted - above;
  count_ = 0;
  for (int i = 0; i < probe.count; ++i) {
    for (int j = 0; j < reference.count; ++j) {
      const uint16_t s = similarities_[i * kMinutiaeMax + j];
      if (s < level || (s == level && at_level-- <= 0)) continue;
      candidates_[count_++] = {static_cast<uint8_t>(i), static_cast<uint8_t>(j), s};
    }
  }
}

void Relaxation::Relate(const Prepared::Data& probe, const Prepared::Data& reference) {
  const Tolerances& tolerances = TheTolerances();
  const auto turn_tolerance = static_cast<int>(kTurnTolerance);
  for (int a = 0; a < count_; ++a) {
    const Candidate& p = candidates_[a];
    const auto turn_a =
        static_cast<uint16_t>(reference.angles[p.reference] - probe.angles[p.probe]);
    compatibility_[a * kCandidatesMax + a] = 0;
    for (int b = a + 1; b < count_; ++b) {
      const Candidate& q = candidates_[b];
      int value = 0;
      const auto turn_b =
          static_cast<uint16_t>(reference.angles[q.reference] - probe.angles[q.probe]);
      const int turn = AngleGap(turn_a, turn_b);
      if (turn < turn_tolerance && p.probe != q.probe && p.reference != q.reference) {
        const int ik = p.probe * probe.count + q.probe;
        const int jl = p.reference * reference.count + q.reference;
        const int d1 = probe.distances[ik];
        const int d2 = reference.distances[jl];
        const int gap = std::abs(d1 - d2);
        const int step = (d1 + d2) >> 5;
        if (gap < tolerances.distance[step]) {
          const int ki = q.probe * probe.count + p.probe;
          const int lj = q.reference * reference.count + p.reference;
          const int swing = std::max(AngleGap(probe.bearings[ik], reference.bearings[jl]),
                                     AngleGap(probe.bearings[ki], reference.bearings[lj]));
          if (swing < tolerances.bearing[step]) {
            value = Agreement(turn, turn_tolerance) * Agreement(gap, tolerances.distance[step]) *
                        Agreement(swing, tolerances.bearing[step]) >>
                    16;
          }
        }
      }
      compatibility_[a * kCandidatesMax + b] = static_cast<uint8_t>(value);
      compatibility_[b * kCandidatesMax + a] = static_cast<uint8_t>(value);
    }
  }
}

void Relaxation::Iterate() {
  for (int a = 0; a < count_; ++a) {
    strengths_[a] = kStrengthMax * candidates_[a].similarity / kSimilarityMax;
  }
  for (int round = 0; round < static_cast<int>(kIterations); ++round) {
    int64_t largest = 1;
    for (int a = 0; a < count_; ++a) {
      int64_t sum = 0;
      for (int b = 0; b < count_; ++b) sum += int64_t{compatibility(a, b)} * strengths_[b];
      sums_[a] = sum;
      largest = std::max(largest, sum);
    }
    for (int a = 0; a < count_; ++a) {
      strengths_[a] = static_cast<int32_t>(sums_[a] * kStrengthMax / largest);
    }
  }
}

}  // namespace taanu::compare
