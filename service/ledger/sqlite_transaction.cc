#include "service/ledger/sqlite_transaction.h"

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "service/ledger/case_queries.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"
#include "service/ledger/fallback_queries.h"
#include "service/ledger/figures.h"
#include "service/ledger/ledger_queries.h"
#include "service/ledger/search_records.h"

namespace taanu {
namespace {

using rules::AttemptAnswer;
using rules::PollsState;

int64_t WallClockUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// Three bytes to a sample: quality, reason, minutiae.
std::vector<uint8_t> PackSamples(const std::vector<rules::Attempt::SampleReport>& samples) {
  std::vector<uint8_t> bytes;
  bytes.reserve(samples.size() * 3);
  for (const auto& sample : samples) {
    bytes.push_back(sample.quality);
    bytes.push_back(sample.reason);
    bytes.push_back(sample.minutia_count);
  }
  return bytes;
}

std::vector<rules::Attempt::SampleReport> UnpackSamples(const std::vector<uint8_t>& bytes) {
  std::vector<rules::Attempt::SampleReport> samples;
  for (size_t i = 0; i + 2 < bytes.size(); i += 3) {
    samples.push_back({bytes[i], bytes[i + 1], bytes[i + 2]});
  }
  return samples;
}

constexpr std::string_view kFindAnswer =
    "SELECT a.event_index, a.time_us, a.precinct_id, a.voter, a.terminal, a.operator_ref, "
    "a.method, "
    "a.outcome, a.samples_usable, a.references_compared, a.score, a.threshold_score, "
    "a.threshold_fmr, a.matched_position, a.algorithm_version, coalesce(a.voter_precinct_id, ''), "
    "a.samples, coalesce(c.case_id, 0), a.fallback_reason, a.second_officer, "
    "coalesce(a.disputed_request_id, ''), a.fallbacks_used, a.fallbacks_max, "
    "coalesce(a.session_id, '') "
    "FROM attempt AS a LEFT JOIN duplicate_case AS c USING (event_index) WHERE a.request_id = ?1";

AttemptAnswer ReadAnswer(Statement* row, std::string_view request_id) {
  AttemptAnswer answer;
  rules::Attempt& attempt = answer.attempt;
  rules::Evidence& evidence = attempt.evidence;
  attempt.request_id = request_id;
  answer.event_index = static_cast<uint64_t>(row->Int64(0));
  answer.time_us = row->Int64(1);
  attempt.precinct_id = row->Text(2);
  attempt.voter = row->Bytes<16>(3);
  attempt.terminal = row->Bytes<16>(4);
  attempt.operator_ref = row->Bytes<16>(5);
  attempt.method = static_cast<rules::Method>(row->Int64(6));
  answer.outcome = static_cast<rules::Outcome>(row->Int64(7));
  evidence.samples_usable = static_cast<int>(row->Int64(8));
  evidence.references_compared = static_cast<int>(row->Int64(9));
  evidence.score = row->Double(10);
  evidence.threshold_score = row->Double(11);
  attempt.threshold_fmr = row->Double(12);
  evidence.matched_position = static_cast<FingerPosition>(row->Int64(13));
  attempt.algorithm_version = row->Text(14);
  answer.voter_precinct_id = row->Text(15);
  attempt.samples = UnpackSamples(row->Blob(16));
  answer.case_id = static_cast<uint64_t>(row->Int64(17));
  attempt.session_id = row->Text(23);
  if (attempt.method == rules::Method::kFallback) {
    attempt.fallback = {static_cast<rules::FallbackReason>(row->Int64(18)), row->Bytes<16>(19),
                        row->Text(20)};
    answer.tally = {static_cast<uint64_t>(row->Int64(21)), static_cast<uint64_t>(row->Int64(22))};
  }
  return answer;
}

// Whether an answer of this outcome carries the voter's accreditation, of which there is one only.
bool CarriesAccreditation(rules::Outcome outcome) {
  return outcome == rules::Outcome::kAccredited || outcome == rules::Outcome::kAlreadyAccredited ||
         outcome == rules::Outcome::kAccreditedByFallback;
}

// Empty text is kept as NULL.
std::optional<std::string> NullIfEmpty(const std::string& text) {
  return text.empty() ? std::nullopt : std::make_optional(text);
}

// The columns of a fallback; all NULL for an attempt by a finger.
struct FallbackColumns {
  explicit FallbackColumns(const AttemptAnswer& answer) {
    if (!answer.attempt.fallback || !answer.tally) return;
    const rules::FallbackClaim& claim = *answer.attempt.fallback;
    reason = claim.reason;
    second_officer = claim.second_officer;
    disputed_request_id = NullIfEmpty(claim.disputed_request_id);
    used = answer.tally->used;
    max = answer.tally->max;
  }
  std::optional<rules::FallbackReason> reason;
  std::optional<KeyedReference> second_officer;
  std::optional<std::string> disputed_request_id;
  std::optional<uint64_t> used;
  std::optional<uint64_t> max;
};

Status InsertAttempt(Connection& connection, const AttemptAnswer& answer) {
  const rules::Attempt& attempt = answer.attempt;
  const rules::Evidence& evidence = attempt.evidence;
  const FallbackColumns fallback(answer);
  return connection.Run(
      "INSERT INTO attempt(event_index, request_id, time_us, precinct_id, voter, terminal, "
      "operator_ref, method, outcome, samples_usable, references_compared, score, threshold_score, "
      "threshold_fmr, matched_position, algorithm_version, voter_precinct_id, samples, "
      "fallback_reason, second_officer, disputed_request_id, fallbacks_used, fallbacks_max, "
      "session_id) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "
      "?19, ?20, ?21, ?22, ?23, ?24)",
      answer.event_index, attempt.request_id, answer.time_us, attempt.precinct_id, attempt.voter,
      attempt.terminal, attempt.operator_ref, attempt.method, answer.outcome,
      evidence.samples_usable, evidence.references_compared, evidence.score,
      evidence.threshold_score, attempt.threshold_fmr, evidence.matched_position,
      attempt.algorithm_version, NullIfEmpty(answer.voter_precinct_id),
      PackSamples(attempt.samples), fallback.reason, fallback.second_officer,
      fallback.disputed_request_id, fallback.used, fallback.max, NullIfEmpty(attempt.session_id));
}

Result<std::map<rules::Outcome, uint64_t>> CountOutcomes(Connection& connection,
                                                         std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT outcome, count(*) FROM attempt WHERE precinct_id = ?1 "
                       "GROUP BY outcome",
                       precinct_id));
  std::map<rules::Outcome, uint64_t> counts;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return counts;
    const auto outcome = static_cast<rules::Outcome>(row.Int64(0));
    counts[outcome] = static_cast<uint64_t>(row.Int64(1));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

Result<bool> ComparedBefore(Connection& connection, const KeyedReference& voter) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT 1 FROM attempt WHERE voter = ?1 AND references_compared > 0 LIMIT 1",
                       voter));
  return row.Step();
}

}  // namespace

