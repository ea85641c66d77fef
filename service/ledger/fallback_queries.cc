#include "service/ledger/fallback_queries.h"

#include "service/ledger/sqlite_ledger.h"

namespace taanu {

Result<rules::PriorAttempts> QueryPriorAttempts(Connection& connection, const KeyedReference& voter,
                                                std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT DISTINCT outcome FROM attempt INDEXED BY attempt_unidentified "
                       "WHERE voter = ?1 AND precinct_id = ?2 AND outcome IN (2, 8)",
                       voter, precinct_id));
  rules::PriorAttempts prior;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return prior;
    const auto outcome = static_cast<rules::Outcome>(row.Int64(0));
    TAANU_RETURN_IF_ERROR(row.Check());
    prior.no_match |= outcome == rules::Outcome::kNoMatch;
    prior.no_reference |= outcome == rules::Outcome::kNoReference;
  }
}

Result<rules::FallbackCounts> QueryFallbacks(Connection& connection, std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT fallback_reason, count(*) FROM attempt INDEXED BY attempt_fallback "
                       "WHERE precinct_id = ?1 AND outcome = 11 GROUP BY fallback_reason",
                       precinct_id));
  rules::FallbackCounts counts;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return counts;
    counts[static_cast<rules::FallbackReason>(row.Int64(0))] = static_cast<uint64_t>(row.Int64(1));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

Result<rules::FallbackCounts> SqliteLedger::GetFallbacks(std::string_view precinct_id) const {
  rules::FallbackCounts counts;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(counts, QueryFallbacks(connection, precinct_id));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  return counts;
}

}  // namespace taanu
