#include "matcher/codec/extended.h"

#include <algorithm>
#include <iterator>
#include <string>

namespace taanu::codec {
namespace {

constexpr std::string_view kReason = "BAD_EXTENDED_DATA";
constexpr size_t kAreaHeaderBytes = 4;
constexpr size_t kLengthMax = 65535;
constexpr size_t kMisstatedMax = 2;
constexpr uint16_t kRidgeCounts = 1;
constexpr uint16_t kVendorFirst = 0x0100;

// The smallest length that an area may state. A length of 0 is refused in either way of counting:
// a reader that steps by it never ends, and an area of nothing says nothing.
constexpr size_t LengthMin(AreaLength counts) {
  return counts == AreaLength::kWithHeader ? kAreaHeaderBytes : 1;
}

Result<ExtendedData> ReadArea(ByteReader& area, AreaLength counts) {
  ExtendedData data;
  TAANU_ASSIGN_OR_RETURN(data.type, area.U16("extended area type"));
  const size_t length_offset = area.offset();
  TAANU_ASSIGN_OR_RETURN(const uint16_t length, area.U16("extended area length"));
  if (length < LengthMin(counts)) {
    return FailAt(kReason, length_offset, area.place(), "extended area length",
                  "it is " + std::to_string(length) + ", less than an area has");
  }
  const size_t payload = counts == AreaLength::kWithHeader ? length - kAreaHeaderBytes : length;
  if (payload > area.end() - area.offset()) {
    return FailAt(kReason, length_offset, area.place(), "extended area length",
                  "it is " + std::to_string(length) + ", and its block has " +
                      std::to_string(area.end() - area.offset()) + " bytes left for the payload");
  }
  TAANU_ASSIGN_OR_RETURN(const auto bytes, area.Bytes(payload, "extended area"));
  data.payload.assign(bytes.begin(), bytes.end());
  return data;
}

}  // namespace

Result<std::vector<ExtendedData>> ReadExtended(ByteReader& in, AreaLength counts) {
  std::vector<ExtendedData> areas;
  const size_t block_offset = in.offset();
  TAANU_ASSIGN_OR_RETURN(const uint16_t block_length, in.U16("extended data length"));
  const size_t begin = in.offset();
  TAANU_ASSIGN_OR_RETURN(const auto block, in.Bytes(block_length, "extended data"));
  size_t used = 0;
  while (used < block.size()) {
    if (block.size() - used < kAreaHeaderBytes) {
      return FailAt(
          kReason, block_offset, in.place(), "extended data length",
          "its last " + std::to_string(block.size() - used) + " bytes are too few for an area");
    }
    // A reader of its own, which ends with the block, so that no area reaches beyond it.
    ByteReader area = in.Within(begin + used, begin + block.size());
    TAANU_ASSIGN_OR_RETURN(ExtendedData data, ReadArea(area, counts));
    areas.push_back(std::move(data));
    used = area.offset() - begin;
  }
  return areas;
}

Status SkipMisstatedExtended(ByteReader& in) {
  const size_t block_offset = in.offset();
  TAANU_ASSIGN_OR_RETURN(const uint16_t stated, in.U16("extended data length"));
  const size_t left = in.end() - in.offset();
  const size_t miss = stated > left ? stated - left : left - stated;
  const bool holds_an_area = stated >= kAreaHeaderBytes && left >= kAreaHeaderBytes;
  if (miss < 1 || miss > kMisstatedMax || !holds_an_area) {
    return FailAt(kReason, block_offset, in.place(), "extended data length",
                  "it is " + std::to_string(stated) + ", and " + std::to_string(left) +
                      " bytes are left of the record");
  }
  TAANU_RETURN_IF_ERROR(in.Bytes(left, "extended data"));
  return {};
}

Status WriteExtended(const std::vector<ExtendedData>& areas, AreaLength counts, int view,
                     ByteWriter& out) {
  const size_t offset = out.size();
  size_t block_length = 0;
  for (const ExtendedData& area : areas) {
    const size_t header = counts == AreaLength::kWithHeader ? kAreaHeaderBytes : 0;
    const size_t length = area.payload.size() + header;
    block_length += kAreaHeaderBytes + area.payload.size();
    if (length < LengthMin(counts) || block_length > kLengthMax) {
      return FailAt(kReason, offset, {.view = view}, "extended data",
                    "an area is empty, or the block is above 65,535 bytes");
    }
  }
  out.U16(static_cast<uint32_t>(block_length));
  for (const ExtendedData& area : areas) {
    const size_t header = counts == AreaLength::kWithHeader ? kAreaHeaderBytes : 0;
    out.U16(area.type);
    out.U16(static_cast<uint32_t>(area.payload.size() + header));
    out.Bytes(area.payload);
  }
  return {};
}

std::vector<ExtendedData> PortableAreas(const std::vector<ExtendedData>& areas) {
  std::vector<ExtendedData> portable;
  std::copy_if(areas.begin(), areas.end(), std::back_inserter(portable),
               [](const ExtendedData& area) {
                 return area.type == kRidgeCounts || area.type >= kVendorFirst;
               });
  return portable;
}

}  // namespace taanu::codec
