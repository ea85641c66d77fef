#include "enroll/extract/extractor.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "enroll/extract/stages.h"

namespace taanu {
namespace extract {
namespace {

constexpr double kMicrometresPerInch = 25400;
constexpr double kMmPerInch = 25.4;
// No finger, not even a rolled thumb, is larger (FBI tenprint cards give it 41 x 38 mm).
constexpr double kFingerSideMm = 60;
// An image this near to the working resolution is taken as it is: every stage follows the local
// period of the ridges, and resampling would only blur.
constexpr double kScaleTolerance = 0.03;

Minutia ToMinutia(const RawMinutia& raw, const Stages& stages, double um_per_pixel) {
  const auto micrometres = [&](float working, int offset) {
    const double pixels = (static_cast<double>(working) + 0.5) / stages.scale + offset;
    return static_cast<int32_t>(std::lround(pixels * um_per_pixel));
  };
  Minutia minutia;
  minutia.x_um = micrometres(raw.x, stages.window.x);
  minutia.y_um = micrometres(raw.y, stages.window.y);
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
  s.window = FindFinger(image, static_cast<int>(kFingerSideMm / kMmPerInch * image.dpi));
  const uint8_t* origin =
      image.pixels.data() + static_cast<ptrdiff_t>(s.window.y) * image.width + s.window.x;
  s.grey = Resample(origin, image.width, s.window.width, s.window.height, s.scale);
  s.normalised = Normalise(s.grey);
  const Plane active = ActiveCells(s.normalised);
  const float floor = 0.1F * s.normalised.typical_contrast;
  s.orientation = EstimateOrientation(s.normalised.image, false);
  s.frequency = EstimateFrequency(s.normalised.image, s.orientation, s.normalised.contrast, floor);
  // The second round sees the ridges as the first one cleared them.
  const FilterImage filtered(s.normalised.image);
  const Plane first = Enhance(filtered, s.orientation, s.frequency, active);
  s.orientation = EstimateOrientation(first, true);
  s.enhanced = Enhance(filtered, s.orientation, s.frequency, active);
  s.segmentation = Segment(s.normalised, s.enhanced, s.orientation, active);
  s.skeleton = Binarise(s.enhanced, s.segmentation.mask);
  Thin(&s.skeleton);
  s.graph = BuildRidgeGraph(s.skeleton);
  CleanRidges(s.orientation, s.frequency.typical, &s.graph);
  s.minutiae =
      FindMinutiae(s.graph, s.orientation, s.segmentation, s.enhanced, s.frequency.typical);
  s.quality =
      RateImage(s.grey, s.normalised, s.enhanced, s.orientation, s.segmentation, s.minutiae);
  return s;
}

Extraction ToExtraction(const Stages& stages, const GrayImage& image) {
  const double um_per_pixel = kMicrometresPerInch / image.dpi;
  Extraction extraction;
  FingerView& view = extraction.view;
  view.width_um = static_cast<int32_t>(std::lround(image.width * um_per_pixel));
  view.height_um = static_cast<int32_t>(std::lround(image.height * um_per_pixel));
  view.quality = static_cast<uint8_t>(stages.quality.score);
  extraction.reason = stages.quality.reason;
  extraction.wanting = stages.quality.wanting;
  for (const RawMinutia& raw : stages.minutiae) {
    view.minutiae.push_back(ToMinutia(raw, stages, um_per_pixel));
  }
  return extraction;
}

}  // namespace extract

std::string_view ExtractorVersion() { return "taanu-extract-3"; }

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
  return extract::ToExtraction(extract::ExtractStages(image), image);
}

void SetFinger(const FingerImage& finger, FingerView* view) {
  constexpr uint8_t kLatent = 4;
  constexpr uint8_t kLatentLast = 7;
  constexpr uint8_t kSwipe = 8;
  // ISO/IEC 19794-2:2005 table 3 has one code for latents; other codes it does not have are left.
  const uint8_t type = finger.impression_type;
  if (type <= kSwipe)
    view->impression_type = type >= kLatent && type <= kLatentLast ? kLatent : type;
  view->position = finger.position;
}

Result<Extraction> Extract(const FingerImage& finger) {
  TAANU_ASSIGN_OR_RETURN(Extraction extraction, Extract(finger.image));
  SetFinger(finger, &extraction.view);
  return extraction;
}

Template ToTemplate(const Extraction& extraction, const GrayImage& image) {
  Template value;
  value.x_px_per_cm = static_cast<uint16_t>(std::lround(image.dpi / 2.54));
  value.y_px_per_cm = value.x_px_per_cm;
  value.views.push_back(extraction.view);
  return value;
}

Template ToTemplate(const std::vector<Extraction>& extractions,
                    const std::vector<FingerImage>& images) {
  Template value = ToTemplate(extractions.front(), images.front().image);
  std::array<uint8_t, kFingerPositionMax + 1> seen{};
  value.views.clear();
  for (const Extraction& extraction : extractions) {
    FingerView& view = value.views.emplace_back(extraction.view);
    view.view_number = seen[static_cast<size_t>(view.position)]++;
  }
  return value;
}

}  // namespace taanu
