// Prints of synthetic fingers without ridges: minutiae put at random on the finger's own ridge
// flow, for registers larger than can be grown. One takes some tens of microseconds, where growing
// and extracting takes 27 ms.
//
// Orientation, pattern class and contact area are the generator's; how many minutiae there are, how
// far apart they keep, and their qualities are as in 13,961 grown prints (kept_prints.h). What
// growing makes beyond that, such as which minutiae face each other, is missing. There is one print
// of each finger, so these are strangers to everybody.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>

#include "matcher/template.h"

namespace taanu::accuracy {

// Of the finger that SyntheticFinger(seed) would grow; its position is unknown.
FingerView DrawFinger(uint64_t seed);

}  // namespace taanu::accuracy
