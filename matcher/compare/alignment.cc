#include "matcher/compare/alignment.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "matcher/compare/parameters.h"

namespace taanu::compare {
namespace {

// So that a seed without strength still counts.
constexpr float kStrengthPrior = 1.0F / 16384;

}  // namespace

void MotionFit::Add(Point probe, Rotation probe_direction, Point reference,
                    Rotation reference_direction, float weight) {
  const auto w = static_cast<double>(weight);
  const auto px = static_cast<double>(probe.x);
  const auto py = static_cast<double>(probe.y);
  const auto rx = static_cast<double>(reference.x);
  const auto ry = static_cast<double>(reference.y);
  weight_ += w;
  px_ += w * px;
  py_ += w * py;
  rx_ += w * rx;
  ry_ += w * ry;
  dot_ += w * (px * rx + py * ry);
  cross_ += w * (px * ry - py * rx);
  // The turn from the probe's direction to the reference's.
  const auto pc = static_cast<double>(probe_direction.cosine);
  const auto ps = static_cast<double>(probe_direction.sine);
  const auto rc = static_cast<double>(reference_direction.cosine);
  const auto rs = static_cast<double>(reference_direction.sine);
  turn_cosine_ += w * (rc * pc + rs * ps);
  turn_sine_ += w * (rs * pc - rc * ps);
}

Motion MotionFit::Solve() const {
  if (weight_ <= 0) return {};
  const double px = px_ / weight_;
  const double py = py_ / weight_;
  const double rx = rx_ / weight_;
  const double ry = ry_ / weight_;
  // A direction counts like a pair of points a lever apart, which settles the
  // turn where there are few pairs or they lie close together.
  const double lever = static_cast<double>(kAngleLever) * static_cast<double>(kAngleLever);
  double c = dot_ - weight_ * (px * rx + py * ry) + lever * turn_cosine_;
  double s = cross_ - weight_ * (px * ry - py * rx) + lever * turn_sine_;
  const double length = std::sqrt(c * c + s * s);
  if (length > 0) {
    c /= length;
    s /= length;
  } else {
    c = 1;
    s = 0;
  }
  Motion motion;
  motion.rotation = {static_cast<float>(c), static_cast<float>(s)};
  motion.shift = {static_cast<float>(rx - (c * px - s * py)),
                  static_cast<float>(ry - (s * px + c * py))};
  return motion;
}

void Alignment::Start(const Prepared::Data& probe, const Prepared::Data& reference,
                      const Relaxation& relaxation, int seed) {
  MotionFit fit;
  for (uint64_t left = relaxation.Related(seed) | uint64_t{1} << seed; left != 0;
       left &= left - 1) {
    const int b = std::countr_zero(left);
    const float support = b == seed ? 1.0F : relaxation.support(seed, b);
    const Candidate& c = relaxation.candidate(b);
    fit.Add(probe.points[c.probe], probe.rotations[c.probe], reference.points[c.reference],
            reference.rotations[c.reference], support * (relaxation.strength(b) + kStrengthPrior));
  }
  motion_ = fit.Solve();
  knots_.count = 0;
  Move(motion_, probe.places(), probe.count, placed());
  Pair(probe, reference, kLooseRadius, kLooseAngle);
}

void Alignment::Refine(const Prepared::Data& probe, const Prepared::Data& reference) {
  for (int round = 1; round <= kWarpRounds; ++round) {
    Refit(probe, reference);
    const float share = static_cast<float>(round) / static_cast<float>(kWarpRounds);
    Pair(probe, reference, kLooseRadius + (kTightRadius - kLooseRadius) * share,
         kLooseAngle + (kTightAngle - kLooseAngle) * share);
  }
}

void Alignment::Refit(const Prepared::Data& probe, const Prepared::Data& reference) {
  MotionFit fit;
  for (int k = 0; k < pair_count_; ++k) {
    const FittedPair& p = pairs_[k];
    fit.Add(probe.points[p.probe], probe.rotations[p.probe], reference.points[p.reference],
            reference.rotations[p.reference], static_cast<float>(1100 - p.cost));
  }
  if (pair_count_ > 0) motion_ = fit.Solve();
  // A pair's own residual does not count where it lies, or any pair would explain itself away.
  std::array<int32_t, kMinutiaePadded> own_knot;
  own_knot.fill(-1);
  knots_.count = pair_count_;
  for (int k = 0; k < pair_count_; ++k) {
    const Point q = motion_.Apply(probe.points[pairs_[k].probe]);
    const Point r = reference.points[pairs_[k].reference];
    knots_.knots[k] = {
        q, static_cast<float>(1100 - pairs_[k].cost) * (1.0F / 1024.0F), {r.x - q.x, r.y - q.y}};
    own_knot[pairs_[k].probe] = k;
  }
  Move(motion_, probe.places(), probe.count, placed());
  std::array<float, kMinutiaePadded> x;
  std::array<float, kMinutiaePadded> y;
  Displace(knots_, placed(), own_knot.data(), probe.count, kWarpReach * kWarpReach, kWarpStiffness,
           {x.data(), y.data()});
  for (int i = 0; i < probe.count; ++i) {
    placed_x_[i] += x[i];
    placed_y_[i] += y[i];
  }
}

void Alignment::ToProbe(const Prepared::Data& reference, const PointArrays& places) const {
  if (knots_.count == 0) {
    MoveBack(motion_, reference.places(), reference.count, places);
    return;
  }
  Displace(knots_, reference.places(), nullptr, reference.count, kWarpReach * kWarpReach,
           kWarpStiffness, places);
  for (int j = 0; j < reference.count; ++j) {
    places.x[j] = reference.xs[j] - places.x[j];
    places.y[j] = reference.ys[j] - places.y[j];
  }
  MoveBack(motion_, places, reference.count, places);
}

void Alignment::CountRivals(const SimilarityTable& similarities, uint16_t* rivals) const {
  std::array<TablePlace, kMinutiaeMax> places;
  for (int k = 0; k < pair_count_; ++k) places[k] = {pairs_[k].probe, pairs_[k].reference};
  similarities.CountRivals({places.data(), static_cast<size_t>(pair_count_)}, rivals);
}

void Alignment::Pair(const Prepared::Data& probe, const Prepared::Data& reference, float radius,
                     float angle) {
  const uint16_t turn = motion_.Turn();
  std::array<uint16_t, kMinutiaeMax> directions;
  for (int i = 0; i < probe.count; ++i) {
    directions[i] = static_cast<uint16_t>(probe.angles[i] + turn);
  }
  std::array<uint32_t, kOptionsMax> options;
  const int option_count =
      FindOptions(placed(), directions.data(), probe.count, reference.targets(),
                  {radius, static_cast<int>(angle), 768.0F / (radius * radius), 256.0F / angle},
                  options.data());
  SortKeys(options.data(), option_count);
  std::array<uint8_t, kMinutiaeMax> probe_used{};
  std::array<uint8_t, kMinutiaeMax> reference_used{};
  pair_count_ = 0;
  for (int o = 0; o < option_count; ++o) {
    const int i = PairOption::Probe(options[o]);
    const int j = PairOption::Reference(options[o]);
    const Point r = reference.points[j];
    const auto left =
        static_cast<int16_t>(static_cast<uint16_t>(reference.angles[j] - probe.angles[i] - turn));
    pairs_[pair_count_] = {static_cast<uint8_t>(i),
                           static_cast<uint8_t>(j),
                           static_cast<int16_t>(PairOption::Cost(options[o])),
                           left,
                           {r.x - placed_x_[i], r.y - placed_y_[i]}};
    // Written in any case, then kept or not, since no branch could foretell which.
    const uint8_t free = static_cast<uint8_t>(~(probe_used[i] | reference_used[j]) & 1);
    probe_used[i] |= free;
    reference_used[j] |= free;
    pair_count_ += free;
  }
}

}  // namespace taanu::compare
