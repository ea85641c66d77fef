#include "service/ledger/case_queries.h"

#include <algorithm>
#include <utility>

namespace taanu {
namespace {

// Parameters: 1 the number before the first, 2 how many, 3 the precinct or '', 4 the kind or 0, 5
// the state or 0. A case is where its last opinion left it.
constexpr std::string_view kCases =
    "WITH c AS ("
    "SELECT d.case_id AS case_id, iif(a.outcome = 5, 2, 1) AS kind, a.precinct_id AS precinct_id, "
    "a.voter AS first, s.holder AS second, a.outcome AS outcome, "
    "a.references_compared > 0 AND a.score >= a.threshold_score AS matched, "
    "a.time_us AS time_us, a.event_index AS event_index, coalesce(s.score, a.score) AS score, "
    "iif(s.holder IS NULL, a.threshold_score, s.threshold_score) AS threshold_score, "
    "a.threshold_fmr AS threshold_fmr, a.algorithm_version AS algorithm_version "
    "FROM duplicate_case AS d JOIN attempt AS a USING (event_index) "
    "LEFT JOIN accredited_search AS s USING (event_index) WHERE d.case_id > ?1 "
    "UNION ALL "
    "SELECT case_id, 3, '', first, second, 0, 1, open_time_us, event_index, score, "
    "threshold_score, threshold_fmr, algorithm_version FROM register_case WHERE case_id > ?1) "
    "SELECT c.case_id, c.kind, c.precinct_id, c.first, c.second, c.outcome, c.matched, c.time_us, "
    "c.event_index, c.score, c.threshold_score, c.threshold_fmr, c.algorithm_version, "
    "coalesce(o.state, 1), o.settled_as, e.precinct_id, e.slip_number, e.time_us, e.method "
    "FROM c LEFT JOIN accreditation AS e "
    "ON c.kind != 3 AND e.voter = coalesce(c.second, c.first) "
    "LEFT JOIN case_opinion AS o ON o.case_id = c.case_id AND o.ordinal = "
    "(SELECT max(l.ordinal) FROM case_opinion AS l WHERE l.case_id = c.case_id) "
    "WHERE (?3 = '' OR c.precinct_id = ?3 OR (c.kind = 3 AND EXISTS (SELECT 1 FROM voter AS v "
    "WHERE v.reference IN (c.first, c.second) AND v.precinct_id = ?3))) "
    "AND (?4 = 0 OR c.kind = ?4) AND (?5 = 0 OR coalesce(o.state, 1) = ?5) "
    "ORDER BY c.case_id LIMIT ?2";

// Parameter: 1 the precinct or ''.
constexpr std::string_view kTallies =
    "WITH c AS ("
    "SELECT d.case_id AS case_id, iif(a.outcome = 5, 2, 1) AS kind "
    "FROM duplicate_case AS d JOIN attempt AS a USING (event_index) "
    "WHERE ?1 = '' OR d.precinct_id = ?1 "
    "UNION ALL SELECT case_id, 3 FROM register_case WHERE ?1 = '') "
    "SELECT c.kind, coalesce(o.state, 1) AS state, count(*) FROM c "
    "LEFT JOIN case_opinion AS o ON o.case_id = c.case_id AND o.ordinal = "
    "(SELECT max(l.ordinal) FROM case_opinion AS l WHERE l.case_id = c.case_id) "
    "GROUP BY c.kind, state ORDER BY c.kind, state";

DuplicateCase ReadCase(Statement* row) {
  DuplicateCase out;
  out.case_id = static_cast<uint64_t>(row->Int64(0));
  out.kind = static_cast<rules::CaseKind>(row->Int64(1));
  out.precinct_id = row->Text(2);
  out.voter = row->Bytes<16>(3);
  if (!row->IsNull(4)) out.other = row->Bytes<16>(4);
  const int64_t outcome = row->Int64(5);
  if (outcome != 0) out.outcome = static_cast<rules::Outcome>(outcome);
  out.finger_matched = row->Int64(6) != 0;
  out.open_time_us = row->Int64(7);
  out.event_index = static_cast<uint64_t>(row->Int64(8));
  out.score = row->Double(9);
  out.threshold_score = row->Double(10);
  out.threshold_fmr = row->Double(11);
  out.algorithm_version = row->Text(12);
  out.state = static_cast<rules::CaseState>(row->Int64(13));
  if (const auto settled_as = row->OptionalInt64(14)) {
    out.settled_as = static_cast<rules::CaseDecision>(*settled_as);
  }
  if (!row->IsNull(15)) {
    rules::Accreditation& earlier = out.earlier.emplace();
    earlier.voter = out.other.value_or(out.voter);
    earlier.precinct_id = row->Text(15);
    earlier.slip_number = static_cast<uint64_t>(row->Int64(16));
    earlier.time_us = row->Int64(17);
    earlier.method = static_cast<rules::Method>(row->Int64(18));
  }
  return out;
}

tl::unexpected<Error> UnknownCase(uint64_t case_id) {
  return Fail(ErrorCode::kNotFound, "UNKNOWN_CASE",
              "there is no case of number " + std::to_string(case_id));
}

}  // namespace

Result<std::vector<DuplicateCase>> QueryCases(Connection& connection, const CaseFilter& filter,
                                              uint64_t after, int limit) {
  std::vector<DuplicateCase> cases;
  // No case has a greater number, and SQLite's integers end there.
  if (!std::in_range<int64_t>(after)) return cases;
  {
    const int kind = filter.kind ? static_cast<int>(*filter.kind) : 0;
    const int state = filter.state ? static_cast<int>(*filter.state) : 0;
    TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kCases, after, std::max(0, limit),
                                                           filter.precinct_id, kind, state));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) break;
      cases.push_back(ReadCase(&row));
      TAANU_RETURN_IF_ERROR(row.Check());
    }
  }
  for (DuplicateCase& found : cases) {
    TAANU_ASSIGN_OR_RETURN(found.opinions, QueryOpinions(connection, found.case_id));
  }
  return cases;
}

