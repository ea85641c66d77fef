#include "matcher/compare/evidence.h"

#include <algorithm>
#include <cmath>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {
namespace {

constexpr std::array<double, kFeatures> kWeights = {
#include "matcher/compare/score_weights.inc"
};

constexpr float kPi = 3.14159265F;
constexpr float kCircle = 65536.0F;

// As a probability density per unit of area and of angle.
constexpr float kPerArea = 2.0F / (kPi * kCrowdRadius * kCrowdRadius);
constexpr CrowdShape kCrowdShape = {
    .per_square = 1.0F / (kCrowdRadius * kCrowdRadius),
    .per_turn_square = 1.0F / (kCrowdAngle * kCrowdAngle),
    .any_direction = (1.0F - kCrowdAlike) * kPerArea / kCircle,
    .alike_direction = kCrowdAlike * kPerArea * 0.75F / kCrowdAngle,
};

// What one of a pair contributes to the crowd at the other: as the kernel counts it.
float CrowdOf(const FittedPair& p) {
  const float near =
      1.0F - (p.residual.x * p.residual.x + p.residual.y * p.residual.y) * kCrowdShape.per_square;
  const auto turn = static_cast<float>(p.turn);
  const float alike = 1.0F - turn * turn * kCrowdShape.per_turn_square;
  return std::max(near, 0.0F) *
         (kCrowdShape.any_direction + kCrowdShape.alike_direction * std::max(alike, 0.0F));
}

// One print of the two.
struct Side {
  std::array<bool, kMinutiaeMax> paired{};
  // How deep inside what was imaged of the other print each lies; below 0 outside.
  std::array<float, kMinutiaePadded> depth;
  std::array<float, kMinutiaePadded> crowd;
  std::array<float, kMinutiaePadded> log_crowd;

  bool InOverlap(int i) const {
    // Both are looked at, since no branch could foretell either.
    return (static_cast<int>(paired[i]) | static_cast<int>(depth[i] > -kOverlapMargin)) != 0;
  }
};

void MeasureDepth(const Hull& imaged, const PointArrays& points, int count,
                  float* __restrict depth) {
  std::fill_n(depth, count, 1e9F);
  for (const HalfPlane& e : imaged.edges()) {
    for (int i = 0; i < count; ++i) {
      const float d = e.offset - e.normal_x * points.x[i] - e.normal_y * points.y[i];
      depth[i] = d < depth[i] ? d : depth[i];
    }
  }
}

// How many minutiae of a print lie in the overlap.
float CountOverlap(int count, const Side& side) {
  float sum = 0;
  for (int i = 0; i < count; ++i) {
    const float share = std::clamp(0.5F + side.depth[i] / kOverlapRamp, 0.0F, 1.0F);
    sum += side.paired[i] ? 1.0F : share;
  }
  return sum;
}

// Sums over the overlap, and over the pairs in it.
struct Contrast {
  int count = 0;
  int paired_count = 0;
  float crowding = 0, paired_crowding = 0;
  float steadiness = 0, paired_steadiness = 0;
  float solitude = 0, paired_solitude = 0;

  void Add(const Prepared::Data& print, const Side& side) {
    for (int i = 0; i < print.count; ++i) {
      // Without branches, which nobody could foretell.
      const bool counts = side.InOverlap(i);
      const bool paired = side.paired[i];
      const float log_crowd = side.log_crowd[i];
      count += counts ? 1 : 0;
      crowding += counts ? log_crowd : 0.0F;
      steadiness += counts ? print.steadiness[i] : 0.0F;
      solitude += counts ? print.solitude[i] : 0.0F;
      paired_count += paired ? 1 : 0;
      paired_crowding += paired ? log_crowd : 0.0F;
      paired_steadiness += paired ? print.steadiness[i] : 0.0F;
      paired_solitude += paired ? print.solitude[i] : 0.0F;
    }
  }
  float Excess(float paired, float all) const {
    return paired - all * static_cast<float>(paired_count) / static_cast<float>(count);
  }
};

// Smooths the crowd at each minutia of the overlap by the mean of all, so that an empty place among
// few minutiae is not taken for proof that nothing ever falls there.
void SmoothCrowds(int probe_count, int reference_count, Side* probe, Side* reference) {
  float sum = 0;
  int count = 0;
  for (int i = 0; i < probe_count; ++i) {
    const bool counts = probe->InOverlap(i);
    sum += counts ? probe->crowd[i] : 0.0F;
    count += counts ? 1 : 0;
  }
  for (int j = 0; j < reference_count; ++j) {
    const bool counts = reference->InOverlap(j);
    sum += counts ? reference->crowd[j] : 0.0F;
    count += counts ? 1 : 0;
  }
  const float mean = kCrowdMean * sum / static_cast<float>(std::max(count, 1)) + kCrowdLeast;
  const auto smooth = [mean](int n, Side* side) {
    for (int i = 0; i < n; ++i) {
      const float crowd = std::max(side->crowd[i], 0.0F);
      side->crowd[i] = (1.0F - kCrowdMean) * crowd + mean;
    }
    TakeLogarithms(side->crowd.data(), n, side->log_crowd.data());
  };
  smooth(probe_count, probe);
  smooth(reference_count, reference);
}

// The density of a mated pair's residual: in the plane and in direction, Student's t distributions
// of two and three degrees of freedom, whose tails are heavy and which need no exponential.
float ResidualDensity(const FittedPair& p) {
  constexpr float kPlane = 1.0F / (kPi * kResidualScale * kResidualScale);
  constexpr float kTurn = 2.0F / (kPi * kTurnScale);
  const float square = (p.residual.x * p.residual.x + p.residual.y * p.residual.y) *
                       (1.0F / (kResidualScale * kResidualScale));
  const float turn = static_cast<float>(p.turn) * (1.0F / kTurnScale);
  const float a = 1.0F + square;
  const float b = 1.0F + turn * turn;
  return kPlane * kTurn / (a * a * b * b);
}

}  // namespace

