#include "enroll/extract/extractor.h"

#include <algorithm>
#include <cmath>

#include "enroll/extract/stages.h"

namespace taanu {
namespace extract {
namespace {

constexpr double kMicrometresPerInch = 25400;
// An image this near to the working resolution is taken as it is: every stage follows the local
// period of the ridges, and resampling would only blur.
constexpr double kScaleTolerance = 0.03;

Minutia ToMinutia(const RawMinutia& raw, double um_per_pixel) {
  Minutia minutia;
  minutia.x_um =
      static_cast<int32_t>(std::lround((static_cast<double>(raw.x) + 0.5) * um_per_pixel));
  minutia.y_um =
      static_cast<int32_t>(std::lround((static_cast<double>(raw.y) + 0.5) * um_per_pixel));
  const double turn = static_cast<double>(raw.angle) / (2 * static_cast<double>(kPi));
  minutia.angle = static_cast<uint16_t>(std::lround(turn * kFullCircle) % kFullCircle);
  minutia.type = raw.bifurcation ? MinutiaType::kBifurcation : MinutiaType::kRidgeEnding;
  minutia.quality = static_cast<uint8_t>(std::clamp(std::lround(raw.quality * 100), 1L, 100L));
  return minutia;
}

}  // namespace

Stages ExtractStages(const GrayImage& image) {
  Stages s;
  const bool near = std::abs(image.dpi / kWorkDpi - 1) <= kScaleTolerance;
  s.scale = near ? 1 : kWorkDpi / image.dpi;
  s.grey = Resample(image.pixels.data(), image.width, image.height, s.scale);
  s.normalised = Normalise(s.grey);
  const Plane active = ActiveCells(s.normalised);
  const float floor = 0.1F * s.normalised.typical_contrast;
  s.orientation = EstimateOrientation(s.normalised.image, false);
  s.frequency = EstimateFrequency(s.normalised.image, s.orientation, s.normalised.contrast, floor);
  // The second round sees the ridges as the first one cleared them.
  const Plane first = Enhance(s.normalised.image, s.orientation, s.frequency, active);
  s.orientation = EstimateOrientation(first, true);
  s.enhanced = Enhance(s.normalised.image, s.orientation, s.frequency, active);
  s.segmentation = Segment(s.normalised, s.enhanced, s.orientation, active);
  s.skeleton = Binarise(s.enhanced, s.segmentation.mask);
  Thin(&s.skeleton);
  s.graph = BuildRidgeGraph(s.skeleton);
  CleanRidges(s.orientation, s.frequency.typical, &s.graph);
  s.minutiae = FindMinutiae(s.graph, s.orientation, s.segmentation, s.frequency.typical);
  s.quality = RateImage(s.grey, s.normalised, s.frequency, s.segmentation, s.minutiae);
  return s;
}

}  // namespace extract

std::string_view ExtractorVersion() { return "taanu-extract-1"; }

std::string_view QualityReasonName(QualityReason reason) {
  switch (reason) {
    case QualityReason::kGood:
      return "GOOD";
    case QualityReason::kNoFinger:
      return "NO_FINGER";
    case QualityReason::kTooSmall:
      return "TOO_SMALL";
    case QualityReason::kOffCentre:
      return "OFF_CENTRE";
    case QualityReason::kTooDry:
      return "TOO_DRY";
    case QualityReason::kTooWet:
      return "TOO_WET";
    case QualityReason::kSmudged:
      return "SMUDGED";
  }
  return "UNKNOWN";
}

Result<Extraction> Extract(const GrayImage& image) {
  const extract::Stages stages = extract::ExtractStages(image);
  const double um_per_pixel = extract::kMicrometresPerInch / (image.dpi * stages.scale);
  Extraction extraction;
  FingerView& view = extraction.view;
  view.width_um =
      static_cast<int32_t>(std::lround(image.width * extract::kMicrometresPerInch / image.dpi));
  view.height_um =
      static_cast<int32_t>(std::lround(image.height * extract::kMicrometresPerInch / image.dpi));
  view.quality = static_cast<uint8_t>(stages.quality.score);
  extraction.reason = static_cast<QualityReason>(stages.quality.reason);
  for (const extract::RawMinutia& raw : stages.minutiae) {
    view.minutiae.push_back(extract::ToMinutia(raw, um_per_pixel));
  }
  return extraction;
}

Template ToTemplate(const Extraction& extraction, const GrayImage& image) {
  Template value;
  value.x_px_per_cm = static_cast<uint16_t>(std::lround(image.dpi / 2.54));
  value.y_px_per_cm = value.x_px_per_cm;
  value.views.push_back(extraction.view);
  return value;
}

}  // namespace taanu
