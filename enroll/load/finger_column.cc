#include "enroll/load/finger_column.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace taanu {
namespace {

constexpr std::array<std::string_view, kFingerPositionMax + 1> kNames = {
    "unknown",    "right_thumb", "right_index", "right_middle", "right_ring", "right_little",
    "left_thumb", "left_index",  "left_middle", "left_ring",    "left_little"};

}  // namespace

std::string_view FingerColumn(FingerPosition position) {
  const auto index = static_cast<size_t>(position);
  return index < kNames.size() ? kNames[index] : kNames[0];
}

std::optional<FingerPosition> FingerOfColumn(std::string_view name) {
  for (size_t i = 1; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<FingerPosition>(static_cast<uint8_t>(i));
  }
  return std::nullopt;
}

}  // namespace taanu