SqliteTransaction::SqliteTransaction(Connection* connection)
    : connection_(*connection), now_us_(WallClockUs()) {}

Result<std::optional<AttemptAnswer>> SqliteTransaction::FindAnswer(std::string_view request_id) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection_.Query(kFindAnswer, request_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  AttemptAnswer answer = ReadAnswer(&row, request_id);
  TAANU_RETURN_IF_ERROR(row.Check());
  if (CarriesAccreditation(answer.outcome)) {
    TAANU_ASSIGN_OR_RETURN(answer.accreditation, FindAccreditation(answer.attempt.voter));
  }
  TAANU_RETURN_IF_ERROR(ReadSearches(connection_, &answer));
  return answer;
}

Result<std::optional<rules::PrecinctRecord>> SqliteTransaction::FindPrecinct(
    std::string_view precinct_id) {
  return QueryPrecinct(connection_, precinct_id);
}

Result<std::optional<rules::RollEntry>> SqliteTransaction::FindRollEntry(
    const KeyedReference& voter) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Query("SELECT precinct_id, reference_count, inactive_reason IS NULL FROM voter "
                        "WHERE reference = ?1",
                        voter));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  rules::RollEntry entry{row.Text(0), static_cast<int>(row.Int64(1)), row.Int64(2) != 0};
  TAANU_RETURN_IF_ERROR(row.Check());
  return entry;
}

Result<std::optional<rules::Accreditation>> SqliteTransaction::FindAccreditation(
    const KeyedReference& voter) {
  return QueryAccreditation(connection_, voter);
}

Result<rules::PriorAttempts> SqliteTransaction::FindPriorAttempts(const KeyedReference& voter,
                                                                  std::string_view precinct_id) {
  return QueryPriorAttempts(connection_, voter, precinct_id);
}

Result<rules::FallbackCounts> SqliteTransaction::CountFallbacks(std::string_view precinct_id) {
  return QueryFallbacks(connection_, precinct_id);
}

