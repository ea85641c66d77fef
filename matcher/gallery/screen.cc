#include "matcher/gallery/screen.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "matcher/gallery/screen.cc"
#include <hwy/foreach_target.h>
// foreach_target.h must come first.
#include "matcher/gallery/screen-inl.h"

#if HWY_ONCE
namespace taanu::gallery {

HWY_EXPORT(ScreenImpl);
HWY_EXPORT(VoteImpl);
HWY_EXPORT(MeasureAllImpl);
HWY_EXPORT(FindNearImpl);
HWY_EXPORT(TargetNameImpl);

static_assert(kDistanceMax < 256, "a distance fits a byte");

void Screen(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* strengths) {
  HWY_DYNAMIC_DISPATCH(ScreenImpl)(planes, blocks, probe, strengths);
}

void Vote(const uint8_t* planes, size_t begin, size_t end, const ProbeCode& probe,
          const uint16_t* views, uint16_t* votes) {
  HWY_DYNAMIC_DISPATCH(VoteImpl)(planes, begin, end, probe, views, votes);
}

void MeasureAll(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* distances) {
  HWY_DYNAMIC_DISPATCH(MeasureAllImpl)(planes, blocks, probe, distances);
}

size_t FindNear(const uint8_t* planes, const ProbeCode& probe, int limit, uint32_t* found) {
  return HWY_DYNAMIC_DISPATCH(FindNearImpl)(planes, probe, limit, found);
}

std::vector<int64_t> ScreenTargets() { return hwy::SupportedAndGeneratedTargets(); }

const char* ScreenTarget() { return HWY_DYNAMIC_DISPATCH(TargetNameImpl)(); }

}  // namespace taanu::gallery
#endif
