// What a change of a voter was answered, complete enough to be given again.
//
// Thread-safety: plain values and a pure function.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu {

// Numbers are kept in the file, and never change their meaning.
enum class VoterChangeKind : uint8_t {
  kEnrolled = 1,
  kFoundEnrolled = 2,  // an enrolment of what was enrolled before; nothing was changed
  kUpdated = 3,
  kMoved = 4,
  kFingerReenrolled = 5,
  kFingerConfirmed = 6,
  kFingerReverted = 7,
  kDeactivated = 8,
  kReactivated = 9,
  kErased = 10,
};

// Numbers as above.
enum class VoterState : uint8_t { kErased = 0, kActive = 1, kInactive = 2 };

struct VoterAnswer {
  VoterChangeKind kind = VoterChangeKind::kEnrolled;
  KeyedReference voter{};
  // A keyed digest of what was asked for; zeros once the voter was erased.
  KeyedReference content{};
  std::optional<uint64_t> event_index;  // of the change in the audit log
  int64_t time_us = 0;
  VoterState state = VoterState::kActive;  // after it, as all that follows
  std::string precinct_id;
  int reference_count = 0;
  bool replayed = false;
};

// Whether the request that was answered is this one. Errors: kConflict (REQUEST_ID_REUSED).
inline Status CheckSameRequest(const VoterAnswer& answer, VoterChangeKind kind,
                               const KeyedReference& voter, const KeyedReference& content) {
  const bool same_kind = answer.kind == kind || (kind == VoterChangeKind::kEnrolled &&
                                                 answer.kind == VoterChangeKind::kFoundEnrolled);
  const bool forgotten = answer.content == KeyedReference{};
  if (same_kind && answer.voter == voter && (forgotten || answer.content == content)) return {};
  return Fail(ErrorCode::kConflict, "REQUEST_ID_REUSED",
              "request_id was used before for another request; make a new one for each");
}

}  // namespace taanu
