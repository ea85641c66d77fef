#include "enroll/synth/finger_shape.h"

#include <algorithm>
#include <cmath>

#include "enroll/synth/exact_math.h"

namespace taanu::synth {
namespace {

constexpr uint64_t kPatternStream = 1;
constexpr uint64_t kShapeStream = 2;

// Wilson, Candela, Watson: "Neural network fingerprint classification", Journal of Artificial
// Neural Networks 1(2), 1994, in thousandths; the same shares as SFinGe's natural distribution.
constexpr uint32_t kArchShare = 37;
constexpr uint32_t kTentedArchShare = 29;
constexpr uint32_t kLeftLoopShare = 338;
constexpr uint32_t kRightLoopShare = 317;

// x / sqrt(1 + x^2): a sigmoid of exactly defined operations.
double Sigmoid(double x) { return x / std::sqrt(1 + x * x); }

}  // namespace

PatternClass FingerShape::DrawPattern(uint64_t seed) {
  uint32_t draw = Random(seed, kPatternStream).Below(1000);
  if (draw < kArchShare) return PatternClass::kArch;
  draw -= kArchShare;
  if (draw < kTentedArchShare) return PatternClass::kTentedArch;
  draw -= kTentedArchShare;
  if (draw < kLeftLoopShare) return PatternClass::kLeftLoop;
  draw -= kLeftLoopShare;
  return draw < kRightLoopShare ? PatternClass::kRightLoop : PatternClass::kWhorl;
}

FingerShape::FingerShape(uint64_t seed) : pattern_(DrawPattern(seed)) {
  Random random(seed, kShapeStream);
  DrawSilhouette(&random);
  DrawSingularities(&random);
  DrawArching(&random);
  DrawPeriods(&random);
}

void FingerShape::DrawSilhouette(Random* random) {
  half_width_ = std::clamp(130 + 8 * random->Normal(), 112.0, kHalfWidthMax - 4.0);
  height_above_ = std::clamp(184 + 9 * random->Normal(), 160.0, kHalfHeightMax - 4.0);
  height_below_ = std::clamp(180 + 9 * random->Normal(), 156.0, kHalfHeightMax - 4.0);
}

void FingerShape::AddSingularity(double x, double y, double sign, Random* random) {
  Singularity singularity{.x = x, .y = y, .sign = sign};
  for (int k = 0; k < kHarmonics; ++k) {
    // Corrections of the angle; a quarter of a radian at most in sum, so that the index is kept.
    const double scale = 0.09 / (k + 1);
    singularity.cosine[k] = scale * random->Normal();
    singularity.sine[k] = scale * random->Normal();
  }
  singularities_.push_back(singularity);
}

void FingerShape::DrawSingularities(Random* random) {
  const double x = 10 * random->Normal();
  const double y = 34 + 14 * random->Normal();
  centre_x_ = x;
  upper_y_ = y;
  switch (pattern_) {
    case PatternClass::kArch:
      upper_y_ = y + 10;
      lower_y_ = -120;
      break;
    case PatternClass::kTentedArch: {
      const double delta_x = x + 4 * random->Normal();
      const double drop = random->Range(45, 95);
      AddSingularity(x, y - 14, +1, random);
      AddSingularity(delta_x, y - 14 - drop, -1, random);
      lower_y_ = y - 14 - drop;
      break;
    }
    case PatternClass::kLeftLoop:
    case PatternClass::kRightLoop: {
      // The delta of a loop lies on the side away from where the loop opens.
      const double side = pattern_ == PatternClass::kLeftLoop ? 1 : -1;
      const double across = std::clamp(70 + 16 * random->Normal(), 40.0, 112.0);
      const double drop = std::clamp(118 + 18 * random->Normal(), 70.0, 165.0);
      AddSingularity(x - side * 8, y, +1, random);
      AddSingularity(x + side * across, y - drop, -1, random);
      centre_x_ = x - side * 8;
      lower_y_ = y - drop;
      break;
    }
    case PatternClass::kWhorl: {
      const double apart = std::clamp(38 + 20 * random->Normal(), 10.0, 95.0);
      const double slant = 14 * random->Normal();
      const double left = std::clamp(96 + 10 * random->Normal(), 70.0, 122.0);
      const double right = std::clamp(96 + 10 * random->Normal(), 70.0, 122.0);
      const double left_drop = std::clamp(122 + 15 * random->Normal(), 85.0, 165.0);
      const double right_drop = std::clamp(122 + 15 * random->Normal(), 85.0, 165.0);
      AddSingularity(x - slant / 2, y + 8, +1, random);
      AddSingularity(x + slant / 2, y + 8 - apart, +1, random);
      AddSingularity(x - left, y - left_drop, -1, random);
      AddSingularity(x + right, y - right_drop, -1, random);
      upper_y_ = y + 8;
      lower_y_ = y - std::max(left_drop, right_drop);
      break;
    }
  }
}

FingerShape::Wave FingerShape::DrawWave(double length_min, double length_max, double amplitude,
                                        Random* random) {
  const double length = random->Range(length_min, length_max);
  const double direction = random->Range(0, 2 * kPi);
  const double phase = random->Range(0, 2 * kPi);
  const double size = amplitude * random->Normal();
  return {.kx = 2 * kPi / length * Cos(direction),
          .ky = 2 * kPi / length * Sin(direction),
          .phase = phase,
          .amplitude = size};
}

void FingerShape::DrawArching(Random* random) {
  const bool arch = pattern_ == PatternClass::kArch;
  const bool whorl = pattern_ == PatternClass::kWhorl;
  const double usual = arch ? 46 : (whorl ? 22 : 34);
  arching_ = Radians(usual + 6 * random->Normal());
  arching_width_ = half_width_ * random->Range(0.5, 0.7);
  arching_bottom_ = random->Range(-190, -150);
  arching_top_ = random->Range(20, 70);
  bump_ = arch ? Radians(random->Range(14, 46)) : 0;
  bump_y_ = random->Range(-40, 5);
  bump_width_ = random->Range(26, 44);
  bump_height_ = random->Range(60, 95);
  for (Wave& wave : orientation_waves_) wave = DrawWave(220, 520, Radians(2.2), random);
}

void FingerShape::DrawPeriods(Random* random) {
  period_ = std::clamp(8.8 + 0.55 * random->Normal(), 7.7, 10.1);
  period_above_ = random->Range(0.02, 0.09);
  period_below_ = random->Range(0.02, 0.10);
  // Where the period changes along a ridge, ridges must begin or end: an uneven finger has more
  // minutiae.
  const double unevenness = random->Range(0.015, 0.060);
  for (Wave& wave : period_waves_) wave = DrawWave(90, 320, unevenness, random);
}

double FingerShape::Edge(double x, double y) const {
  const double u = x / half_width_;
  const double v = y / (y > 0 ? height_above_ : height_below_);
  const double ellipse = u * u + v * v;
  if (y > 0) return std::sqrt(ellipse);
  // Below, the finger goes on towards the joint: its sides are straighter than an ellipse.
  const double box = u * u * u * u + v * v * v * v;
  return std::sqrt(0.5 * ellipse + 0.5 * std::sqrt(box));
}

double FingerShape::ArchingTerm(double x, double y) const {
  const double across = x - centre_x_;
  const double reach = Smoothstep((y - arching_bottom_) / (arching_top_ - arching_bottom_));
  double term = -arching_ * reach * Sigmoid(across / arching_width_) * 1.2;
  if (bump_ != 0) {
    const double u = across / bump_width_;
    const double v = (y - bump_y_) / bump_height_;
    term -= bump_ * u * Exp(0.5 * (1 - u * u - v * v));
  }
  return term;
}

uint16_t FingerShape::Orientation(double x, double y) const {
  double turn = 0;
  for (const Singularity& s : singularities_) {
    const double dx = x - s.x;
    const double dy = y - s.y;
    const double radius = std::sqrt(dx * dx + dy * dy) + 1e-9;
    const double c = dx / radius;
    const double d = dy / radius;
    double angle = Atan2(dy, dx);
    double cosine = 1;
    double sine = 0;
    for (int k = 0; k < kHarmonics; ++k) {
      const double next = cosine * c - sine * d;
      sine = sine * c + cosine * d;
      cosine = next;
      angle += s.cosine[k] * cosine + s.sine[k] * sine;
    }
    turn += s.sign * angle;
  }
  double orientation = 0.5 * turn + ArchingTerm(x, y);
  for (const Wave& wave : orientation_waves_) {
    orientation += wave.amplitude * Sin(wave.kx * x + wave.ky * y + wave.phase);
  }
  return static_cast<uint16_t>(static_cast<int64_t>(std::floor(orientation * (65536 / kPi) + 0.5)));
}

double FingerShape::Period(double x, double y) const {
  double factor = 1;
  factor += period_above_ * Smoothstep((y - upper_y_ - 10) / 60);
  factor += period_below_ * Smoothstep((lower_y_ + 20 - y) / 50);
  for (const Wave& wave : period_waves_) {
    factor += wave.amplitude * Sin(wave.kx * x + wave.ky * y + wave.phase);
  }
  return std::clamp(period_ * factor, kPeriodMin, kPeriodMax);
}

}  // namespace taanu::synth
