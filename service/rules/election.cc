#include "service/rules/election.h"

#include <algorithm>
#include <cmath>

namespace taanu::rules {

std::string_view OutcomeName(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAccredited:
      return "ACCREDITED";
    case Outcome::kNoMatch:
      return "NO_MATCH";
    case Outcome::kLowQuality:
      return "LOW_QUALITY";
    case Outcome::kAlreadyAccredited:
      return "ALREADY_ACCREDITED";
    case Outcome::kDuplicateFinger:
      return "DUPLICATE_FINGER";
    case Outcome::kNotOnRoll:
      return "NOT_ON_ROLL";
    case Outcome::kWrongPrecinct:
      return "WRONG_PRECINCT";
    case Outcome::kNoReference:
      return "NO_REFERENCE";
    case Outcome::kPollsNotOpen:
      return "POLLS_NOT_OPEN";
    case Outcome::kPollsClosed:
      return "POLLS_CLOSED";
    case Outcome::kAccreditedByFallback:
      return "ACCREDITED_BY_FALLBACK";
    case Outcome::kFallbackCapReached:
      return "FALLBACK_CAP_REACHED";
    case Outcome::kAmbiguous:
      return "AMBIGUOUS";
  }
  return "UNKNOWN";
}

std::string_view MethodName(Method method) {
  switch (method) {
    case Method::kFinger:
      return "FINGER";
    case Method::kFallback:
      return "FALLBACK";
    case Method::kFingerSearch:
      return "FINGER_SEARCH";
  }
  return "UNKNOWN";
}

std::optional<Outcome> DecideBeforeIdentification(const AttemptFacts& facts) {
  // 1. Nobody is accredited where the polls are not open. Before and after the hours of the polls
  //    nothing more is looked at, and nothing about the voter is told.
  if (facts.polls == PollsState::kNotOpen) return Outcome::kPollsNotOpen;
  if (facts.polls == PollsState::kClosed) return Outcome::kPollsClosed;

  // 2. Only a voter of the register votes, and only one who was not taken off the roll. Why a voter
  //    was is not told here: that is the office's business, not the terminal's.
  if (!facts.voter_precinct_id || !facts.voter_active) return Outcome::kNotOnRoll;

  // 3. A voter votes in the precinct on whose roll the voter is. This comes before rule 4, so
  //    that a terminal learns of accreditations in its own precinct alone.
  if (*facts.voter_precinct_id != facts.precinct_id) return Outcome::kWrongPrecinct;

  // 4. A voter is accredited once. This holds whether or not the finger matches now, and whatever
  //    the quality of its capture: people settle the case, with the evidence that is recorded.
  if (facts.earlier) return Outcome::kAlreadyAccredited;
  return std::nullopt;
}

Outcome DecideFingerAttempt(const AttemptFacts& facts, const Evidence& evidence) {
  // 1. to 4. What holds however the voter is identified.
  if (const auto barred = DecideBeforeIdentification(facts)) return *barred;

  // 5. A voter of whom no finger is enrolled cannot be identified by one.
  if (facts.references_enrolled == 0) return Outcome::kNoReference;

  // 6. A capture that is too poor to compare says nothing about the voter: it is to be repeated,
  //    and is not a failed comparison.
  if (evidence.samples_usable == 0) return Outcome::kLowQuality;

  // 7. There were good captures, but none of the enrolled fingers could be compared with them, such
  //    as references of other fingers than those that were captured.
  if (evidence.references_compared == 0) return Outcome::kNoReference;

  // 8. The comparison decides: below the threshold the voter is not identified.
  if (!evidence.matched()) return Outcome::kNoMatch;

  // 9. One person votes once, under whatever names: where the same finger was accredited under
  //    another identity, the case is for people. Should that be a chance likeness, two officers
  //    settle it on the spot.
  if (facts.finger_holder) return Outcome::kDuplicateFinger;

  // 10. What remains is a voter of this roll, identified, and not accredited before.
  return Outcome::kAccredited;
}

double FuseScores(double best_score, int comparisons) {
  const double fused = best_score - 10.0 * std::log10(std::max(1, comparisons));
  // A score that is no number is no evidence.
  return fused > 0.0 ? fused : 0.0;
}

}  // namespace taanu::rules
