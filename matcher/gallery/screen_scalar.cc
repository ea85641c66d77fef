#include <algorithm>
#include <bit>
#include <cstring>

#include "matcher/gallery/screen.h"

namespace taanu::gallery {
namespace {

// Distance of descriptor.h, by words.
int WordDistance(const Descriptor& a, const Descriptor& b) {
  static_assert(kDescriptorBytes % sizeof(uint64_t) == 0);
  int bits = 0;
  for (size_t k = 0; k < kDescriptorBytes; k += sizeof(uint64_t)) {
    uint64_t x;
    uint64_t y;
    std::memcpy(&x, &a[k], sizeof(x));
    std::memcpy(&y, &b[k], sizeof(y));
    bits += std::popcount(x ^ y);
  }
  return bits;
}

}  // namespace

void ScreenScalar(const uint8_t* planes, size_t blocks, const ProbeCode& probe,
                  uint8_t* strengths) {
  for (size_t block = 0; block < blocks; ++block) {
    const uint8_t* plane = planes + block * kBlockBytes;
    for (size_t lane = 0; lane < kBlock; ++lane) {
      Descriptor own;
      for (size_t b = 0; b < kDescriptorBytes; ++b) own[b] = plane[b * kBlock + lane];
      int nearest = kNearBits;
      for (const Descriptor& d : probe.descriptors())
        nearest = std::min(nearest, WordDistance(d, own));
      strengths[block * kBlock + lane] = static_cast<uint8_t>(kNearBits - nearest);
    }
  }
}

}  // namespace taanu::gallery
