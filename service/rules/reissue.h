// The rules by which a slip is issued again, in plain words.
//
// A slip can be lost, torn, or never leave the printer. It is issued again for a voter who was
// accredited in this precinct, as often as it is asked for, while the polls are open and after they
// closed: the accreditation stands, no total changes, and a slip may be needed by a court. Each
// copy carries its number, and who issued it at which terminal is in the audit log.
// Thread-safety: plain values; a ReissueTransaction belongs to the step that received it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/rules/election.h"

namespace taanu::rules {

// What a terminal asks for.
struct ReissueRequest {
  std::string request_id;  // canonical lower-case UUID
  KeyedReference voter{};
  std::string precinct_id;
  KeyedReference terminal{};
  KeyedReference operator_ref{};
  std::string session_id;  // canonical lower-case UUID; empty: none
};

struct ReissueAnswer {
  Accreditation accreditation;
  uint32_t issue_number = 0;  // 2 for the first copy, counted for each slip
  int64_t time_us = 0;
  uint64_t event_index = 0;
  bool replayed = false;
};

// One transaction, serialised against all others.
class ReissueTransaction {
 public:
  virtual ~ReissueTransaction() = default;

  // The answer given before to this request id, if any.
  virtual Result<std::optional<ReissueAnswer>> FindAnswer(std::string_view request_id) = 0;
  virtual Result<bool> HasPrecinct(std::string_view precinct_id) = 0;
  virtual Result<std::optional<Accreditation>> FindAccreditation(const KeyedReference& voter) = 0;
  // Writes the re-issue and its event "slip_reissued"; gives it its time, number and event index.
  virtual Status Record(const ReissueRequest& request, ReissueAnswer* answer) = 0;
};

// Errors: kBadInput (BAD_REQUEST_ID), kConflict (REQUEST_ID_REUSED: for another voter or precinct),
// kNotFound (UNKNOWN_PRECINCT; NOT_ACCREDITED: nobody of this number was accredited in this
// precinct). A repeated request gets the first answer.
Result<ReissueAnswer> ReissueSlip(ReissueTransaction& ledger, const ReissueRequest& request);

}  // namespace taanu::rules
