#include "service/rules/roll_search.h"

namespace taanu::rules {

Outcome DecideSearchAttempt(const AttemptFacts& facts, const Evidence& evidence,
                            const RollSearch& search) {
  // 1. As for every attempt, nothing is looked at and nothing told while the polls are not open.
  if (facts.polls == PollsState::kNotOpen) return Outcome::kPollsNotOpen;
  if (facts.polls == PollsState::kClosed) return Outcome::kPollsClosed;

  // 2. A capture that is too poor to compare was not searched with.
  if (evidence.samples_usable == 0) return Outcome::kLowQuality;

  // 3. Everybody on the roll was searched, and nobody is that alike.
  if (search.found_count == 0) return Outcome::kNoMatch;

  // 4. Two people of one roll cannot both be who stands here, and a machine does not choose: the
  //    voter gives a number, or another finger.
  if (search.found_count > 1) return Outcome::kAmbiguous;

  // 5. One voter was found, who is treated as one who gave that number.
  return DecideFingerAttempt(facts, evidence);
}

}  // namespace taanu::rules
