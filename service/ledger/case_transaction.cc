#include "service/ledger/case_transaction.h"

#include <chrono>
#include <utility>
#include <vector>

#include "service/ledger/case_queries.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"

namespace taanu {
namespace {

using rules::CaseAnswer;

// The officers of the attempt that opened the case, and those of the accreditation before it, whose
// attempt is of the same precinct and moment. A fallback has two.
constexpr std::string_view kOperatorOfAttempt =
    "SELECT operator_ref FROM attempt WHERE event_index = ?1 "
    "UNION ALL SELECT second_officer FROM attempt WHERE event_index = ?1 "
    "AND second_officer IS NOT NULL";
constexpr std::string_view kOperatorOfAccreditation =
    "SELECT operator_ref FROM attempt WHERE precinct_id = ?1 AND time_us = ?2 AND voter = ?3 "
    "AND outcome IN (1, 11) "
    "UNION ALL SELECT second_officer FROM attempt WHERE precinct_id = ?1 AND time_us = ?2 "
    "AND voter = ?3 AND outcome IN (1, 11) AND second_officer IS NOT NULL";

Status AddOperator(Result<Statement> query, std::vector<KeyedReference>* people) {
  if (!query) return tl::make_unexpected(std::move(query).error());
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, query->Step());
    if (!more) return {};
    people->push_back(query->Bytes<16>(0));
    TAANU_RETURN_IF_ERROR(query->Check());
  }
}

}  // namespace

Result<std::optional<CaseAnswer>> SqliteCaseTransaction::FindAnswer(std::string_view request_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Query("SELECT case_id, person, decision, terminal, as_supervisor, state, "
                        "settled_as, time_us, event_index FROM case_opinion WHERE request_id = ?1",
                        request_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  CaseAnswer answer;
  answer.request.request_id = request_id;
  answer.request.case_id = static_cast<uint64_t>(row.Int64(0));
  answer.request.opinion.person = row.Bytes<16>(1);
  answer.request.opinion.decision = static_cast<rules::CaseDecision>(row.Int64(2));
  answer.request.terminal = row.Bytes<16>(3);
  answer.request.as_supervisor = row.Int64(4) != 0;
  answer.state = static_cast<rules::CaseState>(row.Int64(5));
  if (const auto settled_as = row.OptionalInt64(6)) {
    answer.settled_as = static_cast<rules::CaseDecision>(*settled_as);
  }
  answer.time_us = row.Int64(7);
  answer.event_index = static_cast<uint64_t>(row.Int64(8));
  TAANU_RETURN_IF_ERROR(row.Check());
  return answer;
}

Result<rules::CaseFacts> SqliteCaseTransaction::GatherFacts(uint64_t case_id) {
  TAANU_ASSIGN_OR_RETURN(const DuplicateCase found, QueryCase(connection_, case_id));
  rules::CaseFacts facts;
  facts.kind = found.kind;
  for (const GivenOpinion& given : found.opinions) facts.opinions.push_back(given.opinion);
  if (found.kind == rules::CaseKind::kRegisterDuplicate) return facts;
  TAANU_RETURN_IF_ERROR(
      AddOperator(connection_.Query(kOperatorOfAttempt, found.event_index), &facts.involved));
  if (found.earlier) {
    const rules::Accreditation& earlier = *found.earlier;
    TAANU_RETURN_IF_ERROR(
        AddOperator(connection_.Query(kOperatorOfAccreditation, earlier.precinct_id,
                                      earlier.time_us, earlier.voter),
                    &facts.involved));
  }
  return facts;
}

Status SqliteCaseTransaction::Record(rules::CaseKind kind, CaseAnswer* answer) {
  answer->time_us = std::chrono::duration_cast<std::chrono::microseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count();
  TAANU_ASSIGN_OR_RETURN(answer->event_index,
                         AppendEvent(connection_, CaseDecidedLeaf(kind, *answer)));
  const rules::CaseRequest& request = answer->request;
  return connection_.Run(
      "INSERT INTO case_opinion(case_id, ordinal, request_id, person, decision, terminal, "
      "as_supervisor, state, settled_as, time_us, event_index) VALUES (?1, "
      "(SELECT count(*) + 1 FROM case_opinion WHERE case_id = ?1), ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
      "?10)",
      request.case_id, request.request_id, request.opinion.person, request.opinion.decision,
      request.terminal, request.as_supervisor, answer->state, answer->settled_as, answer->time_us,
      answer->event_index);
}

}  // namespace taanu
