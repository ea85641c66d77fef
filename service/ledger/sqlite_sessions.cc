// Sessions of stations, on the SQLite file.
#include <utility>

#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/ledger/sqlite_transaction.h"

namespace taanu {
namespace {

using rules::Session;
using rules::SessionState;

constexpr std::string_view kById =
    "SELECT session_id, precinct_id, station_id, terminal, operator_ref, "
    "coalesce(take_over_reason, 0), coalesce(second_officer, zeroblob(16)), "
    "coalesce(predecessor, ''), state, start_time_us, start_event, end_time_us, "
    "coalesce(end_event, 0), coalesce(end_request_id, '') FROM station_session "
    "WHERE session_id = ?1";
constexpr std::string_view kLiveOfStation =
    "SELECT session_id, precinct_id, station_id, terminal, operator_ref, "
    "coalesce(take_over_reason, 0), coalesce(second_officer, zeroblob(16)), "
    "coalesce(predecessor, ''), state, start_time_us, start_event, end_time_us, "
    "coalesce(end_event, 0), coalesce(end_request_id, '') FROM station_session "
    "WHERE precinct_id = ?1 AND station_id = ?2 AND state = 1";
constexpr std::string_view kEndedBy =
    "SELECT session_id, precinct_id, station_id, terminal, operator_ref, "
    "coalesce(take_over_reason, 0), coalesce(second_officer, zeroblob(16)), "
    "coalesce(predecessor, ''), state, start_time_us, start_event, end_time_us, "
    "coalesce(end_event, 0), coalesce(end_request_id, '') FROM station_session "
    "WHERE end_request_id = ?1";
constexpr std::string_view kLiveOfPrecinct =
    "SELECT session_id, precinct_id, station_id, terminal, operator_ref, "
    "coalesce(take_over_reason, 0), coalesce(second_officer, zeroblob(16)), "
    "coalesce(predecessor, ''), state, start_time_us, start_event, end_time_us, "
    "coalesce(end_event, 0), coalesce(end_request_id, '') FROM station_session "
    "WHERE precinct_id = ?1 AND state = 1 ORDER BY station_id LIMIT ?2";

Result<std::optional<Session>> Next(Statement* row) {
  TAANU_ASSIGN_OR_RETURN(const bool found, row->Step());
  if (!found) return std::nullopt;
  Session session;
  session.session_id = row->Text(0);
  session.precinct_id = row->Text(1);
  session.station_id = row->Text(2);
  session.terminal = row->Bytes<16>(3);
  session.operator_ref = row->Bytes<16>(4);
  if (row->Int64(5) != 0) {
    session.take_over = {static_cast<rules::TakeOverReason>(row->Int64(5)), row->Bytes<16>(6)};
  }
  session.predecessor = row->Text(7);
  session.state = static_cast<SessionState>(row->Int64(8));
  session.start_time_us = row->Int64(9);
  session.start_event = static_cast<uint64_t>(row->Int64(10));
  session.end_time_us = row->OptionalInt64(11);
  session.end_event = static_cast<uint64_t>(row->Int64(12));
  session.end_request_id = row->Text(13);
  TAANU_RETURN_IF_ERROR(row->Check());
  return session;
}

}  // namespace

Result<std::optional<Session>> SqliteTransaction::FindSession(std::string_view session_id) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection_.Query(kById, session_id));
  return Next(&row);
}

Result<std::optional<Session>> SqliteTransaction::FindLiveSession(std::string_view precinct_id,
                                                                  std::string_view station_id) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection_.Query(kLiveOfStation, precinct_id, station_id));
  return Next(&row);
}

Result<std::optional<Session>> SqliteTransaction::FindSessionEndedBy(std::string_view request_id) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection_.Query(kEndedBy, request_id));
  return Next(&row);
}

Status SqliteTransaction::BeginSession(Session* session) {
  session->state = SessionState::kLive;
  session->start_time_us = now_us_;
  TAANU_ASSIGN_OR_RETURN(session->start_event,
                         AppendEvent(connection_, SessionBegunLeaf(*session)));
  std::optional<std::string> predecessor;
  if (!session->predecessor.empty()) {
    predecessor = session->predecessor;
    const auto ended = session->take_over ? SessionState::kTakenOver : SessionState::kEnded;
    TAANU_RETURN_IF_ERROR(
        connection_.Run("UPDATE station_session SET state = ?2, end_time_us = ?3, end_event = ?4 "
                        "WHERE session_id = ?1",
                        session->predecessor, ended, now_us_, session->start_event));
  }
  std::optional<rules::TakeOverReason> reason;
  std::optional<KeyedReference> second_officer;
  if (session->take_over) {
    reason = session->take_over->reason;
    second_officer = session->take_over->second_officer;
  }
  return connection_.Run(
      "INSERT INTO station_session(session_id, precinct_id, station_id, terminal, operator_ref, "
      "take_over_reason, second_officer, predecessor, state, start_time_us, start_event) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 1, ?9, ?10)",
      session->session_id, session->precinct_id, session->station_id, session->terminal,
      session->operator_ref, reason, second_officer, predecessor, session->start_time_us,
      session->start_event);
}

Status SqliteTransaction::EndSession(const rules::SessionEnd& end, Session* session) {
  TAANU_ASSIGN_OR_RETURN(auto found, FindSession(end.session_id));
  if (!found) {
    return Fail(ErrorCode::kInternal, "SESSION_LOST", "a session that was just read is gone");
  }
  TAANU_ASSIGN_OR_RETURN(const uint64_t event,
                         AppendEvent(connection_, SessionEndedLeaf(*found, end, now_us_)));
  TAANU_RETURN_IF_ERROR(
      connection_.Run("UPDATE station_session SET state = 2, end_time_us = ?2, end_event = ?3, "
                      "end_request_id = ?4 WHERE session_id = ?1",
                      end.session_id, now_us_, event, end.request_id));
  *session = *std::move(found);
  session->state = SessionState::kEnded;
  session->end_time_us = now_us_;
  session->end_event = event;
  session->end_request_id = end.request_id;
  return {};
}

Result<std::vector<Session>> SqliteLedger::ListLiveSessions(std::string_view precinct_id,
                                                            int limit) const {
  std::vector<Session> sessions;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kLiveOfPrecinct, precinct_id, limit));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(auto session, Next(&row));
      if (!session) return {};
      sessions.push_back(*std::move(session));
    }
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  return sessions;
}

}  // namespace taanu
