#include "matcher/codec/iso.h"

#include <array>

#include "matcher/codec/body.h"
#include "matcher/codec/equipment.h"
#include "matcher/codec/length.h"

namespace taanu::codec {
namespace {

constexpr int kAngleSteps = 256;
constexpr size_t kHeadBytes = 14;  // up to the body
constexpr std::array<uint8_t, 8> kMagicAndVersion = {'F', 'M', 'R', 0, ' ', '2', '0', 0};

Result<DecodedTemplate> DecodeAs(std::span<const uint8_t> bytes, const Identity& identity,
                                 AreaLength area_length, LastBlock last_block) {
  DecodedTemplate decoded;
  decoded.format = TemplateFormat::kIso19794_2_2005;
  decoded.origin.format = decoded.format;
  decoded.origin.area_length_excludes_header = area_length == AreaLength::kPayloadAlone;
  const size_t limit =
      last_block == LastBlock::kRead ? ViewsLimit(identity.length, bytes.size()) : identity.length;
  ByteReader in(bytes, identity.offset, limit);
  TAANU_RETURN_IF_ERROR(ReadEquipment(in, decoded.origin));
  const Dialect dialect{.angle_steps = kAngleSteps, .area_length = area_length};
  TAANU_RETURN_IF_ERROR(ReadBody(in, dialect, last_block, decoded));
  TAANU_RETURN_IF_ERROR(
      CheckLengthAfter(identity.length, in.offset(), bytes.size(), decoded.remarks));
  return decoded;
}

}  // namespace

Result<DecodedTemplate> DecodeIso(std::span<const uint8_t> bytes, const Identity& identity) {
  TAANU_RETURN_IF_ERROR(
      CheckLengthBefore(identity.length, kHeadBytes + kBodyBytesMin, bytes.size()));
  auto decoded = DecodeAs(bytes, identity, AreaLength::kWithHeader, LastBlock::kRead);
  if (decoded || !MayBeExtendedData(decoded.error())) return decoded;
  auto other = DecodeAs(bytes, identity, AreaLength::kPayloadAlone, LastBlock::kRead);
  if (!other) other = DecodeAs(bytes, identity, AreaLength::kWithHeader, LastBlock::kSkipped);
  // Where no reading adds up, the message speaks of the usual one.
  return other ? other : decoded;
}

Result<std::vector<uint8_t>> EncodeIso(const Template& value, const RecordOrigin& origin) {
  ByteWriter body;
  const Dialect dialect{.angle_steps = kAngleSteps,
                        .area_length = origin.area_length_excludes_header
                                           ? AreaLength::kPayloadAlone
                                           : AreaLength::kWithHeader};
  TAANU_RETURN_IF_ERROR(WriteBody(value, dialect, body));
  ByteWriter out;
  out.Bytes(kMagicAndVersion);
  out.U32(static_cast<uint32_t>(kHeadBytes + body.size()));
  TAANU_RETURN_IF_ERROR(WriteEquipment(origin, out));
  out.Bytes(body.bytes());
  return out.Take();
}

}  // namespace taanu::codec
