#include "service/ledger/officers.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>

#include "enroll/store/connection.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"
#include "service/ledger/ledger_queries.h"

namespace taanu {
namespace {

int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

Result<std::string> HashCode(const std::string& code) {
  if (code.size() < kCodeBytesMin || code.size() > kCodeBytesMax) {
    return Fail(ErrorCode::kBadInput, "BAD_CODE", "code must be 6 to 64 bytes long");
  }
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), code.data(), code.size(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return Fail(ErrorCode::kUnavailable, "OUT_OF_MEMORY", "no memory left to hash a code");
  }
  return std::string(hash.data());
}

// What an officer's sealed id belongs to, so that rows cannot be swapped.
std::vector<uint8_t> Associated(std::string_view precinct_id, const KeyedReference& officer) {
  std::string text = "officer";
  text.append(reinterpret_cast<const char*>(officer.data()), officer.size());
  text += precinct_id;
  return {text.begin(), text.end()};
}

// The change made before under this id; none where it is new.
Result<std::optional<OfficerChange>> FindChange(Connection& connection,
                                                const OfficerRequest& request,
                                                const KeyedReference& officer, bool added) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row, connection.Query("SELECT event_index, precinct_id, officer_ref, added FROM "
                                      "officer_change WHERE request_id = ?1",
                                      request.request_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  const OfficerChange change{row.Bytes<16>(2), static_cast<uint64_t>(row.Int64(0)), true};
  const bool same = row.Text(1) == request.precinct_id && change.officer == officer &&
                    (row.Int64(3) != 0) == added;
  TAANU_RETURN_IF_ERROR(row.Check());
  if (same) return change;
  return Fail(ErrorCode::kConflict, "REQUEST_ID_REUSED",
              "request_id was used before for another request; make a new one for each");
}

Result<OfficerChange> LogChange(Connection& connection, const OfficerRequest& request,
                                const KeyedReference& officer, bool added) {
  const OfficerLeafFacts facts{request.request_id, request.precinct_id, officer,
                               request.operator_ref, NowUs()};
  OfficerChange change{officer, 0, false};
  TAANU_ASSIGN_OR_RETURN(
      change.event_index,
      AppendEvent(connection, OfficerLeaf(added ? "officer_added" : "officer_removed", facts)));
  TAANU_RETURN_IF_ERROR(connection.Run(
      "INSERT INTO officer_change(request_id, event_index, precinct_id, officer_ref, added) "
      "VALUES (?1, ?2, ?3, ?4, ?5)",
      request.request_id, change.event_index, request.precinct_id, officer, added));
  return change;
}

struct Trial {
  std::string code_hash;
  int64_t failure_count = 0;  // with this trial
};

// Counts a trial before the code is looked at, and locks where it was the last one.
Result<Trial> BeginTrial(Connection& connection, std::string_view precinct_id,
                         const KeyedReference& officer) {
  Trial trial;
  int64_t locked_until_us = 0;
  {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT code_hash, failure_count, locked_until_us FROM officer "
                         "WHERE precinct_id = ?1 AND officer_ref = ?2",
                         precinct_id, officer));
    TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) {
      return Fail(ErrorCode::kRefused, "UNKNOWN_OFFICER",
                  "this officer is not registered for the precinct; the administrator registers "
                  "officers with `taanu officers add`");
    }
    trial.code_hash = row.Text(0);
    trial.failure_count = row.Int64(1) + 1;
    locked_until_us = row.Int64(2);
    TAANU_RETURN_IF_ERROR(row.Check());
  }
  const int64_t now_us = NowUs();
  // A clock that was set back must not lock for longer than a lock lasts.
  if (now_us < locked_until_us && locked_until_us - now_us <= kCodeLockUs) {
    return Fail(ErrorCode::kRefused, "CODE_LOCKED",
                "too many wrong codes; codes of this officer are taken again in " +
                    std::to_string((locked_until_us - now_us) / 1'000'000 + 1) +
                    " s, or once the administrator gives a new one");
  }
  const int64_t lock_us = trial.failure_count >= kCodeTrialsMax ? now_us + kCodeLockUs : 0;
  TAANU_RETURN_IF_ERROR(
      connection.Run("UPDATE officer SET failure_count = ?3, locked_until_us = ?4 "
                     "WHERE precinct_id = ?1 AND officer_ref = ?2",
                     precinct_id, officer, trial.failure_count, lock_us));
  return trial;
}

}  // namespace

