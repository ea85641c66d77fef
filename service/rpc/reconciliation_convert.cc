#include "service/rpc/reconciliation_convert.h"

#include <algorithm>
#include <string>
#include <vector>

#include "service/rpc/convert.h"

namespace taanu::rpc {
namespace {

using reconcile::ImportedProtocol;

// The numbers of the rules are those of the contract.
static_assert(static_cast<int>(reconcile::Kind::kStatementsDiffer) ==
              v1::DIFFERENCE_KIND_STATEMENTS_DIFFER);
static_assert(static_cast<int>(reconcile::Kind::kIssuedNotIdentified) ==
              v1::DIFFERENCE_KIND_ISSUED_NOT_IDENTIFIED);
static_assert(static_cast<int>(reconcile::State::kDiffers) == v1::RECONCILIATION_STATE_DIFFERS);
static_assert(static_cast<int>(reconcile::FigureSource::kHand) == v1::FIGURE_SOURCE_HAND);

v1::DifferenceKind ToProto(reconcile::Kind kind) { return static_cast<v1::DifferenceKind>(kind); }
v1::ReconciliationState ToProto(reconcile::State state) {
  return static_cast<v1::ReconciliationState>(state);
}

void FillDifference(const reconcile::Difference& in, v1::FigureDifference* out) {
  out->set_kind(ToProto(in.kind));
  out->set_subject(in.subject);
  out->set_expected_count(in.expected);
  out->set_found_count(in.found);
  out->set_difference_count(in.Size());
  out->set_allowed_count(in.allowed);
  out->set_tolerated(in.tolerated);
  out->set_explanation(reconcile::Explain(in));
}

void FillPrecinct(const reconcile::PrecinctReport& in, v1::PrecinctReconciliation* out) {
  const reconcile::PrecinctFigures& figures = in.figures;
  out->set_precinct_id(figures.precinct_id);
  out->set_polls(static_cast<v1::PollsState>(figures.polls));
  if (figures.open_time_us) SetTime(*figures.open_time_us, out->mutable_open_time());
  if (figures.close_time_us) SetTime(*figures.close_time_us, out->mutable_close_time());
  out->set_voter_count(figures.voter_count);
  out->set_state(ToProto(in.state));
  out->set_identified_count(figures.Identified());
  out->set_finger_count(figures.by_finger);
  out->set_fallback_count(figures.by_fallback);
  out->set_finger_search_count(figures.by_finger_search);
  out->set_slip_count(figures.slip_count);
  if (figures.sealed) out->set_sealed_count(*figures.sealed);
  if (!figures.machine.empty()) FillProtocol(figures.machine.back(), out->mutable_machine());
  if (!figures.hand.empty()) FillProtocol(figures.hand.back(), out->mutable_hand());
  for (const auto& difference : in.comparison.differences) {
    FillDifference(difference, out->add_differences());
  }
  for (const auto kind : in.comparison.not_applied) out->add_unapplied_kinds(ToProto(kind));
  for (const auto& change : in.moved) FillChange(change, out->add_changes());
}

void FillFigure(const reconcile::SourcedFigure& in, v1::SourcedFigure* out) {
  out->set_count(in.value);
  out->set_source(static_cast<v1::FigureSource>(in.source));
  if (in.time_us != 0) SetTime(in.time_us, out->mutable_source_time());
}

void AddPolls(const PollsEntry& in, v1::GetPrecinctTimelineResponse* out) {
  v1::TimelineEntry* const entry = out->add_entries();
  entry->set_kind(in.state == rules::PollsState::kClosed ? v1::TIMELINE_KIND_CLOSED
                                                         : v1::TIMELINE_KIND_OPENED);
  SetTime(in.time_us, entry->mutable_entry_time());
  entry->set_event_index(in.event_index);
  entry->set_operator_reference(ToHex(in.operator_ref));
  entry->set_identified_count(in.accredited_count);
}

void AddCorrection(const reconcile::Correction& in, v1::GetPrecinctTimelineResponse* out) {
  v1::TimelineEntry* const entry = out->add_entries();
  entry->set_kind(v1::TIMELINE_KIND_CORRECTED);
  SetTime(in.time_us, entry->mutable_entry_time());
  entry->set_event_index(in.event_index);
  entry->set_operator_reference(ToHex(in.operator_ref));
  entry->set_identified_count(in.after);
  FillChange({"identified", in.before, in.after, in.time_us, in.event_index, 0, in.reason},
             entry->add_changes());
}

void AddImports(const std::vector<ImportedProtocol>& versions,
                v1::GetPrecinctTimelineResponse* out) {
  const ImportedProtocol* earlier = nullptr;
  for (const ImportedProtocol& version : versions) {
    v1::TimelineEntry* const entry = out->add_entries();
    entry->set_kind(v1::TIMELINE_KIND_IMPORTED);
    SetTime(version.time_us, entry->mutable_entry_time());
    entry->set_event_index(version.event_index);
    entry->set_operator_reference(ToHex(version.operator_ref));
    FillProtocol(version, entry->mutable_protocol());
    if (earlier != nullptr) {
      for (const auto& change : reconcile::ChangesBetween(*earlier, version)) {
        FillChange(change, entry->add_changes());
      }
    }
    earlier = &version;
  }
}

}  // namespace

void FillImport(const ProtocolImportAnswer& in, v1::ImportProtocolResponse* out) {
  out->set_import_id(in.import_id);
  out->set_file_sha256(std::string(in.file_sha256.begin(), in.file_sha256.end()));
  out->set_protocol_count(in.protocol_count);
  out->set_superseded_count(in.superseded_count);
  out->set_changed_count(in.changed_count);
  SetTime(in.time_us, out->mutable_import_time());
  out->set_event_index(in.event_index);
  out->set_replayed(in.replayed);
}

void FillProtocol(const ImportedProtocol& in, v1::CountProtocol* out) {
  const reconcile::Protocol& protocol = in.protocol;
  const bool hand = protocol.source == reconcile::Source::kHand;
  out->set_source(hand ? v1::FIGURE_SOURCE_HAND : v1::FIGURE_SOURCE_MACHINE);
  if (protocol.issued) out->set_issued_count(*protocol.issued);
  if (protocol.spoiled) out->set_spoiled_count(*protocol.spoiled);
  if (protocol.in_box) out->set_in_box_count(*protocol.in_box);
  if (protocol.by_machine) out->set_machine_count(*protocol.by_machine);
  if (protocol.by_hand) out->set_hand_count(*protocol.by_hand);
  for (const reconcile::ChoiceVotes& choice : protocol.votes) {
    v1::ChoiceVotes* const votes = out->add_votes();
    votes->set_contest(choice.contest);
    votes->set_choice(choice.choice);
    votes->set_vote_count(choice.votes);
  }
  out->set_import_id(in.import_id);
  SetTime(in.time_us, out->mutable_import_time());
  out->set_event_index(in.event_index);
  out->set_file_sha256(std::string(in.file_sha256.begin(), in.file_sha256.end()));
  out->set_operator_reference(ToHex(in.operator_ref));
  out->set_reason(in.reason);
}

void FillChange(const reconcile::TotalChange& in, v1::TotalChange* out) {
  out->set_figure(in.figure);
  if (in.before) out->set_before_count(*in.before);
  if (in.after) out->set_after_count(*in.after);
  SetTime(in.time_us, out->mutable_change_time());
  out->set_event_index(in.event_index);
  out->set_import_id(in.import_id);
  out->set_reason(in.reason);
}

void FillReport(const reconcile::Report& in, v1::GetReconciliationResponse* out) {
  out->mutable_tolerance()->set_ballot_count(in.tolerance.ballots);
  out->mutable_tolerance()->set_share_ppm(in.tolerance.share_ppm);
  for (const auto& precinct : in.precincts) FillPrecinct(precinct, out->add_precincts());
  for (const reconcile::KindTally& tally : in.kinds) {
    v1::DifferenceTally* const kind = out->add_kinds();
    kind->set_kind(ToProto(tally.kind));
    kind->set_title(std::string(reconcile::KindTitle(tally.kind)));
    kind->set_precinct_count(tally.precinct_count);
    kind->set_total_count(tally.magnitude_sum);
  }
}

void FillPreliminary(const reconcile::Preliminary& in, v1::GetPreliminaryResultsResponse* out) {
  for (const reconcile::PreliminaryRow& row : in.rows) {
    v1::PreliminaryPrecinct* const precinct = out->add_precincts();
    precinct->set_precinct_id(row.precinct_id);
    precinct->set_polls(static_cast<v1::PollsState>(row.polls));
    precinct->set_state(ToProto(row.state));
    precinct->set_voter_count(row.voter_count);
    FillFigure(row.identified, precinct->mutable_identified());
    if (row.ballots) FillFigure(*row.ballots, precinct->mutable_ballots());
  }
  out->set_closed_count(in.closed_count);
  out->set_reported_count(in.reported_count);
  out->set_agreeing_count(in.agreeing_count);
  out->set_differing_count(in.differing_count);
  out->set_voter_count(in.voters);
  out->set_identified_count(in.identified);
  out->set_ballot_count(in.ballots);
  for (const reconcile::ChoiceTotal& total : in.choices) {
    v1::ChoiceTotal* const choice = out->add_choices();
    choice->set_contest(total.contest);
    choice->set_choice(total.choice);
    choice->set_vote_count(total.votes);
    choice->set_hand_precinct_count(total.hand_precincts);
    choice->set_machine_precinct_count(total.machine_precincts);
    SetTime(total.time_us, choice->mutable_latest_time());
  }
}

void FillTimeline(const PrecinctHistory& in, v1::GetPrecinctTimelineResponse* out) {
  for (const PollsEntry& entry : in.polls) AddPolls(entry, out);
  for (const auto& correction : in.figures.corrections) AddCorrection(correction, out);
  AddImports(in.figures.machine, out);
  AddImports(in.figures.hand, out);
  std::stable_sort(out->mutable_entries()->begin(), out->mutable_entries()->end(),
                   [](const v1::TimelineEntry& a, const v1::TimelineEntry& b) {
                     return a.event_index() < b.event_index();
                   });
}

}  // namespace taanu::rpc
