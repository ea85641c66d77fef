#include "matcher/gallery/probe_code.h"

#include <algorithm>
#include <array>
#include <bit>
#include <utility>

namespace taanu::gallery {
namespace {

using Row = std::array<uint8_t, ProbeCode::kRow>;

// NibbleDistance of nibble n from each value.
Row RowOf(const WeighedDescriptor& own, size_t n) {
  // By which bits differ, the sum of their weights; each is one bit more than an earlier one.
  std::array<int, ProbeCode::kRow> sums{};
  Row counts{};
  for (unsigned bits = 1; bits < ProbeCode::kRow; ++bits) {
    sums[bits] =
        sums[bits & (bits - 1)] + own.weights[4 * n + static_cast<size_t>(std::countr_zero(bits))];
    counts[bits] = static_cast<uint8_t>(NibbleCount(sums[bits]));
  }
  const unsigned nibble = own.bits[n / 2] >> (n % 2 * 4) & 15U;
  Row row;
  for (unsigned v = 0; v < ProbeCode::kRow; ++v) row[v] = counts[v ^ nibble];
  return row;
}

constexpr size_t Padded(size_t count) {
  return (count + ProbeCode::kAbreast - 1) / ProbeCode::kAbreast * ProbeCode::kAbreast;
}

}  // namespace

ProbeCode::ProbeCode(std::vector<WeighedDescriptor> descriptors)
    : descriptors_(std::move(descriptors)), padded_count_(Padded(descriptors_.size())) {
  nibble_rows_.resize(padded_count_ / 2 * kRowsBytes, 0);
  for (size_t i = 0; i < padded_count_; ++i) {
    const WeighedDescriptor& own = descriptors_[std::min(i, descriptors_.size() - 1)];
    uint8_t* row = &nibble_rows_[i / 2 * kRowsBytes];
    for (size_t n = 0; n < kNibbles; ++n, row += kRow) {
      const Row counts = RowOf(own, n);
      for (size_t v = 0; v < kRow; ++v) {
        row[v] = static_cast<uint8_t>(row[v] | counts[v] << (i % 2 * 4));
      }
    }
  }
}

std::vector<uint8_t> ProbeCode::SingleRows() const {
  std::vector<uint8_t> rows(descriptors_.size() * kRowsBytes);
  for (size_t i = 0; i < descriptors_.size(); ++i) {
    const uint8_t* const both = &nibble_rows_[i / 2 * kRowsBytes];
    uint8_t* const own = &rows[i * kRowsBytes];
    for (size_t k = 0; k < kRowsBytes; ++k) {
      own[k] = static_cast<uint8_t>(i % 2 == 0 ? both[k] & 15 : both[k] >> 4);
    }
  }
  return rows;
}

ProbeCode::ProbeCode(const ProbeCode& all, std::span<const uint8_t> rows,
                     std::span<const uint8_t> minutiae)
    : padded_count_(Padded(minutiae.size())) {
  descriptors_.reserve(minutiae.size());
  for (const uint8_t i : minutiae) descriptors_.push_back(all.descriptors_[i]);
  nibble_rows_.resize(padded_count_ / 2 * kRowsBytes);
  for (size_t i = 0; i < padded_count_; i += 2) {
    const size_t first = minutiae[std::min(i, minutiae.size() - 1)];
    const size_t second = minutiae[std::min(i + 1, minutiae.size() - 1)];
    const uint8_t* const low = &rows[first * kRowsBytes];
    const uint8_t* const high = &rows[second * kRowsBytes];
    uint8_t* const own = &nibble_rows_[i / 2 * kRowsBytes];
    for (size_t k = 0; k < kRowsBytes; ++k) {
      own[k] = static_cast<uint8_t>(low[k] | high[k] << 4);
    }
  }
}

}  // namespace taanu::gallery
