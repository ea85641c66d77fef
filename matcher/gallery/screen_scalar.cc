#include <algorithm>

#include "matcher/gallery/screen.h"

namespace taanu::gallery {
namespace {

Descriptor At(const uint8_t* planes, size_t lane) {
  const uint8_t* plane = planes + lane / kBlock * kBlockBytes + lane % kBlock;
  Descriptor d;
  for (size_t b = 0; b < kDescriptorBytes; ++b) d[b] = plane[b * kBlock];
  return d;
}

uint8_t StrengthOf(const Descriptor& own, const ProbeCode& probe) {
  int nearest = kNearBits;
  for (const WeighedDescriptor& d : probe.descriptors())
    nearest = std::min(nearest, Distance(d, own));
  return static_cast<uint8_t>(kNearBits - nearest);
}

}  // namespace

void ScreenScalar(const uint8_t* planes, size_t blocks, const ProbeCode& probe,
                  uint8_t* strengths) {
  for (size_t lane = 0; lane < blocks * kBlock; ++lane) {
    strengths[lane] = StrengthOf(At(planes, lane), probe);
  }
}

void VoteScalar(const uint8_t* planes, size_t begin, size_t end, const ProbeCode& probe,
                const uint16_t* views, uint16_t* votes) {
  for (size_t lane = begin; lane < end; ++lane) {
    uint16_t& own = votes[views[lane]];
    own = static_cast<uint16_t>(own + StrengthOf(At(planes, lane), probe));
  }
}

void MeasureAllScalar(const uint8_t* planes, size_t blocks, const ProbeCode& probe,
                      uint8_t* distances) {
  const size_t lanes = blocks * kBlock;
  for (size_t lane = 0; lane < lanes; ++lane) {
    const Descriptor own = At(planes, lane);
    for (size_t i = 0; i < probe.padded_count(); ++i) {
      const size_t minutia = std::min(i, probe.descriptors().size() - 1);
      distances[i * lanes + lane] =
          static_cast<uint8_t>(Distance(probe.descriptors()[minutia], own));
    }
  }
}

size_t FindNearScalar(const uint8_t* planes, const ProbeCode& probe, int limit, uint32_t* found) {
  size_t count = 0;
  for (size_t lane = 0; lane < kBlock; ++lane) {
    const Descriptor own = At(planes, lane);
    for (size_t i = 0; i < probe.descriptors().size(); ++i) {
      const int distance = Distance(probe.descriptors()[i], own);
      if (distance >= limit) continue;
      found[count++] = NearPair::Pack(static_cast<size_t>(limit - distance), i, lane);
    }
  }
  return count;
}

}  // namespace taanu::gallery
