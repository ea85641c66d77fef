// The register: who may vote, and the references by which they are known.
//
// A narrow interface; SQLite is behind it today. Thread-safety: may be used from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "enroll/store/sealing.h"
#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

enum class Sex : uint8_t { kUnspecified = 0, kFemale = 1, kMale = 2 };

// Why a finger cannot be captured.
enum class MissingReason : uint8_t { kAmputated = 1, kBandaged = 2, kDamaged = 3 };

struct MissingFinger {
  FingerPosition position = FingerPosition::kUnknown;  // a known one
  MissingReason reason = MissingReason::kAmputated;

  bool operator==(const MissingFinger&) const = default;
};

struct VoterData {
  std::string voter_number;  // 1-64 bytes of UTF-8 without control characters
  std::string family_name;   // at most 200 bytes of UTF-8
  std::string given_names;   // at most 200 bytes of UTF-8
  int birth_year = 0;        // 0 where it is not known
  Sex sex = Sex::kUnspecified;
  std::string precinct_id;  // 1-32 characters of A-Z a-z 0-9 . _ -
  // Each finger once, in any order.
  std::vector<MissingFinger> missing_fingers = {};
};

// Says what is wrong with the data, and in which field. `this_year` bounds the year of birth.
Status ValidateVoterData(const VoterData& voter, int this_year);
Status ValidatePrecinctId(std::string_view precinct_id);

// One finger's reference, as the comparator takes it.
struct FingerReference {
  FingerView view;
  std::string extractor_version;  // "foreign" where the template came from outside
};

// Why a voter was taken off the roll. Numbers as in taanu/v1/voter_change.proto; they are kept in
// the file and in the log, and never change their meaning.
enum class DeactivationReason : uint8_t {
  kDied = 1,
  kMovedAway = 2,
  kDuplicate = 3,
  kNotEligible = 4,
  kMistake = 5,
  kOther = 6,
};

struct EnrolledVoter {
  KeyedReference reference{};
  VoterData data;
  int64_t enroll_time_us = 0;  // microseconds since 1970, UTC
  std::vector<FingerReference> fingers;
  // Fingers that were enrolled again, as they were before; not to be compared.
  std::vector<FingerReference> superseded;
  // None where the voter is on the roll.
  std::optional<DeactivationReason> inactive;
};

struct VoterSummary {
  KeyedReference reference{};
  std::string precinct_id;
  int reference_count = 0;
  bool active = true;
};

struct EnrollmentRecord {
  VoterData data;
  std::vector<FingerReference> fingers;
  // A digest of what the caller sent (data and samples), by which a repeated enrolment is known.
  std::array<uint8_t, 32> content_digest{};
  // The request that asks for it, by which a repeated one is known; empty for none, as in a bulk
  // load, whose items are known by their content.
  std::string request_id;
};

struct EnrollmentAnswer {
  KeyedReference reference{};
  bool already_enrolled = false;
};

class Register {
 public:
  virtual ~Register() = default;

  virtual KeyedReference ReferenceOf(std::string_view voter_number) const = 0;

  // Queues an enrolment; `done` is called, on another thread, once it is durable. The same number
  // with the same content digest is answered as already enrolled. Errors given to `done`: kConflict
  // (VOTER_NUMBER_EXISTS: other data), kConflict (REQUEST_ID_REUSED), kNotFound (UNKNOWN_PRECINCT).
  // Errors returned: kExhausted, kUnavailable. A request id that was answered before gets the first
  // answer.
  virtual Status Enroll(EnrollmentRecord record,
                        std::function<void(Result<EnrollmentAnswer>)> done) = 0;

  // What Enroll would give to `done`, with nothing stored. Errors: as Enroll.
  virtual Result<EnrollmentAnswer> CheckEnrollment(const EnrollmentRecord& record) const = 0;

  // Errors: kNotFound, kBadInput (SEAL_BROKEN).
  virtual Result<EnrolledVoter> Find(const KeyedReference& reference) const = 0;

  // Voters after `after` in the order of their references, at most `limit`; `without_reference`
  // gives those alone who are on the roll and have none.
  virtual Result<std::vector<VoterSummary>> List(std::string_view precinct_id,
                                                 bool without_reference,
                                                 std::optional<KeyedReference> after,
                                                 int limit) const = 0;

  // Calls `visit` with every voter as they are in one state of the register, in no order that means
  // anything. Errors: as Find, and the first one of `visit`, which ends it.
  virtual Status ForEach(const std::function<Status(const EnrolledVoter&)>& visit) const = 0;

  // Voters on one roll, or on all where `precinct_id` is empty.
  virtual Result<uint64_t> Count(std::string_view precinct_id) const = 0;
};

}  // namespace taanu
