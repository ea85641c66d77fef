#include "enroll/register/finger_codec.h"

#include <string>

#include "enroll/register/byte_io.h"

namespace taanu {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kMinutiaSize = 12;
constexpr size_t kExtendedHeaderSize = 6;
constexpr int kQualityMax = 100;

tl::unexpected<Error> Bad(const std::string& what) {
  return Fail(ErrorCode::kBadInput, "BAD_FINGER_VIEW", "a finger's view cannot be kept: " + what);
}

// What holds for every view that is written or was read.
Status CheckView(const FingerView& view) {
  if (static_cast<int>(view.position) > kFingerPositionMax) {
    return Bad("its position is above " + std::to_string(kFingerPositionMax));
  }
  if (view.quality > kQualityMax) return Bad("its quality is above 100");
  if (view.width_um < 0 || view.height_um < 0) return Bad("its size is negative");
  if (view.minutiae.size() > static_cast<size_t>(kMinutiaeMax)) {
    return Bad("it has more than " + std::to_string(kMinutiaeMax) + " minutiae");
  }
  for (const Minutia& minutia : view.minutiae) {
    if (minutia.type > MinutiaType::kBifurcation) return Bad("a minutia's type is unknown");
    if (minutia.quality > kQualityMax) return Bad("a minutia's quality is above 100");
  }
  size_t extended = 0;
  for (const ExtendedData& area : view.extended) {
    extended += kExtendedHeaderSize + area.payload.size();
    if (extended > kExtendedBytesMax) return Bad("it has more than 65,535 bytes of extended data");
  }
  return {};
}

Minutia ReadMinutia(ByteReader* in) {
  Minutia minutia;
  minutia.x_um = in->Int<int32_t>();
  minutia.y_um = in->Int<int32_t>();
  minutia.angle = in->Int<uint16_t>();
  minutia.type = static_cast<MinutiaType>(in->Int<uint8_t>());
  minutia.quality = in->Int<uint8_t>();
  return minutia;
}

}  // namespace

Result<std::vector<uint8_t>> EncodeFingerView(const FingerView& view) {
  TAANU_RETURN_IF_ERROR(CheckView(view));
  std::vector<uint8_t> out;
  out.reserve(16 + view.minutiae.size() * kMinutiaSize);
  PutInt(&out, kVersion);
  PutInt(&out, static_cast<uint8_t>(view.position));
  PutInt(&out, view.view_number);
  PutInt(&out, view.impression_type);
  PutInt(&out, view.quality);
  PutInt(&out, view.width_um);
  PutInt(&out, view.height_um);
  PutInt(&out, static_cast<uint8_t>(view.minutiae.size()));
  for (const Minutia& minutia : view.minutiae) {
    PutInt(&out, minutia.x_um);
    PutInt(&out, minutia.y_um);
    PutInt(&out, minutia.angle);
    PutInt(&out, static_cast<uint8_t>(minutia.type));
    PutInt(&out, minutia.quality);
  }
  PutInt(&out, static_cast<uint16_t>(view.extended.size()));
  for (const ExtendedData& area : view.extended) {
    PutInt(&out, area.type);
    PutInt(&out, static_cast<uint32_t>(area.payload.size()));
    out.insert(out.end(), area.payload.begin(), area.payload.end());
  }
  return out;
}

Result<FingerView> DecodeFingerView(std::span<const uint8_t> bytes) {
  ByteReader in(bytes);
  const auto version = in.Int<uint8_t>();
  if (!in.failed() && version > kVersion) {
    return Fail(ErrorCode::kUnsupported, "NEWER_FINGER_VIEW",
                "a newer version of Taanu wrote this reference (format " + std::to_string(version) +
                    "); use that version or a later one");
  }
  if (version != kVersion) return Bad("it is empty or of format 0");
  FingerView view;
  view.position = static_cast<FingerPosition>(in.Int<uint8_t>());
  view.view_number = in.Int<uint8_t>();
  view.impression_type = in.Int<uint8_t>();
  view.quality = in.Int<uint8_t>();
  view.width_um = in.Int<int32_t>();
  view.height_um = in.Int<int32_t>();
  const size_t minutia_count = in.Int<uint8_t>();
  // Looked at before memory is taken: no more is read than is there.
  if (in.failed() || in.remaining() < minutia_count * kMinutiaSize) return Bad("it is cut off");
  view.minutiae.reserve(minutia_count);
  for (size_t i = 0; i < minutia_count; ++i) view.minutiae.push_back(ReadMinutia(&in));
  const size_t area_count = in.Int<uint16_t>();
  if (in.failed() || in.remaining() < area_count * kExtendedHeaderSize) return Bad("it is cut off");
  view.extended.reserve(area_count);
  for (size_t i = 0; i < area_count; ++i) {
    ExtendedData area;
    area.type = in.Int<uint16_t>();
    const auto payload = in.Take(in.Int<uint32_t>());
    area.payload.assign(payload.begin(), payload.end());
    if (in.failed()) return Bad("it is cut off");
    view.extended.push_back(std::move(area));
  }
  if (in.remaining() != 0) return Bad("it has bytes after its end");
  TAANU_RETURN_IF_ERROR(CheckView(view));
  return view;
}

}  // namespace taanu
