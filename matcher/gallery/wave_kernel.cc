#include "matcher/gallery/wave_kernel.h"

#include <cstdlib>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/gallery/wave_kernel.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include "matcher/gallery/wave_kernel-inl.h"

#if HWY_ONCE
namespace taanu::gallery {

HWY_EXPORT(AddWavesImpl);

void AddWaves(const WaveTable& waves, const Neighbour& neighbour, int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(AddWavesImpl)(waves, neighbour, sums);
}

void AddWavesScalar(const WaveTable& waves, const Neighbour& neighbour, int32_t* sums) {
  for (size_t k = 0; k < waves.count; ++k) {
    const auto phase = static_cast<int16_t>(
        waves.x[k] * uint32_t{neighbour.x} + waves.y[k] * uint32_t{neighbour.y} +
        waves.direction[k] * uint32_t{neighbour.direction} + waves.phase[k]);
    sums[k] += neighbour.weight * (256 - (std::abs(int{phase}) >> 6));
  }
}

}  // namespace taanu::gallery
#endif
