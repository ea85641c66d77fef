// A record of several finger images, as registers hold them: ISO/IEC 19794-4:2005 with raw pixels.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "enroll/image/image.h"

namespace taanu::test {

// Images of one resolution in whole dots per inch.
inline std::string FingerCard(const std::vector<FingerImage>& fingers) {
  std::string bytes;
  const auto put = [&bytes](uint64_t value, int count) {
    for (int i = count - 1; i >= 0; --i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  };
  constexpr size_t kHeader = 32;
  constexpr size_t kViewHeader = 14;
  size_t length = kHeader;
  for (const FingerImage& finger : fingers) length += kViewHeader + finger.image.pixels.size();
  bytes.assign(
      "FIR\0"
      "010\0",
      8);
  put(length, 6);
  put(0x1234, 2);  // capture device
  put(31, 2);      // acquisition level
  put(fingers.size(), 1);
  put(1, 1);  // dots per inch
  for (int i = 0; i < 4; ++i) put(static_cast<uint64_t>(fingers.front().image.dpi), 2);
  put(8, 1);  // bits a pixel
  put(0, 1);  // uncompressed
  put(0, 2);
  for (const FingerImage& finger : fingers) {
    const GrayImage& image = finger.image;
    put(kViewHeader + image.pixels.size(), 4);
    put(static_cast<uint64_t>(finger.position), 1);
    put(1, 1);   // views
    put(1, 1);   // of which this is the first
    put(80, 1);  // quality
    put(finger.impression_type, 1);
    put(static_cast<uint64_t>(image.width), 2);
    put(static_cast<uint64_t>(image.height), 2);
    put(0, 1);
    bytes.append(image.pixels.begin(), image.pixels.end());
  }
  return bytes;
}

}  // namespace taanu::test
