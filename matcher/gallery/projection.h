// The kernel of descriptor.h: a matrix times a vector.
//
// Whole numbers: every target gives the same sums as ProjectScalar. Nothing is allocated.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace taanu::gallery {

// What `rows` and `count` in Project must be multiples of.
inline constexpr size_t kProjectRows = 4;
inline constexpr size_t kProjectStep = 32;

// Each of `rows` rows of `count` numbers times `vector`. No sum of products may exceed 31 bits,
// whichever of them are added. Runs on the best target of this processor.
void Project(const int16_t* matrix, size_t rows, const int16_t* vector, size_t count,
             int32_t* products);

// The reference: the same, written plainly.
void ProjectScalar(const int16_t* matrix, size_t rows, const int16_t* vector, size_t count,
                   int32_t* products);

}  // namespace taanu::gallery