Result<rules::Accreditation> SqliteTransaction::Accredit(const KeyedReference& voter,
                                                         std::string_view precinct_id,
                                                         rules::Method method) {
  TAANU_RETURN_IF_ERROR(connection_.Run(
      "INSERT INTO accreditation(voter, precinct_id, slip_number, time_us, method) "
      "VALUES (?1, ?2, (SELECT coalesce(max(slip_number), 0) + 1 FROM accreditation "
      "WHERE precinct_id = ?2), ?3, ?4)",
      voter, precinct_id, now_us_, method));
  TAANU_ASSIGN_OR_RETURN(auto written, FindAccreditation(voter));
  if (!written) {
    return Fail(ErrorCode::kInternal, "ACCREDITATION_LOST",
                "an accreditation that was just written cannot be read");
  }
  accredited_.push_back(*written);
  return std::move(*written);
}

Status SqliteTransaction::Record(AttemptAnswer* answer, bool open_case) {
  answer->time_us = now_us_;
  if (open_case) {
    TAANU_ASSIGN_OR_RETURN(const int64_t case_id, NextCaseId(connection_));
    answer->case_id = static_cast<uint64_t>(case_id);
  }
  if (answer->attempt.evidence.references_compared > 0) {
    TAANU_ASSIGN_OR_RETURN(const bool before, ComparedBefore(connection_, answer->attempt.voter));
    answer->first_comparison = !before;
  }
  const std::string leaf = AttemptLeaf(*answer);
  TAANU_ASSIGN_OR_RETURN(answer->event_index, AppendEvent(connection_, leaf));
  TAANU_RETURN_IF_ERROR(InsertAttempt(connection_, *answer));
  TAANU_RETURN_IF_ERROR(InsertSearches(connection_, *answer));
  TAANU_RETURN_IF_ERROR(AddToFigures(connection_, leaf));
  if (answer->attempt.suspicion && answer->outcome == rules::Outcome::kNoMatch) {
    TAANU_RETURN_IF_ERROR(AppendEvent(connection_, SuspiciousAttemptsLeaf(*answer)));
  }
  if (!open_case) return {};
  return connection_.Run(
      "INSERT INTO duplicate_case(case_id, event_index, precinct_id) VALUES (?1, ?2, ?3)",
      answer->case_id, answer->event_index, answer->attempt.precinct_id);
}

Result<rules::PollsChange> SqliteTransaction::SetPolls(std::string_view precinct_id,
                                                       PollsState state,
                                                       std::string_view request_id,
                                                       const KeyedReference& operator_ref) {
  const bool closing = state == PollsState::kClosed;
  TAANU_RETURN_IF_ERROR(
      closing ? connection_.Run("UPDATE precinct_polls SET state = 3, close_time_us = ?2 "
                                "WHERE precinct_id = ?1",
                                precinct_id, now_us_)
              : connection_.Run("UPDATE precinct_polls SET state = 2, open_time_us = ?2 "
                                "WHERE precinct_id = ?1",
                                precinct_id, now_us_));
  TAANU_ASSIGN_OR_RETURN(const auto precinct, FindPrecinct(precinct_id));
  if (!precinct) {
    return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
                "precinct " + std::string(precinct_id) + " does not exist; create it first");
  }
  TAANU_ASSIGN_OR_RETURN(const auto attempts, CountOutcomes(connection_, precinct_id));
  TAANU_ASSIGN_OR_RETURN(const auto fallbacks, CountFallbacks(precinct_id));
  rules::PollsChange change{*precinct, 0};
  TAANU_ASSIGN_OR_RETURN(change.event_index,
                         AppendEvent(connection_, PollsLeaf(*precinct, request_id, operator_ref,
                                                            attempts, fallbacks)));
  TAANU_RETURN_IF_ERROR(connection_.Run(
      "INSERT INTO polls_change(request_id, event_index, precinct_id, state, operator_ref, "
      "open_time_us, close_time_us, voter_count, accredited_count) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      request_id, change.event_index, precinct_id, state, operator_ref, precinct->open_time_us,
      precinct->close_time_us, precinct->voter_count, precinct->accredited_count));
  return change;
}

Result<std::optional<rules::PollsChange>> SqliteTransaction::FindPollsChange(
    std::string_view request_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection_.Query("SELECT event_index, precinct_id, state, open_time_us, close_time_us, "
                        "voter_count, accredited_count FROM polls_change WHERE request_id = ?1",
                        request_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  rules::PollsChange change;
  change.event_index = static_cast<uint64_t>(row.Int64(0));
  change.precinct.precinct_id = row.Text(1);
  change.precinct.state = static_cast<PollsState>(row.Int64(2));
  change.precinct.open_time_us = row.OptionalInt64(3);
  change.precinct.close_time_us = row.OptionalInt64(4);
  change.precinct.voter_count = static_cast<uint64_t>(row.Int64(5));
  change.precinct.accredited_count = static_cast<uint64_t>(row.Int64(6));
  TAANU_RETURN_IF_ERROR(row.Check());
  return change;
}

}  // namespace taanu
