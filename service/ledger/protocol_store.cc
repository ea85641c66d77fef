#include "service/ledger/protocol_store.h"

#include <sodium.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "enroll/store/connection.h"
#include "service/ledger/correction_figures.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"
#include "service/ledger/ledger_queries.h"
#include "service/ledger/protocol_queries.h"
#include "service/ledger/sqlite_transaction.h"

namespace taanu {
namespace {

std::array<uint8_t, 32> Sha256(std::string_view bytes) {
  std::array<uint8_t, 32> hash{};
  crypto_hash_sha256(hash.data(), reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  return hash;
}

tl::unexpected<Error> UnknownPrecinct(std::string_view precinct_id, std::string_view where) {
  return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
              std::string(where) + "precinct " + std::string(precinct_id) +
                  " does not exist; is it of this election?");
}

constexpr std::string_view kFindImport =
    "SELECT import_id, file_sha256, length(file), protocol_count, superseded_count, "
    "changed_count, time_us, event_index FROM protocol_import WHERE request_id = ?1";

Result<std::optional<ProtocolImportAnswer>> FindAnswer(Connection& connection,
                                                       std::string_view request_id) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kFindImport, request_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  ProtocolImportAnswer answer;
  answer.import_id = static_cast<uint64_t>(row.Int64(0));
  answer.file_sha256 = row.Bytes<32>(1);
  answer.file_bytes = static_cast<uint64_t>(row.Int64(2));
  answer.protocol_count = static_cast<uint64_t>(row.Int64(3));
  answer.superseded_count = static_cast<uint64_t>(row.Int64(4));
  answer.changed_count = static_cast<uint64_t>(row.Int64(5));
  answer.time_us = row.Int64(6);
  answer.event_index = static_cast<uint64_t>(row.Int64(7));
  answer.replayed = true;
  TAANU_RETURN_IF_ERROR(row.Check());
  return answer;
}

// Counts what the import supersedes and changes; refuses a change without a reason.
Status LayBesideEarlier(Connection& connection, const ProtocolImport& import,
                        ProtocolImportAnswer* answer) {
  for (const reconcile::ProtocolRow& row : import.rows) {
    const reconcile::Protocol& protocol = row.protocol;
    const std::string where = "line " + std::to_string(row.line) + ": ";
    TAANU_ASSIGN_OR_RETURN(const auto precinct, QueryPrecinct(connection, protocol.precinct_id));
    if (!precinct) return UnknownPrecinct(protocol.precinct_id, where);
    TAANU_ASSIGN_OR_RETURN(const auto earlier,
                           LatestProtocol(connection, protocol.precinct_id, protocol.source));
    if (!earlier) continue;
    ++answer->superseded_count;
    if (*earlier == protocol) continue;
    ++answer->changed_count;
    if (import.reason.empty()) {
      return Fail(ErrorCode::kConflict, "REASON_REQUIRED",
                  where + "the protocol of precinct " + protocol.precinct_id + " by " +
                      std::string(reconcile::SourceName(protocol.source)) +
                      " was imported before with other figures; give the reason for the change");
    }
  }
  return {};
}

Result<uint64_t> NextImportId(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT coalesce(max(import_id), 0) + 1 FROM protocol_import"));
  TAANU_RETURN_IF_ERROR(row.Step());
  const int64_t id = row.Int64(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return static_cast<uint64_t>(id);
}

std::span<const uint8_t> Bytes(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The time of the log's latest entry; 0 where it has none.
Result<int64_t> LatestEventTime(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT coalesce(json_extract(leaf, '$.time_us'), 0) "
                                          "FROM event ORDER BY idx DESC LIMIT 1"));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  const int64_t time_us = found ? row.Int64(0) : 0;
  TAANU_RETURN_IF_ERROR(row.Check());
  return time_us;
}

Status InsertProtocol(Connection& connection, const reconcile::Protocol& protocol,
                      uint64_t import_id) {
  return connection.Run(
      "INSERT INTO protocol(precinct_id, source, import_id, issued, spoiled, in_box, by_machine, "
      "by_hand, votes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      protocol.precinct_id, protocol.source, import_id, protocol.issued, protocol.spoiled,
      protocol.in_box, protocol.by_machine, protocol.by_hand, VotesText(protocol.votes));
}

Status WriteImport(Connection& connection, const ProtocolImport& import,
                   ProtocolImportAnswer* answer) {
  answer->time_us = SqliteTransaction(&connection).NowUs();
  TAANU_RETURN_IF_ERROR(LayBesideEarlier(connection, import, answer));
  TAANU_ASSIGN_OR_RETURN(answer->import_id, NextImportId(connection));
  TAANU_ASSIGN_OR_RETURN(answer->event_index,
                         AppendEvent(connection, ProtocolImportedLeaf(import, *answer)));
  TAANU_RETURN_IF_ERROR(connection.Run(
      "INSERT INTO protocol_import(import_id, request_id, event_index, time_us, operator_ref, "
      "reason, file_sha256, file, protocol_count, superseded_count, changed_count) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      answer->import_id, import.request_id, answer->event_index, answer->time_us,
      import.operator_ref, import.reason, answer->file_sha256, Bytes(import.file),
      answer->protocol_count, answer->superseded_count, answer->changed_count));
  for (const reconcile::ProtocolRow& row : import.rows) {
    TAANU_RETURN_IF_ERROR(InsertProtocol(connection, row.protocol, answer->import_id));
  }
  return {};
}

}  // namespace

