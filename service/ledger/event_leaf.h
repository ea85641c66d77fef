// The leaves of the audit log: what an auditor reads, byte for byte as it is hashed.
//
// A leaf is JSON with its keys in the order of their bytes and no white space, so that one event
// has one form. Numbers are integers (scores in thousandths of a decibel, times in microseconds
// since 1970, UTC); a false match rate is a string, since programs write fractions in different
// ways. Every leaf has "v" (1), "type" and "time_us". Persons, terminals and operators are keyed
// references in hexadecimal.
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "enroll/register/sqlite_register.h"
#include "service/ledger/case_queries.h"
#include "service/ledger/daemon_runs.h"
#include "service/ledger/duplicate_search_record.h"
#include "service/ledger/protocol_store.h"
#include "service/rules/adjudication.h"
#include "service/rules/ledger.h"
#include "service/rules/reissue.h"
#include "service/rules/voter_change.h"

namespace taanu {

// type "attempt". `answer` is complete but for its event index. An attempt that searched a roll and
// found no one has no "voter".
std::string AttemptLeaf(const rules::AttemptAnswer& answer);

// type "suspicious_attempts", beside the attempt that made it so.
std::string SuspiciousAttemptsLeaf(const rules::AttemptAnswer& answer);

// type "terminal_too_fast": a terminal made attempts faster than it may, and was told to wait.
std::string TerminalTooFastLeaf(std::string_view precinct_id, const KeyedReference& terminal,
                                int64_t time_us);

// type "precinct_created".
std::string PrecinctCreatedLeaf(std::string_view precinct_id, int64_t time_us);

// type "polls_opened" or "polls_closed". The latter seals the totals: voters on the roll, voters
// accredited, attempts by outcome, accreditations by fallback by their reason.
std::string PollsLeaf(const rules::PrecinctRecord& precinct, std::string_view request_id,
                      const KeyedReference& operator_ref,
                      const std::map<rules::Outcome, uint64_t>& attempts,
                      const rules::FallbackCounts& fallbacks);

// type "totals_corrected". `correction` is complete but for its event index.
std::string TotalsCorrectedLeaf(const rules::TotalsCorrection& correction);

// type "session_started" or "session_taken_over". `session` is complete but for its event index.
std::string SessionBegunLeaf(const rules::Session& session);

// type "session_ended".
std::string SessionEndedLeaf(const rules::Session& session, const rules::SessionEnd& end,
                             int64_t time_us);

// An officer of a precinct who was added to its list or taken off it.
struct OfficerLeafFacts {
  const std::string& request_id;
  const std::string& precinct_id;
  KeyedReference officer{};
  KeyedReference operator_ref{};
  int64_t time_us = 0;
};
// type "officer_added" or "officer_removed".
std::string OfficerLeaf(std::string_view type, const OfficerLeafFacts& facts);

// type "officer_code_refused": a wrong code, and whether it locked the officer's codes.
std::string CodeRefusedLeaf(std::string_view precinct_id, const KeyedReference& officer,
                            const KeyedReference& terminal, bool locked, int64_t time_us);

// type "slip_reissued": which slip, the number of the copy, and who issued it where. `answer` is
// complete but for its event index.
std::string SlipReissuedLeaf(const rules::ReissueRequest& request,
                             const rules::ReissueAnswer& answer);

// type "clock_jumped": "time_us" is what the wall clock shows, "expected_us" what it should have
// shown; "seen" is "running", or "start" where it stood before the last entry when the daemon
// began.
std::string ClockJumpedLeaf(int64_t expected_us, int64_t found_us, std::string_view seen);

// type "voter_enrolled".
std::string VoterEnrolledLeaf(const VoterEnrolled& voter);

// type "voter_updated", "voter_moved", "voter_finger_reenrolled", "voter_finger_confirmed",
// "voter_finger_reverted", "voter_deactivated", "voter_reactivated" or "voter_erased". `answer` is
// complete but for its event index; `from` is the precinct before a move.
std::string VoterChangedLeaf(const rules::VoterChange& change, const VoterAnswer& answer,
                             std::string_view from);

// type "case_opened", of a pair of the register; a case of an attempt is opened by its "attempt".
std::string CaseOpenedLeaf(const DuplicateCase& opened);

// type "case_decided". `answer` is complete but for its event index.
std::string CaseDecidedLeaf(rules::CaseKind kind, const rules::CaseAnswer& answer);

// type "duplicate_search_started" and "duplicate_search_ended". The latter says in "end" whether it
// was "COMPLETE" and, where it is known, who and how many were searched.
std::string SearchStartedLeaf(const SearchRecord& search);
std::string SearchEndedLeaf(const SearchRecord& search, int64_t time_us);

// type "register_exported" or "store_backed_up", "store_key_changed": what an office did with the
// register as a whole. `precinct_id` is empty where it concerns all.
std::string OfficeLeaf(std::string_view type, std::string_view request_id,
                       const KeyedReference& operator_ref, std::string_view precinct_id,
                       int64_t time_us);

// type "protocol_imported": a file of protocols by its digest, with how many protocols it holds and
// how many of them change earlier figures; the reason by its digest, since it is free text.
// `answer` is complete but for its event index.
std::string ProtocolImportedLeaf(const ProtocolImport& import, const ProtocolImportAnswer& answer);

// type "reconciliation_tolerance_set".
std::string ToleranceLeaf(const reconcile::Tolerance& tolerance, int64_t time_us);

// type "daemon_started": what serves from now on. `clean_stop` is whether the run before it was
// stopped, rather than cut off; nothing for the first.
std::string DaemonStartedLeaf(const DaemonIdentity& daemon, std::optional<bool> clean_stop,
                              int64_t time_us);
// type "daemon_stopped".
std::string DaemonStoppedLeaf(int64_t time_us);
// type "key_taken_into_use": the `purpose` ("store" or "audit") and the key by its fingerprint, or
// its public key. `before` is empty for the first.
std::string KeyTakenIntoUseLeaf(std::string_view purpose, std::string_view key,
                                std::string_view before, int64_t time_us);

// type "log_exported": an export of the log with `log_size` entries was begun.
std::string LogExportedLeaf(std::string_view roles, std::string_view peer, uint64_t log_size,
                            int64_t time_us);

// Calls of one kind between `from_us` and the time of the event.
struct CountedCalls {
  std::string_view type;   // "calls_refused" or "log_queried"
  std::string_view what;   // the reason of the refusal, or the method
  std::string_view roles;  // of the certificate, with commas
  std::string_view peer;   // a keyed reference; empty where none is told apart
  uint64_t count = 0;
  int64_t from_us = 0;
};
std::string CountedCallsLeaf(const CountedCalls& calls, int64_t time_us);

}  // namespace taanu