Result<std::vector<CaseTally>> QueryCaseTallies(Connection& connection,
                                                std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kTallies, precinct_id));
  std::vector<CaseTally> tallies;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return tallies;
    CaseTally tally;
    tally.kind = static_cast<rules::CaseKind>(row.Int64(0));
    tally.state = static_cast<rules::CaseState>(row.Int64(1));
    tally.case_count = static_cast<uint64_t>(row.Int64(2));
    TAANU_RETURN_IF_ERROR(row.Check());
    tallies.push_back(tally);
  }
}

Result<DuplicateCase> QueryCase(Connection& connection, uint64_t case_id) {
  if (case_id == 0) return UnknownCase(case_id);
  TAANU_ASSIGN_OR_RETURN(auto found, QueryCases(connection, {}, case_id - 1, 1));
  if (found.empty() || found.front().case_id != case_id) return UnknownCase(case_id);
  return std::move(found.front());
}

Result<std::vector<GivenOpinion>> QueryOpinions(Connection& connection, uint64_t case_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT person, decision, as_supervisor, time_us, event_index "
                       "FROM case_opinion WHERE case_id = ?1 ORDER BY ordinal",
                       case_id));
  std::vector<GivenOpinion> opinions;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return opinions;
    GivenOpinion given;
    given.opinion.person = row.Bytes<16>(0);
    given.opinion.decision = static_cast<rules::CaseDecision>(row.Int64(1));
    given.as_supervisor = row.Int64(2) != 0;
    given.time_us = row.Int64(3);
    given.event_index = static_cast<uint64_t>(row.Int64(4));
    TAANU_RETURN_IF_ERROR(row.Check());
    opinions.push_back(given);
  }
}

Result<int64_t> NextCaseId(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT max((SELECT coalesce(max(case_id), 0) FROM duplicate_case), "
                       "(SELECT coalesce(max(case_id), 0) FROM register_case)) + 1"));
  TAANU_RETURN_IF_ERROR(row.Step());
  const int64_t case_id = row.Int64(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return case_id;
}

}  // namespace taanu
