// What a view has gathered, made comparable between small prints and large ones.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace taanu::gallery {

// `sum` less than in proportion to the number of minutiae, which is at most kMinutiaeMax. The sum
// of kMinutiaeMax bytes is the most that is allowed.
uint32_t ScreeningScore(uint32_t sum, size_t count);

}  // namespace taanu::gallery
