#include "matcher/gallery/probe_code.h"

#include <algorithm>
#include <array>

namespace taanu::gallery {
namespace {

using Row = std::array<uint8_t, ProbeCode::kRow>;

// For each value of a nibble, how far it is from every other.
constexpr std::array<Row, 16> kRows = [] {
  std::array<Row, 16> rows{};
  for (unsigned a = 0; a < 16; ++a) {
    for (unsigned b = 0; b < 16; ++b) rows[a][b] = static_cast<uint8_t>(NibbleDistance(a, b));
  }
  return rows;
}();

void Join(const Row& lower, const Row& upper, uint8_t* row) {
  for (size_t v = 0; v < ProbeCode::kRow; ++v) {
    row[v] = static_cast<uint8_t>(lower[v] | upper[v] << 4);
  }
}

}  // namespace

ProbeCode::ProbeCode(const std::vector<Descriptor>& descriptors)
    : descriptors_(descriptors),
      padded_count_((descriptors.size() + kAbreast - 1) / kAbreast * kAbreast) {
  nibble_rows_.resize(padded_count_ / 2 * kNibbles * kRow);
  uint8_t* row = nibble_rows_.data();
  for (size_t i = 0; i < padded_count_; i += 2) {
    const Descriptor& first = descriptors_[std::min(i, descriptors_.size() - 1)];
    const Descriptor& second = descriptors_[std::min(i + 1, descriptors_.size() - 1)];
    for (size_t b = 0; b < kDescriptorBytes; ++b, row += 2 * kRow) {
      Join(kRows[first[b] & 15U], kRows[second[b] & 15U], row);
      Join(kRows[first[b] >> 4U], kRows[second[b] >> 4U], row + kRow);
    }
  }
}

}  // namespace taanu::gallery
