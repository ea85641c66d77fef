// Little-endian bytes, written and read within bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

namespace taanu {

template <typename T>
void PutInt(std::vector<uint8_t>* out, T value) {
  auto bits = static_cast<std::make_unsigned_t<T>>(value);
  for (size_t i = 0; i < sizeof(T); ++i) {
    out->push_back(static_cast<uint8_t>(bits >> (8 * i)));
  }
}

inline void PutText(std::vector<uint8_t>* out, std::string_view text) {
  PutInt(out, static_cast<uint16_t>(text.size()));
  out->insert(out->end(), text.begin(), text.end());
}

// Reads from the front. The first read beyond the end makes failed() true for good; it and every
// later one give zeros.
class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  size_t remaining() const { return bytes_.size(); }

  std::span<const uint8_t> Take(size_t size) {
    if (failed_ || size > bytes_.size()) {
      failed_ = true;
      return {};
    }
    const auto taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }

  template <typename T>
  T Int() {
    std::make_unsigned_t<T> bits = 0;
    const auto taken = Take(sizeof(T));
    for (size_t i = 0; i < taken.size(); ++i) {
      bits = static_cast<std::make_unsigned_t<T>>(
          bits | static_cast<std::make_unsigned_t<T>>(taken[i]) << (8 * i));
    }
    return static_cast<T>(bits);
  }

  std::string_view Text() {
    const auto taken = Take(Int<uint16_t>());
    return {reinterpret_cast<const char*>(taken.data()), taken.size()};
  }

 private:
  std::span<const uint8_t> bytes_;
  bool failed_ = false;
};

}  // namespace taanu
