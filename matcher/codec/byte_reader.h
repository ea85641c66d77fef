// Reads big-endian numbers from hostile bytes; every failure says the byte offset and the field.
//
// Thread-safety: a reader belongs to one thread; the bytes must outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "matcher/error.h"

namespace taanu::codec {

// Where in a record a field is, counted from 1; 0 is "not inside one".
struct Place {
  int view = 0;
  int minutia = 0;
};

// "byte 34, view 1, minutia 2, x: <why>".
inline std::string Describe(size_t offset, Place place, std::string_view field,
                            std::string_view why) {
  std::string message = "byte " + std::to_string(offset);
  if (place.view > 0) message += ", view " + std::to_string(place.view);
  if (place.minutia > 0) message += ", minutia " + std::to_string(place.minutia);
  message.append(", ").append(field).append(": ").append(why);
  return message;
}

inline tl::unexpected<Error> FailAt(std::string_view reason, size_t offset, Place place,
                                    std::string_view field, std::string_view why) {
  return Fail(ErrorCode::kBadInput, reason, Describe(offset, place, field, why));
}

// Invariant: offset() <= end() <= the size of the bytes.
class ByteReader {
 public:
  // Reads bytes [offset, end) of `bytes`; requires offset <= end <= bytes.size().
  ByteReader(std::span<const uint8_t> bytes, size_t offset, size_t end)
      : bytes_(bytes.first(end)), offset_(offset) {}

  size_t offset() const { return offset_; }
  size_t end() const { return bytes_.size(); }

  // A reader of bytes [offset, end) of the same input, for a part that must not be left; requires
  // offset <= end <= this->end().
  ByteReader Within(size_t offset, size_t end) const {
    ByteReader part(bytes_, offset, end);
    part.place_ = place_;
    return part;
  }

  // The view (from 1) that later failures name.
  void set_view(int view) { place_.view = view; }
  Place place() const { return place_; }

  Result<uint8_t> U8(std::string_view field) { return Number<uint8_t>(field); }
  Result<uint16_t> U16(std::string_view field) { return Number<uint16_t>(field); }
  Result<uint32_t> U32(std::string_view field) { return Number<uint32_t>(field); }

  // The next `count` bytes, without copying them.
  Result<std::span<const uint8_t>> Bytes(size_t count, std::string_view field) {
    if (count > bytes_.size() - offset_) {
      return FailAt("TRUNCATED", offset_, place_, field,
                    "it needs " + std::to_string(count) + " of the record's bytes, and " +
                        std::to_string(bytes_.size() - offset_) + " are left");
    }
    auto taken = bytes_.subspan(offset_, count);
    offset_ += count;
    return taken;
  }

 private:
  template <typename T>
  Result<T> Number(std::string_view field) {
    TAANU_ASSIGN_OR_RETURN(const auto raw, Bytes(sizeof(T), field));
    uint32_t number = 0;
    for (const uint8_t byte : raw) number = number << 8 | byte;
    return static_cast<T>(number);
  }

  std::span<const uint8_t> bytes_;
  size_t offset_;
  Place place_;
};

}  // namespace taanu::codec
