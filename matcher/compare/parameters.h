// The comparator's tunable constants.
//
// Lengths are in kUnitUm micrometres, angles in kFullCircle units, unless the
// name says otherwise. None comes from a standard: each was chosen by
// measuring, with `measure_accuracy` over the templates of three extractors on
// FVC2000 and FVC2004 only. The exceptions are those that speed was bought with:
// kCandidatesMax, kIterations, kCoherenceMin, kSeedScoreMin, kSeeds and kRefined
// were chosen by the means over all six sets, FVC2002 included.
#pragma once

namespace taanu::compare {

// Length unit of everything that is prepared: 10 micrometres, a fifth of a
// pixel at 500 dpi.
inline constexpr int kUnitUm = 10;
// Pixels at 500 dpi, in units.
inline constexpr float kPixel = 5.08F;
inline constexpr float kDegree = 65536.0F / 360.0F;

// How far two compatible candidates may differ (relaxation.h).
struct SupportLimits {
  int turn = 0;               // in the turn that they imply, below this
  float distance = 0;         // in the distance between their minutiae, this much
  float distance_growth = 0;  // and this share of the distance
  float bearing = 0;          // in the direction from one to the other, seen from each: the sine of
                              // the angle, at most this
  float bearing_length = 0;   // and this length over the distance
};

// Local descriptors (cylinder.h).
inline constexpr float kCylinderRadius = 75.0F * kPixel;
inline constexpr float kFootprint = 11.0F * kPixel;
inline constexpr float kFootprintGrowth = 0.08F;
inline constexpr float kDirectionWindow = 45.0F * kDegree;
inline constexpr float kValidMargin = 40.0F * kPixel;
inline constexpr float kSimilarityPrior = 12.0F;
// A similarity is weighed against the best of its row and column plus this.
inline constexpr float kRivalPrior = 20.0F;

// Candidate pairs (similarity_table.h) and their compatibility (relaxation.h).
inline constexpr int kCandidatesMax = 64;
inline constexpr SupportLimits kSupportLimits = {
    .turn = static_cast<int>(35.0F * kDegree),
    .distance = 8.0F * kPixel,
    .distance_growth = 0.07F,
    .bearing = 0.42F,  // 25 degrees
    .bearing_length = 8.0F * kPixel,
};
inline constexpr int kIterations = 3;

// Where a comparison ends early (engine.h): below these nothing worth aligning, or worth refining,
// was found.
inline constexpr float kCoherenceMin = 1.1F;
inline constexpr double kSeedScoreMin = -0.5;

// Seeds and alignment (alignment.h).
inline constexpr int kSeeds = 4;
inline constexpr int kRefined = 2;
inline constexpr float kAngleLever = 25.0F * kPixel;
inline constexpr float kLooseRadius = 22.0F * kPixel;
inline constexpr float kLooseAngle = 35.0F * kDegree;
inline constexpr float kTightRadius = 10.0F * kPixel;
inline constexpr float kTightAngle = 28.0F * kDegree;
inline constexpr float kWarpReach = 50.0F * kPixel;
inline constexpr float kWarpStiffness = 0.5F;
inline constexpr int kWarpRounds = 3;

// What each minutia is weighed by (prepared.h).
inline constexpr float kQualityPrior = 15.0F;
inline constexpr float kSteadinessMax = 2.5F;
inline constexpr float kSolitudeMax = 20.0F * kPixel;

// Evidence (evidence.h). Minutiae as far outside the hull as the margin still are of the overlap;
// as a share, it rises from 0 to 1 over the ramp, half of it on either side of the hull.
inline constexpr float kOverlapMargin = 8.0F * kPixel;
inline constexpr float kOverlapRamp = 32.0F * kPixel;
// What could have fallen there by chance: minutiae within the radius, those within the angle
// counting as well by their direction; smoothed by the mean of the overlap, and never nothing.
inline constexpr float kCrowdRadius = 45.0F * kPixel;
inline constexpr float kCrowdAngle = 50.0F * kDegree;
inline constexpr float kCrowdAlike = 0.7F;
inline constexpr float kCrowdMean = 0.15F;
inline constexpr float kCrowdLeast = 2e-7F / (kPixel * kPixel * kDegree);
// How a mated pair's residual spreads, and how often a minutia is found again.
inline constexpr float kResidualScale = 8.0F * kPixel;
inline constexpr float kTurnScale = 15.0F * kDegree;
inline constexpr float kDetection = 0.6F;

}  // namespace taanu::compare
