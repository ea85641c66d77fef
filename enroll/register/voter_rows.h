// Rows of the register: what is written of an enrolment, and what is read again. Nothing here knows
// a key.
//
// Thread-safety: a Connection belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "enroll/register/register.h"
#include "enroll/register/voter_sealing.h"
#include "enroll/store/connection.h"
#include "matcher/error.h"

namespace taanu {

// The content digest of the voter, where there is one.
Result<std::optional<KeyedReference>> FindContent(Connection& connection,
                                                  const KeyedReference& reference);

// Whether there is such a precinct. Errors: kNotFound (UNKNOWN_PRECINCT).
Status FindPrecinct(Connection& connection, std::string_view precinct_id);

// Adds to the number of voters on a roll, or takes away. Errors: kNotFound (UNKNOWN_PRECINCT).
Status AddToRoll(Connection& connection, std::string_view precinct_id, int voters);

// Adds a reference to a voter. Errors: those of the store.
Status InsertFinger(Connection& connection, int64_t voter_id, const SealedFinger& finger);

// Adds the voter to the register and to the roll. Errors: kNotFound (UNKNOWN_PRECINCT), kConflict
// (EXISTS), those of the store.
Status InsertVoter(Connection& connection, const SealedEnrollment& voter, int64_t now_us);

// Errors: kNotFound (UNKNOWN_VOTER), those of the store.
Status ReadVoter(Connection& connection, const KeyedReference& reference, StoredVoter* stored);

// Writes the voter's own row again: precinct, state, seal, data key, the number of its fingers.
// Errors: those of the store.
Status UpdateVoterRow(Connection& connection, const StoredVoter& stored);

// Writes the seals of all fingers again, also of the history.
Status UpdateFingerSeals(Connection& connection, const StoredVoter& stored);

// As Register::List.
Result<std::vector<VoterSummary>> ListVoters(Connection& connection, std::string_view precinct_id,
                                             bool without_reference,
                                             const std::optional<KeyedReference>& after, int limit);

// The references of voters who are on a roll, on `precinct_id`'s or, where that is empty, on any,
// after `after` in their order, at most `limit`.
Result<std::vector<KeyedReference>> ListRoll(Connection& connection, std::string_view precinct_id,
                                             const std::optional<KeyedReference>& after, int limit);

}  // namespace taanu
