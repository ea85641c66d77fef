// Random elections on the real ledger, checked step by step against a model in plain containers.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <map>
#include <set>
#include <variant>

#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

using rules::Outcome;
using rules::PollsState;

// What the finger shows in an attempt.
enum class Finger { kMatches, kDiffers, kTooPoor, kNotCompared };

struct AttemptStep {
  int voter = 0;
  int precinct = 0;
  int request = 0;
  Finger finger = Finger::kMatches;
};
struct PollsStep {
  bool open = false;
  int precinct = 0;
  int request = 0;
};
using Step = std::variant<AttemptStep, PollsStep>;

// P9 does not exist.
const std::string kPrecincts[] = {"P1", "P2", "P9"};
struct KnownVoter {
  std::string number;
  std::string precinct;  // empty: not in the register
  int fingers;
};
const KnownVoter kVoters[] = {
    {"A", "P1", 1}, {"B", "P1", 2}, {"C", "P2", 1}, {"N", "P1", 0}, {"X", "", 0}};

void showValue(const Step& step, std::ostream& out) {
  if (const auto* attempt = std::get_if<AttemptStep>(&step)) {
    out << "attempt(" << kVoters[attempt->voter].number << " at " << kPrecincts[attempt->precinct]
        << ", request " << attempt->request << ", finger " << static_cast<int>(attempt->finger)
        << ")";
  } else {
    const auto& polls = std::get<PollsStep>(step);
    out << (polls.open ? "open(" : "close(") << kPrecincts[polls.precinct] << ", request "
        << polls.request << ")";
  }
}

// What a step should give: an error's reason, or an outcome with what belongs to it.
struct Expected {
  std::string error;
  Outcome outcome = Outcome::kNoMatch;
  uint64_t slip = 0;
  uint64_t case_id = 0;
  uint64_t event_index = 0;
  bool replayed = false;
};

class Model {
 public:
  explicit Model(uint64_t log_size) : log_size_(log_size) {}

  Expected Attempt(const AttemptStep& step) {
    if (const auto earlier = attempts_.find(step.request); earlier != attempts_.end()) {
      const auto& [first, answer] = earlier->second;
      if (first.voter != step.voter || first.precinct != step.precinct) {
        return Refused("REQUEST_ID_REUSED");
      }
      Expected again = answer;
      again.replayed = true;
      return again;
    }
    if (kPrecincts[step.precinct] == "P9") return Refused("UNKNOWN_PRECINCT");
    Expected expected;
    expected.outcome = Decide(step);
    if (expected.outcome == Outcome::kAccredited) slips_[step.voter] = ++last_slip_[step.precinct];
    if (expected.outcome == Outcome::kAlreadyAccredited) expected.case_id = ++cases_;
    if (expected.outcome == Outcome::kAccredited ||
        expected.outcome == Outcome::kAlreadyAccredited) {
      expected.slip = slips_.at(step.voter);
    }
    expected.event_index = log_size_++;
    ++outcomes_[std::string(rules::OutcomeName(expected.outcome))];
    attempts_[step.request] = {step, expected};
    return expected;
  }

  Expected Polls(const PollsStep& step) {
    if (const auto earlier = polls_.find(step.request); earlier != polls_.end()) {
      const auto& [first, answer] = earlier->second;
      if (first.open != step.open || first.precinct != step.precinct) {
        return Refused("REQUEST_ID_REUSED");
      }
      return answer;
    }
    if (kPrecincts[step.precinct] == "P9") return Refused("UNKNOWN_PRECINCT");
    if (closed_.contains(step.precinct)) return Refused("POLLS_CLOSED");
    const bool is_open = open_.contains(step.precinct);
    if (step.open && is_open) return Refused("POLLS_ALREADY_OPEN");
    if (!step.open && !is_open) return Refused("POLLS_NOT_OPEN");
    (step.open ? open_ : closed_).insert(step.precinct);
    Expected expected;
    expected.event_index = log_size_++;
    polls_[step.request] = {step, expected};
    return expected;
  }

  uint64_t log_size() const { return log_size_; }
  uint64_t cases() const { return cases_; }
  const std::map<std::string, uint64_t>& outcomes() const { return outcomes_; }
  uint64_t accredited(int precinct) const {
    const auto slip = last_slip_.find(precinct);
    return slip == last_slip_.end() ? 0 : slip->second;
  }

 private:
  static Expected Refused(std::string reason) {
    Expected expected;
    expected.error = std::move(reason);
    return expected;
  }

  Outcome Decide(const AttemptStep& step) const {
    const KnownVoter& voter = kVoters[step.voter];
    if (closed_.contains(step.precinct)) return Outcome::kPollsClosed;
    if (!open_.contains(step.precinct)) return Outcome::kPollsNotOpen;
    if (voter.precinct.empty()) return Outcome::kNotOnRoll;
    if (voter.precinct != kPrecincts[step.precinct]) return Outcome::kWrongPrecinct;
    if (slips_.contains(step.voter)) return Outcome::kAlreadyAccredited;
    if (voter.fingers == 0) return Outcome::kNoReference;
    switch (step.finger) {
      case Finger::kTooPoor:
        return Outcome::kLowQuality;
      case Finger::kNotCompared:
        return Outcome::kNoReference;
      case Finger::kDiffers:
        return Outcome::kNoMatch;
      case Finger::kMatches:
        break;
    }
    return Outcome::kAccredited;
  }

