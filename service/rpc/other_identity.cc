#include "service/rpc/other_identity.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "service/rolls/finger_search.h"

namespace taanu::rpc {

std::shared_ptr<FingerClaim> SearchOtherIdentities(const Backend& backend,
                                                   std::span<const PreparedSample> samples,
                                                   std::span<const FingerReference> references,
                                                   rules::Attempt* attempt) {
  if (backend.rolls == nullptr || backend.duplicate_scope == DuplicateScope::kOff) return nullptr;
  if (!attempt->evidence.matched()) return nullptr;
  const Roll* const roll = backend.rolls->FindKnown(attempt->precinct_id);
  if (roll != nullptr && roll->IsAccredited(attempt->voter)) return nullptr;

  std::vector<FingerView> probe;
  for (const PreparedSample& sample : samples) {
    if (sample.usable) probe.insert(probe.end(), sample.views.begin(), sample.views.end());
  }
  std::vector<FingerView> enrolled;
  for (const FingerReference& reference : references) enrolled.push_back(reference.view);
  // The claim comes first: whoever is accredited between it and the search is in both.
  const bool precinct_alone = backend.duplicate_scope == DuplicateScope::kPrecinct;
  auto claim = backend.finger_claims->Enter(precinct_alone ? attempt->precinct_id : std::string(),
                                            attempt->voter, probe, std::move(enrolled));
  attempt->accredited_search =
      SearchAccredited(*backend.rolls, backend.duplicate_scope, attempt->precinct_id,
                       attempt->voter, probe, backend.duplicate_fpir, claim->others());
  return claim;
}

void AddClaimedHits(const FingerClaim* claim, rules::Attempt* attempt) {
  if (claim == nullptr) return;
  rules::AccreditedSearch& search = attempt->accredited_search;
  const std::vector<rules::FingerHit> claimed = claim->Hits();
  search.hits.insert(search.hits.end(), claimed.begin(), claimed.end());
  std::ranges::stable_sort(search.hits, std::ranges::greater(), &rules::FingerHit::score);
}

}  // namespace taanu::rpc
