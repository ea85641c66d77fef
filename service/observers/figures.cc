#include "service/observers/figures.h"

#include <array>
#include <chrono>
#include <tuple>
#include <utility>

#include "service/ledger/small_cells.h"

namespace taanu::observers {
namespace {

using CellsByPrecinct = std::map<std::string, Cells, std::less<>>;

// No election has as many.
constexpr int kPrecinctsMax = 1'000'000;

bool IsAccreditation(const StatisticsCell& cell) {
  return cell.outcome == rules::Outcome::kAccredited ||
         cell.outcome == rules::Outcome::kAccreditedByFallback;
}

bool CountsUnderCap(const StatisticsCell& cell) {
  return cell.value != rules::FallbackReasonName(rules::FallbackReason::kFingerDisputed);
}

// Only what ended in an accreditation, whatever the outcome was called.
Cells Accredited(Cells cells) {
  using Key = std::tuple<std::string, int64_t, std::optional<rules::Method>, std::string>;
  std::map<Key, StatisticsCell> joined;
  for (StatisticsCell& cell : cells) {
    if (!IsAccreditation(cell)) continue;
    StatisticsCell& to = joined[{cell.precinct_id, cell.hour_us, cell.method, cell.value}];
    const uint64_t count = to.attempt_count + cell.attempt_count;
    to = std::move(cell);
    to.outcome.reset();
    to.attempt_count = count;
  }
  Cells accredited;
  for (auto& [key, cell] : joined) accredited.push_back(std::move(cell));
  return accredited;
}

Cells Merged(Cells cells) {
  MergeSmallCells(&cells);
  return cells;
}

CellsByPrecinct ByPrecinct(Cells cells) {
  CellsByPrecinct precincts;
  for (StatisticsCell& cell : cells) precincts[cell.precinct_id].push_back(std::move(cell));
  return precincts;
}

std::optional<uint64_t> UnlessFew(uint64_t count) {
  if (count > 0 && count < kCellMin) return std::nullopt;
  return count;
}

// The questions, each of which an observer may ask by RPC too.
enum Question : size_t {
  kTotals,
  kHours,
  kMethods,
  kReasons,
  kOutcomes,
  kPrecinctHours,
  kPrecinctReasons,
  kQuestions
};

std::array<StatisticsFilter, kQuestions> Questions(const rules::FallbackLimits& limits) {
  std::array<StatisticsFilter, kQuestions> filters;
  filters[kHours] = {.by_hour = true, .by_outcome = true};
  filters[kMethods] = {.by_outcome = true, .by_method = true};
  filters[kReasons] = {.by_outcome = true, .facet = Facet::kFallbackReason};
  filters[kOutcomes] = {.by_outcome = true};
  filters[kPrecinctHours] = {.by_precinct = true, .by_hour = true, .by_outcome = true};
  filters[kPrecinctReasons] = {
      .by_precinct = true, .by_outcome = true, .facet = Facet::kFallbackReason};
  for (StatisticsFilter& filter : filters) filter.fallback_limits = limits;
  return filters;
}

Status FillRolls(const Sources& sources, Figures* out) {
  TAANU_ASSIGN_OR_RETURN(const auto precincts, sources.ledger->ListPrecincts("", kPrecinctsMax));
  for (const rules::PrecinctRecord& precinct : precincts) {
    PrecinctCounts& counts = out->precincts[precinct.precinct_id];
    counts.voters = precinct.voter_count;
    counts.fallbacks = 0;
    counts.fallbacks_max = rules::FallbacksMax(sources.fallback_limits, precinct.voter_count);
  }
  return {};
}

void FillPrecincts(std::vector<Statistics>* answers, Figures* out) {
  for (auto& [id, cells] : ByPrecinct(Accredited(std::move((*answers)[kPrecinctHours].cells)))) {
    out->precincts[id].accredited_by_hour = Merged(std::move(cells));
  }
  // Merged among the precincts, so that those which are told cannot be taken from the total.
  Cells fallbacks;
  for (const auto& [id, cells] :
       ByPrecinct(Accredited(std::move((*answers)[kPrecinctReasons].cells)))) {
    StatisticsCell& sum = fallbacks.emplace_back();
    sum.precinct_id = id;
    for (const StatisticsCell& cell : cells) {
      if (CountsUnderCap(cell)) sum.attempt_count += cell.attempt_count;
    }
    if (sum.attempt_count == 0) fallbacks.pop_back();
  }
  for (const StatisticsCell& cell : fallbacks) out->precincts[cell.precinct_id].fallbacks.reset();
  for (const StatisticsCell& cell : Merged(std::move(fallbacks))) {
    if (!cell.merged) out->precincts[cell.precinct_id].fallbacks = cell.attempt_count;
  }
}

Status FillCounts(const Sources& sources, Figures* out) {
  TAANU_ASSIGN_OR_RETURN(ElectionFigures counts, sources.protocols->Figures(std::nullopt));
  out->counts_time_us = counts.as_of_us;
  out->counts_log_size = counts.log_size;
  out->report = reconcile::MakeReport(std::move(counts.precincts), counts.tolerance);
  out->preliminary = reconcile::MakePreliminary(out->report);
  return {};
}

int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Result<uint64_t> LogSize(const Sources& sources) {
  TAANU_ASSIGN_OR_RETURN(const Checkpoint checkpoint, sources.audit_log->GetCheckpoint());
  return checkpoint.log_size;
}

Result<Figures> CollectFigures(const Sources& sources) {
  Figures out;
  out.election = sources.election;
  out.utc_offset_minutes = sources.utc_offset_minutes;
  out.public_key = sources.public_key;
  TAANU_RETURN_IF_ERROR(FillCounts(sources, &out));

  out.time_us = NowUs();
  const auto questions = Questions(sources.fallback_limits);
  TAANU_ASSIGN_OR_RETURN(std::vector<Statistics> answers, sources.ledger->GetStatistics(questions));
  out.accredited_by_hour = Merged(Accredited(std::move(answers[kHours].cells)));
  out.accredited_by_method = Merged(Accredited(std::move(answers[kMethods].cells)));
  out.accredited_by_reason = Merged(Accredited(std::move(answers[kReasons].cells)));
  out.attempts_by_outcome = Merged(std::move(answers[kOutcomes].cells));
  TAANU_RETURN_IF_ERROR(FillRolls(sources, &out));
  FillPrecincts(&answers, &out);
  out.totals = std::move(answers[kTotals]);
  out.totals.cells.clear();
  MergeSmallCells(&out.totals.case_tallies);
  out.log_size = out.totals.log_size;
  out.fallbacks = UnlessFew(out.totals.fallbacks);

  TAANU_ASSIGN_OR_RETURN(out.checkpoint, sources.audit_log->GetCheckpoint(out.log_size));
  return out;
}

}  // namespace taanu::observers
