#include <algorithm>
#include <string>

#include "matcher/codec/body.h"
#include "matcher/codec/codec.h"
#include "matcher/codec/units.h"

namespace taanu::codec {
namespace {

constexpr int64_t kSizeMax = 65535;
constexpr int64_t kCoordinateMax = 16383;
constexpr int kQualityMax = 100;

// One axis of a template: its resolution, and what the views and minutiae have along it.
struct Axis {
  std::string_view size_name;
  std::string_view coordinate_name;
  int32_t FingerView::*size_um;
  int32_t Minutia::*coordinate_um;
  int32_t px_per_cm;
};

// The pixel of a minutia. A view that says its size holds its minutiae; one on its very edge goes
// into the last pixel.
Result<int64_t> Pixel(const FingerView& view, const Minutia& minutia, const Axis& axis,
                      size_t offset, Place place) {
  const int32_t um = minutia.*axis.coordinate_um;
  const int32_t size_um = view.*axis.size_um;
  if (um < 0 || (size_um > 0 && um > size_um)) {
    return FailAt("BAD_MINUTIA", offset, place, axis.coordinate_name,
                  std::to_string(um) + " micrometres is outside the image");
  }
  int64_t px = UmToPixels(um, axis.px_per_cm);
  if (size_um > 0) {
    px = std::min(px, std::max<int64_t>(UmToPixels(size_um, axis.px_per_cm), 1) - 1);
  }
  if (px > kCoordinateMax) {
    return FailAt("BAD_MINUTIA", offset, place, axis.coordinate_name,
                  std::to_string(px) + " pixels do not fit 14 bits at this resolution");
  }
  return px;
}

// The image size of the record along one axis.
Result<int64_t> ImageSize(const Template& value, const Axis& axis, size_t offset) {
  int64_t size = 1;
  int place_view = 0;
  for (const FingerView& view : value.views) {
    const Place place{.view = ++place_view};
    const int32_t size_um = view.*axis.size_um;
    if (size_um < 0 || UmToPixels(size_um, axis.px_per_cm) > kSizeMax) {
      return FailAt("BAD_IMAGE_SIZE", offset, place, axis.size_name,
                    std::to_string(size_um) + " micrometres cannot be written");
    }
    size = std::max(size, UmToPixels(size_um, axis.px_per_cm));
    for (const Minutia& minutia : view.minutiae) {
      TAANU_ASSIGN_OR_RETURN(const int64_t px, Pixel(view, minutia, axis, offset, place));
      size = std::max(size, px + 1);
    }
  }
  return size;
}

Status CheckRange(int number, int max, std::string_view reason, size_t offset, Place place,
                  std::string_view field) {
  if (number >= 0 && number <= max) return {};
  return FailAt(reason, offset, place, field,
                "it is " + std::to_string(number) + ", outside 0 to " + std::to_string(max));
}

Status WriteMinutia(const FingerView& view, const Minutia& minutia, const Axis& x_axis,
                    const Axis& y_axis, int angle_steps, Place place, ByteWriter& out) {
  const int type = static_cast<int>(minutia.type);
  TAANU_RETURN_IF_ERROR(CheckRange(type, static_cast<int>(MinutiaType::kBifurcation), "BAD_MINUTIA",
                                   out.size(), place, "type"));
  TAANU_RETURN_IF_ERROR(
      CheckRange(minutia.quality, kQualityMax, "BAD_MINUTIA", out.size(), place, "quality"));
  TAANU_ASSIGN_OR_RETURN(const int64_t x, Pixel(view, minutia, x_axis, out.size(), place));
  TAANU_ASSIGN_OR_RETURN(const int64_t y, Pixel(view, minutia, y_axis, out.size(), place));
  out.U16(static_cast<uint32_t>(type << 14) | static_cast<uint32_t>(x));
  out.U16(static_cast<uint32_t>(y));
  out.U8(static_cast<uint32_t>(AngleToStep(minutia.angle, angle_steps)));
  out.U8(minutia.quality);
  return {};
}

Status WriteView(const FingerView& view, int number, const Axis& x_axis, const Axis& y_axis,
                 const Dialect& dialect, ByteWriter& out) {
  Place place{.view = number};
  const size_t at = out.size();
  TAANU_RETURN_IF_ERROR(CheckRange(static_cast<int>(view.position), kFingerPositionMax,
                                   "BAD_FINGER_POSITION", at, place, "finger position"));
  TAANU_RETURN_IF_ERROR(
      CheckRange(view.view_number, kViewNumberMax, "BAD_VIEW_COUNT", at, place, "view number"));
  TAANU_RETURN_IF_ERROR(CheckRange(view.impression_type, kImpressionTypeMax, "BAD_IMPRESSION_TYPE",
                                   at, place, "impression type"));
  TAANU_RETURN_IF_ERROR(CheckRange(view.quality, kQualityMax, "BAD_QUALITY", at, place, "quality"));
  if (view.minutiae.size() > static_cast<size_t>(kMinutiaeMax)) {
    return FailAt("BAD_MINUTIA", at, place, "count of minutiae",
                  "it is " + std::to_string(view.minutiae.size()) + ", above " +
                      std::to_string(kMinutiaeMax));
  }
  out.U8(static_cast<uint32_t>(view.position));
  out.U8(static_cast<uint32_t>(view.view_number << 4 | view.impression_type));
  out.U8(view.quality);
  out.U8(static_cast<uint32_t>(view.minutiae.size()));
  for (const Minutia& minutia : view.minutiae) {
    ++place.minutia;
    TAANU_RETURN_IF_ERROR(
        WriteMinutia(view, minutia, x_axis, y_axis, dialect.angle_steps, place, out));
  }
  return WriteExtended(view.extended, dialect.area_length, number, out);
}

}  // namespace

Status WriteBody(const Template& value, const Dialect& dialect, ByteWriter& out) {
  const Axis x_axis{"image width", "x", &FingerView::width_um, &Minutia::x_um, value.x_px_per_cm};
  const Axis y_axis{"image height", "y", &FingerView::height_um, &Minutia::y_um, value.y_px_per_cm};
  for (const Axis* axis : {&x_axis, &y_axis}) {
    if (axis->px_per_cm < kPxPerCmMin || axis->px_per_cm > kPxPerCmMax) {
      return FailAt("BAD_RESOLUTION", out.size(), {}, "resolution",
                    "it is " + std::to_string(axis->px_per_cm) +
                        " pixels per centimetre, outside " + std::to_string(kPxPerCmMin) + " to " +
                        std::to_string(kPxPerCmMax));
    }
  }
  if (value.views.empty() || value.views.size() > static_cast<size_t>(kViewsMax)) {
    return FailAt("BAD_VIEW_COUNT", out.size(), {}, "count of views",
                  "it is " + std::to_string(value.views.size()) + ", outside 1 to " +
                      std::to_string(kViewsMax));
  }
  TAANU_ASSIGN_OR_RETURN(const int64_t width, ImageSize(value, x_axis, out.size()));
  TAANU_ASSIGN_OR_RETURN(const int64_t height, ImageSize(value, y_axis, out.size()));
  out.U16(static_cast<uint32_t>(width));
  out.U16(static_cast<uint32_t>(height));
  out.U16(value.x_px_per_cm);
  out.U16(value.y_px_per_cm);
  out.U8(static_cast<uint32_t>(value.views.size()));
  out.U8(0);
  int number = 0;
  for (const FingerView& view : value.views) {
    TAANU_RETURN_IF_ERROR(WriteView(view, ++number, x_axis, y_axis, dialect, out));
  }
  return {};
}

}  // namespace taanu::codec
