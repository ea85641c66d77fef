// Makes the comparator's kernels run on one target of Highway, whatever the processor could do.
//
// Not thread-safe: the choice is the whole process's.
#pragma once

#include <hwy/targets.h>

#include <cstdint>
#include <string>

#include "matcher/compare/kernels.h"

namespace taanu::test {

// Puts the choice back, however a test ends.
class KernelTargetChoice {
 public:
  explicit KernelTargetChoice(int64_t target) { hwy::SetSupportedTargetsForTest(target); }
  ~KernelTargetChoice() { hwy::SetSupportedTargetsForTest(0); }
  KernelTargetChoice(const KernelTargetChoice&) = delete;
  KernelTargetChoice& operator=(const KernelTargetChoice&) = delete;
};

// The target without vectors that every other one is held against; 0 where it was not built.
inline int64_t ScalarKernelTarget() {
  for (const int64_t target : compare::KernelTargets()) {
    if ((target & (HWY_SCALAR | HWY_EMU128)) != 0) return target;
  }
  return 0;
}

}  // namespace taanu::test
