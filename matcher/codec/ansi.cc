#include "matcher/codec/ansi.h"

#include <array>

#include "matcher/codec/body.h"
#include "matcher/codec/equipment.h"
#include "matcher/codec/length.h"

namespace taanu::codec {
namespace {

constexpr Dialect kDialect{.angle_steps = 180, .area_length = AreaLength::kWithHeader};
constexpr size_t kShortHeadBytes = 16;  // up to the body
constexpr size_t kLongHeadBytes = 20;
constexpr size_t kShortLengthMax = 65535;
constexpr std::array<uint8_t, 8> kMagicAndVersion = {'F', 'M', 'R', 0, ' ', '2', '0', 0};

Result<DecodedTemplate> DecodeAs(std::span<const uint8_t> bytes, const Identity& identity,
                                 LastBlock last_block) {
  DecodedTemplate decoded;
  decoded.format = TemplateFormat::kAnsi378_2004;
  decoded.origin.format = decoded.format;
  const size_t limit =
      last_block == LastBlock::kRead ? ViewsLimit(identity.length, bytes.size()) : identity.length;
  ByteReader in(bytes, identity.offset, limit);
  TAANU_ASSIGN_OR_RETURN(decoded.origin.product_id, in.U32("product identifier"));
  TAANU_RETURN_IF_ERROR(ReadEquipment(in, decoded.origin));
  TAANU_RETURN_IF_ERROR(ReadBody(in, kDialect, last_block, decoded));
  TAANU_RETURN_IF_ERROR(
      CheckLengthAfter(identity.length, in.offset(), bytes.size(), decoded.remarks));
  return decoded;
}

}  // namespace

Result<DecodedTemplate> DecodeAnsi(std::span<const uint8_t> bytes, const Identity& identity) {
  TAANU_RETURN_IF_ERROR(
      CheckLengthBefore(identity.length, kShortHeadBytes + kBodyBytesMin, bytes.size()));
  auto decoded = DecodeAs(bytes, identity, LastBlock::kRead);
  if (decoded || !MayBeExtendedData(decoded.error())) return decoded;
  auto other = DecodeAs(bytes, identity, LastBlock::kSkipped);
  return other ? other : decoded;
}

Result<std::vector<uint8_t>> EncodeAnsi(const Template& value, const RecordOrigin& origin) {
  ByteWriter body;
  TAANU_RETURN_IF_ERROR(WriteBody(value, kDialect, body));
  ByteWriter out;
  out.Bytes(kMagicAndVersion);
  if (kShortHeadBytes + body.size() <= kShortLengthMax) {
    out.U16(static_cast<uint32_t>(kShortHeadBytes + body.size()));
  } else {
    out.U16(0);
    out.U32(static_cast<uint32_t>(kLongHeadBytes + body.size()));
  }
  out.U32(origin.product_id);
  TAANU_RETURN_IF_ERROR(WriteEquipment(origin, out));
  out.Bytes(body.bytes());
  return out.Take();
}

}  // namespace taanu::codec
