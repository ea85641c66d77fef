#include "service/rpc/convert.h"

#include <algorithm>
#include <limits>

namespace taanu::rpc {
namespace {

// The numbers of the rules are those of the contract, and are kept in the log.
static_assert(static_cast<int>(rules::Outcome::kAccredited) == v1::OUTCOME_ACCREDITED);
static_assert(static_cast<int>(rules::Outcome::kAccreditedByFallback) ==
              v1::OUTCOME_ACCREDITED_BY_FALLBACK);
static_assert(static_cast<int>(rules::Outcome::kAmbiguous) == v1::OUTCOME_AMBIGUOUS);
static_assert(static_cast<int>(rules::Outcome::kFallbackCapReached) ==
              v1::OUTCOME_FALLBACK_CAP_REACHED);
static_assert(static_cast<int>(rules::FallbackReason::kFingerDisputed) ==
              v1::FALLBACK_REASON_FINGER_DISPUTED);
static_assert(static_cast<int>(rules::CorrectionReason::kOther) ==
              v1::TOTALS_CORRECTION_REASON_OTHER);
static_assert(static_cast<int>(rules::SessionState::kTakenOver) == v1::SESSION_STATE_TAKEN_OVER);
static_assert(static_cast<int>(rules::TakeOverReason::kOther) == v1::TAKE_OVER_REASON_OTHER);
static_assert(static_cast<int>(rules::Method::kFingerSearch) ==
              v1::IDENTIFICATION_METHOD_FINGER_SEARCH);
static_assert(static_cast<int>(rules::PollsState::kClosed) == v1::POLLS_STATE_CLOSED);
static_assert(static_cast<int>(MissingReason::kDamaged) == v1::MISSING_FINGER_REASON_DAMAGED);
static_assert(static_cast<int>(FingerPosition::kLeftLittle) == v1::FINGER_POSITION_LEFT_LITTLE);
// The contract counts reasons from 1, since 0 is "unspecified" there.
static_assert(static_cast<int>(QualityReason::kGood) + 1 == v1::QUALITY_REASON_GOOD);
static_assert(static_cast<int>(QualityReason::kSmudged) + 1 == v1::QUALITY_REASON_SMUDGED);

static_assert(static_cast<int>(rules::CaseKind::kRegisterDuplicate) ==
              v1::CASE_KIND_REGISTER_DUPLICATE);
static_assert(static_cast<int>(rules::CaseDecision::kCannotTell) == v1::CASE_DECISION_CANNOT_TELL);
static_assert(static_cast<int>(rules::CaseState::kSettled) == v1::CASE_STATE_SETTLED);
static_assert(static_cast<int>(DeactivationReason::kOther) == v1::DEACTIVATION_REASON_OTHER);
static_assert(static_cast<int>(VoterState::kInactive) == v1::VOTER_STATE_INACTIVE);

v1::Outcome ToProto(rules::Outcome outcome) { return static_cast<v1::Outcome>(outcome); }
v1::IdentificationMethod ToProto(rules::Method method) {
  return static_cast<v1::IdentificationMethod>(method);
}

void FillAccreditedSearch(const rules::AttemptAnswer& in, v1::AccreditedSearch* out) {
  const rules::AccreditedSearch& search = in.attempt.accredited_search;
  out->set_searched_count(search.searched_count);
  out->set_complete(search.complete);
  out->set_threshold_score(search.threshold_score);
  if (!in.finger_holder) return;
  FillAccreditation(in.finger_holder->accreditation, out->mutable_holder());
  out->set_holder_score(in.finger_holder->score);
  out->set_disputable_request_id(in.attempt.request_id);
}

void FillFinger(const FingerReference& in, bool enrolled, v1::FingerReport* out) {
  out->set_position(static_cast<v1::FingerPosition>(in.view.position));
  out->set_enrolled(enrolled);
  out->set_quality(in.view.quality);
  out->set_minutia_count(static_cast<uint32_t>(in.view.minutiae.size()));
}

}  // namespace

void SetTime(int64_t time_us, google::protobuf::Timestamp* out) {
  int64_t seconds = time_us / 1'000'000;
  int64_t micros = time_us % 1'000'000;
  if (micros < 0) {
    micros += 1'000'000;
    --seconds;
  }
  out->set_seconds(seconds);
  out->set_nanos(static_cast<int32_t>(micros * 1000));
}

v1::QualityReason ToProto(QualityReason reason) {
  return static_cast<v1::QualityReason>(static_cast<int>(reason) + 1);
}

v1::FingerPosition ToProto(FingerPosition position) {
  return static_cast<v1::FingerPosition>(position);
}

v1::CaseState ToProto(rules::CaseState state) { return static_cast<v1::CaseState>(state); }

v1::CaseDecision ToProto(rules::CaseDecision decision) {
  return static_cast<v1::CaseDecision>(decision);
}

void FillAccreditation(const rules::Accreditation& in, v1::Accreditation* out) {
  out->set_slip_number(in.slip_number);
  out->set_precinct_id(in.precinct_id);
  SetTime(in.time_us, out->mutable_accredit_time());
  out->set_method(ToProto(in.method));
  out->set_voter_reference(ToHex(in.voter));
}

void FillPrecinct(const rules::PrecinctRecord& in, v1::Precinct* out) {
  out->set_precinct_id(in.precinct_id);
  out->set_state(static_cast<v1::PollsState>(in.state));
  if (in.open_time_us) SetTime(*in.open_time_us, out->mutable_open_time());
  if (in.close_time_us) SetTime(*in.close_time_us, out->mutable_close_time());
  out->set_voter_count(in.voter_count);
  out->set_accredited_count(in.accredited_count);
}

void FillCase(const DuplicateCase& in, v1::DuplicateCase* out) {
  out->set_case_id(in.case_id);
  out->set_kind(static_cast<v1::CaseKind>(in.kind));
  out->set_state(ToProto(in.state));
  if (in.settled_as) out->set_settled_as(ToProto(*in.settled_as));
  out->set_precinct_id(in.precinct_id);
  out->set_voter_reference(ToHex(in.voter));
  if (in.other) out->set_other_voter_reference(ToHex(*in.other));
  if (in.outcome) out->set_outcome(ToProto(*in.outcome));
  out->set_finger_matched(in.finger_matched);
  if (in.earlier) FillAccreditation(*in.earlier, out->mutable_earlier());
  SetTime(in.open_time_us, out->mutable_attempt_time());
  out->set_event_index(in.event_index);
  out->set_score(in.score);
  out->set_threshold_score(in.threshold_score);
  out->set_threshold_fmr(in.threshold_fmr);
  out->set_algorithm_version(in.algorithm_version);
  for (const GivenOpinion& given : in.opinions) {
    v1::CaseOpinion* const opinion = out->add_opinions();
    // The second person speaks for themselves.
    if (in.opinions.size() > 1) opinion->set_decision(ToProto(given.opinion.decision));
    opinion->set_operator_reference(ToHex(given.opinion.person));
    opinion->set_as_supervisor(given.as_supervisor);
    SetTime(given.time_us, opinion->mutable_decide_time());
    opinion->set_event_index(given.event_index);
  }
}

void FillSearch(const SearchRecord& in, v1::DuplicateSearch* out) {
  const bool complete = in.end_reason == kSearchComplete;
  out->set_search_id(in.search_id);
  out->set_state(!in.ended() ? v1::DUPLICATE_SEARCH_STATE_RUNNING
                 : complete  ? v1::DUPLICATE_SEARCH_STATE_COMPLETE
                             : v1::DUPLICATE_SEARCH_STATE_INCOMPLETE);
  if (in.ended() && !complete) out->set_end_reason(in.end_reason);
  out->set_false_pairs(in.false_pairs);
  SetTime(in.start_time_us, out->mutable_start_time());
  if (in.end_time_us) SetTime(*in.end_time_us, out->mutable_end_time());
  const SearchFigures figures = in.figures.value_or(SearchFigures());
  out->set_voter_count(figures.people);
  out->set_searched_count(figures.searched);
  out->set_unsearched_count(figures.unsearched);
  out->set_arrived_count(figures.arrived);
  out->set_threshold_fmr(figures.fmr);
  out->set_threshold_score(figures.score_min);
  out->set_times_claimed(figures.times_claimed);
  out->set_stranger_pair_count(figures.strangers);
  out->set_pair_count(figures.pairs);
  out->set_case_count(figures.cases);
}

void FillStatistics(const StatisticsFilter& filter, const Statistics& in,
                    v1::GetStatisticsResponse* out) {
  for (const StatisticsCell& cell : in.cells) {
    v1::StatisticsCell* const to = out->add_cells();
    to->set_attempt_count(cell.attempt_count);
    to->set_merged(cell.merged);
    if (cell.merged) continue;
    if (filter.by_precinct) to->set_precinct_id(cell.precinct_id);
    if (filter.by_hour) SetTime(cell.hour_us, to->mutable_hour());
    if (cell.outcome) to->set_outcome(ToProto(*cell.outcome));
    if (cell.method) to->set_method(ToProto(*cell.method));
    to->set_value(cell.value);
  }
  out->set_first_comparison_count(in.first_comparisons);
  out->set_first_comparison_failed_count(in.first_comparisons_failed);
  if (in.first_comparisons > 0) {
    const Interval rate = WilsonInterval(in.first_comparisons_failed, in.first_comparisons);
    out->set_first_comparison_failed_rate_low(rate.low);
    out->set_first_comparison_failed_rate_high(rate.high);
  }
  out->set_case_count(in.cases);
  for (const CaseTally& tally : in.case_tallies) {
    v1::CaseTally* const to = out->add_case_tallies();
    to->set_case_count(tally.case_count);
    to->set_merged(tally.merged);
    if (tally.merged) continue;
    to->set_kind(static_cast<v1::CaseKind>(tally.kind));
    to->set_state(ToProto(tally.state));
  }
  out->set_fallback_count(in.fallbacks);
  out->set_fallback_max_count(in.fallbacks_max);
  out->set_log_size(in.log_size);
  out->set_accredited_count(in.accredited_count);
  out->set_voter_count(in.voter_count);
}

void FillVerification(const rules::AttemptAnswer& in, v1::VerifyVoterResponse* out) {
  const rules::Evidence& evidence = in.attempt.evidence;
  out->set_outcome(ToProto(in.outcome));
  out->set_score(evidence.score);
  out->set_threshold_score(evidence.threshold_score);
  out->set_threshold_fmr(in.attempt.threshold_fmr);
  out->set_algorithm_version(in.attempt.algorithm_version);
  out->set_matched_position(ToProto(evidence.matched_position));
  out->set_finger_matched(evidence.matched());
  if (in.accreditation) FillAccreditation(*in.accreditation, out->mutable_accreditation());
  out->set_voter_precinct_id(in.voter_precinct_id);
  for (const rules::Attempt::SampleReport& sample : in.attempt.samples) {
    v1::SampleReport* const report = out->add_sample_reports();
    report->set_quality(sample.quality);
    report->set_reason(ToProto(static_cast<QualityReason>(sample.reason)));
    report->set_minutia_count(sample.minutia_count);
  }
  SetTime(in.time_us, out->mutable_decision_time());
  out->set_event_index(in.event_index);
  out->set_replayed(in.replayed);
  out->set_case_id(in.case_id);
  if (in.attempt.accredited_search.made) {
    FillAccreditedSearch(in, out->mutable_accredited_search());
  }
}

void FillFallback(const rules::AttemptAnswer& in, v1::RecordFallbackResponse* out) {
  out->set_outcome(ToProto(in.outcome));
  if (in.accreditation) FillAccreditation(*in.accreditation, out->mutable_accreditation());
  out->set_voter_precinct_id(in.voter_precinct_id);
  SetTime(in.time_us, out->mutable_decision_time());
  out->set_event_index(in.event_index);
  out->set_replayed(in.replayed);
  out->set_case_id(in.case_id);
  if (!in.tally) return;
  out->set_fallbacks_used(in.tally->used);
  out->set_fallbacks_max(in.tally->max);
}

void FillFallbacks(const rules::FallbackCounts& in, uint64_t max_count, v1::FallbackFigures* out) {
  out->set_used_count(rules::UnderCap(in));
  out->set_max_count(max_count);
  for (const auto& [reason, count] : in) {
    v1::FallbackReasonCount* const entry = out->add_reasons();
    entry->set_reason(static_cast<v1::FallbackReason>(reason));
    entry->set_accredited_count(count);
  }
}

void FillCorrection(const rules::TotalsCorrection& in, v1::TotalsCorrection* out) {
  out->set_precinct_id(in.precinct_id);
  out->set_number(in.number);
  out->set_sealed_count(in.sealed_count);
  out->set_previous_count(in.previous_count);
  out->set_accredited_count(in.accredited_count);
  out->set_reason(static_cast<v1::TotalsCorrectionReason>(in.reason));
  out->set_document(in.document);
  SetTime(in.time_us, out->mutable_correct_time());
  out->set_operator_reference(ToHex(in.operator_ref));
  out->set_second_officer_reference(ToHex(in.second_officer));
  out->set_event_index(in.event_index);
}

void FillSession(const rules::Session& in, v1::Session* out) {
  out->set_session_id(in.session_id);
  out->set_precinct_id(in.precinct_id);
  out->set_station_id(in.station_id);
  out->set_state(static_cast<v1::SessionState>(in.state));
  SetTime(in.start_time_us, out->mutable_start_time());
  if (in.end_time_us) SetTime(*in.end_time_us, out->mutable_end_time());
  out->set_predecessor_id(in.predecessor);
}

void FillVoterData(const VoterData& in, v1::Voter* voter) {
  voter->set_voter_number(in.voter_number);
  voter->set_family_name(in.family_name);
  voter->set_given_names(in.given_names);
  voter->set_birth_year(static_cast<uint32_t>(in.birth_year));
  voter->set_sex(static_cast<v1::Sex>(in.sex));
  voter->set_precinct_id(in.precinct_id);
  for (const MissingFinger& finger : in.missing_fingers) {
    v1::MissingFinger* const missing = voter->add_missing_fingers();
    missing->set_position(ToProto(finger.position));
    missing->set_reason(static_cast<v1::MissingFingerReason>(finger.reason));
  }
}

void FillVoter(const EnrolledVoter& in, v1::GetVoterResponse* out) {
  FillVoterData(in.data, out->mutable_voter());
  out->set_voter_reference(ToHex(in.reference));
  for (const FingerReference& finger : in.fingers) FillFinger(finger, true, out->add_fingers());
  for (const FingerReference& finger : in.superseded) {
    FillFinger(finger, false, out->add_superseded_fingers());
  }
  out->set_state(in.inactive ? v1::VOTER_STATE_INACTIVE : v1::VOTER_STATE_ACTIVE);
  if (in.inactive) {
    out->set_deactivation_reason(static_cast<v1::DeactivationReason>(*in.inactive));
  }
  SetTime(in.enroll_time_us, out->mutable_enroll_time());
}

void FillVoterChange(const VoterAnswer& in, v1::VoterChange* out) {
  out->set_voter_reference(ToHex(in.voter));
  out->set_event_index(in.event_index.value_or(0));
  SetTime(in.time_us, out->mutable_change_time());
  out->set_state(static_cast<v1::VoterState>(in.state));
  out->set_precinct_id(in.precinct_id);
  out->set_reference_count(static_cast<uint32_t>(in.reference_count));
  out->set_replayed(in.replayed);
}

VoterData ToVoterData(const v1::Voter& voter) {
  VoterData data;
  data.voter_number = voter.voter_number();
  data.family_name = voter.family_name();
  data.given_names = voter.given_names();
  // A year too large for the type is still too large for ValidateVoterData.
  data.birth_year =
      static_cast<int>(std::min<uint32_t>(voter.birth_year(), std::numeric_limits<int>::max()));
  data.sex = v1::Sex_IsValid(voter.sex()) ? static_cast<Sex>(voter.sex()) : Sex::kUnspecified;
  data.precinct_id = voter.precinct_id();
  for (const v1::MissingFinger& finger : voter.missing_fingers()) {
    // What the contract does not know becomes 0, which ValidateVoterData refuses.
    data.missing_fingers.push_back(
        {static_cast<FingerPosition>(
             v1::FingerPosition_IsValid(finger.position()) ? finger.position() : 0),
         static_cast<MissingReason>(
             v1::MissingFingerReason_IsValid(finger.reason()) ? finger.reason() : 0)});
  }
  return data;
}

}  // namespace taanu::rpc
