// A rigid motion of the plane.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/hull.h"

namespace taanu::compare {

// Turns a point, then shifts it.
struct Motion {
  Rotation rotation;
  Point shift;

  Point Apply(Point p) const {
    return {rotation.cosine * p.x - rotation.sine * p.y + shift.x,
            rotation.sine * p.x + rotation.cosine * p.y + shift.y};
  }
  Point Undo(Point p) const {
    const float x = p.x - shift.x;
    const float y = p.y - shift.y;
    return {rotation.cosine * x + rotation.sine * y, rotation.cosine * y - rotation.sine * x};
  }
  uint16_t Turn() const { return DirectionOf(rotation.cosine, rotation.sine); }
};

}  // namespace taanu::compare
