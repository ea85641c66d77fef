// Precincts, one by one and side by side. By method there is nothing in it, and nobody who acted.
#include "enroll/store/sealing.h"
#include "service/observers/figures_json.h"

namespace taanu::observers {
namespace {

using reconcile::PrecinctReport;

Json Optional(const std::optional<uint64_t>& value) { return value ? Json(*value) : Json(); }

Json DifferenceJson(const reconcile::Difference& difference) {
  return {{"kind", reconcile::KindName(difference.kind)},
          {"subject", difference.subject},
          {"expected", difference.expected},
          {"found", difference.found},
          {"difference", difference.Size()},
          {"tolerated", difference.tolerated}};
}

Json ProtocolJson(const std::vector<reconcile::ImportedProtocol>& versions) {
  if (versions.empty()) return nullptr;
  const reconcile::ImportedProtocol& latest = versions.back();
  Json votes = Json::array();
  for (const reconcile::ChoiceVotes& choice : latest.protocol.votes) {
    votes.push_back(
        {{"contest", choice.contest}, {"choice", choice.choice}, {"votes", choice.votes}});
  }
  return {{"issued", Optional(latest.protocol.issued)},
          {"spoiled", Optional(latest.protocol.spoiled)},
          {"in_box", Optional(latest.protocol.in_box)},
          {"counted", Optional(latest.protocol.Counted())},
          {"votes", std::move(votes)},
          {"time", TimeJson(latest.time_us)},
          {"event_index", latest.event_index},
          {"file_sha256", ToHex(latest.file_sha256)},
          {"versions", versions.size()}};
}

Json ChangeJson(const reconcile::TotalChange& change) {
  return {{"figure", change.figure},
          {"before", Optional(change.before)},
          {"after", Optional(change.after)},
          {"time", TimeJson(change.time_us)},
          {"event_index", change.event_index},
          {"correction", change.import_id == 0},
          {"reason", change.reason}};
}

Json FigureJson(const reconcile::SourcedFigure& figure) {
  constexpr const char* kNames[] = {"", "log", "machine", "hand"};
  return {{"count", figure.value},
          {"source", kNames[static_cast<size_t>(figure.source)]},
          {"time", TimeJson(figure.time_us)}};
}

uint64_t VotersOf(const Figures& figures, const std::string& precinct_id) {
  const auto counts = figures.precincts.find(precinct_id);
  return counts == figures.precincts.end() ? 0 : counts->second.voters;
}

Json LineJson(const Figures& figures, size_t place) {
  const PrecinctReport& precinct = figures.report.precincts[place];
  const reconcile::PreliminaryRow& row = figures.preliminary.rows[place];
  const std::string& id = precinct.figures.precinct_id;
  Json line = {{"precinct", id},
               {"polls", PollsName(precinct.figures.polls)},
               {"open_time", TimeJson(precinct.figures.open_time_us.value_or(0))},
               {"close_time", TimeJson(precinct.figures.close_time_us.value_or(0))},
               {"voters", VotersOf(figures, id)},
               {"identified", FigureJson(row.identified)},
               {"sealed", Optional(precinct.figures.sealed)},
               {"corrections", precinct.figures.corrections.size()},
               {"ballots", row.ballots ? FigureJson(*row.ballots) : Json()},
               {"state", StateName(precinct.state)},
               {"largest_difference", precinct.LargestDifference()}};
  if (const auto counts = figures.precincts.find(id); counts != figures.precincts.end()) {
    line["fallbacks"] = Optional(counts->second.fallbacks);
    line["fallback_cap"] = counts->second.fallbacks_max;
  }
  return line;
}

// The figures of one precinct beside each other.
void FillComparison(const PrecinctReport& precinct, Json* out) {
  (*out)["slips"] = precinct.figures.slip_count;
  (*out)["machine"] = ProtocolJson(precinct.figures.machine);
  (*out)["hand"] = ProtocolJson(precinct.figures.hand);
  Json& differences = (*out)["differences"] = Json::array();
  for (const auto& difference : precinct.comparison.differences) {
    differences.push_back(DifferenceJson(difference));
  }
  Json& not_applied = (*out)["not_applied"] = Json::array();
  for (const reconcile::Kind kind : precinct.comparison.not_applied) {
    not_applied.push_back(reconcile::KindName(kind));
  }
  Json& changes = (*out)["changes"] = Json::array();
  for (const auto& change : precinct.moved) changes.push_back(ChangeJson(change));
}

Json HoursJson(const Cells& cells) {
  Json hours = Json::array();
  for (const StatisticsCell& cell : cells) {
    Json item;
    if (cell.merged) {
      item["merged"] = true;
    } else {
      item["hour"] = TimeJson(cell.hour_us);
    }
    item["accredited"] = cell.attempt_count;
    hours.push_back(std::move(item));
  }
  return hours;
}

void FillCountsHead(const Figures& figures, Json* out) {
  (*out)["time"] = TimeJson(figures.counts_time_us);
  (*out)["log_size"] = figures.counts_log_size;
}

}  // namespace

std::string StateName(reconcile::State state) {
  switch (state) {
    case reconcile::State::kNotClosed:
      return "NOT_CLOSED";
    case reconcile::State::kWaiting:
      return "WAITING";
    case reconcile::State::kPartial:
      return "PARTIAL";
    case reconcile::State::kAgrees:
      return "AGREES";
    case reconcile::State::kDiffers:
      return "DIFFERS";
  }
  return "UNKNOWN";
}

std::string PollsName(rules::PollsState state) {
  switch (state) {
    case rules::PollsState::kNotOpen:
      return "NOT_OPEN";
    case rules::PollsState::kOpen:
      return "OPEN";
    case rules::PollsState::kClosed:
      return "CLOSED";
  }
  return "UNKNOWN";
}

Json PrecinctsJson(const Figures& figures) {
  Json out;
  FillCountsHead(figures, &out);
  Json& lines = out["precincts"] = Json::array();
  for (size_t i = 0; i < figures.report.precincts.size(); ++i) {
    lines.push_back(LineJson(figures, i));
  }
  return out;
}

Json PrecinctJson(const Figures& figures, size_t place) {
  const PrecinctReport& precinct = figures.report.precincts[place];
  Json out = LineJson(figures, place);
  FillCountsHead(figures, &out);
  FillComparison(precinct, &out);
  const auto counts = figures.precincts.find(precinct.figures.precinct_id);
  out["hours"] = counts == figures.precincts.end() ? Json::array()
                                                   : HoursJson(counts->second.accredited_by_hour);
  out["hours_time"] = TimeJson(figures.time_us);
  return out;
}

Json ReconciliationJson(const Figures& figures) {
  const reconcile::Report& report = figures.report;
  Json out;
  FillCountsHead(figures, &out);
  out["tolerance"] = {{"ballots", report.tolerance.ballots},
                      {"share", report.tolerance.share_ppm / 1e6}};
  Json& states = out["states"] = Json::object();
  for (const auto state :
       {reconcile::State::kAgrees, reconcile::State::kDiffers, reconcile::State::kPartial,
        reconcile::State::kWaiting, reconcile::State::kNotClosed}) {
    states[StateName(state)] = report.CountOf(state);
  }
  Json& kinds = out["kinds"] = Json::array();
  for (const reconcile::KindTally& tally : report.kinds) {
    kinds.push_back({{"kind", reconcile::KindName(tally.kind)},
                     {"precincts", tally.precinct_count},
                     {"total", tally.magnitude_sum}});
  }
  Json& precincts = out["precincts"] = Json::array();
  for (size_t i = 0; i < report.precincts.size(); ++i) {
    const PrecinctReport& precinct = report.precincts[i];
    if (precinct.state == reconcile::State::kNotClosed) continue;
    Json line = LineJson(figures, i);
    FillComparison(precinct, &line);
    precincts.push_back(std::move(line));
  }
  return out;
}

}  // namespace taanu::observers
