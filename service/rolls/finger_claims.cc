#include "service/rolls/finger_claims.h"

#include <algorithm>
#include <string>
#include <utility>

#include "matcher/compare/comparator.h"

namespace taanu {
namespace {

// One false match in a hundred: what is lower is no hit at any threshold.
constexpr double kHitScoreMin = 20;

}  // namespace

struct FingerClaim::State {
  std::string group;
  KeyedReference voter{};
  std::vector<FingerView> views;

  // Made when they are first needed: mostly nobody else is on the way.
  const std::vector<Prepared>& prepared() {
    std::call_once(once, [this] {
      references.reserve(views.size());
      for (const FingerView& view : views) references.emplace_back(view);
    });
    return references;
  }
  void AddHit(const KeyedReference& other, double score) {
    const std::lock_guard lock(mutex);
    hits.push_back({other, score});
  }

  std::once_flag once;
  std::vector<Prepared> references;
  std::mutex mutex;
  std::vector<rules::FingerHit> hits;  // guarded by mutex
};

FingerClaim::~FingerClaim() { claims_.Leave(state_.get()); }

std::vector<rules::FingerHit> FingerClaim::Hits() const {
  const std::lock_guard lock(state_->mutex);
  return state_->hits;
}

std::shared_ptr<FingerClaim> FingerClaims::Enter(std::string_view group,
                                                 const KeyedReference& voter,
                                                 std::span<const FingerView> probe,
                                                 std::vector<FingerView> references) {
  auto state = std::make_shared<FingerClaim::State>();
  state->group = group;
  state->voter = voter;
  state->views = std::move(references);
  std::vector<std::shared_ptr<FingerClaim::State>> before;
  {
    const std::lock_guard lock(mutex_);
    before = states_;
    states_.push_back(state);
  }
  std::shared_ptr<FingerClaim> claim(new FingerClaim(this, state));
  // Attempts of the same voter are decided by the accreditation of that voter.
  std::erase_if(before,
                [&](const auto& other) { return other->voter == voter || other->group != group; });
  claim->others_ = before.size();
  if (before.empty()) return claim;

  // Its scratch memory is large; each worker keeps one.
  thread_local Comparator comparator;
  std::vector<Prepared> probes;
  for (const FingerView& view : probe) probes.emplace_back(view);
  for (const auto& other : before) {
    double best = 0;
    int comparisons = 0;
    for (const Prepared& reference : other->prepared()) {
      for (const Prepared& sample : probes) {
        best = std::max(best, comparator.Compare(sample, reference));
        ++comparisons;
      }
    }
    const double score = rules::FuseScores(best, comparisons);
    if (score < kHitScoreMin) continue;
    state->AddHit(other->voter, score);
    other->AddHit(voter, score);
  }
  return claim;
}

void FingerClaims::Leave(const FingerClaim::State* state) {
  const std::lock_guard lock(mutex_);
  std::erase_if(states_, [state](const auto& other) { return other.get() == state; });
}

}  // namespace taanu
