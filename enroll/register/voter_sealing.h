// A voter as the file keeps one: sealed with the voter's own data key, and bound to the row that it
// belongs to. The data key is sealed with the register's key (enroll/store/data_key.h).
//
// A voter without a data key was written by a version that sealed with the register's key
// itself; such a one is read as any other, and sealed again by the resealer.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <optional>
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
  int64_t ordinal = 0;  // of all references that the voter has had
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
  // None where the voter is on the roll.
  std::optional<DeactivationReason> inactive;
  WrappedKey data_key;
  std::vector<uint8_t> sealed;
  std::vector<SealedFinger> fingers;
};

// What is read of a voter in one transaction; it is opened after that, on the caller's own time.
struct StoredVoter {
  int64_t voter_id = 0;
  SealedEnrollment voter;
  // Fingers that were enrolled again, as they were before; not compared.
  std::vector<SealedFinger> history;
  int64_t enroll_time_us = 0;
};

// Errors: kBadInput where a field breaks ValidateVoterData, a finger cannot be kept, or there are
// more than 20 fingers.
Result<SealedEnrollment> SealEnrollment(const Vault& vault, const EnrollmentRecord& record);

// Errors: kBadInput (SEAL_BROKEN, BAD_VOTER_RECORD, BAD_FINGER_VIEW), kUnsupported.
Result<EnrolledVoter> OpenVoter(const Vault& vault, const StoredVoter& stored);

// The voter's data key, where there is one. Errors: kBadInput (SEAL_BROKEN).
Result<DataKey> OpenDataKey(const Vault& vault, const SealedEnrollment& voter);

// The voter's data alone, without the precinct; sealing them gives `voter` the `sealed` that goes
// with its row as it is now: precinct, state, and the ordinals of its fingers. Neither is for a
// voter without a data key. Errors: as OpenVoter.
Result<VoterData> OpenData(const DataKey& key, const SealedEnrollment& voter);
void SealData(const DataKey& key, const VoterData& data, SealedEnrollment* voter);

// Seals a finger that is added under `ordinal`. Errors: as SealEnrollment.
Result<SealedFinger> SealFinger(const DataKey& key, const KeyedReference& voter, int64_t ordinal,
                                const FingerReference& finger);

// Seals the data key with the register's key in use, where another one sealed it. Errors: as
// OpenDataKey.
Status Rewrap(const Vault& vault, SealedEnrollment* voter);

// The same for a voter who may be without a data key, and then gets one: all fingers and the
// history are sealed with it. Errors: as OpenVoter.
Status Reseal(const Vault& vault, StoredVoter* stored);

}  // namespace taanu
