#include "service/observers/tables_csv.h"

#include <utility>

#include "enroll/load/csv.h"
#include "service/observers/figures_json.h"

namespace taanu::observers {
namespace {

using Row = std::vector<std::string>;

constexpr std::string_view kFew = "(few)";

// What a spreadsheet takes for a formula begins with one of these.
std::string Plain(std::string_view text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  std::string safe(formula ? 1 : 0, '\'');
  return safe.append(text);
}

std::string Number(uint64_t value) { return std::to_string(value); }
std::string Number(const std::optional<uint64_t>& value) { return value ? Number(*value) : ""; }
std::string Time(int64_t time_us) {
  const Json time = TimeJson(time_us);
  return time.is_null() ? "" : time.get<std::string>();
}

std::string CellTable(const char* dimension, const char* count, const Cells& cells, int64_t time_us,
                      const auto& describe) {
  std::string text = CsvLine({dimension, count, "time"});
  for (const StatisticsCell& cell : cells) {
    text += CsvLine({cell.merged ? std::string(kFew) : Plain(describe(cell)),
                     Number(cell.attempt_count), Time(time_us)});
  }
  return text;
}

std::string CaseTable(const Figures& figures) {
  std::string text = CsvLine({"kind", "state", "cases", "time"});
  for (const CaseTally& tally : figures.totals.case_tallies) {
    const std::string few(kFew);
    text += CsvLine({tally.merged ? few : std::string(rules::CaseKindName(tally.kind)),
                     tally.merged ? few : std::string(rules::CaseStateName(tally.state)),
                     Number(tally.case_count), Time(figures.time_us)});
  }
  return text;
}

std::string SourceOf(const reconcile::SourcedFigure& figure) {
  switch (figure.source) {
    case reconcile::FigureSource::kLog:
      return "log";
    case reconcile::FigureSource::kMachine:
      return "machine";
    case reconcile::FigureSource::kHand:
      return "hand";
  }
  return "";
}

std::string PrecinctTable(const Figures& figures) {
  std::string text =
      CsvLine({"precinct", "polls", "open_time", "close_time", "voters", "identified",
               "identified_time", "sealed", "fallbacks", "fallback_cap", "ballots",
               "ballots_source", "ballots_time", "state"});
  for (size_t i = 0; i < figures.report.precincts.size(); ++i) {
    const reconcile::PrecinctFigures& precinct = figures.report.precincts[i].figures;
    const reconcile::PreliminaryRow& row = figures.preliminary.rows[i];
    const PrecinctCounts& counts = figures.precincts.at(precinct.precinct_id);
    text += CsvLine(
        {Plain(precinct.precinct_id), PollsName(precinct.polls),
         Time(precinct.open_time_us.value_or(0)), Time(precinct.close_time_us.value_or(0)),
         Number(counts.voters), Number(row.identified.value), Time(row.identified.time_us),
         Number(precinct.sealed), Number(counts.fallbacks), Number(counts.fallbacks_max),
         row.ballots ? Number(row.ballots->value) : "", row.ballots ? SourceOf(*row.ballots) : "",
         row.ballots ? Time(row.ballots->time_us) : "", StateName(row.state)});
  }
  return text;
}

std::string HourTable(const Figures& figures) {
  std::string text = CsvLine({"precinct", "hour", "accredited", "time"});
  for (const auto& [id, counts] : figures.precincts) {
    for (const StatisticsCell& cell : counts.accredited_by_hour) {
      text += CsvLine({Plain(id), cell.merged ? std::string(kFew) : Time(cell.hour_us),
                       Number(cell.attempt_count), Time(figures.time_us)});
    }
  }
  return text;
}

std::string ChoiceTable(const Figures& figures) {
  std::string text =
      CsvLine({"contest", "choice", "votes", "hand_precincts", "machine_precincts", "time"});
  for (const reconcile::ChoiceTotal& total : figures.preliminary.choices) {
    text += CsvLine({Plain(total.contest), Plain(total.choice), Number(total.votes),
                     Number(total.hand_precincts), Number(total.machine_precincts),
                     Time(total.time_us)});
  }
  return text;
}

Row StatedRow(const reconcile::Protocol* protocol) {
  if (protocol == nullptr) return Row(4);
  return {Number(protocol->issued), Number(protocol->spoiled), Number(protocol->in_box),
          Number(protocol->Counted())};
}

std::string ReconciliationTable(const Figures& figures) {
  std::string text =
      CsvLine({"precinct", "state", "identified", "sealed", "slips", "machine_issued",
               "machine_spoiled", "machine_in_box", "machine_counted", "hand_issued",
               "hand_spoiled", "hand_in_box", "hand_counted", "largest_difference", "time"});
  for (const reconcile::PrecinctReport& precinct : figures.report.precincts) {
    Row row = {Plain(precinct.figures.precinct_id), StateName(precinct.state),
               Number(precinct.figures.Identified()), Number(precinct.figures.sealed),
               Number(precinct.figures.slip_count)};
    for (std::string& cell : StatedRow(precinct.figures.Machine())) row.push_back(std::move(cell));
    for (std::string& cell : StatedRow(precinct.figures.Hand())) row.push_back(std::move(cell));
    row.push_back(Number(precinct.LargestDifference()));
    row.push_back(Time(figures.counts_time_us));
    text += CsvLine(row);
  }
  return text;
}

std::string ChangeTable(const Figures& figures) {
  std::string text =
      CsvLine({"precinct", "figure", "before", "after", "time", "log_entry", "reason"});
  for (const reconcile::PrecinctReport& precinct : figures.report.precincts) {
    for (const reconcile::TotalChange& change : precinct.moved) {
      text += CsvLine({Plain(precinct.figures.precinct_id), Plain(change.figure),
                       Number(change.before), Number(change.after), Time(change.time_us),
                       Number(change.event_index), Plain(change.reason)});
    }
  }
  return text;
}

}  // namespace

std::vector<CsvTable> CsvTables(const Figures& figures) {
  const int64_t time_us = figures.time_us;
  return {{"turnout", CellTable("hour", "accredited", figures.accredited_by_hour, time_us,
                                [](const StatisticsCell& cell) { return Time(cell.hour_us); })},
          {"methods",
           CellTable("method", "accredited", figures.accredited_by_method, time_us,
                     [](const StatisticsCell& cell) { return rules::MethodName(*cell.method); })},
          {"fallbacks", CellTable("reason", "accredited", figures.accredited_by_reason, time_us,
                                  [](const StatisticsCell& cell) { return cell.value; })},
          {"outcomes",
           CellTable("outcome", "attempts", figures.attempts_by_outcome, time_us,
                     [](const StatisticsCell& cell) { return rules::OutcomeName(*cell.outcome); })},
          {"cases", CaseTable(figures)},
          {"precincts", PrecinctTable(figures)},
          {"precinct-hours", HourTable(figures)},
          {"votes", ChoiceTable(figures)},
          {"reconciliation", ReconciliationTable(figures)},
          {"changes", ChangeTable(figures)}};
}

}  // namespace taanu::observers
