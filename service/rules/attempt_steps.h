// The steps that attempts of every method share, from the request to the accreditation.
//
// Thread-safety: as LedgerTransaction.
#pragma once

#include <optional>
#include <string_view>

#include "matcher/error.h"
#include "service/rules/ledger.h"

namespace taanu::rules {

// kConflict with reason REQUEST_ID_REUSED.
tl::unexpected<Error> ReusedRequestId();
// kNotFound with reason UNKNOWN_PRECINCT.
tl::unexpected<Error> UnknownPrecinct(std::string_view precinct_id);

// Errors: kBadInput (BAD_REQUEST_ID).
Status CheckRequestId(std::string_view request_id);

// The answer that this request id got before; none where it is new. Errors: kConflict
// (REQUEST_ID_REUSED) where it was of another voter, precinct, method or claim.
Result<std::optional<AttemptAnswer>> Replay(LedgerTransaction& ledger, const Attempt& attempt);

// Errors: as CheckSession, where the attempt names a session.
Status CheckSessionOf(LedgerTransaction& ledger, const Attempt& attempt);

// Errors: kNotFound (UNKNOWN_PRECINCT).
Result<AttemptFacts> GatherFacts(LedgerTransaction& ledger, const Attempt& attempt);

// Gives the accreditation. Should the voter have one after all, which only the primary key knows
// for certain, the outcome becomes what the rules call that.
Status Accredit(LedgerTransaction& ledger, AttemptAnswer* answer);

// Gives the answer what belongs to its outcome and writes it all down; a duplicate opens a case.
Status Conclude(LedgerTransaction& ledger, const AttemptFacts& facts, AttemptAnswer* answer);

}  // namespace taanu::rules
