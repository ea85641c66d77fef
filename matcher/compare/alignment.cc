#include "matcher/compare/alignment.h"

#include <algorithm>
#include <cmath>

#include "matcher/compare/parameters.h"

namespace taanu::compare {

void MotionFit::Add(Point probe, uint16_t probe_angle, Point reference, uint16_t reference_angle,
                    float weight) {
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
  const Rotation turn = RotationOf(static_cast<uint16_t>(reference_angle - probe_angle));
  turn_cosine_ += w * static_cast<double>(turn.cosine);
  turn_sine_ += w * static_cast<double>(turn.sine);
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
  // The seed itself comes last.
  for (int k = 0; k <= relaxation.neighbour_count(seed); ++k) {
    const int b = k < relaxation.neighbour_count(seed) ? relaxation.neighbour(seed, k) : seed;
    const int support = b == seed ? 255 : relaxation.compatibility(seed, b);
    const Candidate& c = relaxation.candidate(b);
    fit.Add(probe.points[c.probe], probe.angles[c.probe], reference.points[c.reference],
            reference.angles[c.reference],
            static_cast<float>(support) * static_cast<float>(relaxation.strength(b) + 1));
  }
  motion_ = fit.Solve();
  knot_count_ = 0;
  for (int i = 0; i < probe.count; ++i) placed_[i] = motion_.Apply(probe.points[i]);
  Pair(probe, reference, relaxation, kLooseRadius, kLooseAngle);
}

void Alignment::Refine(const Prepared::Data& probe, const Prepared::Data& reference,
                       const Relaxation& relaxation) {
  for (int round = 1; round <= static_cast<int>(kWarpRounds); ++round) {
    Refit(probe, reference);
    const float share = static_cast<float>(round) / kWarpRounds;
    Pair(probe, reference, relaxation, kLooseRadius + (kTightRadius - kLooseRadius) * share,
         kLooseAngle + (kTightAngle - kLooseAngle) * share);
  }
}

void Alignment::Refit(const Prepared::Data& probe, const Prepared::Data& reference) {
  MotionFit fit;
  for (int k = 0; k < pair_count_; ++k) {
    const FittedPair& p = pairs_[k];
    fit.Add(probe.points[p.probe], probe.angles[p.probe], reference.points[p.reference],
            reference.angles[p.reference], static_cast<float>(1100 - p.cost));
  }
  if (pair_count_ > 0) motion_ = fit.Solve();
  knot_count_ = pair_count_;
  std::array<int16_t, kMinutiaeMax> own_knot;
  own_knot.fill(-1);
  for (int k = 0; k < pair_count_; ++k) {
    knots_[k] = pairs_[k];
    const Point q = motion_.Apply(probe.points[pairs_[k].probe]);
    const Point r = reference.points[pairs_[k].reference];
    knot_places_[k] = q;
    knots_[k].residual = {r.x - q.x, r.y - q.y};
    own_knot[pairs_[k].probe] = static_cast<int16_t>(k);
  }
  for (int i = 0; i < probe.count; ++i) {
    const Point q = motion_.Apply(probe.points[i]);
    // A pair's own residual does not count, or any pair would explain itself
    // away.
    const Point d = Displacement(q, own_knot[i]);
    placed_[i] = {q.x + d.x, q.y + d.y};
  }
}

Point Alignment::Displacement(Point place, int except) const {
  float weight = kWarpStiffness;
  float x = 0;
  float y = 0;
  const float reach = kWarpReach * kWarpReach;
  for (int k = 0; k < knot_count_; ++k) {
    if (k == except) continue;
    const float dx = knot_places_[k].x - place.x;
    const float dy = knot_places_[k].y - place.y;
    const float fall = reach / (reach + dx * dx + dy * dy);
    const float w = fall * fall * static_cast<float>(1100 - knots_[k].cost) * (1.0F / 1024.0F);
    weight += w;
    x += w * knots_[k].residual.x;
    y += w * knots_[k].residual.y;
  }
  return {x / weight, y / weight};
}

Point Alignment::ToProbe(Point r) const {
  const Point d = Displacement(r, -1);
  return motion_.Undo({r.x - d.x, r.y - d.y});
}

void Alignment::Pair(const Prepared::Data& probe, const Prepared::Data& reference,
                     const Relaxation& relaxation, float radius, float angle) {
  const uint16_t turn = motion_.Turn();
  const float per_square = 768.0F / (radius * radius);
  const float per_turn = 256.0F / angle;
  const auto turn_limit = static_cast<int>(angle);
  int option_count = 0;
  for (int i = 0; i < probe.count; ++i) {
    const Point q = placed_[i];
    const auto direction = static_cast<uint16_t>(probe.angles[i] + turn);
    int own = 0;
    int seen = 0;
    Option* mine = &options_[option_count];
    const auto first = std::lower_bound(reference.points.begin(), reference.points.end(),
                                        q.x - radius, [](Point p, float x) { return p.x < x; });
    for (auto j = static_cast<int>(first - reference.points.begin());
         j < reference.count && reference.points[j].x < q.x + radius; ++j) {
      const float dx = reference.points[j].x - q.x;
      const float dy = reference.points[j].y - q.y;
      const float square = dx * dx + dy * dy;
      if (square >= radius * radius) continue;
      const int gap = AngleGap(direction, reference.angles[j]);
      if (gap >= turn_limit) continue;
      // No real print is so crowded; a made-up one must not cost more.
      if (++seen > kSeenMax) break;
      const auto cost =
          static_cast<int16_t>(square * per_square + static_cast<float>(gap) * per_turn);
      // The best few of each probe minutia, in order of cost, bound the work
      // where many coincide.
      int at = own < kOptionsEach ? own++ : kOptionsEach;
      if (at == kOptionsEach) {
        if (mine[kOptionsEach - 1].cost <= cost) continue;
        at = kOptionsEach - 1;
      }
      for (; at > 0 && mine[at - 1].cost > cost; --at) mine[at] = mine[at - 1];
      mine[at] = {cost, static_cast<uint8_t>(i), static_cast<uint8_t>(j)};
    }
    option_count += own;
  }
  (void)relaxation;
  std::sort(options_.begin(), options_.begin() + option_count,
            [](const Option& a, const Option& b) {
              if (a.cost != b.cost) return a.cost < b.cost;
              return a.probe != b.probe ? a.probe < b.probe : a.reference < b.reference;
            });
  std::array<bool, kMinutiaeMax> probe_used{};
  std::array<bool, kMinutiaeMax> reference_used{};
  pair_count_ = 0;
  for (int o = 0; o < option_count; ++o) {
    const Option& option = options_[o];
    if (probe_used[option.probe] || reference_used[option.reference]) continue;
    probe_used[option.probe] = reference_used[option.reference] = true;
    const Point q = placed_[option.probe];
    const Point r = reference.points[option.reference];
    const auto left = static_cast<int16_t>(static_cast<uint16_t>(
        reference.angles[option.reference] - probe.angles[option.probe] - turn));
    pairs_[pair_count_++] = {
        option.probe, option.reference, option.cost, left, {r.x - q.x, r.y - q.y}};
  }
}

}  // namespace taanu::compare
