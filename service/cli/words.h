// What the messages of the contract look like to a person: enum values without their prefix, times,
// and messages as JSON.
//
// Thread-safety: pure functions.
#pragma once

#include <google/protobuf/message.h>
#include <google/protobuf/timestamp.pb.h>

#include <string>
#include <string_view>

#include "enroll/extract/extractor.h"
#include "matcher/error.h"
#include "taanu/v1/biometrics.pb.h"
#include "taanu/v1/election.pb.h"

namespace taanu::cli {

std::string OutcomeWord(v1::Outcome outcome);             // ACCREDITED
std::string MethodWord(v1::IdentificationMethod method);  // FINGER
std::string PollsWord(v1::PollsState state);              // OPEN
std::string FallbackWord(v1::FallbackReason reason);
std::string CorrectionWord(v1::TotalsCorrectionReason reason);
std::string SessionWord(v1::SessionState state);
std::string CaseKindWord(v1::CaseKind kind);                    // REGISTER_DUPLICATE
std::string CaseStateWord(v1::CaseState state);                 // OPEN
std::string CaseDecisionWord(v1::CaseDecision decision);        // SAME_PERSON
std::string FingerWord(v1::FingerPosition position);            // right_index
std::string QualityWords(v1::QualityReason reason);             // what to do, a phrase
std::string QualityWords(QualityReason reason);                 // the same
std::string TimeWord(const google::protobuf::Timestamp& time);  // 2026-11-22 09:00:00Z

// A time of day or date and time in UTC: 2026-11-22, 2026-11-22T09:00 or 2026-11-22T09:00:00, each
// with or without a "Z". Errors: kBadInput.
Result<google::protobuf::Timestamp> ParseTime(std::string_view text);

// One line of the JSON mapping of protobuf, with the field names of the contract.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace taanu::cli
