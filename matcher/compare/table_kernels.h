// The inner loops over the table of similarities, vectorised like the others (kernels.h), of whose
// promises all hold here.
#pragma once

#include <cstdint>
#include <span>

#include "matcher/compare/cylinder.h"
#include "matcher/compare/cylinder_rows.h"
#include "matcher/compare/kernels.h"
#include "matcher/compare/parameters.h"

namespace taanu::compare {

// The cylinders of a print: as the target without vectors reads them, and as the others do.
struct CylinderSide {
  std::span<const Cylinder> cylinders;
  const CylinderRows* rows = nullptr;
};

// The similarity of every two minutiae (see Similarity in cylinder.h) at [i * stride + j], where
// `stride` is Padded(the number of minutiae of b), then weighed against rivals: multiplied twice by
// itself over the best of its row or column plus `rival_prior`. The padding of each row is 0.
void WeighSimilarities(const CylinderSide& a, const CylinderSide& b, int prior, int rival_prior,
                       uint16_t* similarities);

// Where a large entry of a table was found.
struct LargeEntry {
  static uint32_t Pack(int row, int column) { return static_cast<uint32_t>(row << 8 | column); }
  static int Row(uint32_t packed) { return static_cast<int>(packed >> 8); }
  static int Column(uint32_t packed) { return static_cast<int>(packed & 255); }
};

// The `wanted` largest entries that are not 0 of a table of numbers up to 1,023, by row and column,
// of equal ones at the limit the first. `stride` is a multiple of kLaneStep.
// Returns how many.
int FindLargest(const uint16_t* table, int rows, int stride, int wanted, uint32_t* entries);

struct TablePlace {
  uint8_t row = 0;
  uint8_t column = 0;
};

// For each of these places, no two of which share a row or a column, how many entries of its row
// and its column are larger. Reads up to kLaneStep entries beyond the table.
void CountRivals(const uint16_t* table, int rows, int stride, std::span<const TablePlace> places,
                 uint16_t* rivals);

}  // namespace taanu::compare
