// The comparator's tunable constants.
//
// Lengths are in kUnitUm micrometres, angles in kFullCircle units, unless the
// name says otherwise. None comes from a standard: each was chosen by
// measuring, with `measure_accuracy` over the templates of three extractors on
// FVC2000 and FVC2004 only, so that FVC2002 stays unseen.
#pragma once

namespace taanu::compare {

// Length unit of everything that is prepared: 10 micrometres, a fifth of a
// pixel at 500 dpi.
inline constexpr int kUnitUm = 10;
// Pixels at 500 dpi, in units.
inline constexpr float kPixel = 5.08F;
inline constexpr float kDegree = 65536.0F / 360.0F;

// Local descriptors (cylinder.h).
inline constexpr float kCylinderRadius = 75.0F * kPixel;
inline constexpr float kFootprint = 11.0F * kPixel;
inline constexpr float kFootprintGrowth = 0.08F;
inline constexpr float kDirectionWindow = 45.0F * kDegree;
inline constexpr float kValidMargin = 40.0F * kPixel;
inline constexpr float kSimilarityPrior = 12.0F;
// A similarity is weighed against the best of its row and column plus this.
inline constexpr float kRivalPrior = 20.0F;

// Candidate pairs and their compatibility (relaxation.h).
inline constexpr float kCandidates = 128.0F;
inline constexpr float kDistanceTolerance = 8.0F * kPixel;
inline constexpr float kDistanceGrowth = 0.07F;
inline constexpr float kTurnTolerance = 35.0F * kDegree;
inline constexpr float kBearingTolerance = 25.0F * kDegree;
inline constexpr float kBearingLength = 8.0F * kPixel;
inline constexpr float kIterations = 4.0F;

// Seeds and alignment (alignment.h).
inline constexpr float kSeeds = 6.0F;
inline constexpr float kRefined = 3.0F;
inline constexpr float kAngleLever = 25.0F * kPixel;
inline constexpr float kLooseRadius = 22.0F * kPixel;
inline constexpr float kLooseAngle = 35.0F * kDegree;
inline constexpr float kTightRadius = 10.0F * kPixel;
inline constexpr float kTightAngle = 28.0F * kDegree;
inline constexpr float kWarpReach = 50.0F * kPixel;
inline constexpr float kWarpStiffness = 0.5F;
inline constexpr float kWarpRounds = 3.0F;

// Overlap (evidence.h).
inline constexpr float kOverlapMargin = 8.0F * kPixel;

}  // namespace taanu::compare
