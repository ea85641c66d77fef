// Reconciliations in words, and as tables for a terminal and for a spreadsheet.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "service/cli/table.h"
#include "taanu/v1/reconciliation_service.pb.h"

namespace taanu::cli {

std::string StateWord(v1::ReconciliationState state);  // DIFFERS
std::string KindWord(v1::DifferenceKind kind);         // ISSUED_NOT_IDENTIFIED
std::string SourceWord(v1::FigureSource source);       // hand

// A moment: what ParseTime takes, and RFC 3339 with fractions of a second, as JSON gives it.
// Errors: kBadInput.
Result<google::protobuf::Timestamp> ParseMoment(const std::string& text);

// "at most 2 ballots or 0.5 % apart", "no difference at all".
std::string ToleranceWords(const v1::ReconciliationTolerance& tolerance);

// The figure of the hand count's protocol, or of the machine's report; "-" where neither states it.
std::string StatedWord(const v1::PrecinctReconciliation& precinct,
                       bool (v1::CountProtocol::*has)() const,
                       uint64_t (v1::CountProtocol::*figure)() const);
std::string SignedWord(int64_t value);            // +3, -2, 0
std::string CountWord(bool has, uint64_t count);  // "-" where there is none

// The largest difference beyond the tolerance; 0 where there is none.
uint64_t LargestDifference(const v1::PrecinctReconciliation& precinct);

// Precincts that do not agree, the largest difference first.
std::vector<const v1::PrecinctReconciliation*> Differing(
    const v1::GetReconciliationResponse& report);

uint64_t CountOf(const v1::GetReconciliationResponse& report, v1::ReconciliationState state);

// Every difference beyond the tolerance (or, with `tolerated`, those within), largest first.
Table DifferenceTable(const v1::GetReconciliationResponse& report, bool tolerated);
Table ChangeTable(const v1::GetReconciliationResponse& report);

// The report for a terminal.
std::string ReportText(const v1::GetReconciliationResponse& report);
// For a spreadsheet: a row for each precinct, all figures, and what differs in words. No cell
// begins a formula.
std::string ReportCsv(const v1::GetReconciliationResponse& report);

}  // namespace taanu::cli
