#include "matcher/gallery/screen.h"

// AVX-512 with a population count of bytes (Ice Lake and later) has a kernel of its own.
#define HWY_WANT_AVX3_DL
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/gallery/screen.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include "matcher/gallery/screen-inl.h"

#if HWY_ONCE
namespace taanu::gallery {

HWY_EXPORT(ScreenTargetImpl);
HWY_EXPORT(ScreenTargetName);

static_assert(kDescriptorBits < 256, "a distance fits a byte");

void Screen(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* strengths) {
  HWY_DYNAMIC_DISPATCH(ScreenTargetImpl)(planes, blocks, probe, strengths);
}

std::vector<int64_t> ScreenTargets() { return hwy::SupportedAndGeneratedTargets(); }

const char* ScreenTarget() { return HWY_DYNAMIC_DISPATCH(ScreenTargetName)(); }

}  // namespace taanu::gallery
#endif
