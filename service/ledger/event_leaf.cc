#include "service/ledger/event_leaf.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "service/ledger/figures.h"
#include "service/reconcile/draw.h"  // Sha256Hex

namespace taanu {
namespace {

using nlohmann::json;

json Begin(std::string_view type, int64_t time_us) {
  return {{"v", 1}, {"type", type}, {"time_us", time_us}};
}

// nlohmann keeps an object's keys sorted. Text that is not UTF-8 (none should come here) is
// replaced rather than thrown at the caller.
std::string Dump(const json& leaf) {
  return leaf.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Thousandths of a decibel, so that 40 is 40000.
int64_t Millidecibels(double score) {
  constexpr double kLimit = 1e15;
  return static_cast<int64_t>(std::llround(std::clamp(score * 1000.0, -kLimit, kLimit)));
}

// The shortest decimal text without an exponent that reads back as the same number: 0.0001.
std::string Decimal(double value) {
  // The smallest double takes 326 characters in front of its digits.
  std::array<char, 512> text{};
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  return {text.data(), end.ptr};
}

void AddSearches(const rules::AttemptAnswer& answer, json* leaf) {
  const rules::AccreditedSearch& search = answer.attempt.accredited_search;
  if (search.made) {
    (*leaf)["duplicates_searched"] = search.searched_count;
    (*leaf)["duplicates_complete"] = search.complete;
    (*leaf)["duplicates_threshold_mdb"] = Millidecibels(search.threshold_score);
  }
  if (answer.finger_holder) {
    (*leaf)["finger_holder"] = ToHex(answer.finger_holder->accreditation.voter);
    (*leaf)["finger_holder_score_mdb"] = Millidecibels(answer.finger_holder->score);
  }
  if (answer.attempt.roll_search) {
    (*leaf)["roll_searched"] = answer.attempt.roll_search->searched_count;
    (*leaf)["roll_found"] = answer.attempt.roll_search->found_count;
  }
}

// What figures are split by: groups, never a year of birth or a day of enrolment.
void AddTraits(const rules::AttemptAnswer& answer, json* leaf) {
  const rules::Attempt& attempt = answer.attempt;
  if (attempt.traits.sex == Sex::kFemale) (*leaf)["sex"] = "female";
  if (attempt.traits.sex == Sex::kMale) (*leaf)["sex"] = "male";
  if (attempt.traits.birth_year > 0) {
    (*leaf)["age_group"] = AgeGroup(attempt.traits.birth_year, answer.time_us);
  }
  if (attempt.traits.enroll_time_us) {
    (*leaf)["reference_years"] = ReferenceAge(attempt.traits.enroll_time_us, answer.time_us);
  }
  if (!attempt.samples.empty()) {
    (*leaf)["best_quality"] =
        std::ranges::max(attempt.samples, {}, &rules::Attempt::SampleReport::quality).quality;
  }
  if (answer.first_comparison) (*leaf)["first_comparison"] = true;
}

void AddFallback(const rules::AttemptAnswer& answer, json* leaf) {
  const rules::FallbackClaim& claim = *answer.attempt.fallback;
  (*leaf)["fallback_reason"] = rules::FallbackReasonName(claim.reason);
  (*leaf)["second_officer"] = ToHex(claim.second_officer);
  if (!claim.disputed_request_id.empty()) (*leaf)["disputed"] = claim.disputed_request_id;
  if (answer.tally) {
    (*leaf)["fallbacks_used"] = answer.tally->used;
    (*leaf)["fallbacks_max"] = answer.tally->max;
  }
}

}  // namespace

std::string AttemptLeaf(const rules::AttemptAnswer& answer) {
  const rules::Attempt& attempt = answer.attempt;
  const rules::Evidence& evidence = attempt.evidence;
  json leaf = Begin("attempt", answer.time_us);
  leaf["request"] = attempt.request_id;
  leaf["precinct"] = attempt.precinct_id;
  leaf["terminal"] = ToHex(attempt.terminal);
  leaf["operator"] = ToHex(attempt.operator_ref);
  if (attempt.voter != rules::kNobody) leaf["voter"] = ToHex(attempt.voter);
  leaf["outcome"] = rules::OutcomeName(answer.outcome);
  leaf["method"] = rules::MethodName(attempt.method);
  leaf["samples"] = attempt.samples.size();
  leaf["samples_usable"] = evidence.samples_usable;
  leaf["references_compared"] = evidence.references_compared;
  leaf["score_mdb"] = Millidecibels(evidence.score);
  leaf["threshold_mdb"] = Millidecibels(evidence.threshold_score);
  leaf["threshold_fmr"] = Decimal(attempt.threshold_fmr);
  leaf["algorithm"] = attempt.algorithm_version;
  leaf["finger_matched"] = evidence.matched();
  leaf["matched_position"] = static_cast<int>(evidence.matched_position);
  AddTraits(answer, &leaf);
  if (answer.accreditation) leaf["slip"] = answer.accreditation->slip_number;
  if (answer.case_id != 0) leaf["case"] = answer.case_id;
  if (!answer.voter_precinct_id.empty()) leaf["voter_precinct"] = answer.voter_precinct_id;
  AddSearches(answer, &leaf);
  if (!attempt.session_id.empty()) leaf["session"] = attempt.session_id;
  if (attempt.fallback) AddFallback(answer, &leaf);
  return Dump(leaf);
}

std::string SuspiciousAttemptsLeaf(const rules::AttemptAnswer& answer) {
  const rules::Suspicion& suspicion = *answer.attempt.suspicion;
  json leaf = Begin("suspicious_attempts", answer.time_us);
  leaf["precinct"] = answer.attempt.precinct_id;
  leaf["terminal"] = ToHex(answer.attempt.terminal);
  leaf["operator"] = ToHex(answer.attempt.operator_ref);
  leaf["identities"] = suspicion.identities;
  leaf["requests"] = suspicion.request_ids;
  return Dump(leaf);
}

std::string TerminalTooFastLeaf(std::string_view precinct_id, const KeyedReference& terminal,
                                int64_t time_us) {
  json leaf = Begin("terminal_too_fast", time_us);
  leaf["precinct"] = precinct_id;
  leaf["terminal"] = ToHex(terminal);
  return Dump(leaf);
}

std::string PrecinctCreatedLeaf(std::string_view precinct_id, int64_t time_us) {
  json leaf = Begin("precinct_created", time_us);
  leaf["precinct"] = precinct_id;
  return Dump(leaf);
}

std::string PollsLeaf(const rules::PrecinctRecord& precinct, std::string_view request_id,
                      const KeyedReference& operator_ref,
                      const std::map<rules::Outcome, uint64_t>& attempts,
                      const rules::FallbackCounts& fallbacks) {
  const bool closed = precinct.state == rules::PollsState::kClosed;
  json leaf = closed ? Begin("polls_closed", precinct.close_time_us.value_or(0))
                     : Begin("polls_opened", precinct.open_time_us.value_or(0));
  leaf["precinct"] = precinct.precinct_id;
  leaf["request"] = request_id;
  leaf["operator"] = ToHex(operator_ref);
  leaf["voters"] = precinct.voter_count;
  leaf["accredited"] = precinct.accredited_count;
  json by_outcome = json::object();
  for (const auto& [outcome, count] : attempts) {
    by_outcome[std::string(rules::OutcomeName(outcome))] = count;
  }
  leaf["attempts"] = std::move(by_outcome);
  json by_reason = json::object();
  for (const auto& [reason, count] : fallbacks) {
    by_reason[std::string(rules::FallbackReasonName(reason))] = count;
  }
  leaf["fallbacks"] = std::move(by_reason);
  return Dump(leaf);
}

std::string TotalsCorrectedLeaf(const rules::TotalsCorrection& correction) {
  json leaf = Begin("totals_corrected", correction.time_us);
  leaf["request"] = correction.request_id;
  leaf["precinct"] = correction.precinct_id;
  leaf["operator"] = ToHex(correction.operator_ref);
  leaf["second_officer"] = ToHex(correction.second_officer);
  leaf["reason"] = rules::CorrectionReasonName(correction.reason);
  leaf["document"] = correction.document;
  leaf["number"] = correction.number;
  leaf["sealed"] = correction.sealed_count;
  leaf["previous"] = correction.previous_count;
  leaf["accredited"] = correction.accredited_count;
  return Dump(leaf);
}

std::string SessionBegunLeaf(const rules::Session& session) {
  json leaf =
      Begin(session.take_over ? "session_taken_over" : "session_started", session.start_time_us);
  leaf["session"] = session.session_id;
  leaf["precinct"] = session.precinct_id;
  leaf["station"] = session.station_id;
  leaf["terminal"] = ToHex(session.terminal);
  leaf["operator"] = ToHex(session.operator_ref);
  if (!session.predecessor.empty()) leaf["predecessor"] = session.predecessor;
  if (session.take_over) {
    leaf["reason"] = rules::TakeOverReasonName(session.take_over->reason);
    leaf["second_officer"] = ToHex(session.take_over->second_officer);
  }
  return Dump(leaf);
}

std::string SessionEndedLeaf(const rules::Session& session, const rules::SessionEnd& end,
                             int64_t time_us) {
  json leaf = Begin("session_ended", time_us);
  leaf["request"] = end.request_id;
  leaf["session"] = session.session_id;
  leaf["precinct"] = session.precinct_id;
  leaf["station"] = session.station_id;
  leaf["terminal"] = ToHex(end.terminal);
  leaf["operator"] = ToHex(end.operator_ref);
  return Dump(leaf);
}

std::string OfficerLeaf(std::string_view type, const OfficerLeafFacts& facts) {
  json leaf = Begin(type, facts.time_us);
  leaf["request"] = facts.request_id;
  leaf["precinct"] = facts.precinct_id;
  leaf["officer"] = ToHex(facts.officer);
  leaf["operator"] = ToHex(facts.operator_ref);
  return Dump(leaf);
}

std::string CodeRefusedLeaf(std::string_view precinct_id, const KeyedReference& officer,
                            const KeyedReference& terminal, bool locked, int64_t time_us) {
  json leaf = Begin("officer_code_refused", time_us);
  leaf["precinct"] = precinct_id;
  leaf["officer"] = ToHex(officer);
  leaf["terminal"] = ToHex(terminal);
  leaf["locked"] = locked;
  return Dump(leaf);
}

std::string SlipReissuedLeaf(const rules::ReissueRequest& request,
                             const rules::ReissueAnswer& answer) {
  json leaf = Begin("slip_reissued", answer.time_us);
  leaf["request"] = request.request_id;
  leaf["precinct"] = request.precinct_id;
  leaf["terminal"] = ToHex(request.terminal);
  leaf["operator"] = ToHex(request.operator_ref);
  leaf["voter"] = ToHex(request.voter);
  leaf["slip"] = answer.accreditation.slip_number;
  leaf["issue"] = answer.issue_number;
  return Dump(leaf);
}

std::string ClockJumpedLeaf(int64_t expected_us, int64_t found_us, std::string_view seen) {
  json leaf = Begin("clock_jumped", found_us);
  leaf["expected_us"] = expected_us;
  leaf["seen"] = seen;
  return Dump(leaf);
}

std::string VoterEnrolledLeaf(const VoterEnrolled& voter) {
  json leaf = Begin("voter_enrolled", voter.time_us);
  leaf["voter"] = ToHex(voter.reference);
  leaf["precinct"] = voter.precinct_id;
  leaf["references"] = voter.reference_count;
  return Dump(leaf);
}

std::string VoterChangedLeaf(const rules::VoterChange& change, const VoterAnswer& answer,
                             std::string_view from) {
  std::string type = "voter_" + std::string(rules::ChangeName(change.kind));
  std::ranges::transform(type, type.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  json leaf = Begin(type, answer.time_us);
  leaf["request"] = change.request_id;
  leaf["operator"] = ToHex(change.operator_ref);
  leaf["voter"] = ToHex(change.voter);
  if (!from.empty()) leaf["from_precinct"] = from;
  if (change.reason) leaf["reason"] = static_cast<int>(*change.reason);
  if (change.position != FingerPosition::kUnknown) {
    leaf["position"] = static_cast<int>(change.position);
  }
  if (answer.state != VoterState::kErased) {
    leaf["precinct"] = answer.precinct_id;
    leaf["references"] = answer.reference_count;
    leaf["active"] = answer.state == VoterState::kActive;
  }
  return Dump(leaf);
}

std::string CaseOpenedLeaf(const DuplicateCase& opened) {
  json leaf = Begin("case_opened", opened.open_time_us);
  leaf["case"] = opened.case_id;
  leaf["kind"] = rules::CaseKindName(opened.kind);
  leaf["voters"] = json::array({ToHex(opened.voter)});
  if (opened.other) leaf["voters"].push_back(ToHex(*opened.other));
  leaf["score_mdb"] = Millidecibels(opened.score);
  leaf["threshold_mdb"] = Millidecibels(opened.threshold_score);
  leaf["threshold_fmr"] = Decimal(opened.threshold_fmr);
  leaf["algorithm"] = opened.algorithm_version;
  return Dump(leaf);
}

std::string CaseDecidedLeaf(rules::CaseKind kind, const rules::CaseAnswer& answer) {
  const rules::CaseRequest& request = answer.request;
  json leaf = Begin("case_decided", answer.time_us);
  leaf["request"] = request.request_id;
  leaf["case"] = request.case_id;
  leaf["kind"] = rules::CaseKindName(kind);
  leaf["operator"] = ToHex(request.opinion.person);
  leaf["terminal"] = ToHex(request.terminal);
  leaf["supervisor"] = request.as_supervisor;
  leaf["decision"] = rules::CaseDecisionName(request.opinion.decision);
  leaf["state"] = rules::CaseStateName(answer.state);
  if (answer.settled_as) leaf["settled_as"] = rules::CaseDecisionName(*answer.settled_as);
  return Dump(leaf);
}

std::string SearchStartedLeaf(const SearchRecord& search) {
  json leaf = Begin("duplicate_search_started", search.start_time_us);
  leaf["search"] = search.search_id;
  leaf["request"] = search.request_id;
  leaf["operator"] = ToHex(search.operator_ref);
  leaf["false_pairs"] = Decimal(search.false_pairs);
  return Dump(leaf);
}

std::string SearchEndedLeaf(const SearchRecord& search, int64_t time_us) {
  json leaf = Begin("duplicate_search_ended", time_us);
  leaf["search"] = search.search_id;
  leaf["end"] = search.end_reason;
  if (search.cancelled_by) leaf["operator"] = ToHex(*search.cancelled_by);
  if (search.figures) {
    const SearchFigures& figures = *search.figures;
    leaf["voters"] = figures.people;
    leaf["searched"] = figures.searched;
    leaf["unsearched"] = figures.unsearched;
    leaf["arrived"] = figures.arrived;
    leaf["threshold_fmr"] = Decimal(figures.fmr);
    leaf["threshold_mdb"] = Millidecibels(figures.score_min);
    leaf["pairs"] = figures.pairs;
    leaf["cases"] = figures.cases;
  }
  return Dump(leaf);
}

std::string OfficeLeaf(std::string_view type, std::string_view request_id,
                       const KeyedReference& operator_ref, std::string_view precinct_id,
                       int64_t time_us) {
  json leaf = Begin(type, time_us);
  leaf["request"] = request_id;
  leaf["operator"] = ToHex(operator_ref);
  if (!precinct_id.empty()) leaf["precinct"] = precinct_id;
  return Dump(leaf);
}

std::string ProtocolImportedLeaf(const ProtocolImport& import, const ProtocolImportAnswer& answer) {
  json leaf = Begin("protocol_imported", answer.time_us);
  leaf["request"] = import.request_id;
  leaf["operator"] = ToHex(import.operator_ref);
  leaf["import"] = answer.import_id;
  leaf["file_sha256"] = ToHex(answer.file_sha256);
  leaf["file_bytes"] = answer.file_bytes;
  leaf["protocols"] = answer.protocol_count;
  leaf["superseded"] = answer.superseded_count;
  leaf["changed"] = answer.changed_count;
  if (!import.reason.empty()) leaf["reason_sha256"] = reconcile::Sha256Hex(import.reason);
  return Dump(leaf);
}

std::string ToleranceLeaf(const reconcile::Tolerance& tolerance, int64_t time_us) {
  json leaf = Begin("reconciliation_tolerance_set", time_us);
  leaf["ballots"] = tolerance.ballots;
  leaf["share_ppm"] = tolerance.share_ppm;
  return Dump(leaf);
}

std::string DaemonStartedLeaf(const DaemonIdentity& daemon, std::optional<bool> clean_stop,
                              int64_t time_us) {
  json leaf = Begin("daemon_started", time_us);
  leaf["version"] = daemon.version;
  leaf["algorithm"] = daemon.algorithm_version;
  leaf["config_sha256"] = daemon.config_sha256;
  leaf["checkpoint_file"] = daemon.checkpoint_file;
  if (clean_stop) leaf["clean_stop_before"] = *clean_stop;
  return Dump(leaf);
}

std::string DaemonStoppedLeaf(int64_t time_us) { return Dump(Begin("daemon_stopped", time_us)); }

std::string KeyTakenIntoUseLeaf(std::string_view purpose, std::string_view key,
                                std::string_view before, int64_t time_us) {
  json leaf = Begin("key_taken_into_use", time_us);
  leaf["purpose"] = purpose;
  leaf["key"] = key;
  if (!before.empty()) leaf["key_before"] = before;
  return Dump(leaf);
}

std::string LogExportedLeaf(std::string_view roles, std::string_view peer, uint64_t log_size,
                            int64_t time_us) {
  json leaf = Begin("log_exported", time_us);
  leaf["roles"] = roles;
  leaf["peer"] = peer;
  leaf["log_size"] = log_size;
  return Dump(leaf);
}

std::string CountedCallsLeaf(const CountedCalls& calls, int64_t time_us) {
  json leaf = Begin(calls.type, time_us);
  leaf[calls.type == "calls_refused" ? "reason" : "method"] = calls.what;
  leaf["roles"] = calls.roles;
  if (!calls.peer.empty()) leaf["peer"] = calls.peer;
  leaf["count"] = calls.count;
  leaf["from_us"] = calls.from_us;
  return Dump(leaf);
}

}  // namespace taanu