Evidence Gather(const Prepared::Data& probe, const Prepared::Data& reference,
                const SimilarityTable& similarities, Alignment* alignment) {
  Evidence e;
  e.pairs = alignment->pair_count();
  e.probe_count = probe.count;
  e.reference_count = reference.count;
  if (e.pairs == 0) return e;

  Side p;
  Side r;
  for (int k = 0; k < e.pairs; ++k) {
    p.paired[alignment->pair(k).probe] = true;
    r.paired[alignment->pair(k).reference] = true;
  }
  const PointArrays placed = alignment->placed();
  std::array<float, kMinutiaePadded> x;
  std::array<float, kMinutiaePadded> y;
  alignment->ToProbe(reference, {x.data(), y.data()});
  MeasureDepth(reference.hull, placed, probe.count, p.depth.data());
  MeasureDepth(probe.hull, {x.data(), y.data()}, reference.count, r.depth.data());
  e.overlap = std::sqrt(CountOverlap(probe.count, p) * CountOverlap(reference.count, r));

  const uint16_t turn = alignment->motion().Turn();
  std::array<int32_t, kMinutiaePadded> angles{};
  for (int i = 0; i < probe.count; ++i) angles[i] = static_cast<uint16_t>(probe.angles[i] + turn);
  MeasureCrowd(reference.places(), reference.wide_angles.data(), reference.count, placed,
               angles.data(), probe.count, kCrowdShape, p.crowd.data());
  MeasureCrowd(placed, angles.data(), probe.count, reference.places(), reference.wide_angles.data(),
               reference.count, kCrowdShape, r.crowd.data());
  // A pair is no part of the crowd that it is held against.
  for (int k = 0; k < e.pairs; ++k) {
    const FittedPair& pair = alignment->pair(k);
    const float own = CrowdOf(pair);
    p.crowd[pair.probe] -= own;
    r.crowd[pair.reference] -= own;
  }
  SmoothCrowds(probe.count, reference.count, &p, &r);

  std::array<uint16_t, kMinutiaeMax> rivals;
  alignment->CountRivals(similarities, rivals.data());
  for (int k = 0; k < e.pairs; ++k) {
    const FittedPair& pair = alignment->pair(k);
    const int i = pair.probe;
    const int j = pair.reference;
    const float chance = std::sqrt(p.crowd[i] * r.crowd[j]);
    const float odds = 1.0F + kDetection * ResidualDensity(pair) / chance;
    const float surprise = static_cast<float>(LogOf(static_cast<double>(odds))) *
                           std::sqrt(probe.steadiness[i] * reference.steadiness[j]);
    e.weight += 1.0F - static_cast<float>(pair.cost) / 1024.0F;
    e.surprise += surprise;
    e.local_surprise += surprise * static_cast<float>(similarities.at(i, j)) / kSimilarityMax;
    e.distinction += 1.0F / static_cast<float>(1 + rivals[k]);
    const MinutiaType a = probe.types[i];
    const MinutiaType b = reference.types[j];
    if (a != MinutiaType::kOther && b != MinutiaType::kOther)
      ++(a == b ? e.same_type : e.other_type);
  }
  Contrast contrast;
  contrast.Add(probe, p);
  contrast.Add(reference, r);
  e.crowding = contrast.Excess(contrast.paired_crowding, contrast.crowding);
  e.steadiness = contrast.Excess(contrast.paired_steadiness, contrast.steadiness);
  e.solitude = contrast.Excess(contrast.paired_solitude, contrast.solitude);
  return e;
}

std::array<double, kFeatures> FeaturesOf(const Evidence& e) {
  // The product of counts below which a print's size does not matter: 15 minutiae each.
  constexpr double kSmallProduct = 15.0 * 15.0;
  const auto surprise = static_cast<double>(e.surprise);
  return {
      LogOf(surprise + 1.0),
      static_cast<double>(e.local_surprise),
      // The pairs, less what is missing in the overlap on either side.
      static_cast<double>(e.weight) / (static_cast<double>(e.overlap) + 1.0),
      (static_cast<double>(e.distinction) + 0.1) / (e.pairs + 2.0),
      static_cast<double>(e.crowding),
      static_cast<double>(e.steadiness),
      static_cast<double>(e.solitude),
      (e.same_type - e.other_type) / 2.0,
      // Of many minutiae there are more alignments to choose from.
      LogOf(std::max(static_cast<double>(e.probe_count) * e.reference_count, kSmallProduct)) / 2,
  };
}

double LogOdds(const Evidence& e) {
  const std::array<double, kFeatures> features = FeaturesOf(e);
  double sum = 0;
  for (int k = 0; k < kFeatures; ++k) sum += kWeights[k] * features[k];
  return sum;
}

}  // namespace taanu::compare
