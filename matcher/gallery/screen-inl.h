// The kernels of screen.h for one target; screen.cc includes it once for each.
#if defined(TAANU_MATCHER_GALLERY_SCREEN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TAANU_MATCHER_GALLERY_SCREEN_INL_H_
#undef TAANU_MATCHER_GALLERY_SCREEN_INL_H_
#else
#define TAANU_MATCHER_GALLERY_SCREEN_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>

#include "matcher/gallery/screen.h"

HWY_BEFORE_NAMESPACE();
namespace taanu::gallery::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void ScreenImpl(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* strengths) {
  ScreenScalar(planes, blocks, probe, strengths);
}

void VoteImpl(const uint8_t* planes, size_t begin, size_t end, const ProbeCode& probe,
              const uint16_t* views, uint16_t* votes) {
  VoteScalar(planes, begin, end, probe, views, votes);
}

void MeasureAllImpl(const uint8_t* planes, size_t blocks, const ProbeCode& probe,
                    uint8_t* distances) {
  MeasureAllScalar(planes, blocks, probe, distances);
}

size_t FindNearImpl(const uint8_t* planes, const ProbeCode& probe, int limit, uint32_t* found) {
  return FindNearScalar(planes, probe, limit, found);
}

#else

using Bytes = hn::CappedTag<uint8_t, kBlock>;
constexpr size_t kLanes = hn::MaxLanes(Bytes());
// Two vectors of the gallery, where a block has two, meet four minutiae of the probe, so that the
// sums share loads; sums and operands fit sixteen registers.
constexpr size_t kAbreast = kBlock / kLanes < 2 ? 1 : 2;
constexpr size_t kStrip = kAbreast * kLanes;
// Arrays of Highway's vectors are fine: no target of x86, NEON or the emulation is sizeless.
using Vectors = hn::Vec<Bytes>[kAbreast];

// The gallery's nibble chooses an entry of a table that holds the counts for two minutiae of the
// probe, one in the lower half of each byte and one in the upper. Five counts of at most three fit
// a half, so that a look-up, and most additions, serve two pairs at once.
constexpr size_t kSteps = ProbeCode::kNibbles;
constexpr size_t kGroup = 5;
static_assert(kSteps % kGroup == 0 && kGroup * 3 < 16);
constexpr size_t kStepBytes = kSteps * kStrip;

HWY_INLINE void Unpack(const uint8_t* HWY_RESTRICT plane, uint8_t* HWY_RESTRICT steps) {
  const Bytes d;
  const auto low = hn::Set(d, 15);
  for (size_t b = 0; b < kDescriptorBytes; ++b) {
    for (size_t v = 0; v < kAbreast; ++v) {
      const auto bytes = hn::Load(d, plane + b * kBlock + v * kLanes);
      hn::Store(hn::And(bytes, low), d, steps + (2 * b * kAbreast + v) * kLanes);
      hn::Store(hn::ShiftRight<4>(bytes), d, steps + ((2 * b + 1) * kAbreast + v) * kLanes);
    }
  }
}

// The distances of a strip from 2 * kCouples minutiae of the probe, whose rows come next.
template <size_t kCouples>
HWY_INLINE const uint8_t* Measure(const uint8_t* HWY_RESTRICT steps,
                                  const uint8_t* HWY_RESTRICT rows,
                                  Vectors (&distances)[2 * kCouples]) {
  const Bytes d;
  // Of both halves, modulo 256, and of the upper ones.
  Vectors both[kCouples];
  Vectors upper[kCouples];
  for (size_t p = 0; p < kCouples; ++p) {
    for (size_t v = 0; v < kAbreast; ++v) both[p][v] = upper[p][v] = hn::Zero(d);
  }
  for (size_t s = 0; s < kSteps; s += kGroup) {
    Vectors group[kCouples];
    for (size_t k = 0; k < kGroup; ++k) {
      for (size_t p = 0; p < kCouples; ++p) {
        const auto row = hn::LoadDup128(d, rows + (p * kSteps + s + k) * ProbeCode::kRow);
        for (size_t v = 0; v < kAbreast; ++v) {
          const auto own = hn::Load(d, steps + ((s + k) * kAbreast + v) * kLanes);
          const auto counts = hn::TableLookupBytes(row, own);
          group[p][v] = k == 0 ? counts : hn::Add(group[p][v], counts);
        }
      }
    }
    for (size_t p = 0; p < kCouples; ++p) {
      for (size_t v = 0; v < kAbreast; ++v) {
        both[p][v] = hn::Add(both[p][v], group[p][v]);
        upper[p][v] = hn::Add(upper[p][v], hn::ShiftRight<4>(group[p][v]));
      }
    }
  }
  for (size_t p = 0; p < kCouples; ++p) {
    for (size_t v = 0; v < kAbreast; ++v) {
      // A sum is below 256, so that it is found whole again modulo 256.
      distances[2 * p][v] = hn::Sub(both[p][v], hn::ShiftLeft<4>(upper[p][v]));
      distances[2 * p + 1][v] = upper[p][v];
    }
  }
  return rows + kCouples * kSteps * ProbeCode::kRow;
}

