// One voter to enrol, from the messages of the contract to the record that the register takes. The
// same for a single enrolment and for an item of a bulk load.
#pragma once

#include <google/protobuf/repeated_ptr_field.h>

#include <vector>

#include "enroll/register/register.h"
#include "matcher/error.h"
#include "service/rpc/backend.h"
#include "taanu/v1/enrollment_service.pb.h"

namespace taanu::rpc {

// Samples of one enrolment at most: two of each finger.
inline constexpr int kEnrollmentSamplesMax = 20;

struct PreparedEnrollment {
  EnrollmentRecord record;
  // What became of each sample, in the order sent.
  std::vector<v1::FingerReport> reports;
};

// Validates the voter, and makes references of the samples. A sample that cannot be used is
// reported and left out: the voter is enrolled with the rest, and is found again by ListVoters
// where nothing is left.
//
// Errors: kBadInput with the field (BAD_SAMPLE_COUNT, DUPLICATE_POSITION, FINGER_MISSING_AND_SENT,
// those of ValidateVoterData). Thread-safety: may be called from any thread.
Result<PreparedEnrollment> PrepareEnrollment(
    const Backend& backend, const v1::Voter& voter,
    const google::protobuf::RepeatedPtrField<v1::FingerSample>& samples);

// Errors: kBadInput with the field (UNUSABLE_FINGER) where a sample gave no reference.
Status RequireAllSamples(const std::vector<v1::FingerReport>& reports);

}  // namespace taanu::rpc
