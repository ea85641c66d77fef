// Whether the finger of an attempt belongs to somebody who was accredited under another identity:
// the search before the transaction, and what the transaction is told.
//
// Thread-safety: may be called from any thread.
#pragma once

#include <memory>
#include <span>

#include "enroll/register/register.h"
#include "service/rolls/finger_claims.h"
#include "service/rpc/backend.h"
#include "service/rpc/samples.h"
#include "service/rules/ledger.h"

namespace taanu::rpc {

// Where the finger matched its voter, claims it and searches it among those who were accredited;
// `attempt` gets what was found. The claim is to be kept until the outcome is durable. Null where
// no search is made: the finger did not match, the voter was accredited before, or no rolls are
// kept.
std::shared_ptr<FingerClaim> SearchOtherIdentities(const Backend& backend,
                                                   std::span<const PreparedSample> samples,
                                                   std::span<const FingerReference> references,
                                                   rules::Attempt* attempt);

// Inside the transaction of the attempt: adds the voters of attempts that were on their way with
// this one. `claim` may be null.
void AddClaimedHits(const FingerClaim* claim, rules::Attempt* attempt);

}  // namespace taanu::rpc
