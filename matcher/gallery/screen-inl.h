// The kernel of screen.h for one target; screen.cc includes it once for each.
#if defined(TAANU_MATCHER_GALLERY_SCREEN_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TAANU_MATCHER_GALLERY_SCREEN_INL_H_
#undef TAANU_MATCHER_GALLERY_SCREEN_INL_H_
#else
#define TAANU_MATCHER_GALLERY_SCREEN_INL_H_
#endif

#include <hwy/highway.h>

#include "matcher/gallery/screen.h"

HWY_BEFORE_NAMESPACE();
namespace taanu::gallery::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void ScreenTargetImpl(const uint8_t* planes, size_t blocks, const ProbeCode& probe,
                      uint8_t* strengths) {
  ScreenScalar(planes, blocks, probe, strengths);
}

#else

using Bytes = hn::CappedTag<uint8_t, kBlock>;
constexpr size_t kLanes = hn::MaxLanes(Bytes());
// Two vectors of the gallery, where a block has two, meet four minutiae of the probe, so that the
// sums share loads; sums and operands fit sixteen registers.
constexpr size_t kAbreast = kBlock / kLanes < 2 ? 1 : 2;
// Arrays of Highway's vectors are fine: no target of x86, NEON or the emulation is sizeless.
using Vectors = hn::Vec<Bytes>[kAbreast];

#if HWY_TARGET == HWY_AVX3_DL

// With a population count of bytes in hardware: exclusive or, count, add.
constexpr size_t kSteps = kDescriptorBytes;
HWY_INLINE const uint8_t* RowsOf(const ProbeCode& probe) { return probe.byte_rows(); }

HWY_INLINE void Unpack(const uint8_t* HWY_RESTRICT plane, uint8_t* HWY_RESTRICT steps) {
  const Bytes d;
  for (size_t b = 0; b < kDescriptorBytes; ++b) {
    for (size_t v = 0; v < kAbreast; ++v) {
      hn::Store(hn::Load(d, plane + b * kBlock + v * kLanes), d,
                steps + (b * kAbreast + v) * kLanes);
    }
  }
}

// Lowers `nearest` to the distances of ProbeCode::kAbreast minutiae of the probe.
HWY_INLINE const uint8_t* Approach(const uint8_t* HWY_RESTRICT steps,
                                   const uint8_t* HWY_RESTRICT rows, Vectors& nearest) {
  const Bytes d;
  Vectors sums[ProbeCode::kAbreast];
  for (Vectors& sum : sums) {
    for (auto& s : sum) s = hn::Zero(d);
  }
  for (size_t s = 0; s < kSteps; ++s) {
    for (size_t p = 0; p < ProbeCode::kAbreast; ++p) {
      const auto row = hn::LoadDup128(d, rows + (p * kSteps + s) * ProbeCode::kRow);
      for (size_t v = 0; v < kAbreast; ++v) {
        const auto own = hn::Load(d, steps + (s * kAbreast + v) * kLanes);
        sums[p][v] = hn::Add(sums[p][v], hn::PopulationCount(hn::Xor(row, own)));
      }
    }
  }
  for (const Vectors& sum : sums) {
    for (size_t v = 0; v < kAbreast; ++v) nearest[v] = hn::Min(nearest[v], sum[v]);
  }
  return rows + ProbeCode::kAbreast * kSteps * ProbeCode::kRow;
}

#else

// Without one: the gallery's nibble chooses an entry of a table that holds the counts for two
// minutiae of the probe, one in the lower half of each byte and one in the upper. Three counts of
// at most four fit a half, so that a look-up, and most additions, serve two pairs at once.
constexpr size_t kSteps = ProbeCode::kNibbles;
constexpr size_t kGroup = 3;
static_assert(kSteps % kGroup == 0 && kGroup * 4 < 16);
constexpr size_t kCouples = ProbeCode::kAbreast / 2;
HWY_INLINE const uint8_t* RowsOf(const ProbeCode& probe) { return probe.nibble_rows(); }

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

// Lowers `nearest` to the distances of ProbeCode::kAbreast minutiae of the probe.
HWY_INLINE const uint8_t* Approach(const uint8_t* HWY_RESTRICT steps,
                                   const uint8_t* HWY_RESTRICT rows, Vectors& nearest) {
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
      const auto lower = hn::Sub(both[p][v], hn::ShiftLeft<4>(upper[p][v]));
      nearest[v] = hn::Min(nearest[v], hn::Min(lower, upper[p][v]));
    }
  }
  return rows + kCouples * kSteps * ProbeCode::kRow;
}

#endif

void ScreenTargetImpl(const uint8_t* planes, size_t blocks, const ProbeCode& probe,
                      uint8_t* strengths) {
  const Bytes d;
  HWY_ALIGN uint8_t steps[kSteps * kAbreast * kLanes];
  for (size_t block = 0; block < blocks; ++block) {
    for (size_t first = 0; first < kBlock; first += kAbreast * kLanes) {
      Unpack(planes + block * kBlockBytes + first, steps);
      Vectors nearest;
      for (auto& n : nearest) n = hn::Set(d, 255);
      const uint8_t* HWY_RESTRICT rows = RowsOf(probe);
      for (size_t i = 0; i < probe.padded_count(); i += ProbeCode::kAbreast) {
        rows = Approach(steps, rows, nearest);
      }
      const auto near = hn::Set(d, kNearBits);
      for (size_t v = 0; v < kAbreast; ++v) {
        hn::StoreU(hn::SaturatedSub(near, nearest[v]), d,
                   strengths + block * kBlock + first + v * kLanes);
      }
    }
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

const char* ScreenTargetName() { return hwy::TargetName(HWY_TARGET); }

}  // namespace taanu::gallery::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard
