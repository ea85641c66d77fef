#include "service/rpc/comparison.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "matcher/compare/comparator.h"

namespace taanu::rpc {
namespace {

// One reference, prepared when it is first needed.
class LazyReference {
 public:
  explicit LazyReference(const FingerReference& reference) : view_(reference.view) {}

  FingerPosition position() const { return view_.position; }
  bool compared() const { return prepared_.has_value(); }
  const Prepared& prepared() {
    if (!prepared_) prepared_.emplace(view_);
    return *prepared_;
  }

 private:
  const FingerView& view_;
  std::optional<Prepared> prepared_;
};

}  // namespace

rules::Evidence CompareAttempt(std::span<const PreparedSample> samples,
                               std::span<const FingerReference> references,
                               const rules::Policy& policy) {
  // Its scratch memory is large; each worker keeps one.
  thread_local Comparator comparator;

  std::vector<LazyReference> candidates(references.begin(), references.end());
  rules::Evidence evidence;
  evidence.threshold_score = ScoreForFmr(policy.threshold_fmr);
  int comparisons = 0;
  double best = 0;
  for (const PreparedSample& sample : samples) {
    if (!sample.usable) continue;
    ++evidence.samples_usable;
    const FingerPosition position = sample.position();
    const bool by_position = position != FingerPosition::kUnknown &&
                             std::ranges::any_of(candidates, [&](const LazyReference& r) {
                               return r.position() == position;
                             });
    for (const FingerView& view : sample.views) {
      const Prepared probe(view);
      for (LazyReference& reference : candidates) {
        if (by_position && reference.position() != position) continue;
        const double score = comparator.Compare(probe, reference.prepared());
        if (comparisons == 0 || score > best) {
          best = score;
          evidence.matched_position = reference.position();
        }
        ++comparisons;
      }
    }
  }
  evidence.references_compared =
      static_cast<int>(std::ranges::count_if(candidates, &LazyReference::compared));
  if (comparisons > 0) evidence.score = rules::FuseScores(best, comparisons);
  return evidence;
}

}  // namespace taanu::rpc
