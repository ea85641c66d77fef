#include "service/ledger/correction_figures.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "service/rules/correction.h"

namespace taanu {
namespace {

using reconcile::PrecinctFigures;

constexpr std::string_view kCorrections =
    "SELECT precinct_id, time_us, event_index, previous_count, accredited_count, reason, document, "
    "operator_ref, second_officer FROM totals_correction WHERE time_us <= ?1 "
    "ORDER BY precinct_id, number";

// "COURT_ORDER, act 17-2026".
std::string ReasonText(int64_t reason, const std::string& document) {
  std::string text(rules::CorrectionReasonName(static_cast<rules::CorrectionReason>(reason)));
  return text.append(", ").append(document);
}

}  // namespace

Status AddCorrections(Connection& connection, int64_t until_us,
                      std::vector<PrecinctFigures>* precincts) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kCorrections, until_us));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    const std::string precinct_id = row.Text(0);
    reconcile::Correction correction;
    correction.time_us = row.Int64(1);
    correction.event_index = static_cast<uint64_t>(row.Int64(2));
    correction.before = static_cast<uint64_t>(row.Int64(3));
    correction.after = static_cast<uint64_t>(row.Int64(4));
    correction.reason = ReasonText(row.Int64(5), row.Text(6));
    correction.operator_ref = row.Bytes<16>(7);
    correction.second_officer_ref = row.Bytes<16>(8);
    TAANU_RETURN_IF_ERROR(row.Check());
    const auto at =
        std::ranges::lower_bound(*precincts, precinct_id, {}, &PrecinctFigures::precinct_id);
    if (at == precincts->end() || at->precinct_id != precinct_id) continue;
    at->corrections.push_back(std::move(correction));
  }
}

}  // namespace taanu
