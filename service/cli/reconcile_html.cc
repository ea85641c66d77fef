#include "service/cli/reconcile_html.h"

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "matcher/evaluate/svg/svg_writer.h"
#include "service/cli/bar_chart.h"
#include "service/cli/html_page.h"
#include "service/cli/reconcile_words.h"
#include "service/cli/words.h"

namespace taanu::cli {
namespace {

using v1::CountProtocol;
using v1::PrecinctReconciliation;
using Rows = std::vector<std::vector<std::string>>;

// Bars that a page takes; of more precincts the distribution is shown.
constexpr int kBarsMax = 60;
constexpr size_t kLargestMax = 40;
constexpr int kBandPercent = 5;

double Turnout(const PrecinctReconciliation& precinct) {
  if (precinct.voter_count() == 0) return 0;
  return static_cast<double>(precinct.identified_count()) /
         static_cast<double>(precinct.voter_count());
}

Shade ShadeOf(v1::ReconciliationState state) {
  if (state == v1::RECONCILIATION_STATE_DIFFERS) return Shade::kStrong;
  return state == v1::RECONCILIATION_STATE_AGREES ? Shade::kPlain : Shade::kHollow;
}

std::string TurnoutByPrecinct(const v1::GetReconciliationResponse& report) {
  std::vector<Bar> bars;
  for (const PrecinctReconciliation& precinct : report.precincts()) {
    std::string text = svg::Number(Turnout(precinct) * 100, 1) + " %";
    if (precinct.state() == v1::RECONCILIATION_STATE_DIFFERS) text += " (differs)";
    bars.push_back(
        {precinct.precinct_id(), Turnout(precinct), std::move(text), ShadeOf(precinct.state())});
  }
  return BarChart("Voters identified, as a share of each precinct's roll", bars, 1);
}

std::string TurnoutByBand(const v1::GetReconciliationResponse& report) {
  std::map<int, int> bands;
  for (int band = 0; band < 100; band += kBandPercent) bands[band] = 0;
  for (const PrecinctReconciliation& precinct : report.precincts()) {
    const int percent = std::clamp(static_cast<int>(Turnout(precinct) * 100), 0, 99);
    ++bands[percent / kBandPercent * kBandPercent];
  }
  std::vector<Bar> bars;
  for (const auto& [band, count] : bands) {
    bars.push_back({std::to_string(band) + " to " + std::to_string(band + kBandPercent) + " %",
                    static_cast<double>(count), std::to_string(count), Shade::kPlain});
  }
  return BarChart("Precincts by the share of their roll that was identified", bars);
}

std::string DifferencesBySize(const std::vector<const PrecinctReconciliation*>& differing) {
  std::vector<Bar> bars;
  for (const PrecinctReconciliation* precinct : differing) {
    if (bars.size() == kLargestMax) break;
    const uint64_t size = LargestDifference(*precinct);
    bars.push_back(
        {precinct->precinct_id(), static_cast<double>(size), std::to_string(size), Shade::kStrong});
  }
  return BarChart("The largest difference of each precinct that does not agree", bars);
}

std::string DifferencesByKind(const v1::GetReconciliationResponse& report) {
  std::vector<Bar> bars;
  for (const v1::DifferenceTally& tally : report.kinds()) {
    bars.push_back({KindWord(tally.kind()), static_cast<double>(tally.precinct_count()),
                    std::to_string(tally.precinct_count()) +
                        (tally.precinct_count() == 1 ? " precinct" : " precincts"),
                    Shade::kStrong});
  }
  return BarChart("Precincts that do not agree, by kind of difference", bars);
}

void WriteSummary(const v1::GetReconciliationResponse& report, HtmlPage* page) {
  const auto row = [&](const char* words, v1::ReconciliationState state) {
    return std::vector<std::string>{words, std::to_string(CountOf(report, state))};
  };
  page->Table("Precincts", {{"state", false}, {"precincts", true}},
              {row("Both counts imported, and agree", v1::RECONCILIATION_STATE_AGREES),
               row("Differ beyond the tolerance", v1::RECONCILIATION_STATE_DIFFERS),
               row("One count imported, agrees so far", v1::RECONCILIATION_STATE_PARTIAL),
               row("Closed, no count imported", v1::RECONCILIATION_STATE_WAITING),
               row("Not closed", v1::RECONCILIATION_STATE_NOT_CLOSED),
               {"All", std::to_string(report.precincts_size())}});
}

void WriteDifferences(const v1::GetReconciliationResponse& report, HtmlPage* page) {
  const auto differing = Differing(report);
  page->Heading(2, "Differences");
  if (differing.empty()) {
    page->Paragraph("No difference beyond the tolerance was found.");
    return;
  }
  Rows kinds;
  for (const v1::DifferenceTally& tally : report.kinds()) {
    kinds.push_back({KindWord(tally.kind()), tally.title(), std::to_string(tally.precinct_count()),
                     std::to_string(tally.total_count())});
  }
  page->Table("By kind", {{"kind", false}, {"compares", false}, {"precincts", true}, {"sum", true}},
              kinds);
  page->Figure("Precincts by kind of difference", DifferencesByKind(report));
  page->Figure(differing.size() > kLargestMax ? "The 40 largest differences, in ballots or votes"
                                              : "Differences by size, in ballots or votes",
               DifferencesBySize(differing));
  Rows rows;
  for (const PrecinctReconciliation* precinct : differing) {
    for (const v1::FigureDifference& difference : precinct->differences()) {
      if (difference.tolerated()) continue;
      rows.push_back({precinct->precinct_id(), KindWord(difference.kind()),
                      SignedWord(difference.difference_count()), difference.explanation()});
    }
  }
  page->Table("Every difference beyond the tolerance, precincts with the largest first",
              {{"precinct", false}, {"kind", false}, {"difference", true}, {"what differs", false}},
              rows);
}

void WriteChanges(const v1::GetReconciliationResponse& report, HtmlPage* page) {
  page->Heading(2, "Totals that moved");
  Rows rows;
  for (const PrecinctReconciliation& precinct : report.precincts()) {
    for (const v1::TotalChange& change : precinct.changes()) {
      rows.push_back({precinct.precinct_id(), change.figure(),
                      CountWord(change.has_before_count(), change.before_count()),
                      CountWord(change.has_after_count(), change.after_count()),
                      TimeWord(change.change_time()), std::to_string(change.event_index()),
                      change.reason()});
    }
  }
  if (rows.empty()) {
    page->Paragraph("No total moved after it was first stated.");
    return;
  }
  page->Table("What was stated before, and why it changed",
              {{"precinct", false},
               {"figure", false},
               {"before", true},
               {"after", true},
               {"time (UTC)", false},
               {"log entry", true},
               {"reason", false}},
              rows);
}

void WriteTolerated(const v1::GetReconciliationResponse& report, HtmlPage* page) {
  Rows rows;
  for (const PrecinctReconciliation& precinct : report.precincts()) {
    for (const v1::FigureDifference& difference : precinct.differences()) {
      if (!difference.tolerated()) continue;
      rows.push_back({precinct.precinct_id(), KindWord(difference.kind()),
                      std::to_string(difference.allowed_count()), difference.explanation()});
    }
  }
  if (rows.empty()) return;
  page->Heading(2, "Within the tolerance");
  page->Table("Differences that the tolerance covers",
              {{"precinct", false}, {"kind", false}, {"allowed", true}, {"what differs", false}},
              rows);
}

void WritePrecincts(const v1::GetReconciliationResponse& report, HtmlPage* page) {
  page->Heading(2, "All precincts");
  Rows rows;
  for (const PrecinctReconciliation& p : report.precincts()) {
    rows.push_back({p.precinct_id(), StateWord(p.state()), std::to_string(p.voter_count()),
                    CountWord(p.has_sealed_count(), p.sealed_count()),
                    std::to_string(p.identified_count()), std::to_string(p.finger_count()),
                    std::to_string(p.finger_search_count()), std::to_string(p.fallback_count()),
                    std::to_string(p.slip_count()),
                    StatedWord(p, &CountProtocol::has_issued_count, &CountProtocol::issued_count),
                    StatedWord(p, &CountProtocol::has_spoiled_count, &CountProtocol::spoiled_count),
                    StatedWord(p, &CountProtocol::has_in_box_count, &CountProtocol::in_box_count),
                    CountWord(p.machine().has_machine_count(), p.machine().machine_count()),
                    CountWord(p.hand().has_hand_count(), p.hand().hand_count())});
  }
  page->Table("Log, counter and count by hand side by side; - was not stated",
              {{"precinct", false},
               {"state", false},
               {"on the roll", true},
               {"sealed at closing", true},
               {"identified", true},
               {"by finger", true},
               {"by search", true},
               {"by fallback", true},
               {"slips", true},
               {"issued", true},
               {"spoiled", true},
               {"in the box", true},
               {"by machine", true},
               {"by hand", true}},
              rows);
}

std::string Hex(const std::string& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

void WriteSources(const v1::GetReconciliationResponse& report, HtmlPage* page) {
  std::map<uint64_t, const CountProtocol*> imports;
  for (const PrecinctReconciliation& precinct : report.precincts()) {
    if (precinct.has_machine()) imports[precinct.machine().import_id()] = &precinct.machine();
    if (precinct.has_hand()) imports[precinct.hand().import_id()] = &precinct.hand();
  }
  if (imports.empty()) return;
  page->Heading(2, "Files that the counts come from");
  Rows rows;
  for (const auto& [id, protocol] : imports) {
    rows.push_back({std::to_string(id), TimeWord(protocol->import_time()),
                    std::to_string(protocol->event_index()), Hex(protocol->file_sha256()),
                    protocol->operator_reference()});
  }
  page->Table("Each is kept as it came; its digest is in the audit log",
              {{"import", true},
               {"time (UTC)", false},
               {"log entry", true},
               {"SHA-256 of the file", false},
               {"imported by", false}},
              rows);
}

}  // namespace

std::string ReportHtml(const v1::GetReconciliationResponse& report) {
  HtmlPage page("Reconciliation: " + report.election());
  page.Heading(1, "Reconciliation: " + report.election());
  page.Paragraph("Identification, ballot counter and count by hand side by side, as known on " +
                 TimeWord(report.as_of_time()) + " (UTC), from " +
                 std::to_string(report.log_size()) + " entries of the audit log.");
  page.Paragraph("Tolerance set by the election: " + ToleranceWords(report.tolerance()) + ".");
  WriteSummary(report, &page);
  WriteDifferences(report, &page);
  WriteChanges(report, &page);
  WriteTolerated(report, &page);
  page.Heading(2, "Turnout");
  if (report.precincts_size() <= kBarsMax) {
    page.Figure("Voters identified, as a share of the roll; dark: differs, white: counts missing",
                TurnoutByPrecinct(report));
  } else {
    page.Figure("Precincts by the share of their roll that was identified", TurnoutByBand(report));
  }
  WritePrecincts(report, &page);
  WriteSources(report, &page);
  return std::move(page).Finish();
}

}  // namespace taanu::cli
