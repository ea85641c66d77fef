#include "enroll/synth/synth.h"

#include "enroll/synth/finger_shape.h"
#include "enroll/synth/impression.h"
#include "enroll/synth/ridge_growth.h"

namespace taanu {

std::string_view SynthVersion() { return "taanu-synth-1"; }

std::string_view PatternClassName(PatternClass pattern) {
  switch (pattern) {
    case PatternClass::kArch:
      return "arch";
    case PatternClass::kTentedArch:
      return "tented arch";
    case PatternClass::kLeftLoop:
      return "left loop";
    case PatternClass::kRightLoop:
      return "right loop";
    case PatternClass::kWhorl:
      return "whorl";
  }
  return "unknown";
}

PatternClass SyntheticFinger::PatternOf(uint64_t seed) {
  return synth::FingerShape::DrawPattern(seed);
}

SyntheticFinger::SyntheticFinger(uint64_t seed) : seed_(seed) {
  const synth::FingerShape shape(seed);
  pattern_ = shape.pattern();
  master_ = synth::GrowRidges(shape, seed);
}

GrayImage SyntheticFinger::Impression(uint64_t impression_seed,
                                      const ImpressionOptions& options) const {
  return synth::RenderImpression(master_, seed_, impression_seed, options);
}

}  // namespace taanu
