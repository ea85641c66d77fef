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
// Two vectors of the gallery, where a block has two, meet four minutiae of the probe, so that eight
// additions share six loads; their sums and operands fit sixteen registers.
constexpr size_t kAbreast = kBlock / kLanes < 2 ? 1 : 2;

#if HWY_TARGET == HWY_AVX3_DL

// With a population count of bytes in hardware: exclusive or, count, add.
constexpr size_t kSteps = kDescriptorBytes;
HWY_INLINE const uint8_t* RowsOf(const ProbeCode& probe) { return probe.byte_rows(); }

template <class V>
HWY_INLINE V Differing(V row, V own) {
  return hn::PopulationCount(hn::Xor(row, own));
}

HWY_INLINE void Unpack(const uint8_t* HWY_RESTRICT plane, uint8_t* HWY_RESTRICT steps) {
  const Bytes d;
  for (size_t b = 0; b < kDescriptorBytes; ++b) {
    for (size_t v = 0; v < kAbreast; ++v) {
      hn::Store(hn::Load(d, plane + b * kBlock + v * kLanes), d,
                steps + (b * kAbreast + v) * kLanes);
    }
  }
}

#else

// Without one: the probe's nibble chooses a table of sixteen counts, the gallery's an entry of it.
constexpr size_t kSteps = ProbeCode::kNibbles;
HWY_INLINE const uint8_t* RowsOf(const ProbeCode& probe) { return probe.nibble_rows(); }

template <class V>
HWY_INLINE V Differing(V row, V own) {
  return hn::TableLookupBytes(row, own);
}

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

#endif

void ScreenTargetImpl(const uint8_t* planes, size_t blocks, const ProbeCode& probe,
                      uint8_t* strengths) {
  const Bytes d;
  HWY_ALIGN uint8_t steps[kSteps * kAbreast * kLanes];
  for (size_t block = 0; block < blocks; ++block) {
    for (size_t first = 0; first < kBlock; first += kAbreast * kLanes) {
      Unpack(planes + block * kBlockBytes + first, steps);
      // Arrays of Highway's vectors are fine: no target of x86, NEON or the emulation is sizeless.
      hn::Vec<Bytes> nearest[kAbreast];
      for (auto& n : nearest) n = hn::Set(d, 255);
      const uint8_t* HWY_RESTRICT rows = RowsOf(probe);
      for (size_t i = 0; i < probe.padded_count(); i += ProbeCode::kAbreast) {
        hn::Vec<Bytes> sums[ProbeCode::kAbreast][kAbreast];
        for (auto& sum : sums) {
          for (auto& s : sum) s = hn::Zero(d);
        }
        for (size_t s = 0; s < kSteps; ++s) {
          hn::Vec<Bytes> own[kAbreast];
          for (size_t v = 0; v < kAbreast; ++v) {
            own[v] = hn::Load(d, steps + (s * kAbreast + v) * kLanes);
          }
          for (size_t p = 0; p < ProbeCode::kAbreast; ++p) {
            const auto row = hn::LoadDup128(d, rows + (p * kSteps + s) * ProbeCode::kRow);
            for (size_t v = 0; v < kAbreast; ++v) {
              sums[p][v] = hn::Add(sums[p][v], Differing(row, own[v]));
            }
          }
        }
        for (const auto& sum : sums) {
          for (size_t v = 0; v < kAbreast; ++v) nearest[v] = hn::Min(nearest[v], sum[v]);
        }
        rows += ProbeCode::kAbreast * kSteps * ProbeCode::kRow;
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