Result<ProtocolImportAnswer> ProtocolStore::Import(const ProtocolImport& import) {
  // What does not need the transaction is done before it: others wait for that.
  ProtocolImportAnswer fresh;
  fresh.file_sha256 = Sha256(import.file);
  fresh.file_bytes = import.file.size();
  fresh.protocol_count = import.rows.size();
  ProtocolImportAnswer answer;
  const auto write = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto earlier, FindAnswer(connection, import.request_id));
    if (earlier && earlier->file_sha256 != fresh.file_sha256) {
      return Fail(ErrorCode::kConflict, "REQUEST_ID_REUSED",
                  "request_id was used before for another file; make a new one for each");
    }
    answer = earlier.value_or(fresh);
    return earlier ? Status() : WriteImport(connection, import, &answer);
  };
  TAANU_RETURN_IF_ERROR(database_.Write(write));
  return answer;
}

Status ProtocolStore::SetTolerance(const reconcile::Tolerance& tolerance) {
  return database_.Write([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const reconcile::Tolerance now,
                           QueryTolerance(connection, std::numeric_limits<int64_t>::max()));
    if (now == tolerance) return {};
    const int64_t time_us = SqliteTransaction(&connection).NowUs();
    TAANU_ASSIGN_OR_RETURN(const uint64_t index,
                           AppendEvent(connection, ToleranceLeaf(tolerance, time_us)));
    return connection.Run(
        "INSERT INTO reconciliation_tolerance(event_index, time_us, ballots, share_ppm) "
        "VALUES (?1, ?2, ?3, ?4)",
        index, time_us, tolerance.ballots, tolerance.share_ppm);
  });
}

Result<ElectionFigures> ProtocolStore::Figures(std::optional<int64_t> as_of_us) const {
  ElectionFigures figures;
  const auto read = [&](Connection& connection) -> Status {
    const int64_t now_us = SqliteTransaction(&connection).NowUs();
    if (as_of_us && *as_of_us > now_us) {
      return Fail(ErrorCode::kBadInput, "FUTURE_TIME",
                  "as_of_time is in the future; what is to come cannot be shown");
    }
    TAANU_ASSIGN_OR_RETURN(const int64_t latest_us, LatestEventTime(connection));
    figures.as_of_us = as_of_us.value_or(latest_us);
    // Without a moment everything counts, also where the clock was set back meanwhile.
    const int64_t until_us = as_of_us.value_or(std::numeric_limits<int64_t>::max());
    TAANU_ASSIGN_OR_RETURN(figures.precincts, QueryLogFigures(connection, as_of_us));
    TAANU_RETURN_IF_ERROR(AddProtocols(connection, until_us, &figures.precincts));
    TAANU_RETURN_IF_ERROR(AddCorrections(connection, until_us, &figures.precincts));
    TAANU_ASSIGN_OR_RETURN(figures.tolerance, QueryTolerance(connection, until_us));
    TAANU_ASSIGN_OR_RETURN(figures.log_size, LogSize(connection));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  return figures;
}

Result<PrecinctHistory> ProtocolStore::History(std::string_view precinct_id) const {
  PrecinctHistory history;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto precinct, QueryPrecinct(connection, precinct_id));
    if (!precinct) return UnknownPrecinct(precinct_id, {});
    TAANU_ASSIGN_OR_RETURN(history.polls, QueryPollsEntries(connection, precinct_id));
    std::vector<reconcile::PrecinctFigures> one(1);
    one[0].precinct_id = precinct_id;
    constexpr int64_t kEver = std::numeric_limits<int64_t>::max();
    TAANU_RETURN_IF_ERROR(AddProtocols(connection, kEver, &one));
    TAANU_RETURN_IF_ERROR(AddCorrections(connection, kEver, &one));
    history.figures = std::move(one[0]);
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  return history;
}

Result<std::string> ProtocolStore::File(uint64_t import_id) const {
  std::vector<uint8_t> file;
  std::array<uint8_t, 32> sha256{};
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT file, file_sha256 FROM protocol_import WHERE import_id = ?1",
                         import_id));
    TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) {
      return Fail(ErrorCode::kNotFound, "UNKNOWN_IMPORT",
                  "there is no import " + std::to_string(import_id));
    }
    file = row.Blob(0);
    sha256 = row.Bytes<32>(1);
    return row.Check();
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  std::string text(file.begin(), file.end());
  if (Sha256(text) != sha256) {
    return Fail(ErrorCode::kInternal, "PROTOCOL_DAMAGED",
                "the file of import " + std::to_string(import_id) +
                    " is no longer what its digest says; restore it from a backup");
  }
  return text;
}

}  // namespace taanu
