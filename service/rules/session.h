// Sessions: which device acts for a station of a precinct.
//
// A station has one session at a time, so that a device and its backup never both accredit and
// never both report. A backup takes the station over by two people, with a reason; the device that
// was taken over is told so at its next call. Source: DESIGN section 5.
// Thread-safety: plain values and pure functions; a SessionStore belongs to its transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "enroll/store/sealing.h"  // KeyedReference
#include "matcher/error.h"

namespace taanu::rules {

class LedgerTransaction;

// Numbers as in taanu/v1/election.proto; they are kept in the log, and never change their meaning.
enum class SessionState : uint8_t { kLive = 1, kEnded = 2, kTakenOver = 3 };
enum class TakeOverReason : uint8_t {
  kDeviceFailed = 1,
  kDeviceLost = 2,
  kPowerLost = 3,
  kOther = 4,
};
std::string_view TakeOverReasonName(TakeOverReason reason);  // "DEVICE_FAILED"

// What two people state when a station is taken over.
struct TakeOver {
  TakeOverReason reason = TakeOverReason::kOther;
  KeyedReference second_officer{};
};

struct Session {
  // The request id by which it began: canonical lower-case UUID.
  std::string session_id;
  std::string precinct_id;
  std::string station_id;
  KeyedReference terminal{};
  KeyedReference operator_ref{};
  std::optional<TakeOver> take_over;  // none: it was started
  // The session before it that it took over, or that the same device had left; empty for none.
  std::string predecessor;
  SessionState state = SessionState::kLive;
  int64_t start_time_us = 0;
  uint64_t start_event = 0;
  std::optional<int64_t> end_time_us;
  uint64_t end_event = 0;      // with an end
  std::string end_request_id;  // of EndSession; empty where another session ended it
};

struct SessionAnswer {
  Session session;
  uint64_t event_index = 0;
  bool replayed = false;
};

// Asks to end a session.
struct SessionEnd {
  std::string request_id;  // canonical lower-case UUID
  std::string session_id;
  std::string precinct_id;
  KeyedReference terminal{};
  KeyedReference operator_ref{};
};

// 1 to 32 characters of A-Z a-z 0-9 . _ -
bool IsStationId(std::string_view text);

// The part of a transaction that sessions need.
class SessionStore {
 public:
  virtual ~SessionStore() = default;

  virtual Result<std::optional<Session>> FindSession(std::string_view session_id) = 0;
  virtual Result<std::optional<Session>> FindLiveSession(std::string_view precinct_id,
                                                         std::string_view station_id) = 0;
  virtual Result<std::optional<Session>> FindSessionEndedBy(std::string_view request_id) = 0;
  // Writes the session and its event, and ends its predecessor, if it has one. The store itself
  // refuses a second live one of the station.
  virtual Status BeginSession(Session* session) = 0;
  // Writes the end and its event.
  virtual Status EndSession(const SessionEnd& end, Session* session) = 0;
};

// Whether a call of this terminal may be served under this session. Errors: kNotFound
// (UNKNOWN_SESSION), kConflict (SESSION_TAKEN_OVER, SESSION_ENDED, SESSION_OF_ANOTHER_DEVICE); each
// message says what to do.
Status CheckSession(SessionStore& store, std::string_view session_id, std::string_view precinct_id,
                    const KeyedReference& terminal);

// Starts `session` (id, precinct, station, terminal, operator), or takes the station over where it
// has a `take_over`. A repeated request gets its first answer. Errors: kNotFound
// (UNKNOWN_PRECINCT), kBadInput (BAD_REQUEST_ID, BAD_STATION_ID, SAME_OFFICER), kConflict
// (POLLS_CLOSED, SESSION_EXISTS, NO_SESSION, REQUEST_ID_REUSED).
Result<SessionAnswer> StartSession(LedgerTransaction& ledger, const Session& session);

// Errors: kBadInput (BAD_REQUEST_ID), kConflict (REQUEST_ID_REUSED), those of CheckSession. A
// repeated request gets its first answer.
Result<SessionAnswer> EndSession(LedgerTransaction& ledger, const SessionEnd& end);

}  // namespace taanu::rules
