#include "matcher/compare/prepared.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "matcher/compare/angle_math.h"
#include "matcher/compare/parameters.h"

namespace taanu {
namespace {

using compare::Point;

// Where coordinates are cut: 160 mm from the middle, far beyond any finger.
constexpr int64_t kReachUm = 160'000;

// The indices of the minutiae to use, from left to right.
std::vector<uint16_t> Chosen(const FingerView& view) {
  std::vector<uint16_t> chosen(std::min<size_t>(view.minutiae.size(), 65535));
  std::iota(chosen.begin(), chosen.end(), uint16_t{0});
  if (chosen.size() > kMinutiaeMax) {
    std::stable_sort(chosen.begin(), chosen.end(), [&view](uint16_t a, uint16_t b) {
      return view.minutiae[a].quality > view.minutiae[b].quality;
    });
    chosen.resize(kMinutiaeMax);
  }
  std::sort(chosen.begin(), chosen.end(), [&view](uint16_t a, uint16_t b) {
    const Minutia& m = view.minutiae[a];
    const Minutia& n = view.minutiae[b];
    if (m.x_um != n.x_um) return m.x_um < n.x_um;
    if (m.y_um != n.y_um) return m.y_um < n.y_um;
    return m.angle != n.angle ? m.angle < n.angle : a < b;
  });
  return chosen;
}

// The padding lies where nothing is near.
void Widen(Prepared::Data* data) {
  // A vector may begin at the last minutia.
  const auto padded = static_cast<size_t>(compare::Padded(data->count) + compare::kLaneStep);
  data->xs.assign(padded, compare::kFarAway);
  data->ys.assign(padded, compare::kFarAway);
  data->wide_angles.assign(padded, 0);
  for (size_t i = 0; i < data->points.size(); ++i) {
    data->xs[i] = data->points[i].x;
    data->ys[i] = data->points[i].y;
    data->wide_angles[i] = data->angles[i];
  }
  data->columns = compare::ColumnIndex(data->xs.data(), data->count);
}

// What comparisons weigh each minutia by.
void Appraise(const FingerView& view, Prepared::Data* data) {
  float sum = 0;
  int known = 0;
  for (const uint16_t i : data->indices) {
    sum += static_cast<float>(view.minutiae[i].quality);
    known += view.minutiae[i].quality != 0;
  }
  const float mean = sum / static_cast<float>(std::max(known, 1));
  data->steadiness.reserve(data->indices.size());
  data->solitude.reserve(data->indices.size());
  for (const uint16_t i : data->indices) {
    const auto quality = static_cast<float>(view.minutiae[i].quality);
    const float steadiness = (quality + compare::kQualityPrior) / (mean + compare::kQualityPrior);
    data->steadiness.push_back(quality == 0 ? 1.0F : std::min(steadiness, compare::kSteadinessMax));
  }
  constexpr float kFar = compare::kSolitudeMax * compare::kSolitudeMax;
  for (size_t i = 0; i < data->points.size(); ++i) {
    float nearest = kFar;
    for (size_t k = 0; k < data->points.size(); ++k) {
      if (k == i) continue;
      const float dx = data->points[k].x - data->points[i].x;
      const float dy = data->points[k].y - data->points[i].y;
      nearest = std::min(nearest, dx * dx + dy * dy);
    }
    data->solitude.push_back(std::sqrt(nearest) / compare::kSolitudeMax);
  }
}

Prepared::Data Build(const FingerView& view) {
  Prepared::Data data;
  data.indices = Chosen(view);
  data.count = static_cast<int>(data.indices.size());
  if (data.count == 0) return data;

  int64_t x_min = INT64_MAX;
  int64_t x_max = INT64_MIN;
  int64_t y_min = INT64_MAX;
  int64_t y_max = INT64_MIN;
  for (const uint16_t i : data.indices) {
    const Minutia& m = view.minutiae[i];
    x_min = std::min<int64_t>(x_min, m.x_um);
    x_max = std::max<int64_t>(x_max, m.x_um);
    y_min = std::min<int64_t>(y_min, m.y_um);
    y_max = std::max<int64_t>(y_max, m.y_um);
  }
  for (const uint16_t i : data.indices) {
    const Minutia& m = view.minutiae[i];
    // Doubled, so that the middle is a whole number.
    const int64_t x = std::clamp(2 * int64_t{m.x_um} - x_min - x_max, -2 * kReachUm, 2 * kReachUm);
    const int64_t y = std::clamp(y_min + y_max - 2 * int64_t{m.y_um}, -2 * kReachUm, 2 * kReachUm);
    data.points.push_back({static_cast<float>(x) / (2 * compare::kUnitUm),
                           static_cast<float>(y) / (2 * compare::kUnitUm)});
    data.angles.push_back(m.angle);
    data.types.push_back(m.type);
  }

  data.hull = compare::Hull(data.points);
  data.rotations.reserve(data.angles.size());
  for (const uint16_t angle : data.angles) data.rotations.push_back(compare::RotationOf(angle));
  Widen(&data);
  data.cylinders = compare::BuildCylinders(data.targets(), data.rotations, data.hull);
  data.rows = compare::CylinderRows(data.cylinders);
  Appraise(view, &data);
  return data;
}

}  // namespace

void Prepared::Data::Prefetch() const {
  const auto ask = [](const auto& of) {
    constexpr size_t kLine = 64;
    const auto* const bytes = reinterpret_cast<const char*>(of.data());
    for (size_t k = 0; k < of.size() * sizeof(of[0]); k += kLine) __builtin_prefetch(bytes + k);
  };
  ask(xs);
  ask(ys);
  ask(angles);
  ask(rotations);
  ask(points);
  ask(wide_angles);
  ask(types);
  ask(hull.edges());
}

Prepared::Prepared(const FingerView& view) : data_(std::make_unique<const Data>(Build(view))) {}
Prepared::~Prepared() = default;
Prepared::Prepared(Prepared&&) noexcept = default;
Prepared& Prepared::operator=(Prepared&&) noexcept = default;

}  // namespace taanu