  uint64_t log_size_;
  uint64_t cases_ = 0;
  std::set<int> open_, closed_;
  std::map<int, uint64_t> slips_, last_slip_;
  std::map<int, std::pair<AttemptStep, Expected>> attempts_;
  std::map<int, std::pair<PollsStep, Expected>> polls_;
  std::map<std::string, uint64_t> outcomes_;
};

Step AnyStep() {
  // Polls change seldom, so that most attempts meet open ones; few request ids, so that many
  // repeat.
  if (*rc::gen::inRange(0, 6) == 0) {
    return PollsStep{*rc::gen::weightedElement<bool>({{3, true}, {1, false}}),
                     *rc::gen::weightedElement<int>({{4, 0}, {3, 1}, {1, 2}}),
                     *rc::gen::inRange(0, 8)};
  }
  return AttemptStep{*rc::gen::inRange(0, 5),
                     *rc::gen::weightedElement<int>({{6, 0}, {4, 1}, {1, 2}}),
                     *rc::gen::inRange(0, 40),
                     *rc::gen::weightedElement<Finger>({{6, Finger::kMatches},
                                                        {2, Finger::kDiffers},
                                                        {1, Finger::kTooPoor},
                                                        {1, Finger::kNotCompared}})};
}

rules::Evidence EvidenceOf(Finger finger) {
  switch (finger) {
    case Finger::kMatches:
      return {1, 2, 40, 40, FingerPosition::kRightThumb};
    case Finger::kDiffers:
      return {1, 2, 39.5, 40, FingerPosition::kRightThumb};
    case Finger::kTooPoor:
      return {0, 0, 0, 40, FingerPosition::kUnknown};
    case Finger::kNotCompared:
      return {2, 0, 0, 40, FingerPosition::kUnknown};
  }
  return {};
}

void CheckAttempt(const AttemptStep& step, const Result<rules::AttemptAnswer>& answer,
                  const Expected& expected) {
  RC_ASSERT((answer ? std::string() : answer.error().reason) == expected.error);
  if (!answer) return;
  RC_ASSERT(answer->outcome == expected.outcome);
  RC_ASSERT(answer->replayed == expected.replayed);
  RC_ASSERT(answer->event_index == expected.event_index);
  RC_ASSERT(answer->case_id == expected.case_id);
  RC_ASSERT((answer->accreditation ? answer->accreditation->slip_number : 0) == expected.slip);
  if (expected.outcome == Outcome::kWrongPrecinct) {
    RC_ASSERT(answer->voter_precinct_id == kVoters[step.voter].precinct);
  }
}

void CheckPolls(const Result<rules::PollsChange>& change, const PollsStep& step,
                const Expected& expected) {
  RC_ASSERT((change ? std::string() : change.error().reason) == expected.error);
  if (!change) return;
  RC_ASSERT(change->event_index == expected.event_index);
  RC_ASSERT(change->precinct.state == (step.open ? PollsState::kOpen : PollsState::kClosed));
}

void CheckTotals(const Election& election, const Model& model) {
  RC_ASSERT(election.OutcomesInLog() == model.outcomes());
  RC_ASSERT(election.OutcomesInFigures() == model.outcomes());
  RC_ASSERT(election.Log().size() == model.log_size());
  RC_ASSERT(election.RootIsThatOfTheLeaves());
  RC_ASSERT(Election::Expect(election.ledger->ListCases("", 0, 1000)).size() == model.cases());
  for (int precinct : {0, 1}) {
    const auto record = Election::Expect(election.ledger->GetPrecinct(kPrecincts[precinct]));
    RC_ASSERT(record.accredited_count == model.accredited(precinct));
  }
}

TEST(LedgerModelTest, EverySequenceOfStepsGivesWhatTheModelGives) {
  EXPECT_TRUE(rc::check([] {
    const TempFolder folder;
    Election election(folder / "");
    election.AddPrecinct("P1");
    election.AddPrecinct("P2");
    for (const KnownVoter& voter : kVoters) {
      if (!voter.precinct.empty()) election.AddVoter(voter.number, voter.precinct, voter.fingers);
    }
    Model model(election.Log().size());

    const auto size = *rc::gen::inRange<size_t>(0, 80);
    const auto steps = *rc::gen::container<std::vector<Step>>(size, rc::gen::exec(AnyStep));
    // All are under way at once, so that they share commits; the ledger decides them in order.
    std::vector<std::future<Result<rules::AttemptAnswer>>> answers;
    std::vector<std::future<Result<rules::PollsChange>>> changes;
    for (const Step& step : steps) {
      if (const auto* attempt = std::get_if<AttemptStep>(&step)) {
        auto made = election.Attempt(static_cast<uint64_t>(attempt->request),
                                     kVoters[attempt->voter].number, kPrecincts[attempt->precinct]);
        made.evidence = EvidenceOf(attempt->finger);
        answers.push_back(election.StartAttempt(std::move(made)));
      } else {
        const auto& polls = std::get<PollsStep>(step);
        changes.push_back(election.StartPolls(polls.open, static_cast<uint64_t>(polls.request),
                                              kPrecincts[polls.precinct]));
      }
    }
    size_t next_answer = 0, next_change = 0;
    for (const Step& step : steps) {
      if (const auto* attempt = std::get_if<AttemptStep>(&step)) {
        CheckAttempt(*attempt, answers[next_answer++].get(), model.Attempt(*attempt));
      } else {
        const auto& polls = std::get<PollsStep>(step);
        CheckPolls(changes[next_change++].get(), polls, model.Polls(polls));
      }
    }
    CheckTotals(election, model);
  }));
}

}  // namespace
}  // namespace taanu::test
