// A probe's descriptors as the screening kernels read them.
//
// Thread-safety: immutable once built.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/gallery/descriptor.h"

namespace taanu::gallery {

class ProbeCode {
 public:
  static constexpr size_t kNibbles = size_t{2} * kDescriptorBytes;
  static constexpr size_t kRow = 16;     // bytes of a row, which kernels repeat across a vector
  static constexpr size_t kAbreast = 4;  // minutiae that kernels take at once

  // At most kMinutiaeMax.
  explicit ProbeCode(std::vector<WeighedDescriptor> descriptors);
  // Of some of another one's minutiae, of which `rows` are the SingleRows: quicker.
  ProbeCode(const ProbeCode& all, std::span<const uint8_t> rows, std::span<const uint8_t> minutiae);

  // For each minutia kNibbles rows, with nothing in the upper halves.
  std::vector<uint8_t> SingleRows() const;

  const std::vector<WeighedDescriptor>& descriptors() const { return descriptors_; }
  // How many minutiae the tables hold: the probe's, made a multiple of kAbreast by repeating the
  // last one, which changes no minimum.
  size_t padded_count() const { return padded_count_; }
  // For each two minutiae kNibbles rows: entry v of row n is how far the nibble n of the first is
  // from the value v (NibbleDistance), and in its upper half the same of the second.
  const uint8_t* nibble_rows() const { return nibble_rows_.data(); }

 private:
  static constexpr size_t kRowsBytes = kNibbles * kRow;  // of one minutia, or two

  std::vector<WeighedDescriptor> descriptors_;
  size_t padded_count_ = 0;
  std::vector<uint8_t> nibble_rows_;
};

}  // namespace taanu::gallery
