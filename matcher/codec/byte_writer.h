// Appends big-endian numbers to a record.
//
// Thread-safety: a writer belongs to one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace taanu::codec {

class ByteWriter {
 public:
  void U8(uint32_t number) { bytes_.push_back(static_cast<uint8_t>(number)); }
  void U16(uint32_t number) {
    U8(number >> 8);
    U8(number);
  }
  void U32(uint32_t number) {
    U16(number >> 16);
    U16(number);
  }
  void Bytes(std::span<const uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }

  size_t size() const { return bytes_.size(); }
  const std::vector<uint8_t>& bytes() const { return bytes_; }
  std::vector<uint8_t> Take() { return std::move(bytes_); }

 private:
  std::vector<uint8_t> bytes_;
};

}  // namespace taanu::codec
