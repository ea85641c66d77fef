#include "enroll/image/finger_record.h"

#include <cmath>

namespace taanu::image_internal {

std::optional<FingerPosition> SingleFinger(uint32_t code) {
  constexpr uint32_t kPlainRightThumb = 11;
  constexpr uint32_t kPlainLeftThumb = 12;
  if (code <= kFingerPositionMax) return static_cast<FingerPosition>(code);
  if (code == kPlainRightThumb) return FingerPosition::kRightThumb;
  if (code == kPlainLeftThumb) return FingerPosition::kLeftThumb;
  return std::nullopt;
}

double DpiOfPixelsPerCentimetre(double pixels_per_cm) {
  constexpr double kCentimetresPerInch = 2.54;
  constexpr double kRounding = 0.5;
  for (const double dpi : {500.0, 1000.0}) {
    if (std::abs(dpi / kCentimetresPerInch - pixels_per_cm) <= kRounding) return dpi;
  }
  return pixels_per_cm * kCentimetresPerInch;
}

}  // namespace taanu::image_internal
