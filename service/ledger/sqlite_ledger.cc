#include "service/ledger/sqlite_ledger.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "enroll/register/register.h"
#include "enroll/store/connection.h"
#include "enroll/store/fault_point.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"
#include "service/ledger/ledger_queries.h"
#include "service/ledger/sqlite_transaction.h"

namespace taanu {
namespace {

tl::unexpected<Error> UnknownPrecinct(std::string_view precinct_id) {
  return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
              "precinct " + std::string(precinct_id) + " does not exist; create it first");
}

// Gives the precinct, after adding what it lacks. The register may have its name already, from a
// file that was filled before it had an election.
Status AddPrecinct(Connection& connection, std::string_view precinct_id, bool* existed,
                   rules::PrecinctRecord* precinct) {
  TAANU_ASSIGN_OR_RETURN(auto found, QueryPrecinct(connection, precinct_id));
  *existed = found.has_value();
  if (!found) {
    const SqliteTransaction transaction(&connection);
    TAANU_RETURN_IF_ERROR(connection.Run(
        "INSERT INTO precinct(precinct_id) VALUES (?1) ON CONFLICT DO NOTHING", precinct_id));
    TAANU_RETURN_IF_ERROR(connection.Run(
        "INSERT INTO precinct_polls(precinct_id, state) VALUES (?1, 1)", precinct_id));
    TAANU_RETURN_IF_ERROR(
        AppendEvent(connection, PrecinctCreatedLeaf(precinct_id, transaction.NowUs())));
    TAANU_ASSIGN_OR_RETURN(found, QueryPrecinct(connection, precinct_id));
    if (!found) return UnknownPrecinct(precinct_id);
  }
  *precinct = std::move(*found);
  return {};
}

}  // namespace

SqliteLedger::SqliteLedger(Database* database, const Signer* signer,
                           AccreditationObserver* observer)
    : database_(database), signer_(signer), observer_(observer) {}

Status SqliteLedger::Submit(std::function<Status(rules::LedgerTransaction&)> step,
                            std::function<void(Status)> done) {
  auto accredited = std::make_shared<std::vector<rules::Accreditation>>();
  return database_->Submit(
      [step = std::move(step), accredited](Connection& connection) {
        SqliteTransaction transaction(&connection);
        Status status = step(transaction);
        *accredited = transaction.accredited();
        FaultPoint("decided");
        return status;
      },
      [observer = observer_, accredited, done = std::move(done)](Status status) {
        if (status && observer != nullptr) {
          for (const rules::Accreditation& one : *accredited) observer->OnAccredited(one);
        }
        if (done) done(std::move(status));
      });
}

Result<std::optional<rules::AttemptAnswer>> SqliteLedger::FindAnswer(
    std::string_view request_id) const {
  std::optional<rules::AttemptAnswer> answer;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(answer, SqliteTransaction(&connection).FindAnswer(request_id));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  return answer;
}

Result<rules::PrecinctRecord> SqliteLedger::CreatePrecinct(std::string_view precinct_id,
                                                           bool* existed) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctId(precinct_id));
  rules::PrecinctRecord precinct;
  bool found = false;
  TAANU_RETURN_IF_ERROR(database_->Write([&](Connection& connection) {
    return AddPrecinct(connection, precinct_id, &found, &precinct);
  }));
  if (existed != nullptr) *existed = found;
  return precinct;
}

Result<rules::PrecinctRecord> SqliteLedger::GetPrecinct(std::string_view precinct_id) const {
  std::optional<rules::PrecinctRecord> precinct;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(precinct, QueryPrecinct(connection, precinct_id));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  if (!precinct) return UnknownPrecinct(precinct_id);
  return std::move(*precinct);
}

Result<std::vector<rules::PrecinctRecord>> SqliteLedger::ListPrecincts(std::string_view after,
                                                                       int limit) const {
  std::vector<rules::PrecinctRecord> precincts;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(precincts, QueryPrecincts(connection, after, std::max(0, limit)));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  return precincts;
}

Result<std::vector<LogEntry>> SqliteLedger::ListEvents(uint64_t first_index, int limit) const {
  std::vector<LogEntry> entries;
  // No log has an entry there, and SQLite's integers end there.
  if (!std::in_range<int64_t>(first_index)) return entries;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT idx, leaf, leaf_hash FROM event WHERE idx >= ?1 ORDER BY idx "
                         "LIMIT ?2",
                         first_index, std::max(0, limit)));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) return {};
      entries.push_back({static_cast<uint64_t>(row.Int64(0)), row.Text(1), row.Bytes<32>(2)});
      TAANU_RETURN_IF_ERROR(row.Check());
    }
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  return entries;
}

Status SqliteLedger::LogTerminalTooFast(std::string_view precinct_id,
                                        const KeyedReference& terminal) {
  return database_->Submit(
      [precinct = std::string(precinct_id), terminal](Connection& connection) -> Status {
        const SqliteTransaction transaction(&connection);
        TAANU_RETURN_IF_ERROR(
            AppendEvent(connection, TerminalTooFastLeaf(precinct, terminal, transaction.NowUs())));
        return {};
      },
      nullptr);
}

Result<Checkpoint> SqliteLedger::GetCheckpoint() const {
  return AuditLog(database_, signer_).GetCheckpoint();
}

}  // namespace taanu
