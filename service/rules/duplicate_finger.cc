#include "service/rules/duplicate_finger.h"

#include <utility>

#include "service/rules/ledger.h"

namespace taanu::rules {

Result<std::optional<FingerHolder>> FindFingerHolder(LedgerTransaction& ledger,
                                                     const Attempt& attempt) {
  const AccreditedSearch& search = attempt.accredited_search;
  for (const FingerHit& hit : search.hits) {
    if (hit.voter == attempt.voter || hit.score < search.threshold_score) continue;
    TAANU_ASSIGN_OR_RETURN(auto accreditation, ledger.FindAccreditation(hit.voter));
    if (accreditation) return FingerHolder{*std::move(accreditation), hit.score};
  }
  return std::nullopt;
}

}  // namespace taanu::rules
