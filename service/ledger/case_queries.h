// Cases as they are on record, of all kinds alike.
//
// Thread-safety: a Connection belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"
#include "service/rules/adjudication.h"
#include "service/rules/election.h"

namespace taanu {

struct GivenOpinion {
  rules::Opinion opinion;
  bool as_supervisor = false;
  int64_t time_us = 0;
  uint64_t event_index = 0;
};

struct DuplicateCase {
  uint64_t case_id = 0;
  rules::CaseKind kind = rules::CaseKind::kSecondAttempt;
  rules::CaseState state = rules::CaseState::kOpen;
  std::optional<rules::CaseDecision> settled_as;
  // Of the second attempt; empty for a pair of the register.
  std::string precinct_id;
  // The voter of the attempt, or the first one of the pair; and the other one, where there are two.
  KeyedReference voter{};
  std::optional<KeyedReference> other;
  // Of the attempt that opened it; none for a pair of the register.
  std::optional<rules::Outcome> outcome;
  bool finger_matched = false;
  // The accreditation that was there already; none for a pair of the register.
  std::optional<rules::Accreditation> earlier;
  int64_t open_time_us = 0;
  uint64_t event_index = 0;  // of what opened it
  double score = 0;
  double threshold_score = 0;
  double threshold_fmr = 0;
  std::string algorithm_version;
  std::vector<GivenOpinion> opinions;
};

struct CaseFilter {
  // The precinct of the attempt or, of a pair of the register, of either's roll; empty: all.
  std::string precinct_id = {};
  std::optional<rules::CaseKind> kind = {};
  std::optional<rules::CaseState> state = {};
};

// Cases of one kind in one state.
struct CaseTally {
  rules::CaseKind kind = rules::CaseKind::kSecondAttempt;
  rules::CaseState state = rules::CaseState::kOpen;
  bool merged = false;  // see small_cells.h
  uint64_t case_count = 0;
};

// In the order of kinds and states; with a precinct, cases of its attempts alone.
Result<std::vector<CaseTally>> QueryCaseTallies(Connection& connection,
                                                std::string_view precinct_id);

// Cases after `after` in the order of their numbers, at most `limit`.
Result<std::vector<DuplicateCase>> QueryCases(Connection& connection, const CaseFilter& filter,
                                              uint64_t after, int limit);
// Errors: kNotFound (UNKNOWN_CASE).
Result<DuplicateCase> QueryCase(Connection& connection, uint64_t case_id);

Result<std::vector<GivenOpinion>> QueryOpinions(Connection& connection, uint64_t case_id);

// The number that the next case gets, whatever its kind.
Result<int64_t> NextCaseId(Connection& connection);

}  // namespace taanu