constexpr size_t kCouplesAbreast = ProbeCode::kAbreast / 2;

// Of the minutiae of a strip, the strengths of Screen. Asks for the block at `next`, since
// processors do not look ahead beyond a page; little by little, since they can wait for some lines
// at a time only.
HWY_INLINE void FindStrengths(const uint8_t* HWY_RESTRICT steps, const ProbeCode& probe,
                              const uint8_t* next, Vectors& strengths) {
  constexpr size_t kLine = 64;
  const Bytes d;
  Vectors nearest;
  for (auto& n : nearest) n = hn::Set(d, 255);
  const uint8_t* HWY_RESTRICT rows = probe.nibble_rows();
  const size_t count = probe.descriptors().size();
  const size_t groups = std::max<size_t>(1, probe.padded_count() / ProbeCode::kAbreast);
  const size_t at_once = (kBlockBytes / kLine + groups - 1) / groups * kLine;
  const uint8_t* const end = next + kBlockBytes;
  size_t i = 0;
  do {
    for (const uint8_t* stop = std::min(next + at_once, end); next < stop; next += kLine) {
      __builtin_prefetch(next);
    }
    if (i + 2 < count) {
      Vectors distances[ProbeCode::kAbreast];
      rows = Measure<kCouplesAbreast>(steps, rows, distances);
      for (const Vectors& own : distances) {
        for (size_t v = 0; v < kAbreast; ++v) nearest[v] = hn::Min(nearest[v], own[v]);
      }
    } else if (i < count) {
      Vectors distances[2];
      Measure<1>(steps, rows, distances);
      for (const Vectors& own : distances) {
        for (size_t v = 0; v < kAbreast; ++v) nearest[v] = hn::Min(nearest[v], own[v]);
      }
    }
    i += ProbeCode::kAbreast;
  } while (i < count);
  const auto near = hn::Set(d, kNearBits);
  for (size_t v = 0; v < kAbreast; ++v) strengths[v] = hn::SaturatedSub(near, nearest[v]);
}

void ScreenImpl(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* strengths) {
  const Bytes d;
  HWY_ALIGN uint8_t steps[kStepBytes];
  for (size_t block = 0; block < blocks; ++block) {
    const uint8_t* const next = planes + std::min(block + 1, blocks - 1) * kBlockBytes;
    for (size_t first = 0; first < kBlock; first += kStrip) {
      Unpack(planes + block * kBlockBytes + first, steps);
      Vectors own;
      FindStrengths(steps, probe, next, own);
      for (size_t v = 0; v < kAbreast; ++v) {
        hn::StoreU(own[v], d, strengths + block * kBlock + first + v * kLanes);
      }
    }
  }
}

// Of the lanes of a strip of which a strength is not 0.
HWY_INLINE uint64_t StrongLanes(const Vectors& strengths) {
  const Bytes d;
  uint64_t bits = 0;
  for (size_t v = 0; v < kAbreast; ++v) {
    uint8_t bytes[8];
    hn::StoreMaskBits(d, hn::Ne(strengths[v], hn::Zero(d)), bytes);
    // As many bytes as were written, which the processor hands over without a detour.
    uint64_t own = 0;
    __builtin_memcpy(&own, bytes, kLanes / 8);
    bits |= own << (v * kLanes % 64);
  }
  return bits;
}

