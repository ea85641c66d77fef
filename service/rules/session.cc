#include "service/rules/session.h"

#include <algorithm>

#include "service/rules/attempt_steps.h"

namespace taanu::rules {
namespace {

constexpr size_t kStationBytesMax = 32;

Status CheckNewSession(const Session& session) {
  TAANU_RETURN_IF_ERROR(CheckRequestId(session.session_id));
  if (!IsStationId(session.station_id)) {
    return Fail(ErrorCode::kBadInput, "BAD_STATION_ID",
                "station_id must be 1 to 32 characters of A-Z a-z 0-9 . _ -");
  }
  if (session.take_over && session.take_over->second_officer == session.operator_ref) {
    return Fail(ErrorCode::kBadInput, "SAME_OFFICER",
                "second_officer_id must be another person than operator_id");
  }
  return {};
}

bool SameTakeOver(const std::optional<TakeOver>& a, const std::optional<TakeOver>& b) {
  if (!a || !b) return a.has_value() == b.has_value();
  return a->reason == b->reason && a->second_officer == b->second_officer;
}

// The answer as it was when the session had just begun, whatever became of it since.
Result<SessionAnswer> AnswerAgain(const Session& earlier, const Session& asked) {
  const bool same = earlier.precinct_id == asked.precinct_id &&
                    earlier.station_id == asked.station_id && earlier.terminal == asked.terminal &&
                    SameTakeOver(earlier.take_over, asked.take_over);
  if (!same) return ReusedRequestId();
  SessionAnswer answer{earlier, earlier.start_event, true};
  answer.session.state = SessionState::kLive;
  answer.session.end_time_us.reset();
  answer.session.end_event = 0;
  answer.session.end_request_id.clear();
  return answer;
}

// Whether this device may begin a session where the station has `live`.
Status DecideStart(const Session& asked, const std::optional<Session>& live) {
  if (asked.take_over) {
    // 1. Only a session that lives can be taken over; whoever finds none starts one.
    if (live) return {};
    return Fail(ErrorCode::kConflict, "NO_SESSION",
                "station " + asked.station_id + " has no session to take over; start one");
  }
  // 2. A station has one session. The device that has it may begin anew, such as after its program
  //    was started again; any other one needs two people.
  if (!live || live->terminal == asked.terminal) return {};
  return Fail(ErrorCode::kConflict, "SESSION_EXISTS",
              "station " + asked.station_id +
                  " has a session on another device; end it there, or take it over with two "
                  "officers");
}

}  // namespace

std::string_view TakeOverReasonName(TakeOverReason reason) {
  switch (reason) {
    case TakeOverReason::kDeviceFailed:
      return "DEVICE_FAILED";
    case TakeOverReason::kDeviceLost:
      return "DEVICE_LOST";
    case TakeOverReason::kPowerLost:
      return "POWER_LOST";
    case TakeOverReason::kOther:
      return "OTHER";
  }
  return "UNKNOWN";
}

bool IsStationId(std::string_view text) {
  return !text.empty() && text.size() <= kStationBytesMax && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

Status CheckSession(SessionStore& store, std::string_view session_id, std::string_view precinct_id,
                    const KeyedReference& terminal) {
  TAANU_ASSIGN_OR_RETURN(const auto session, store.FindSession(session_id));
  if (!session || session->precinct_id != precinct_id) {
    return Fail(ErrorCode::kNotFound, "UNKNOWN_SESSION",
                "session_id names no session of this precinct; start one");
  }
  switch (session->state) {
    case SessionState::kTakenOver:
      return Fail(ErrorCode::kConflict, "SESSION_TAKEN_OVER",
                  "another device has taken over station " + session->station_id +
                      "; stop here and send voters to that device, or take the station back with "
                      "two officers");
    case SessionState::kEnded:
      return Fail(ErrorCode::kConflict, "SESSION_ENDED",
                  "the session of station " + session->station_id + " has ended; start a new one");
    case SessionState::kLive:
      break;
  }
  if (session->terminal != terminal) {
    return Fail(ErrorCode::kConflict, "SESSION_OF_ANOTHER_DEVICE",
                "this session belongs to another device; start one of your own, or take station " +
                    session->station_id + " over with two officers");
  }
  return {};
}

Result<SessionAnswer> StartSession(LedgerTransaction& ledger, const Session& asked) {
  TAANU_RETURN_IF_ERROR(CheckNewSession(asked));
  TAANU_ASSIGN_OR_RETURN(const auto earlier, ledger.FindSession(asked.session_id));
  if (earlier) return AnswerAgain(*earlier, asked);
  TAANU_ASSIGN_OR_RETURN(const auto precinct, ledger.FindPrecinct(asked.precinct_id));
  if (!precinct) return UnknownPrecinct(asked.precinct_id);
  if (precinct->state == PollsState::kClosed) {
    return Fail(ErrorCode::kConflict, "POLLS_CLOSED",
                "the polls of precinct " + asked.precinct_id + " were closed for good");
  }
  TAANU_ASSIGN_OR_RETURN(const auto live,
                         ledger.FindLiveSession(asked.precinct_id, asked.station_id));
  TAANU_RETURN_IF_ERROR(DecideStart(asked, live));
  SessionAnswer answer{asked, 0, false};
  if (live) answer.session.predecessor = live->session_id;
  TAANU_RETURN_IF_ERROR(ledger.BeginSession(&answer.session));
  answer.event_index = answer.session.start_event;
  return answer;
}

Result<SessionAnswer> EndSession(LedgerTransaction& ledger, const SessionEnd& end) {
  TAANU_RETURN_IF_ERROR(CheckRequestId(end.request_id));
  TAANU_ASSIGN_OR_RETURN(auto earlier, ledger.FindSessionEndedBy(end.request_id));
  if (earlier) {
    if (earlier->session_id != end.session_id || earlier->precinct_id != end.precinct_id) {
      return ReusedRequestId();
    }
    const uint64_t event_index = earlier->end_event;
    return SessionAnswer{std::move(*earlier), event_index, true};
  }
  TAANU_RETURN_IF_ERROR(CheckSession(ledger, end.session_id, end.precinct_id, end.terminal));
  SessionAnswer answer;
  TAANU_RETURN_IF_ERROR(ledger.EndSession(end, &answer.session));
  answer.event_index = answer.session.end_event;
  return answer;
}

}  // namespace taanu::rules
