#include "tests/accuracy/repeatability.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

#include "matcher/compare/hull.h"

namespace taanu::accuracy {
namespace {

// Pairs around a minutia that say how the skin is stretched there.
constexpr size_t kNeighbours = 4;

// Micrometres, y up, so that angles turn as minutiae have them.
struct Place {
  double x = 0;
  double y = 0;
};

Place PlaceOf(const Minutia& m) {
  return {static_cast<double>(m.x_um), -static_cast<double>(m.y_um)};
}

// The rotation and shift that bring the probe's minutiae of the pairs nearest to the reference's.
class Motion {
 public:
  Motion(const FingerView& probe, const FingerView& reference,
         const std::vector<MinutiaPair>& pairs) {
    Place from;
    Place to;
    const auto n = static_cast<double>(pairs.size());
    for (const MinutiaPair& pair : pairs) {
      const Place p = PlaceOf(probe.minutiae[pair.probe]);
      const Place r = PlaceOf(reference.minutiae[pair.reference]);
      from = {from.x + p.x / n, from.y + p.y / n};
      to = {to.x + r.x / n, to.y + r.y / n};
    }
    double dot = 0;
    double cross = 0;
    for (const MinutiaPair& pair : pairs) {
      const Place p = PlaceOf(probe.minutiae[pair.probe]);
      const Place r = PlaceOf(reference.minutiae[pair.reference]);
      dot += (p.x - from.x) * (r.x - to.x) + (p.y - from.y) * (r.y - to.y);
      cross += (p.x - from.x) * (r.y - to.y) - (p.y - from.y) * (r.x - to.x);
    }
    angle_ = std::atan2(cross, dot);
    cosine_ = std::cos(angle_);
    sine_ = std::sin(angle_);
    shift_ = {to.x - cosine_ * from.x + sine_ * from.y, to.y - sine_ * from.x - cosine_ * from.y};
  }

  Place Move(Place p) const {
    return {cosine_ * p.x - sine_ * p.y + shift_.x, sine_ * p.x + cosine_ * p.y + shift_.y};
  }
  double angle() const { return angle_; }