void VoteImpl(const uint8_t* planes, size_t begin, size_t end, const ProbeCode& probe,
              const uint16_t* views, uint16_t* votes) {
  const Bytes d;
  HWY_ALIGN uint8_t steps[kStepBytes];
  HWY_ALIGN uint8_t strengths[kStrip];
  for (size_t first = begin / kStrip * kStrip; first < end; first += kStrip) {
    const uint8_t* const block = planes + first / kBlock * kBlockBytes;
    Unpack(block + first % kBlock, steps);
    Vectors own;
    // What follows belongs to the next cluster at worst.
    FindStrengths(steps, probe, block + kBlockBytes, own);
    for (size_t v = 0; v < kAbreast; ++v) hn::Store(own[v], d, strengths + v * kLanes);
    uint64_t bits = StrongLanes(own);
    if (first < begin) bits &= ~uint64_t{0} << (begin - first);
    if (end - first < kStrip) bits &= (uint64_t{1} << (end - first)) - 1;
    for (; bits != 0; bits &= bits - 1) {
      const auto lane = static_cast<size_t>(__builtin_ctzll(bits));
      uint16_t& vote = votes[views[first + lane]];
      vote = static_cast<uint16_t>(vote + strengths[lane]);
    }
  }
}

void MeasureAllImpl(const uint8_t* planes, size_t blocks, const ProbeCode& probe,
                    uint8_t* distances) {
  const Bytes d;
  HWY_ALIGN uint8_t steps[kStepBytes];
  for (size_t block = 0; block < blocks; ++block) {
    for (size_t first = 0; first < kBlock; first += kStrip) {
      Unpack(planes + block * kBlockBytes + first, steps);
      const uint8_t* HWY_RESTRICT rows = probe.nibble_rows();
      for (size_t i = 0; i < probe.padded_count(); i += ProbeCode::kAbreast) {
        Vectors found[ProbeCode::kAbreast];
        rows = Measure<kCouplesAbreast>(steps, rows, found);
        for (size_t p = 0; p < ProbeCode::kAbreast; ++p) {
          for (size_t v = 0; v < kAbreast; ++v) {
            hn::StoreU(found[p][v], d,
                       distances + ((i + p) * blocks + block) * kBlock + first + v * kLanes);
          }
        }
      }
    }
  }
}

// Writes down which of `distances`, those of minutia `probe`, are below the limit.
HWY_INLINE uint32_t* Collect(const Vectors& distances, hn::Vec<Bytes> limit, size_t first,
                             size_t probe, uint32_t* found) {
  const Bytes d;
  HWY_ALIGN uint8_t strengths[kStrip];
  Vectors own;
  for (size_t v = 0; v < kAbreast; ++v) {
    own[v] = hn::SaturatedSub(limit, distances[v]);
    hn::Store(own[v], d, strengths + v * kLanes);
  }
  uint64_t bits = StrongLanes(own);
  for (; bits != 0; bits &= bits - 1) {
    const auto lane = static_cast<size_t>(__builtin_ctzll(bits));
    *found++ = NearPair::Pack(strengths[lane], probe, first + lane);
  }
  return found;
}

size_t FindNearImpl(const uint8_t* planes, const ProbeCode& probe, int limit, uint32_t* found) {
  const auto limits = hn::Set(Bytes(), static_cast<uint8_t>(limit));
  const size_t count = probe.descriptors().size();
  HWY_ALIGN uint8_t steps[kStepBytes];
  uint32_t* end = found;
  for (size_t first = 0; first < kBlock; first += kStrip) {
    Unpack(planes + first, steps);
    const uint8_t* HWY_RESTRICT rows = probe.nibble_rows();
    size_t i = 0;
    for (; i + 2 < count; i += ProbeCode::kAbreast) {
      Vectors distances[ProbeCode::kAbreast];
      rows = Measure<kCouplesAbreast>(steps, rows, distances);
      for (size_t p = 0; p < ProbeCode::kAbreast && i + p < count; ++p) {
        end = Collect(distances[p], limits, first, i + p, end);
      }
    }
    if (i < count) {
      Vectors distances[2];
      Measure<1>(steps, rows, distances);
      for (size_t p = 0; p < 2 && i + p < count; ++p) {
        end = Collect(distances[p], limits, first, i + p, end);
      }
    }
  }
  return static_cast<size_t>(end - found);
}

#endif  // HWY_TARGET == HWY_SCALAR

const char* TargetNameImpl() { return hwy::TargetName(HWY_TARGET); }

}  // namespace taanu::gallery::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard
