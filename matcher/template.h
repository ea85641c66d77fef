// A finger minutiae template in memory, in real units whatever sensor it came from.
//
// Words as in ISO/IEC 2382-37; fields as in ISO/IEC 19794-2:2005 clauses 6 to 8.
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <vector>

namespace taanu {

// ISO/IEC 19794-2:2005 table 2: 0 unknown, 1-5 right thumb to little, 6-10 left thumb to little.
enum class FingerPosition : uint8_t {
  kUnknown = 0,
  kRightThumb = 1,
  kRightIndex = 2,
  kRightMiddle = 3,
  kRightRing = 4,
  kRightLittle = 5,
  kLeftThumb = 6,
  kLeftIndex = 7,
  kLeftMiddle = 8,
  kLeftRing = 9,
  kLeftLittle = 10,
};
inline constexpr int kFingerPositionMax = 10;

enum class MinutiaType : uint8_t { kOther = 0, kRidgeEnding = 1, kBifurcation = 2 };

// Limits of a view. A record of more minutiae cannot be written in ISO/IEC 19794-2:2005 (one byte).
inline constexpr int kMinutiaeMax = 255;

// A full circle of `Minutia::angle`.
inline constexpr int kFullCircle = 65536;

struct Minutia {
  // Micrometres from the upper left corner of the image; x to the right, y down.
  int32_t x_um = 0;
  int32_t y_um = 0;
  // Direction, 65,536 units to the full circle, anticlockwise from the positive x axis as seen on
  // the image (y up), as ISO/IEC 19794-2:2005 clause 6.4.3 defines it.
  uint16_t angle = 0;
  MinutiaType type = MinutiaType::kOther;
  // 1-100 (100 is best), 0 where it was not reported.
  uint8_t quality = 0;

  friend bool operator==(const Minutia&, const Minutia&) = default;
};

// An extended data area, kept as it came (type code and payload without the four header bytes).
struct ExtendedData {
  uint16_t type = 0;
  std::vector<uint8_t> payload;

  friend bool operator==(const ExtendedData&, const ExtendedData&) = default;
};

// One finger, seen once.
struct FingerView {
  FingerPosition position = FingerPosition::kUnknown;
  uint8_t view_number = 0;
  // ISO/IEC 19794-2:2005 table 3: 0 live-scan plain, 1 live-scan rolled, 8 swipe, ...
  uint8_t impression_type = 0;
  // 0-100 (100 is best).
  uint8_t quality = 0;
  // Size of the image in micrometres; 0 where it is not known.
  int32_t width_um = 0;
  int32_t height_um = 0;
  std::vector<Minutia> minutiae;  // at most kMinutiaeMax
  std::vector<ExtendedData> extended;

  friend bool operator==(const FingerView&, const FingerView&) = default;
};

// A record of one or more views, as one file or message carries it.
struct Template {
  // Resolution of the coordinates in the record it was read from, pixels per centimetre, which a
  // writer uses again; 197 is 500 dpi.
  uint16_t x_px_per_cm = 197;
  uint16_t y_px_per_cm = 197;
  std::vector<FingerView> views;
};

}  // namespace taanu
