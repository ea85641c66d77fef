// How the skin is stretched where a finger is pressed to a sensor while it is moved or turned.
//
// Source: Cappelli, Maio, Maltoni: "Modelling plastic distortion in fingerprint images", ICAPR
// 2001: inside an ellipse of close contact friction holds the skin; far outside of it the skin
// follows the finger, shifted and turned; between them the shift grows as a raised cosine.
//
// Coordinates are pixels of 500 dpi from the middle of the finger. Thread-safety: immutable.
#pragma once

#include "enroll/synth/random.h"

namespace taanu::synth {

struct Point {
  double x = 0;
  double y = 0;
};

class SkinDistortion {
 public:
  // `strength` is 0 (none) to 1: a shift of up to 22 pixels and a turn of up to 14 degrees.
  SkinDistortion(double strength, Random* random);

  Point Apply(Point p) const;

 private:
  Point held_centre_;
  double held_a_;
  double held_b_;
  double transition_;
  Point shift_;
  Point turn_centre_;
  double turn_cos_;
  double turn_sin_;
};

}  // namespace taanu::synth
