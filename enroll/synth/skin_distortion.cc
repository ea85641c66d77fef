#include "enroll/synth/skin_distortion.h"

#include <cmath>

#include "enroll/synth/exact_math.h"

namespace taanu::synth {
namespace {

constexpr double kShiftMax = 22;
constexpr double kTurnMaxDegrees = 14;

}  // namespace

SkinDistortion::SkinDistortion(double strength, Random* random) {
  held_centre_.x = random->Range(-20, 20);
  held_centre_.y = random->Range(-30, 30);
  // The narrowest transition is wide enough for the largest shift and turn: skin never folds.
  held_a_ = random->Range(42, 64);
  held_b_ = random->Range(50, 80);
  transition_ = random->Range(2.0, 3.5);
  const double size = strength * kShiftMax * random->Unit();
  const double direction = random->Range(-kPi, kPi);
  shift_ = {.x = size * Cos(direction), .y = size * Sin(direction)};
  turn_centre_.x = random->Range(-30, 30);
  turn_centre_.y = random->Range(-40, 40);
  const double turn = strength * Radians(random->Range(-kTurnMaxDegrees, kTurnMaxDegrees));
  turn_cos_ = Cos(turn);
  turn_sin_ = Sin(turn);
}

Point SkinDistortion::Apply(Point p) const {
  const double u = (p.x - held_centre_.x) / held_a_;
  const double v = (p.y - held_centre_.y) / held_b_;
  const double outside = std::sqrt(u * u + v * v) - 1;
  if (outside <= 0) return p;
  const double brake = outside >= transition_ ? 1 : 0.5 * (1 - Cos(kPi * outside / transition_));
  const double x = p.x - turn_centre_.x;
  const double y = p.y - turn_centre_.y;
  const double moved_x = x * turn_cos_ - y * turn_sin_ + turn_centre_.x + shift_.x;
  const double moved_y = x * turn_sin_ + y * turn_cos_ + turn_centre_.y + shift_.y;
  return {.x = p.x + (moved_x - p.x) * brake, .y = p.y + (moved_y - p.y) * brake};
}

}  // namespace taanu::synth
