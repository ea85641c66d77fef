// The kernel of wave_kernel.h for one target; wave_kernel.cc includes it once for each.
#if defined(TAANU_MATCHER_GALLERY_WAVE_KERNEL_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TAANU_MATCHER_GALLERY_WAVE_KERNEL_INL_H_
#undef TAANU_MATCHER_GALLERY_WAVE_KERNEL_INL_H_
#else
#define TAANU_MATCHER_GALLERY_WAVE_KERNEL_INL_H_
#endif

#include <hwy/highway.h>

#include "matcher/gallery/wave_kernel.h"

HWY_BEFORE_NAMESPACE();
namespace taanu::gallery::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR

void AddWavesImpl(const WaveTable& waves, const Neighbour& neighbour, int32_t* sums) {
  AddWavesScalar(waves, neighbour, sums);
}

#else

void AddWavesImpl(const WaveTable& waves, const Neighbour& neighbour, int32_t* sums) {
  const hn::CappedTag<uint16_t, kWavesAbreast> d;
  const hn::RebindToSigned<decltype(d)> ds;
  const hn::Half<decltype(ds)> half;
  const hn::Rebind<int32_t, decltype(half)> wide;
  const auto x = hn::Set(d, neighbour.x);
  const auto y = hn::Set(d, neighbour.y);
  const auto direction = hn::Set(d, neighbour.direction);
  const auto weight = hn::Set(ds, neighbour.weight);
  const auto top = hn::Set(ds, 256);
  for (size_t k = 0; k < waves.count; k += hn::Lanes(d)) {
    const auto place =
        hn::Add(hn::Mul(hn::LoadU(d, waves.x + k), x), hn::Mul(hn::LoadU(d, waves.y + k), y));
    const auto turn = hn::Add(hn::Mul(hn::LoadU(d, waves.direction + k), direction),
                              hn::LoadU(d, waves.phase + k));
    const auto phase = hn::BitCast(ds, hn::Add(place, turn));
    // Of -32,768 the absolute value does not fit; as a number without a sign it does.
    const auto far = hn::BitCast(ds, hn::ShiftRight<6>(hn::BitCast(d, hn::Abs(phase))));
    const auto height = hn::Mul(hn::Sub(top, far), weight);
    int32_t* low = sums + k;
    int32_t* high = low + hn::Lanes(half);
    hn::StoreU(hn::Add(hn::LoadU(wide, low), hn::PromoteTo(wide, hn::LowerHalf(half, height))),
               wide, low);
    hn::StoreU(hn::Add(hn::LoadU(wide, high), hn::PromoteTo(wide, hn::UpperHalf(half, height))),
               wide, high);
  }
}

#endif

}  // namespace taanu::gallery::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // include guard
