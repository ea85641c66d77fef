// The whole election in one object.
#include <ctime>

#include "enroll/store/sealing.h"
#include "service/observers/figures_json.h"

namespace taanu::observers {
namespace {

constexpr int kFormat = 1;

Json CellsJson(const Cells& cells, const char* count, const auto& describe) {
  Json list = Json::array();
  for (const StatisticsCell& cell : cells) {
    Json item;
    if (cell.merged) {
      item["merged"] = true;
    } else {
      describe(cell, &item);
    }
    item[count] = cell.attempt_count;
    list.push_back(std::move(item));
  }
  return list;
}

Json TurnoutJson(const Figures& figures) {
  return {{"voters", figures.totals.voter_count},
          {"accredited", figures.totals.accredited_count},
          {"hours", CellsJson(figures.accredited_by_hour, "accredited",
                              [](const StatisticsCell& cell, Json* item) {
                                (*item)["hour"] = TimeJson(cell.hour_us);
                              })}};
}

Json MethodsJson(const Figures& figures) {
  Json fallback = {{"under_cap", figures.fallbacks ? Json(*figures.fallbacks) : Json()},
                   {"cap", figures.totals.fallbacks_max},
                   {"reasons", CellsJson(figures.accredited_by_reason, "accredited",
                                         [](const StatisticsCell& cell, Json* item) {
                                           (*item)["reason"] = cell.value;
                                         })}};
  return {{"cells", CellsJson(figures.accredited_by_method, "accredited",
                              [](const StatisticsCell& cell, Json* item) {
                                (*item)["method"] = rules::MethodName(*cell.method);
                              })},
          {"fallback", std::move(fallback)}};
}

Json FirstComparisonsJson(const Statistics& totals) {
  Json out = {{"voters", totals.first_comparisons}, {"failed", totals.first_comparisons_failed}};
  if (totals.first_comparisons == 0) return out;
  const Interval rate = WilsonInterval(totals.first_comparisons_failed, totals.first_comparisons);
  out["rate"] = static_cast<double>(totals.first_comparisons_failed) /
                static_cast<double>(totals.first_comparisons);
  out["rate_low"] = rate.low;
  out["rate_high"] = rate.high;
  return out;
}

Json CasesJson(const Statistics& totals) {
  Json list = Json::array();
  uint64_t opened = 0;
  for (const CaseTally& tally : totals.case_tallies) {
    opened += tally.case_count;
    Json item;
    if (tally.merged) {
      item["merged"] = true;
    } else {
      item["kind"] = rules::CaseKindName(tally.kind);
      item["state"] = rules::CaseStateName(tally.state);
    }
    item["cases"] = tally.case_count;
    list.push_back(std::move(item));
  }
  return {{"opened", opened}, {"cells", std::move(list)}};
}

Json PollsJson(const reconcile::Report& report) {
  uint64_t not_open = 0;
  uint64_t open = 0;
  uint64_t closed = 0;
  for (const reconcile::PrecinctReport& precinct : report.precincts) {
    not_open += precinct.figures.polls == rules::PollsState::kNotOpen ? 1 : 0;
    open += precinct.figures.polls == rules::PollsState::kOpen ? 1 : 0;
    closed += precinct.figures.polls == rules::PollsState::kClosed ? 1 : 0;
  }
  return {{"precincts", report.precincts.size()},
          {"not_open", not_open},
          {"open", open},
          {"closed", closed}};
}

Json PreliminaryJson(const reconcile::Preliminary& preliminary) {
  Json choices = Json::array();
  for (const reconcile::ChoiceTotal& total : preliminary.choices) {
    choices.push_back({{"contest", total.contest},
                       {"choice", total.choice},
                       {"votes", total.votes},
                       {"hand_precincts", total.hand_precincts},
                       {"machine_precincts", total.machine_precincts},
                       {"time", TimeJson(total.time_us)}});
  }
  return {{"precincts", preliminary.rows.size()},
          {"closed", preliminary.closed_count},
          {"reported", preliminary.reported_count},
          {"agreeing", preliminary.agreeing_count},
          {"differing", preliminary.differing_count},
          {"voters", preliminary.voters},
          {"identified", preliminary.identified},
          {"ballots", preliminary.ballots},
          {"choices", std::move(choices)}};
}

}  // namespace

Json TimeJson(int64_t time_us) {
  if (time_us == 0) return nullptr;
  const auto seconds = static_cast<std::time_t>(time_us / 1'000'000);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[64];
  return std::string(text, std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc));
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json SummaryJson(const Figures& figures) {
  return {{"format", kFormat},
          {"election", figures.election},
          {"utc_offset_minutes", figures.utc_offset_minutes},
          {"time", TimeJson(figures.time_us)},
          {"log_size", figures.log_size},
          {"turnout", TurnoutJson(figures)},
          {"polls", PollsJson(figures.report)},
          {"methods", MethodsJson(figures)},
          {"attempts",
           {{"cells", CellsJson(figures.attempts_by_outcome, "attempts",
                                [](const StatisticsCell& cell, Json* item) {
                                  (*item)["outcome"] = rules::OutcomeName(*cell.outcome);
                                })}}},
          {"first_comparison", FirstComparisonsJson(figures.totals)},
          {"cases", CasesJson(figures.totals)},
          {"counts_time", TimeJson(figures.counts_time_us)},
          {"counts_log_size", figures.counts_log_size},
          {"preliminary", PreliminaryJson(figures.preliminary)},
          {"checkpoint",
           {{"log_size", figures.checkpoint.log_size},
            {"root_hash", ToHex(figures.checkpoint.root_hash)},
            {"signed_note", figures.checkpoint.signed_note}}},
          {"public_key", figures.public_key}};
}

}  // namespace taanu::observers
