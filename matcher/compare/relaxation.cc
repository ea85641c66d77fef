#include "matcher/compare/relaxation.h"

#include <algorithm>
#include <cstdlib>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/parameters.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define TAANU_COUNTS_BITS __attribute__((target_clones("popcnt", "default")))
#else
#define TAANU_COUNTS_BITS
#endif

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

// The one loop over all pairs of minutiae. Where the processor counts bits in one instruction that
// is used; the result is the same.
TAANU_COUNTS_BITS void FillSimilarities(const Prepared::Data& probe,
                                        const Prepared::Data& reference, int prior,
                                        uint16_t* similarities) {
  for (int i = 0; i < probe.count; ++i) {
    for (int j = 0; j < reference.count; ++j) {
      similarities[i * kMinutiaeMax + j] =
          static_cast<uint16_t>(Similarity(probe.cylinders[i], reference.cylinders[j], prior));
    }
  }
}

}  // namespace

void Relaxation::Run(const Prepared::Data& probe, const Prepared::Data& reference) {
  Compare(probe, reference);
  Select(probe, reference);
  Relate(probe, reference);
  Iterate();
}

void Relaxation::Compare(const Prepared::Data& probe, const Prepared::Data& reference) {
  probe_count_ = probe.count;
  reference_count_ = reference.count;
  FillSimilarities(probe, reference, static_cast<int>(kSimilarityPrior), similarities_.data());
  row_best_.fill(0);
  column_best_.fill(0);
  for (int i = 0; i < probe.count; ++i) {
    const uint16_t* row = &similarities_[i * kMinutiaeMax];
    for (int j = 0; j < reference.count; ++j) {
      row_best_[i] = std::max<int32_t>(row_best_[i], row[j]);
      column_best_[j] = std::max<int32_t>(column_best_[j], row[j]);
    }
  }
  histogram_.fill(0);
  const auto rival_prior = static_cast<int>(kRivalPrior);
  for (int i = 0; i < probe.count; ++i) {
    uint16_t* row = &similarities_[i * kMinutiaeMax];
    for (int j = 0; j < reference.count; ++j) {
      const int rival = std::max(row_best_[i], column_best_[j]) + rival_prior;
      const int once = row[j] * row[j] / rival;
      row[j] = static_cast<uint16_t>(once * row[j] / rival);
      transposed_[j * kMinutiaeMax + i] = row[j];
      ++histogram_[row[j]];
    }
  }
}

int Relaxation::Rivals(int i, int j) const {
  const uint16_t* row = &similarities_[i * kMinutiaeMax];
  const uint16_t* column = &transposed_[j * kMinutiaeMax];
  const uint16_t own = row[j];
  uint16_t rivals = 0;
  for (int k = 0; k < reference_count_; ++k)
    rivals = static_cast<uint16_t>(rivals + (row[k] > own));
  for (int k = 0; k < probe_count_; ++k) rivals = static_cast<uint16_t>(rivals + (column[k] > own));
  return rivals;
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
  for (int a = 0; a < count_; ++a) {
    const Candidate& c = candidates_[a];
    const auto turn = static_cast<uint16_t>(reference.angles[c.reference] - probe.angles[c.probe]);
    by_turn_[a] = static_cast<uint32_t>(turn) << 8 | static_cast<uint32_t>(a);
    neighbour_counts_[a] = 0;
    std::fill_n(&compatibility_[a * kCandidatesMax], count_, uint8_t{0});
  }
  // Only candidates that imply nearly the same turn can be compatible: in the
  // order of turns they follow each other, the last ones being followed by the
  // first ones.
  std::sort(by_turn_.begin(), by_turn_.begin() + count_);
  const auto turn_tolerance = static_cast<int>(kTurnTolerance);
  for (int u = 0; u < count_; ++u) {
    for (int step = 1; step < count_; ++step) {
      const int v = u + step < count_ ? u + step : u + step - count_;
      const int turn = static_cast<uint16_t>((by_turn_[v] >> 8) - (by_turn_[u] >> 8));
      if (turn >= turn_tolerance) break;
      RelateTwo(probe, reference, static_cast<int>(by_turn_[u] & 255),
                static_cast<int>(by_turn_[v] & 255), turn);
    }
  }
}

void Relaxation::RelateTwo(const Prepared::Data& probe, const Prepared::Data& reference, int a,
                           int b, int turn) {
  const Tolerances& tolerances = TheTolerances();
  const Candidate& p = candidates_[a];
  const Candidate& q = candidates_[b];
  if (p.probe == q.probe || p.reference == q.reference) return;
  const int ik = p.probe * probe.count + q.probe;
  const int jl = p.reference * reference.count + q.reference;
  const int d1 = probe.distances[ik];
  const int d2 = reference.distances[jl];
  const int gap = std::abs(d1 - d2);
  const int step = (d1 + d2) >> 5;
  if (gap >= tolerances.distance[step]) return;
  const int ki = q.probe * probe.count + p.probe;
  const int lj = q.reference * reference.count + p.reference;
  const int swing = std::max(AngleGap(probe.bearings[ik], reference.bearings[jl]),
                             AngleGap(probe.bearings[ki], reference.bearings[lj]));
  if (swing >= tolerances.bearing[step]) return;
  const int value = Agreement(turn, static_cast<int>(kTurnTolerance)) *
                        Agreement(gap, tolerances.distance[step]) *
                        Agreement(swing, tolerances.bearing[step]) >>
                    16;
  // Two candidates exactly opposite would meet from both sides.
  if (value == 0 || compatibility_[a * kCandidatesMax + b] != 0) return;
  compatibility_[a * kCandidatesMax + b] = static_cast<uint8_t>(value);
  compatibility_[b * kCandidatesMax + a] = static_cast<uint8_t>(value);
  neighbours_[a * kCandidatesMax + neighbour_counts_[a]++] = static_cast<uint8_t>(b);
  neighbours_[b * kCandidatesMax + neighbour_counts_[b]++] = static_cast<uint8_t>(a);
}

void Relaxation::Iterate() {
  for (int a = 0; a < count_; ++a) {
    strengths_[a] = kStrengthMax * candidates_[a].similarity / kSimilarityMax;
  }
  for (int round = 0; round < static_cast<int>(kIterations); ++round) {
    // Below 256 * 255 * 16,384, which is less than 2^31.
    int32_t largest = 1;
    for (int a = 0; a < count_; ++a) {
      int32_t sum = 0;
      for (int k = 0; k < neighbour_counts_[a]; ++k) {
        const int b = neighbour(a, k);
        sum += compatibility(a, b) * strengths_[b];
      }
      sums_[a] = sum;
      largest = std::max(largest, sum);
    }
    for (int a = 0; a < count_; ++a) {
      strengths_[a] = static_cast<int32_t>(int64_t{sums_[a]} * kStrengthMax / largest);
    }
  }
}

}  // namespace taanu::compare
