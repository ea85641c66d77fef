// Quality of an image, 0-100, and the reason a person can act on where it is low.
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
// Reliability is a correlation times a coherence term; 0.85 and more is a clean print.
constexpr float kReliabilityBad = 0.45F;
constexpr float kReliabilityGood = 0.85F;
constexpr int kLowScore = 40;

}  // namespace

ImageQuality RateImage(const Plane& grey, const Normalised& normalised,
                       const Segmentation& segmentation, const std::vector<RawMinutia>& minutiae) {
  const Plane& mask = segmentation.mask;
  double cells = 0;
  double reliability = 0;
  double grey_sum = 0;
  int at_edge = 0;
  for (int y = 0; y < mask.height; ++y) {
    for (int x = 0; x < mask.width; ++x) {
      if (mask.at(x, y) == 0) continue;
      ++cells;
      reliability += static_cast<double>(segmentation.reliability.at(x, y));
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
  reliability /= cells;
  const float clarity = std::clamp(
      (static_cast<float>(reliability) - kReliabilityBad) / (kReliabilityGood - kReliabilityBad),
      0.0F, 1.0F);
  const float extent = std::clamp(area / kAreaFull, 0.0F, 1.0F);
  double sum = 0;
  for (const RawMinutia& minutia : minutiae) sum += static_cast<double>(minutia.quality);
  const float content = std::clamp(static_cast<float>(sum) / 20, 0.0F, 1.0F);
  const float score = 100 * std::pow(clarity * extent * content, 1.0F / 3);
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