 private:
  double angle_ = 0;
  double cosine_ = 1;
  double sine_ = 0;
  Place shift_;
};

// Where minutia `index` of the probe is expected in the reference.
Place Expected(const FingerView& probe, const FingerView& reference, const Motion& motion,
               const std::vector<MinutiaPair>& pairs, size_t index) {
  const Place here = PlaceOf(probe.minutiae[index]);
  struct Stretch {
    double distance;
    double x;
    double y;
  };
  std::vector<Stretch> around;
  for (const MinutiaPair& pair : pairs) {
    if (pair.probe == index) continue;
    const Place p = PlaceOf(probe.minutiae[pair.probe]);
    const Place r = PlaceOf(reference.minutiae[pair.reference]);
    const Place moved = motion.Move(p);
    around.push_back({std::hypot(p.x - here.x, p.y - here.y), r.x - moved.x, r.y - moved.y});
  }
  const size_t count = std::min(around.size(), kNeighbours);
  std::partial_sort(around.begin(), around.begin() + static_cast<ptrdiff_t>(count), around.end(),
                    [](const Stretch& a, const Stretch& b) { return a.distance < b.distance; });
  Place expected = motion.Move(here);
  for (size_t k = 0; k < count; ++k) {
    expected.x += around[k].x / static_cast<double>(count);
    expected.y += around[k].y / static_cast<double>(count);
  }
  return expected;
}

double AngleBetween(double a, double b) {
  const double turn = std::remainder(a - b, 2 * std::numbers::pi);
  return std::abs(turn) * 180 / std::numbers::pi;
}

double Radians(const Minutia& m) { return 2 * std::numbers::pi * m.angle / kFullCircle; }

compare::Point HullPoint(Place p) { return {static_cast<float>(p.x), static_cast<float>(p.y)}; }

}  // namespace

std::vector<Sighting> Sightings(const Print& probe, const Print& reference,
                                Comparator* comparator) {
  std::vector<MinutiaPair> pairs;
  const double score = comparator->Explain(probe.prepared, reference.prepared, &pairs);
  if (score < kSureScore || pairs.size() < 2) return {};
  const Motion motion(probe.view, reference.view, pairs);
  std::vector<compare::Point> corners;
  for (const Minutia& m : reference.view.minutiae) corners.push_back(HullPoint(PlaceOf(m)));
  const compare::Hull shown(corners);

  struct Candidate {
    double distance;
    size_t sighting;
    size_t reference;
  };
  std::vector<Sighting> sightings;
  std::vector<Candidate> candidates;
  for (size_t i = 0; i < probe.view.minutiae.size(); ++i) {
    const Minutia& m = probe.view.minutiae[i];
    const Place expected = Expected(probe.view, reference.view, motion, pairs, i);
    if (!shown.Contains(HullPoint(expected), 0)) continue;
    for (size_t k = 0; k < reference.view.minutiae.size(); ++k) {
      const Minutia& other = reference.view.minutiae[k];
      const Place there = PlaceOf(other);
      const double distance = std::hypot(there.x - expected.x, there.y - expected.y);
      if (distance > kFoundDistanceUm) continue;
      if (AngleBetween(Radians(m) + motion.angle(), Radians(other)) > kFoundAngleDegrees) continue;
      candidates.push_back({distance, sightings.size(), k});
    }
    sightings.push_back({i, m.quality, false});
  }
  std::sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    if (a.distance != b.distance) return a.distance < b.distance;
    return a.sighting != b.sighting ? a.sighting < b.sighting : a.reference < b.reference;
  });
  std::vector<bool> taken(reference.view.minutiae.size());
  for (const Candidate& candidate : candidates) {
    Sighting& sighting = sightings[candidate.sighting];
    if (sighting.found || taken[candidate.reference]) continue;
    sighting.found = true;
    taken[candidate.reference] = true;
  }
  return sightings;
}

void Repeatability::Add(const Repeatability& other) {
  for (size_t b = 0; b < bins.size(); ++b) {
    bins[b].seen += other.bins[b].seen;
    bins[b].found += other.bins[b].found;
  }
  all.seen += other.all.seen;
  all.found += other.all.found;
  pairs += other.pairs;
  const size_t weight = concordance_weight + other.concordance_weight;
  if (weight == 0) return;
  concordance = (concordance * static_cast<double>(concordance_weight) +
                 other.concordance * static_cast<double>(other.concordance_weight)) /
                static_cast<double>(weight);
  concordance_weight = weight;
}

Repeatability MeasureRepeatability(const TemplateSet& set) {
  Comparator comparator;
  Repeatability total;
  double concordant = 0;
  for (const Print& probe : set.prints) {
    for (const Print& reference : set.prints) {
      if (&probe == &reference || probe.finger != reference.finger) continue;
      const std::vector<Sighting> sightings = Sightings(probe, reference, &comparator);
      if (!sightings.empty()) ++total.pairs;
      for (const Sighting& s : sightings) {
        Repeatability::Bin& bin =
            total.bins[static_cast<size_t>(std::clamp((s.quality - 1) / 10, 0, kQualityBins - 1))];
        ++bin.seen;
        ++total.all.seen;
        bin.found += s.found ? 1 : 0;
        total.all.found += s.found ? 1 : 0;
        if (!s.found) continue;
        for (const Sighting& lost : sightings) {
          if (lost.found) continue;
          ++total.concordance_weight;
          if (s.quality > lost.quality) concordant += 1;
          if (s.quality == lost.quality) concordant += 0.5;
        }
      }
    }
  }
  if (total.concordance_weight != 0) {
    total.concordance = concordant / static_cast<double>(total.concordance_weight);
  }
  return total;
}

}  // namespace taanu::accuracy
