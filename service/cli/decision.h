// A decision about a voter, in words that can be read across a table.
//
// Thread-safety: pure functions.
#pragma once

#include <string>

#include "service/cli/exit_status.h"
#include "taanu/v1/verification_service.pb.h"

namespace taanu::cli {

// What the outcome means to the operator: "The voter may take a ballot."
std::string OutcomeSentence(const v1::VerifyVoterResponse& decision);

// The outcome large, then what it rests on, line by line.
std::string DecisionText(const v1::VerifyVoterResponse& decision);

// The same for a fallback.
std::string FallbackText(const v1::RecordFallbackResponse& decision);

// kSuccess where the voter was accredited, kBadInput where a new capture is asked for, kNotFound
// for a number that is not in the register, kRefused for every other outcome.
ExitStatus StatusFor(v1::Outcome outcome);

}  // namespace taanu::cli
