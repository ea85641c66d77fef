// Random election days on the real ledger, checked answer by answer against a model in plain
// containers. RC_PARAMS="max_success=5000" makes it long.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <functional>
#include <vector>

#include "enroll/store/connection.h"
#include "service/ledger/store_check.h"
#include "tests/unit/service/ledger/election_fixture.h"
#include "tests/unit/service/ledger/election_model.h"

namespace taanu::test {

void showValue(const Step& step, std::ostream& out) { out << step; }

namespace {

// Polls change seldom, so that most attempts meet open ones; there are few requests, so that many
// repeat, and few devices and stations, so that they get in each other's way.
Step AnyStep() {
  Step step;
  step.act = *rc::gen::weightedElement<Act>({{30, Act::kAttempt},
                                             {4, Act::kStop},
                                             {20, Act::kFallback},
                                             {6, Act::kOpen},
                                             {2, Act::kClose},
                                             {5, Act::kCorrect},
                                             {5, Act::kStart},
                                             {4, Act::kTakeOver},
                                             {2, Act::kEnd}});
  step.request = *rc::gen::inRange(0, step.act == Act::kAttempt ? 40 : 30);
  step.voter = *rc::gen::inRange(0, static_cast<int>(std::size(kVoters)));
  step.precinct = *rc::gen::weightedElement<int>({{8, 0}, {3, 1}, {1, 2}});
  step.finger = *rc::gen::weightedElement<Finger>({{4, Finger::kMatches},
                                                   {3, Finger::kDiffers},
                                                   {1, Finger::kTooPoor},
                                                   {1, Finger::kNotCompared}});
  step.device = *rc::gen::inRange(0, 2);
  step.station = *rc::gen::inRange(0, 2);
  const bool ends = step.act == Act::kEnd;
  if (ends || *rc::gen::inRange(0, 4) == 0) step.session = *rc::gen::inRange(0, 10);
  if (step.act == Act::kStart || step.act == Act::kTakeOver) step.request %= 10;
  step.alone = *rc::gen::inRange(0, 12) == 0;
  step.count = *rc::gen::inRange<uint64_t>(0, 8);
  const bool takes_over = step.act == Act::kTakeOver;
  step.reason = *rc::gen::inRange(1, takes_over ? 5 : 6);
  const bool disputes = step.act == Act::kFallback && step.reason == 5;
  if (disputes != (*rc::gen::inRange(0, 12) == 0)) step.disputed = *rc::gen::inRange(0, 30);
  return step;
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

Expected Seen(const rules::AttemptAnswer& answer) {
  Expected seen;
  seen.outcome = rules::OutcomeName(answer.outcome);
  seen.slip = answer.accreditation ? answer.accreditation->slip_number : 0;
  seen.case_id = answer.case_id;
  seen.event_index = answer.event_index;
  seen.used = answer.tally ? answer.tally->used : 0;
  seen.max = answer.tally ? answer.tally->max : 0;
  seen.replayed = answer.replayed;
  return seen;
}
Expected Seen(const rules::PollsChange& change) {
  Expected seen;
  seen.event_index = change.event_index;
  return seen;
}
Expected Seen(const rules::CorrectionAnswer& answer) {
  Expected seen;
  seen.event_index = answer.correction.event_index;
  seen.number = answer.correction.number;
  seen.sealed = answer.correction.sealed_count;
  seen.previous = answer.correction.previous_count;
  seen.replayed = answer.replayed;
  return seen;
}
Expected Seen(const rules::SessionAnswer& answer) {
  Expected seen;
  seen.event_index = answer.event_index;
  const std::string& before = answer.session.predecessor;
  if (!before.empty()) seen.predecessor = std::stoi(before.substr(before.size() - 4), nullptr, 16);
  seen.replayed = answer.replayed;
  return seen;
}

// The step under way on the ledger; calling it waits for its answer.
using Pending = std::function<Expected()>;
template <typename T>
Pending Waiting(std::future<Result<T>> future) {
  const auto shared = std::make_shared<std::future<Result<T>>>(std::move(future));
  return [shared] {
    const Result<T> result = shared->get();
    if (result) return Seen(*result);
    Expected refused;
    refused.error = result.error().reason;
    return refused;
  };
}

// Does the model's steps on the real ledger.
class Driver {
 public:
  Driver(Election* election, uint64_t cap) : election_(*election), limits_{1.0, cap} {}

  Pending Do(const Step& step) {
    switch (step.act) {
      case Act::kAttempt:
        return Waiting(election_.StartAttempt(Attempt(step)));
      case Act::kFallback:
        return Waiting(election_.StartFallback(Fallback(step), limits_));
      case Act::kStop:
        return Waiting(Stop(Attempt(step)));
      case Act::kOpen:
      case Act::kClose:
        return Waiting(election_.StartPolls(step.act == Act::kOpen, Request(step), Precinct(step)));
      case Act::kCorrect: {
        auto correction = election_.CorrectionOf(Request(step), Precinct(step), step.count);
        correction.reason = static_cast<rules::CorrectionReason>(step.reason);
        if (step.alone) correction.second_officer = correction.operator_ref;
        return Waiting(election_.StartCorrection(correction));
      }
      case Act::kStart:
      case Act::kTakeOver:
        return Waiting(election_.StartSession(Session(step)));
      case Act::kEnd: {
        rules::Session session = Session(step);
        session.session_id = RequestId(static_cast<uint64_t>(step.session));
        return Waiting(election_.StartEnd(Request(step), session));
      }
    }
    return {};
  }

 private:
  static uint64_t Request(const Step& step) { return static_cast<uint64_t>(step.request); }
  static const std::string& Precinct(const Step& step) { return kPrecincts[step.precinct]; }
  KeyedReference Device(const Step& step) const {
    return election_.vault->Reference("terminal", std::to_string(step.device));
  }

  void AddSession(const Step& step, rules::Attempt* attempt) const {
    attempt->terminal = Device(step);
    if (step.session >= 0) attempt->session_id = RequestId(static_cast<uint64_t>(step.session));
  }
  rules::Attempt Attempt(const Step& step) const {
    auto attempt = election_.Attempt(Request(step), kVoters[step.voter].number, Precinct(step));
    attempt.evidence = EvidenceOf(step.finger);
    AddSession(step, &attempt);
    return attempt;
  }
  rules::Attempt Fallback(const Step& step) const {
    auto attempt = election_.Fallback(Request(step), kVoters[step.voter].number, Precinct(step),
                                      static_cast<rules::FallbackReason>(step.reason));
    if (step.alone) attempt.fallback->second_officer = attempt.operator_ref;
    if (step.disputed >= 0) {
      attempt.fallback->disputed_request_id = RequestId(static_cast<uint64_t>(step.disputed));
    }
    AddSession(step, &attempt);
    return attempt;
  }
  rules::Session Session(const Step& step) const {
    auto session = election_.SessionAt(Request(step), Precinct(step), std::to_string(step.station),
                                       std::to_string(step.device));
    if (step.act == Act::kTakeOver) {
      session.take_over = {
          static_cast<rules::TakeOverReason>(step.reason),
          step.alone ? session.operator_ref : election_.vault->Reference("operator", "O2")};
    }
    return session;
  }
  // What a search over those accredited writes where it finds somebody.
  std::future<Result<rules::AttemptAnswer>> Stop(const rules::Attempt& attempt) const {
    return election_.Start<rules::AttemptAnswer>(
        [attempt](rules::LedgerTransaction& ledger) -> Result<rules::AttemptAnswer> {
          TAANU_ASSIGN_OR_RETURN(const auto earlier, ledger.FindAnswer(attempt.request_id));
          if (earlier) return Fail(ErrorCode::kConflict, "REQUEST_ID_REUSED", "used before");
          TAANU_ASSIGN_OR_RETURN(const auto precinct, ledger.FindPrecinct(attempt.precinct_id));
          if (!precinct) return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT", "unknown");
          rules::AttemptAnswer answer;
          answer.attempt = attempt;
          answer.attempt.session_id.clear();
          answer.outcome = rules::Outcome::kDuplicateFinger;
          TAANU_RETURN_IF_ERROR(ledger.Record(&answer, /*open_case=*/true));
          return answer;
        });
  }

  Election& election_;
  const rules::FallbackLimits limits_;
};

void CheckTotals(const Election& election, const ElectionModel& model) {
  RC_ASSERT(election.OutcomesInLog() == model.outcomes());
  RC_ASSERT(election.OutcomesInFigures() == model.outcomes());
  RC_ASSERT(election.Log().size() == model.log_size());
  RC_ASSERT(election.RootIsThatOfTheLeaves());
  RC_ASSERT(Election::Expect(election.cases->List({}, 0, 1000)).size() == model.cases());
  for (const int precinct : {0, 1}) {
    const std::string& name = kPrecincts[precinct];
    const SqliteLedger& ledger = *election.ledger;
    RC_ASSERT(Election::Expect(ledger.GetPrecinct(name)).accredited_count ==
              model.accredited(precinct));
    RC_ASSERT(rules::UnderCap(Election::Expect(ledger.GetFallbacks(name))) ==
              model.capped_fallbacks(precinct));
    RC_ASSERT(Election::Expect(ledger.ListCorrections(name, std::nullopt, 1000)).size() ==
              model.corrections(precinct));
    RC_ASSERT(Election::Expect(ledger.ListLiveSessions(name, 1000)).size() ==
              model.live_sessions(precinct));
  }
  StoreCheck check;
  const Status checked = election.database->Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(check, CheckStore(connection, election.vault.get()));
    return {};
  });
  RC_ASSERT(checked.has_value());
  RC_ASSERT(check.problems.empty());
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
    const auto cap = *rc::gen::inRange<uint64_t>(0, 4);
    ElectionModel model(cap, election.Log().size());
    Driver driver(&election, cap);

    const auto size = *rc::gen::inRange<size_t>(0, 150);
    const auto steps = *rc::gen::container<std::vector<Step>>(size, rc::gen::exec(AnyStep));
    // All are under way at once, so that they share commits; the ledger decides them in order.
    std::vector<Pending> pending;
    for (const Step& step : steps) pending.push_back(driver.Do(step));
    for (size_t i = 0; i < steps.size(); ++i) {
      const Expected expected = model.Do(steps[i]);
      const Expected seen = pending[i]();
      if (expected == seen) continue;
      std::ostringstream difference;
      difference << "step " << i << " " << steps[i] << " gave " << seen << ", not " << expected;
      RC_FAIL(difference.str());
    }
    CheckTotals(election, model);
  }));
}

}  // namespace
}  // namespace taanu::test
