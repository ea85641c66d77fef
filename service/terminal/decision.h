// A decision about a voter, as the station shows it.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "taanu/v1/election.pb.h"
#include "taanu/v1/verification_service.pb.h"

namespace taanu::terminal {

// What the operator does about it, each with a colour, a shape and a word of its own.
enum class Tone : uint8_t {
  kGreen,  // gives the ballot
  kAmber,  // no ballot yet: something can be done here and now
  kRed,    // no ballot
};
std::string_view ToneName(Tone tone);  // such as "green"

// Red is every outcome that nothing done at this terminal will change.
Tone ToneOf(v1::Outcome outcome);

// The accreditation that was given, now or earlier.
struct Given {
  uint64_t slip_number = 0;
  std::string precinct_id;
  int64_t time_s = 0;  // seconds since 1970, UTC
};

// What is printed for the voter.
struct GivenSlip {
  std::string text = {};      // plain text of 32 columns
  std::string code = {};      // what its QR code holds
  uint32_t issue_number = 0;  // 1 the slip itself, 2 and more its copies
};

struct Decision {
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  bool finger_matched = false;
  std::optional<Given> given;
  std::string voter_precinct_id;  // with OUTCOME_WRONG_PRECINCT
  uint64_t case_id = 0;           // where one was opened
  int64_t time_s = 0;             // seconds since 1970, UTC
  bool replayed = false;          // the first answer to the question, given again
  std::string voter_number;       // of the voter who was found by finger alone
  std::string disputable;         // with OUTCOME_DUPLICATE_FINGER: what officers may dispute
  uint64_t fallbacks_used = 0;    // with a fallback: those of the precinct, and their cap
  uint64_t fallbacks_max = 0;
  std::optional<GivenSlip> slip;  // with an accreditation, and where it was issued again
};

Decision ToDecision(const v1::VerifyVoterResponse& response);
Decision ToDecision(const v1::IdentifyVoterResponse& response);
Decision ToDecision(const v1::RecordFallbackResponse& response);
GivenSlip ToSlip(const v1::Slip& slip);

}  // namespace taanu::terminal
