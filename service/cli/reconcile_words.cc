#include "service/cli/reconcile_words.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "enroll/load/csv.h"
#include "service/cli/words.h"

namespace taanu::cli {
namespace {

using v1::CountProtocol;
using v1::PrecinctReconciliation;

std::string WithoutPrefix(std::string name, std::string_view prefix, int value) {
  if (name.empty()) return std::to_string(value);
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  return name;
}

constexpr std::array kStates = {
    std::pair(v1::RECONCILIATION_STATE_AGREES, "both counts imported, and agree"),
    std::pair(v1::RECONCILIATION_STATE_DIFFERS, "differ"),
    std::pair(v1::RECONCILIATION_STATE_PARTIAL, "one count imported, agrees so far"),
    std::pair(v1::RECONCILIATION_STATE_WAITING, "closed, no count imported"),
    std::pair(v1::RECONCILIATION_STATE_NOT_CLOSED, "not closed")};

// What a spreadsheet takes for a formula begins with one of these.
std::string NoFormula(const std::string& text) {
  const bool formula =
      !text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos;
  std::string safe(formula ? 1 : 0, '\'');
  return safe.append(text);
}

std::vector<std::string> PrecinctRow(const PrecinctReconciliation& precinct) {
  return {precinct.precinct_id(),
          PollsWord(precinct.polls()),
          StateWord(precinct.state()),
          std::to_string(precinct.voter_count()),
          std::to_string(precinct.identified_count()),
          std::to_string(precinct.finger_count()),
          std::to_string(precinct.fallback_count()),
          std::to_string(precinct.finger_search_count()),
          std::to_string(precinct.slip_count()),
          CountWord(precinct.has_sealed_count(), precinct.sealed_count()),
          StatedWord(precinct, &CountProtocol::has_issued_count, &CountProtocol::issued_count),
          StatedWord(precinct, &CountProtocol::has_spoiled_count, &CountProtocol::spoiled_count),
          StatedWord(precinct, &CountProtocol::has_in_box_count, &CountProtocol::in_box_count),
          CountWord(precinct.machine().has_machine_count(), precinct.machine().machine_count()),
          CountWord(precinct.hand().has_hand_count(), precinct.hand().hand_count()),
          std::to_string(LargestDifference(precinct))};
}

const std::vector<std::string>& PrecinctHeader() {
  static const std::vector<std::string> header = {"precinct",        "polls",
                                                  "state",           "voters",
                                                  "identified",      "finger",
                                                  "fallback",        "finger_search",
                                                  "slips",           "sealed",
                                                  "issued",          "spoiled",
                                                  "found_in_box",    "counted_by_machine",
                                                  "counted_by_hand", "largest_difference"};
  return header;
}

std::string Explanations(const PrecinctReconciliation& precinct) {
  std::string text;
  for (const v1::FigureDifference& difference : precinct.differences()) {
    text += (text.empty() ? "" : "; ") + difference.explanation();
    if (difference.tolerated()) text += " (within the tolerance)";
  }
  return text;
}

}  // namespace

std::string StateWord(v1::ReconciliationState state) {
  return WithoutPrefix(v1::ReconciliationState_Name(state), "RECONCILIATION_STATE_", state);
}

std::string KindWord(v1::DifferenceKind kind) {
  return WithoutPrefix(v1::DifferenceKind_Name(kind), "DIFFERENCE_KIND_", kind);
}

std::string SourceWord(v1::FigureSource source) {
  std::string word = WithoutPrefix(v1::FigureSource_Name(source), "FIGURE_SOURCE_", source);
  std::ranges::transform(word, word.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return word;
}

Result<google::protobuf::Timestamp> ParseMoment(const std::string& text) {
  google::protobuf::Timestamp moment;
  if (text.find('.') != std::string::npos &&
      google::protobuf::util::TimeUtil::FromString(text, &moment)) {
    return moment;
  }
  return ParseTime(text);
}

std::string ToleranceWords(const v1::ReconciliationTolerance& tolerance) {
  const uint64_t ballots = tolerance.ballot_count();
  const std::string number =
      "at most " + std::to_string(ballots) + (ballots == 1 ? " ballot" : " ballots");
  std::array<char, 32> share{};
  std::snprintf(share.data(), share.size(), "%.4g %%", tolerance.share_ppm() / 1e4);
  if (tolerance.share_ppm() == 0) return ballots == 0 ? "no difference at all" : number + " apart";
  if (ballots == 0) return "at most " + std::string(share.data()) + " apart";
  return number + " or " + share.data() + " apart, whichever is more";
}

std::string SignedWord(int64_t value) {
  std::string word = value > 0 ? "+" : "";
  return word.append(std::to_string(value));
}

std::string CountWord(bool has, uint64_t count) { return has ? std::to_string(count) : "-"; }

std::string StatedWord(const PrecinctReconciliation& precinct, bool (CountProtocol::*has)() const,
                       uint64_t (CountProtocol::*figure)() const) {
  for (const CountProtocol* protocol : {&precinct.hand(), &precinct.machine()}) {
    if ((protocol->*has)()) return std::to_string((protocol->*figure)());
  }
  return "-";
}

uint64_t LargestDifference(const PrecinctReconciliation& precinct) {
  uint64_t largest = 0;
  for (const v1::FigureDifference& difference : precinct.differences()) {
    if (difference.tolerated()) continue;
    const int64_t size = difference.difference_count();
    largest = std::max(largest, static_cast<uint64_t>(size < 0 ? -size : size));
  }
  return largest;
}

std::vector<const PrecinctReconciliation*> Differing(const v1::GetReconciliationResponse& report) {
  std::vector<const PrecinctReconciliation*> differing;
  for (const PrecinctReconciliation& precinct : report.precincts()) {
    if (precinct.state() == v1::RECONCILIATION_STATE_DIFFERS) differing.push_back(&precinct);
  }
  std::ranges::stable_sort(differing, std::greater(), [](const PrecinctReconciliation* precinct) {
    return LargestDifference(*precinct);
  });
  return differing;
}

uint64_t CountOf(const v1::GetReconciliationResponse& report, v1::ReconciliationState state) {
  return static_cast<uint64_t>(std::ranges::count(
      report.precincts(), state, [](const PrecinctReconciliation& p) { return p.state(); }));
}

Table DifferenceTable(const v1::GetReconciliationResponse& report, bool tolerated) {
  Table table({"precinct", "kind", "difference", "what differs"}, 4);
  const auto add = [&](const PrecinctReconciliation& precinct) {
    for (const v1::FigureDifference& difference : precinct.differences()) {
      if (difference.tolerated() != tolerated) continue;
      table.Add({precinct.precinct_id(), KindWord(difference.kind()),
                 SignedWord(difference.difference_count()), difference.explanation()});
    }
  };
  if (tolerated) {
    for (const PrecinctReconciliation& precinct : report.precincts()) add(precinct);
  } else {
    for (const PrecinctReconciliation* precinct : Differing(report)) add(*precinct);
  }
  return table;
}

Table ChangeTable(const v1::GetReconciliationResponse& report) {
  Table table({"precinct", "figure", "before", "after", "time", "log entry", "reason"}, 7);
  for (const PrecinctReconciliation& precinct : report.precincts()) {
    for (const v1::TotalChange& change : precinct.changes()) {
      table.Add({precinct.precinct_id(), change.figure(),
                 CountWord(change.has_before_count(), change.before_count()),
                 CountWord(change.has_after_count(), change.after_count()),
                 TimeWord(change.change_time()), std::to_string(change.event_index()),
                 change.reason()});
    }
  }
  return table;
}

std::string ReportText(const v1::GetReconciliationResponse& report) {
  std::string text = report.election() + ", as of " + TimeWord(report.as_of_time()) +
                     "; tolerance: " + ToleranceWords(report.tolerance()) + "\n\n";
  Table states({"precincts", "count"}, 1);
  for (const auto& [state, words] : kStates) {
    states.Add({words, std::to_string(CountOf(report, state))});
  }
  text += states.Text();
  if (report.kinds_size() > 0) {
    Table kinds({"kind of difference", "compares", "precincts", "sum"}, 2);
    for (const v1::DifferenceTally& tally : report.kinds()) {
      kinds.Add({KindWord(tally.kind()), tally.title(), std::to_string(tally.precinct_count()),
                 std::to_string(tally.total_count())});
    }
    text.append("\n").append(kinds.Text());
    text += "\nBeyond the tolerance, the largest first:\n" + DifferenceTable(report, false).Text();
  } else {
    text += "\nNo difference beyond the tolerance.\n";
  }
  const auto changed = [](const PrecinctReconciliation& p) { return p.changes_size() > 0; };
  if (std::ranges::any_of(report.precincts(), changed)) {
    text += "\nTotals that moved:\n" + ChangeTable(report).Text();
  }
  return text;
}

std::string ReportCsv(const v1::GetReconciliationResponse& report) {
  std::vector<std::string> header = PrecinctHeader();
  header.emplace_back("what_differs");
  std::string csv = CsvLine(header);
  for (const PrecinctReconciliation& precinct : report.precincts()) {
    std::vector<std::string> row = PrecinctRow(precinct);
    for (std::string& cell : row) {
      if (cell == "-") cell.clear();  // not stated
    }
    row.push_back(NoFormula(Explanations(precinct)));
    csv += CsvLine(row);
  }
  return csv;
}

}  // namespace taanu::cli
