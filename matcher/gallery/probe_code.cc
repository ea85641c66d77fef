#include "matcher/gallery/probe_code.h"

#include <algorithm>
#include <bit>

namespace taanu::gallery {

ProbeCode::ProbeCode(const std::vector<Descriptor>& descriptors)
    : descriptors_(descriptors),
      padded_count_((descriptors.size() + kAbreast - 1) / kAbreast * kAbreast) {
  nibble_rows_.resize(padded_count_ / 2 * kNibbles * kRow);
  byte_rows_.resize(padded_count_ * kDescriptorBytes * kRow);
  for (size_t i = 0; i < padded_count_; ++i) {
    const Descriptor& d = descriptors_[std::min(i, descriptors_.size() - 1)];
    const unsigned half = i % 2 * 4;
    for (size_t b = 0; b < kDescriptorBytes; ++b) {
      std::fill_n(&byte_rows_[(i * kDescriptorBytes + b) * kRow], kRow, d[b]);
      uint8_t* low = &nibble_rows_[(i / 2 * kNibbles + 2 * b) * kRow];
      uint8_t* high = low + kRow;
      for (unsigned v = 0; v < 16; ++v) {
        low[v] |= static_cast<uint8_t>(std::popcount((d[b] & 15U) ^ v) << half);
        high[v] |= static_cast<uint8_t>(std::popcount((d[b] >> 4U) ^ v) << half);
      }
    }
  }
}

}  // namespace taanu::gallery