Result<OfficerChange> OfficerList::Add(const OfficerRequest& request, const std::string& code) {
  TAANU_ASSIGN_OR_RETURN(const std::string hash, HashCode(code));
  const KeyedReference officer = ReferenceOf(request.officer_id);
  const std::vector<uint8_t> sealed =
      vault_.Seal(std::span(reinterpret_cast<const uint8_t*>(request.officer_id.data()),
                            request.officer_id.size()),
                  Associated(request.precinct_id, officer));
  OfficerChange change;
  const Status done = database_.Write([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto earlier, FindChange(connection, request, officer, true));
    if (earlier) {
      change = *earlier;
      return {};
    }
    TAANU_ASSIGN_OR_RETURN(const auto precinct, QueryPrecinct(connection, request.precinct_id));
    if (!precinct) {
      return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
                  "precinct " + request.precinct_id + " does not exist; create it first");
    }
    TAANU_ASSIGN_OR_RETURN(change, LogChange(connection, request, officer, true));
    return connection.Run(
        "INSERT INTO officer(precinct_id, officer_ref, sealed, code_hash, add_event) "
        "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET sealed = excluded.sealed, "
        "code_hash = excluded.code_hash, add_event = excluded.add_event, failure_count = 0, "
        "locked_until_us = 0",
        request.precinct_id, officer, sealed, hash, change.event_index);
  });
  TAANU_RETURN_IF_ERROR(done);
  return change;
}

Result<OfficerChange> OfficerList::Remove(const OfficerRequest& request) {
  const KeyedReference officer = ReferenceOf(request.officer_id);
  OfficerChange change;
  const Status done = database_.Write([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto earlier, FindChange(connection, request, officer, false));
    if (earlier) {
      change = *earlier;
      return {};
    }
    TAANU_RETURN_IF_ERROR(
        connection.Run("DELETE FROM officer WHERE precinct_id = ?1 AND officer_ref = ?2",
                       request.precinct_id, officer));
    if (connection.changes() == 0) {
      return Fail(ErrorCode::kNotFound, "UNKNOWN_OFFICER",
                  "this officer is not registered for the precinct");
    }
    TAANU_ASSIGN_OR_RETURN(change, LogChange(connection, request, officer, false));
    return {};
  });
  TAANU_RETURN_IF_ERROR(done);
  return change;
}

Result<std::vector<OfficerRecord>> OfficerList::List(std::string_view precinct_id,
                                                     const std::optional<KeyedReference>& after,
                                                     int limit) const {
  std::vector<OfficerRecord> officers;
  const int64_t now_us = NowUs();
  const Status done = database_.Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT officer_ref, sealed, failure_count, locked_until_us FROM officer "
                         "WHERE precinct_id = ?1 AND (?2 IS NULL OR officer_ref > ?2) "
                         "ORDER BY officer_ref LIMIT ?3",
                         precinct_id, after, std::max(0, limit)));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) return {};
      OfficerRecord& officer = officers.emplace_back();
      officer.reference = row.Bytes<16>(0);
      // An id that a key of before had sealed is not worth failing the whole list.
      const auto id = vault_.Open(row.Blob(1), Associated(precinct_id, officer.reference));
      if (id) officer.officer_id.assign(id->begin(), id->end());
      officer.failure_count = static_cast<uint64_t>(row.Int64(2));
      if (row.Int64(3) > now_us) officer.locked_until_us = row.Int64(3);
      TAANU_RETURN_IF_ERROR(row.Check());
    }
  });
  TAANU_RETURN_IF_ERROR(done);
  return officers;
}

Result<bool> OfficerList::HasAny(std::string_view precinct_id) const {
  bool any = false;
  const Status done = database_.Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT 1 FROM officer WHERE precinct_id = ?1 LIMIT 1", precinct_id));
    TAANU_ASSIGN_OR_RETURN(any, row.Step());
    return {};
  });
  TAANU_RETURN_IF_ERROR(done);
  return any;
}

Status OfficerList::CheckCode(std::string_view precinct_id, std::string_view officer_id,
                              const KeyedReference& terminal, const std::string& code) {
  const KeyedReference officer = ReferenceOf(officer_id);
  Trial trial;
  const Status begun = database_.Write([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(trial, BeginTrial(connection, precinct_id, officer));
    return {};
  });
  TAANU_RETURN_IF_ERROR(begun);
  if (code.size() <= kCodeBytesMax &&
      crypto_pwhash_str_verify(trial.code_hash.c_str(), code.data(), code.size()) == 0) {
    return database_.Write([&](Connection& connection) {
      return connection.Run(
          "UPDATE officer SET failure_count = 0, locked_until_us = 0 "
          "WHERE precinct_id = ?1 AND officer_ref = ?2 AND code_hash = ?3",
          precinct_id, officer, trial.code_hash);
    });
  }
  const bool locked = trial.failure_count >= kCodeTrialsMax;
  const Status logged = database_.Write([&](Connection& connection) -> Status {
    return AppendEvent(connection, CodeRefusedLeaf(precinct_id, officer, terminal, locked, NowUs()))
        .map([](uint64_t) {});
  });
  TAANU_RETURN_IF_ERROR(logged);
  return Fail(ErrorCode::kRefused, locked ? "CODE_LOCKED" : "WRONG_CODE",
              locked ? "the code is wrong, and was so too often; codes of this officer are refused "
                       "for five minutes"
                     : "the code of this officer is wrong");
}

}  // namespace taanu
