#include "matcher/compare/relaxation.h"

#include "matcher/compare/parameters.h"

namespace taanu::compare {

void Relaxation::Run(const Prepared::Data& probe, const Prepared::Data& reference,
                     std::span<const Candidate> candidates) {
  Order(probe, reference, candidates);
  Relate(arrays_, count_, kSupportLimits, &supports_);
  for (int a = 0; a < kCandidatesMax; ++a) {
    strengths_[a] = a < count_ ? static_cast<float>(candidates_[a].similarity) : 0.0F;
  }
  coherence_ = Propagate(supports_, kIterations, strengths_.data());
}

// Those that can be compatible then lie together.
void Relaxation::Order(const Prepared::Data& probe, const Prepared::Data& reference,
                       std::span<const Candidate> candidates) {
  count_ = static_cast<int>(candidates.size());
  std::array<uint32_t, kCandidatesMax> by_turn;
  for (int a = 0; a < count_; ++a) {
    const Candidate& c = candidates[static_cast<size_t>(a)];
    const auto turn = static_cast<uint16_t>(reference.angles[c.reference] - probe.angles[c.probe]);
    by_turn[a] = static_cast<uint32_t>(turn) << 8 | static_cast<uint32_t>(a);
  }
  SortKeys(by_turn.data(), count_);
  for (int u = 0; u < count_; ++u) {
    const Candidate& c = candidates[by_turn[u] & 255];
    candidates_[u] = c;
    arrays_.probe_x[u] = probe.xs[c.probe];
    arrays_.probe_y[u] = probe.ys[c.probe];
    arrays_.reference_x[u] = reference.xs[c.reference];
    arrays_.reference_y[u] = reference.ys[c.reference];
    const Rotation p = probe.rotations[c.probe];
    const Rotation r = reference.rotations[c.reference];
    arrays_.turn[u] = static_cast<int32_t>(by_turn[u] >> 8);
    arrays_.cosine[u] = r.cosine * p.cosine + r.sine * p.sine;
    arrays_.sine[u] = r.sine * p.cosine - r.cosine * p.sine;
  }
  // Nothing is compatible with what lies near in one print and far away in the other.
  for (int u = count_; u < Padded(count_); ++u) {
    arrays_.probe_x[u] = arrays_.probe_y[u] = 0;
    arrays_.reference_x[u] = arrays_.reference_y[u] = kFarAway;
    arrays_.turn[u] = 0;
    arrays_.cosine[u] = arrays_.sine[u] = 0;
  }
}

}  // namespace taanu::compare
