// What a comparison needs of one print, computed once.
//
// Thread-safety: immutable once built.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/comparator.h"
#include "matcher/compare/cylinder.h"
#include "matcher/compare/cylinder_rows.h"
#include "matcher/compare/hull.h"
#include "matcher/compare/kernels.h"

namespace taanu {

// Minutiae in units of compare::kUnitUm, x to the right and y up, from the
// middle of their bounding box, so that where a print lies on its image does
// not matter.
struct Prepared::Data {
  int count = 0;
  std::vector<compare::Point> points;
  std::vector<uint16_t> angles;
  std::vector<MinutiaType> types;
  // How likely each minutia is to be found again, by its quality beside the mean of the print: 1
  // on average, and where qualities are not known. No scale of quality is taken for granted, since
  // every extractor has its own.
  std::vector<float> steadiness;
  // How far each is from its nearest neighbour, 1 at kSolitudeMax or more: of two close ones, one
  // is often spurious.
  std::vector<float> solitude;
  std::vector<uint16_t> indices;  // of each minutia in the view that it came from
  std::vector<compare::Cylinder> cylinders;
  compare::Hull hull;
  // The same again as the kernels read it, with padding (kernels.h): places,
  // directions, what they are as cosine and sine, and the cylinders.
  std::vector<float> xs;
  std::vector<float> ys;
  std::vector<int32_t> wide_angles;
  std::vector<compare::Rotation> rotations;
  compare::CylinderRows rows;
  compare::ColumnIndex columns;

  // Asks for what a comparison reads later, which is seldom in a cache.
  void Prefetch() const;

  // Read-only, though kernels take places to write by the same type.
  compare::PointArrays places() const {
    return {const_cast<float*>(xs.data()), const_cast<float*>(ys.data())};
  }
  compare::Targets targets() const { return {xs.data(), ys.data(), wide_angles.data(), &columns}; }
};

}  // namespace taanu
