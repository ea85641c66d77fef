// Quality of an image, 0-100, and the reason a person can act on where it is low.
//
// The geometric mean of four shares, each 1 where nothing is wanting: how far the gradients of the
// cleared ridges agree, how much of a finger there is, how many minutiae can be relied on, and how
// well the best of them can be. Fitting weights to errors predicted errors on sets that were left
// out no better than this plain product, and a reliability of the ridges in the place of the
// coherence did worse.
#include <algorithm>
#include <cmath>

#include "enroll/extract/extractor.h"
#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

// Areas in square millimetres: an index finger pressed flat covers about 200.
constexpr float kAreaNone = 8;
constexpr float kAreaSmall = 60;
constexpr float kAreaFull = 150;
constexpr float kMmPerCell = kCell * 25.4F / static_cast<float>(kWorkDpi);
// The coherence of gradients; 0.97 and more is a clean print.
constexpr float kCoherenceBad = 0.80F;
constexpr float kCoherenceGood = 0.97F;
// So many minutiae, each of quality 1, identify a finger beyond doubt; the best of a real print's
// have 0.9 each.
constexpr float kMinutiaeEnough = 20;
constexpr float kBestQualities = 18;
constexpr int kLowScore = 40;

// From 0 at `bad` to 1 at `good`, but never quite 0: each share alone shall tell prints apart.
float Share(float value, float bad, float good) {
  return std::clamp((value - bad) / (good - bad), 0.01F, 1.0F);
}

}  // namespace

ImageQuality RateImage(const Plane& grey, const Normalised& normalised,
                       const Orientation& orientation, const Segmentation& segmentation,
                       const std::vector<RawMinutia>& minutiae) {
  const Plane& mask = segmentation.mask;
  double cells = 0;
  double coherence = 0;
  double grey_sum = 0;
  int at_edge = 0;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      if (mask.at(x, y) == 0) continue;
      ++cells;
      coherence += static_cast<double>(orientation.coherence.at(x, y));
      grey_sum += static_cast<double>(grey.at(std::min(x * kCell + kCell / 2, grey.width - 1),
                                              std::min(y * kCell + kCell / 2, grey.height - 1)));
      if (x == 0 || y == 0 || x == mask.width - 1 || y == mask.height - 1) ++at_edge;
    }
  }
  const auto area = static_cast<float>(cells) * kMmPerCell * kMmPerCell;
  ImageQuality quality;
  const auto reason = [&quality](QualityReason r) { quality.reason = static_cast<int>(r); };
  if (area < kAreaNone || minutiae.empty()) {
    reason(QualityReason::kNoFinger);
    return quality;
  }
  std::vector<float> qualities;
  for (const RawMinutia& minutia : minutiae) qualities.push_back(minutia.quality);
  std::sort(qualities.rbegin(), qualities.rend());
  float sum = 0;
  float best = 0;
  for (size_t k = 0; k < qualities.size(); ++k) {
    sum += qualities[k];
    if (k < static_cast<size_t>(kMinutiaeEnough)) best += qualities[k];
  }
  const float product =
      Share(static_cast<float>(coherence / cells), kCoherenceBad, kCoherenceGood) *
      Share(area, 0, kAreaFull) * Share(sum, 0, kMinutiaeEnough) * Share(best, 0, kBestQualities);
  const float score = 100 * std::pow(product, 0.25F);
  quality.score = std::clamp(static_cast<int>(std::lround(score)), 1, 100);
  if (quality.score >= kLowScore) {
    reason(QualityReason::kGood);
  } else if (area < kAreaSmall) {
    // A finger that is cut by the border of the image was off centre; otherwise it barely touched.
    const bool cut = at_edge > 0.25 * std::sqrt(cells);
    reason(cut ? QualityReason::kOffCentre : QualityReason::kTooSmall);
  } else if (normalised.typical_contrast < 18) {
    const bool dark = grey_sum / cells < 110;
    reason(dark ? QualityReason::kTooWet : QualityReason::kTooDry);
  } else {
    reason(QualityReason::kSmudged);
  }
  return quality;
}

}  // namespace taanu::extract
