// A voter as the file keeps one: sealed, and bound to the row that it belongs to.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/register/register.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

// The domain of keyed references to voters.
inline constexpr std::string_view kVoterDomain = "voter";

struct SealedFinger {
  FingerPosition position = FingerPosition::kUnknown;
  int view_number = 0;
  int quality = 0;
  size_t minutia_count = 0;
  std::string extractor_version;
  std::vector<uint8_t> sealed;
};

// An enrolment as the file keeps it: made on the caller's thread, so that the writer only writes.
struct SealedEnrollment {
  KeyedReference reference{};
  KeyedReference content{};
  std::string precinct_id;
  std::vector<uint8_t> sealed;
  std::vector<SealedFinger> fingers;
};

// What is read of a voter in one transaction; it is opened after that, on the caller's own time.
struct StoredVoter {
  SealedEnrollment voter;
  std::vector<int64_t> ordinals;  // of the fingers
  int64_t enroll_time_us = 0;
};

// Errors: kBadInput where a field breaks ValidateVoterData, a finger cannot be kept, or there are
// more than 20 fingers.
Result<SealedEnrollment> SealEnrollment(const Vault& vault, const EnrollmentRecord& record);

// Errors: kBadInput (SEAL_BROKEN, BAD_VOTER_RECORD, BAD_FINGER_VIEW), kUnsupported.
Result<EnrolledVoter> OpenVoter(const Vault& vault, const StoredVoter& stored);

}  // namespace taanu
