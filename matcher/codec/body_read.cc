#include <string>

#include "matcher/codec/body.h"
#include "matcher/codec/codec.h"
#include "matcher/codec/units.h"

namespace taanu::codec {
namespace {

constexpr size_t kMinutiaBytes = 6;
constexpr int kQualityMax = 100;
constexpr uint16_t kCoordinateMask = 0x3fff;

// The image of a record, in pixels.
struct Image {
  int32_t width = 0;
  int32_t height = 0;
  int32_t x_px_per_cm = 0;
  int32_t y_px_per_cm = 0;
};

Result<uint16_t> ReadSize(ByteReader& in, std::string_view field) {
  const size_t offset = in.offset();
  TAANU_ASSIGN_OR_RETURN(const uint16_t size, in.U16(field));
  if (size == 0) return FailAt("BAD_IMAGE_SIZE", offset, in.place(), field, "it is 0");
  return size;
}

Result<uint16_t> ReadResolution(ByteReader& in, std::string_view field) {
  const size_t offset = in.offset();
  TAANU_ASSIGN_OR_RETURN(const uint16_t px_per_cm, in.U16(field));
  if (px_per_cm < kPxPerCmMin || px_per_cm > kPxPerCmMax) {
    return FailAt("BAD_RESOLUTION", offset, in.place(), field,
                  "it is " + std::to_string(px_per_cm) + " pixels per centimetre, outside " +
                      std::to_string(kPxPerCmMin) + " to " + std::to_string(kPxPerCmMax));
  }
  return px_per_cm;
}

Result<uint8_t> ReadLimited(ByteReader& in, std::string_view field, int max,
                            std::string_view reason) {
  const size_t offset = in.offset();
  TAANU_ASSIGN_OR_RETURN(const uint8_t number, in.U8(field));
  if (number > max) {
    return FailAt(reason, offset, in.place(), field,
                  "it is " + std::to_string(number) + ", above " + std::to_string(max));
  }
  return number;
}

Result<Minutia> ParseMinutia(std::span<const uint8_t> raw, size_t offset, Place place,
                             const Image& image, int angle_steps) {
  const auto fail = [&](size_t at, std::string_view field, std::string_view why) {
    return FailAt("BAD_MINUTIA", offset + at, place, field, why);
  };
  const int type = raw[0] >> 6;
  const int32_t x = (raw[0] << 8 | raw[1]) & kCoordinateMask;
  const int32_t y = (raw[2] << 8 | raw[3]) & kCoordinateMask;
  if (type > static_cast<int>(MinutiaType::kBifurcation)) {
    return fail(0, "type", "it is 3, which no edition defines");
  }
  if (x >= image.width) {
    return fail(0, "x",
                std::to_string(x) + " is outside the image, which is " +
                    std::to_string(image.width) + " pixels wide");
  }
  if (y >= image.height) {
    return fail(2, "y",
                std::to_string(y) + " is outside the image, which is " +
                    std::to_string(image.height) + " pixels high");
  }
  if (raw[5] > kQualityMax) {
    return fail(5, "quality", "it is " + std::to_string(raw[5]) + ", above 100");
  }
  Minutia minutia;
  minutia.x_um = PixelsToUm(x, image.x_px_per_cm);
  minutia.y_um = PixelsToUm(y, image.y_px_per_cm);
  minutia.angle = StepToAngle(raw[4] % angle_steps, angle_steps);
  minutia.type = static_cast<MinutiaType>(type);
  minutia.quality = raw[5];
  return minutia;
}

// The minutiae of a view, with a remark where angles wrapped.
Result<std::vector<Minutia>> ReadMinutiae(ByteReader& in, size_t count, const Image& image,
                                          int angle_steps, std::vector<std::string>& remarks) {
  const size_t begin = in.offset();
  // The bytes come first: a count that they do not bear out allocates nothing.
  TAANU_ASSIGN_OR_RETURN(const auto raw, in.Bytes(count * kMinutiaBytes, "minutiae"));
  std::vector<Minutia> minutiae;
  minutiae.reserve(count);
  int wrapped = 0;
  for (size_t i = 0; i < count; ++i) {
    const Place place{.view = in.place().view, .minutia = static_cast<int>(i) + 1};
    const auto bytes = raw.subspan(i * kMinutiaBytes, kMinutiaBytes);
    TAANU_ASSIGN_OR_RETURN(const Minutia minutia, ParseMinutia(bytes, begin + i * kMinutiaBytes,
                                                               place, image, angle_steps));
    minutiae.push_back(minutia);
    if (bytes[4] >= angle_steps) ++wrapped;
  }
  if (wrapped > 0) {
    remarks.push_back(Describe(begin, in.place(), "minutiae",
                               std::to_string(wrapped) + " angles are of a full circle or more"));
  }
  return minutiae;
}

// One view up to its extended data.
Result<FingerView> ReadView(ByteReader& in, const Image& image, int angle_steps,
                            std::vector<std::string>& remarks) {
  FingerView view;
  view.width_um = PixelsToUm(image.width, image.x_px_per_cm);
  view.height_um = PixelsToUm(image.height, image.y_px_per_cm);
  TAANU_ASSIGN_OR_RETURN(
      const uint8_t position,
      ReadLimited(in, "finger position", kFingerPositionMax, "BAD_FINGER_POSITION"));
  view.position = static_cast<FingerPosition>(position);
  const size_t impression_offset = in.offset();
  TAANU_ASSIGN_OR_RETURN(const uint8_t packed, in.U8("view number and impression type"));
  view.view_number = packed >> 4;
  view.impression_type = packed & 0x0f;
  if (view.impression_type > kImpressionTypeMax) {
    return FailAt("BAD_IMPRESSION_TYPE", impression_offset, in.place(), "impression type",
                  "it is " + std::to_string(view.impression_type) + ", which no edition defines");
  }
  // INCITS 378 profiles (NIST SP 800-76) put 254 and 255 here for a finger that cannot be used:
  // such a view is no reference, and is refused with the others above 100.
  TAANU_ASSIGN_OR_RETURN(view.quality, ReadLimited(in, "quality", kQualityMax, "BAD_QUALITY"));
  TAANU_ASSIGN_OR_RETURN(const uint8_t count, in.U8("count of minutiae"));
  TAANU_ASSIGN_OR_RETURN(view.minutiae, ReadMinutiae(in, count, image, angle_steps, remarks));
  return view;
}

}  // namespace

Status ReadBody(ByteReader& in, const Dialect& dialect, LastBlock last_block,
                DecodedTemplate& decoded) {
  Template& value = decoded.value;
  Image image;
  TAANU_ASSIGN_OR_RETURN(image.width, ReadSize(in, "image width"));
  TAANU_ASSIGN_OR_RETURN(image.height, ReadSize(in, "image height"));
  TAANU_ASSIGN_OR_RETURN(value.x_px_per_cm, ReadResolution(in, "x resolution"));
  TAANU_ASSIGN_OR_RETURN(value.y_px_per_cm, ReadResolution(in, "y resolution"));
  image.x_px_per_cm = value.x_px_per_cm;
  image.y_px_per_cm = value.y_px_per_cm;
  const size_t count_offset = in.offset();
  TAANU_ASSIGN_OR_RETURN(const uint8_t views, in.U8("count of views"));
  if (views == 0) {
    return FailAt("BAD_VIEW_COUNT", count_offset, in.place(), "count of views", "it is 0");
  }
  TAANU_RETURN_IF_ERROR(in.U8("reserved"));
  for (int i = 1; i <= views; ++i) {
    in.set_view(i);
    TAANU_ASSIGN_OR_RETURN(FingerView view,
                           ReadView(in, image, dialect.angle_steps, decoded.remarks));
    if (i == views && last_block == LastBlock::kSkipped) {
      decoded.remarks.push_back(Describe(in.offset(), in.place(), "extended data length",
                                         "it misses the end of the record; skipped"));
      TAANU_RETURN_IF_ERROR(SkipMisstatedExtended(in));
    } else {
      TAANU_ASSIGN_OR_RETURN(view.extended, ReadExtended(in, dialect.area_length));
    }
    value.views.push_back(std::move(view));
  }
  in.set_view(0);
  return {};
}

}  // namespace taanu::codec
