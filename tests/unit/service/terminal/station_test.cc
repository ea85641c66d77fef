// The rules of the screen, without a browser, a reader or a daemon.
#include "service/terminal/station.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace taanu::terminal {
namespace {

std::string NextId() {
  static int made = 0;
  return "id-" + std::to_string(++made);
}

Decision Of(v1::Outcome outcome) {
  Decision decision;
  decision.outcome = outcome;
  return decision;
}

class StationTest : public testing::Test {
 protected:
  StationTest() { station_.SetCapturesMax(4); }

  uint64_t step() const { return station_.step(); }
  void StartVoter(const std::string& number = "V-1") {
    ASSERT_TRUE(station_.Start(step(), number, now_s_));
  }
  void Touch(const std::string& pixels = "x") {
    v1::FingerSample sample;
    sample.mutable_raw()->set_pixels(pixels);
    station_.OnTouch(station_.capture_wanted().value(), {.quality = 60}, sample);
  }
  void Answer(v1::Outcome outcome) {
    station_.OnDecision(station_.question().value().ticket, Of(outcome), now_s_);
  }

  uint64_t now_s_ = 100;
  Station station_{"B.Isakov", &NextId};
};

TEST_F(StationTest, AVoterIsAskedForAFingerThenTheDaemonIsAskedOnce) {
  EXPECT_EQ(station_.phase(), Phase::kIdle);
  EXPECT_FALSE(station_.capture_wanted());
  StartVoter(" 2010 ");
  EXPECT_EQ(station_.phase(), Phase::kCapturing);
  EXPECT_EQ(station_.voter_number(), "2010");
  EXPECT_FALSE(station_.question());
  Touch();
  EXPECT_EQ(station_.phase(), Phase::kDeciding);
  EXPECT_FALSE(station_.capture_wanted());
  const Question question = station_.question().value();
  EXPECT_EQ(question.voter_number, "2010");
  EXPECT_EQ(question.operator_id, "B.Isakov");
  EXPECT_EQ(question.samples.size(), 1U);
  EXPECT_FALSE(question.request_id.empty());
  now_s_ = 107;
  Answer(v1::OUTCOME_ACCREDITED);
  EXPECT_EQ(station_.phase(), Phase::kDecision);
  EXPECT_FALSE(station_.question());
  EXPECT_EQ(station_.tally().accredited, 1U);
  EXPECT_EQ(station_.tally().seconds, 7U);
  ASSERT_TRUE(station_.Finish(step()));
  EXPECT_EQ(station_.phase(), Phase::kIdle);
  EXPECT_TRUE(station_.voter_number().empty());
  EXPECT_TRUE(station_.touches().empty());
}

TEST_F(StationTest, EachFurtherCaptureIsAskedAboutWithTheEarlierOnesUnderANewId) {
  StartVoter();
  Touch("first");
  const std::string first_id = station_.question()->request_id;
  Answer(v1::OUTCOME_NO_MATCH);
  EXPECT_EQ(station_.phase(), Phase::kRetry);
  EXPECT_EQ(station_.tries_left(), 3);
  ASSERT_TRUE(station_.TryAgain(step(), false));
  EXPECT_EQ(station_.finger(), AskedFinger::kRightIndex);
  Touch("second");
  const Question question = station_.question().value();
  ASSERT_EQ(question.samples.size(), 2U);
  EXPECT_EQ(question.samples[0].raw().pixels(), "first");
  EXPECT_EQ(question.samples[1].raw().pixels(), "second");
  EXPECT_NE(question.request_id, first_id);
}

TEST_F(StationTest, TheLastTryThatDoesNotMatchEndsTheAttempt) {
  StartVoter();
  for (int left = 3; left > 0; --left) {
    Touch();
    Answer(v1::OUTCOME_NO_MATCH);
    ASSERT_EQ(station_.phase(), Phase::kRetry);
    EXPECT_EQ(station_.tries_left(), left);
    ASSERT_TRUE(station_.TryAgain(step(), true));
  }
  Touch();
  Answer(v1::OUTCOME_NO_MATCH);
  EXPECT_EQ(station_.phase(), Phase::kDecision);
  EXPECT_FALSE(station_.TryAgain(step(), false));
}

TEST_F(StationTest, ACaptureThatIsTooPoorToCompareTakesNoTryAway) {
  StartVoter();
  for (int i = 0; i < 6; ++i) {
    Touch();
    EXPECT_EQ(station_.question()->samples.size(), 1U);
    Answer(v1::OUTCOME_LOW_QUALITY);
    ASSERT_EQ(station_.phase(), Phase::kRetry);
    EXPECT_EQ(station_.tries_left(), 4);
    ASSERT_TRUE(station_.TryAgain(step(), false));
  }
}

TEST_F(StationTest, ATouchWithoutAFingerTakesNoTryAwayFromThoseThatWereCompared) {
  StartVoter();
  Touch("first");
  Answer(v1::OUTCOME_NO_MATCH);
  ASSERT_TRUE(station_.TryAgain(step(), false));
  station_.OnTouch(station_.capture_wanted().value(),
                   {.quality = 0, .reason = QualityReason::kNoFinger}, {});
  Answer(v1::OUTCOME_NO_MATCH);
  EXPECT_EQ(station_.tries_left(), 3);
  ASSERT_TRUE(station_.TryAgain(step(), false));
  Touch("second");
  ASSERT_EQ(station_.question()->samples.size(), 2U);
  EXPECT_EQ(station_.question()->samples[0].raw().pixels(), "first");
}

TEST_F(StationTest, TheFingersAreAskedForInTurn) {
  StartVoter();
  std::vector<AskedFinger> asked;
  for (int i = 0; i < 5; ++i) {
    asked.push_back(station_.finger());
    Touch();
    Answer(v1::OUTCOME_LOW_QUALITY);
    ASSERT_TRUE(station_.TryAgain(step(), true));
  }
  EXPECT_THAT(asked, testing::ElementsAre(AskedFinger::kRightIndex, AskedFinger::kLeftIndex,
                                          AskedFinger::kRightThumb, AskedFinger::kLeftThumb,
                                          AskedFinger::kRightIndex));
  ASSERT_TRUE(station_.Cancel(step()));
  StartVoter("V-2");
  EXPECT_EQ(station_.finger(), AskedFinger::kRightIndex);
}

TEST_F(StationTest, ALostAnswerLeavesTheQuestionOpenUnderItsId) {
  StartVoter();
  Touch();
  const Question before = station_.question().value();
  station_.OnDelay(before.ticket, {ErrorCode::kUnavailable, "DAEMON_UNAVAILABLE", "gone"});
  EXPECT_EQ(station_.phase(), Phase::kDeciding);
  EXPECT_EQ(station_.trouble()->reason, "DAEMON_UNAVAILABLE");
  EXPECT_EQ(station_.question()->request_id, before.request_id);
  // Nobody can turn away from a question whose answer may be an accreditation.
  EXPECT_FALSE(station_.Cancel(step()));
  EXPECT_FALSE(station_.Start(step(), "V-2", 1));
  EXPECT_FALSE(station_.Finish(step()));
  EXPECT_FALSE(station_.SignOff(step()));
  Answer(v1::OUTCOME_ACCREDITED);
  EXPECT_EQ(station_.phase(), Phase::kDecision);
  EXPECT_FALSE(station_.trouble());
}

TEST_F(StationTest, ARefusedQuestionIsShownAndOver) {
  StartVoter();
  Touch();
  station_.OnRefusal(station_.question()->ticket,
                     {ErrorCode::kRefused, "PRECINCT_NOT_ALLOWED", "no"});
  EXPECT_EQ(station_.phase(), Phase::kProblem);
  EXPECT_EQ(station_.trouble()->reason, "PRECINCT_NOT_ALLOWED");
  EXPECT_FALSE(station_.question());
  ASSERT_TRUE(station_.Finish(step()));
  EXPECT_FALSE(station_.trouble());
}

TEST_F(StationTest, WhatComesTooLateChangesNothing) {
  StartVoter();
  const uint64_t first = station_.capture_wanted().value();
  ASSERT_TRUE(station_.Cancel(step()));
  StartVoter("V-2");
  station_.OnTouch(first, {.quality = 90}, {});
  station_.OnPrompt(first, CapturePrompt::kTooShort);
  EXPECT_EQ(station_.phase(), Phase::kCapturing);
  EXPECT_FALSE(station_.prompt());
  EXPECT_TRUE(station_.touches().empty());
  Touch();
  const uint64_t question = station_.question()->ticket;
  station_.OnDecision(question - 1, Of(v1::OUTCOME_ACCREDITED), 1);
  EXPECT_EQ(station_.phase(), Phase::kDeciding);
  Answer(v1::OUTCOME_NOT_ON_ROLL);
  station_.OnDecision(question, Of(v1::OUTCOME_ACCREDITED), 1);
  EXPECT_EQ(station_.decision()->outcome, v1::OUTCOME_NOT_ON_ROLL);
  EXPECT_EQ(station_.tally().accredited, 0U);
}

TEST_F(StationTest, AKeyHeldDownDoesOneThing) {
  const uint64_t seen = step();
  ASSERT_TRUE(station_.Start(seen, "V-1", 0));
  const Status again = station_.Start(seen, "V-1", 0);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "STALE_STEP");
  const Status not_now = station_.Finish(step());
  ASSERT_FALSE(not_now);
  EXPECT_EQ(not_now.error().reason, "NOT_NOW");
}

TEST_F(StationTest, TheNextNumberMayBeReadWhileADecisionIsShown) {
  StartVoter("V-1");
  Touch();
  Answer(v1::OUTCOME_ALREADY_ACCREDITED);
  StartVoter("V-2");
  EXPECT_EQ(station_.phase(), Phase::kCapturing);
  EXPECT_EQ(station_.voter_number(), "V-2");
  EXPECT_FALSE(station_.decision());
}

TEST_F(StationTest, AFingerAloneTellsWhoTheVoterIs) {
  ASSERT_TRUE(station_.StartSearch(step(), now_s_));
  EXPECT_TRUE(station_.searching());
  Touch();
  EXPECT_EQ(station_.question()->asking, Asking::kSearch);
  EXPECT_TRUE(station_.question()->voter_number.empty());
  Answer(v1::OUTCOME_AMBIGUOUS);
  ASSERT_EQ(station_.phase(), Phase::kRetry);
  ASSERT_TRUE(station_.TryAgain(step(), true));
  Touch();
  Decision found = Of(v1::OUTCOME_ACCREDITED);
  found.voter_number = "V-7";
  station_.OnDecision(station_.question()->ticket, found, now_s_);
  EXPECT_EQ(station_.voter_number(), "V-7");
  ASSERT_TRUE(station_.Finish(step()));
  EXPECT_FALSE(station_.searching());
}

TEST_F(StationTest, ASlipIsIssuedAgainForWhomeverWasAccreditedAndTheDecisionStays) {
  StartVoter();
  Touch();
  Decision earlier = Of(v1::OUTCOME_ALREADY_ACCREDITED);
  earlier.given = Given{.slip_number = 3, .precinct_id = "P1"};
  station_.OnDecision(station_.question()->ticket, earlier, now_s_);
  ASSERT_TRUE(station_.Reissue(step()));
  EXPECT_EQ(station_.phase(), Phase::kDeciding);
  const Question question = station_.question().value();
  EXPECT_EQ(question.asking, Asking::kReissue);
  EXPECT_EQ(question.voter_number, "V-1");
  EXPECT_TRUE(question.samples.empty());
  station_.OnSlip(question.ticket, {.text = "SLIP 3 COPY", .issue_number = 2});
  EXPECT_EQ(station_.phase(), Phase::kDecision);
  EXPECT_EQ(station_.decision()->outcome, v1::OUTCOME_ALREADY_ACCREDITED);
  EXPECT_EQ(station_.decision()->slip->issue_number, 2U);
  EXPECT_EQ(station_.tally().accredited, 0U);
}

TEST_F(StationTest, OfficersVouchForAVoterWhomNoFingerIdentified) {
  const FallbackStatement statement = {.reason = v1::FALLBACK_REASON_READER_FAILED,
                                       .second_officer = " A.Asanova ",
                                       .operator_code = "1",
                                       .second_code = "2"};
  EXPECT_FALSE(station_.Fallback(step(), statement)) << "there is no voter yet";
  StartVoter();
  FallbackStatement nobody = statement;
  nobody.second_officer = "";
  const Status refused = station_.Fallback(step(), nobody);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "BAD_OFFICER_ID");
  ASSERT_TRUE(station_.Fallback(step(), statement));
  Question question = station_.question().value();
  EXPECT_EQ(question.asking, Asking::kFallback);
  EXPECT_EQ(question.voter_number, "V-1");
  EXPECT_EQ(question.fallback.second_officer, "A.Asanova");
  EXPECT_EQ(question.fallback.second_code, "2");
  EXPECT_TRUE(question.disputed.empty());
  // A wrong code is told, and may be typed again.
  station_.OnRefusal(question.ticket, {ErrorCode::kRefused, "WRONG_CODE", "wrong"});
  ASSERT_TRUE(station_.Fallback(step(), statement));
  EXPECT_NE(station_.question()->request_id, question.request_id);
  Answer(v1::OUTCOME_ACCREDITED_BY_FALLBACK);
  EXPECT_EQ(station_.phase(), Phase::kDecision);
  EXPECT_EQ(station_.tally().accredited, 1U);
  EXPECT_FALSE(station_.Fallback(step(), statement)) << "the voter was accredited";
}

TEST_F(StationTest, OfficersDisputeAChanceLikenessByNamingTheAttempt) {
  StartVoter();
  Touch();
  Decision duplicate = Of(v1::OUTCOME_DUPLICATE_FINGER);
  duplicate.disputable = "attempt-1";
  station_.OnDecision(station_.question()->ticket, duplicate, now_s_);
  ASSERT_TRUE(station_.Fallback(step(), {.reason = v1::FALLBACK_REASON_FINGER_DISPUTED,
                                         .second_officer = "A",
                                         .operator_code = "",
                                         .second_code = ""}));
  EXPECT_EQ(station_.question()->disputed, "attempt-1");
}

TEST_F(StationTest, NobodyGetsASlipWithoutAnAccreditation) {
  EXPECT_FALSE(station_.Reissue(step()));
  StartVoter();
  Touch();
  Answer(v1::OUTCOME_NO_REFERENCE);
  const Status refused = station_.Reissue(step());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().reason, "NOT_NOW");
}

TEST_F(StationTest, NumbersAndNamesThatTheContractDoesNotTakeAreRefusedHere) {
  for (const std::string& bad :
       {std::string(), std::string("  "), std::string(65, '1'), std::string("a\nb"),
        std::string("\xC3\x28"), std::string("a\0b", 3), std::string("\xC2\x85")}) {
    const Status started = station_.Start(step(), bad, 0);
    ASSERT_FALSE(started) << bad;
    EXPECT_EQ(started.error().reason, "BAD_VOTER_NUMBER");
    EXPECT_EQ(station_.phase(), Phase::kIdle);
  }
  EXPECT_TRUE(station_.Start(step(), "Ш-17", 0));
}

TEST_F(StationTest, NobodyServesVotersWithoutSigningOn) {
  Station station("", &NextId);
  EXPECT_EQ(station.phase(), Phase::kSignOn);
  EXPECT_FALSE(station.Start(station.step(), "V-1", 0));
  EXPECT_FALSE(station.SignOn(station.step(), ""));
  ASSERT_TRUE(station.SignOn(station.step(), "A.Asanova"));
  EXPECT_EQ(station.operator_id(), "A.Asanova");
  ASSERT_TRUE(station.SignOff(station.step()));
  EXPECT_TRUE(station.operator_id().empty());
  EXPECT_EQ(station.phase(), Phase::kSignOn);
}

TEST(ToneTest, GreenIsForAccreditationsAlone) {
  for (int value = v1::Outcome_MIN; value <= v1::Outcome_MAX; ++value) {
    const auto outcome = static_cast<v1::Outcome>(value);
    const bool accredited = v1::Outcome_Name(outcome).starts_with("OUTCOME_ACCREDITED");
    EXPECT_EQ(ToneOf(outcome) == Tone::kGreen, accredited) << v1::Outcome_Name(outcome);
  }
  EXPECT_EQ(ToneOf(static_cast<v1::Outcome>(99)), Tone::kRed);
  EXPECT_EQ(ToneOf(v1::OUTCOME_ALREADY_ACCREDITED), Tone::kRed);
  EXPECT_EQ(ToneOf(v1::OUTCOME_NO_MATCH), Tone::kAmber);
}

class SessionTest : public testing::Test {
 protected:
  uint64_t step() const { return station_.step(); }
  const Question& question() const { return station_.question().value(); }
  void BeginSession(const std::string& id = "s-1") { station_.OnSession(question().ticket, id); }
  void Refuse(const char* reason) {
    station_.OnRefusal(question().ticket, {ErrorCode::kConflict, reason, "why"});
  }
  void Capture() { station_.OnTouch(station_.capture_wanted().value(), {.quality = 60}, {}); }

  Station station_{"B.Isakov", &NextId, "1"};
};

TEST_F(SessionTest, NobodyIsServedBeforeTheStationHasASession) {
  EXPECT_EQ(station_.phase(), Phase::kDeciding);
  EXPECT_EQ(question().asking, Asking::kStartSession);
  EXPECT_FALSE(station_.Start(step(), "2010", 0));
  BeginSession();
  EXPECT_EQ(station_.phase(), Phase::kIdle);
  ASSERT_TRUE(station_.Start(step(), "2010", 0));
  Capture();
  EXPECT_EQ(question().session_id, "s-1");
}

TEST_F(SessionTest, TheNextOperatorWorksUnderTheSameSession) {
  BeginSession();
  ASSERT_TRUE(station_.SignOff(step()));
  ASSERT_TRUE(station_.SignOn(step(), "A.Asanova"));
  EXPECT_EQ(station_.phase(), Phase::kIdle);
}

TEST_F(SessionTest, AStationThatAnotherDeviceHasIsTakenOverByTwoOfficers) {
  EXPECT_FALSE(station_.TakeOver(step(), {.second_officer = "A"}));
  Refuse("SESSION_EXISTS");
  EXPECT_EQ(station_.phase(), Phase::kProblem);
  EXPECT_TRUE(station_.may_take_over());
  EXPECT_FALSE(station_.Start(step(), "2010", 0)) << "a scanner does not know";
  EXPECT_FALSE(station_.TakeOver(step(), {.second_officer = " "}));
  ASSERT_TRUE(station_.TakeOver(step(), {.reason = v1::TAKE_OVER_REASON_DEVICE_FAILED,
                                         .second_officer = "A",
                                         .operator_code = "12",
                                         .second_code = "34"}));
  EXPECT_EQ(question().asking, Asking::kTakeOverSession);
  EXPECT_EQ(question().take_over.reason, v1::TAKE_OVER_REASON_DEVICE_FAILED);
  EXPECT_EQ(question().take_over.second_officer, "A");
  Refuse("WRONG_CODE");
  EXPECT_TRUE(station_.may_take_over());
  ASSERT_TRUE(station_.TakeOver(step(), {.second_officer = "A"}));
  BeginSession("s-2");
  EXPECT_EQ(station_.phase(), Phase::kIdle);
  EXPECT_FALSE(station_.may_take_over());
}

TEST_F(SessionTest, WhoseStationWasTakenOverServesNobodyUntilItIsBack) {
  BeginSession();
  ASSERT_TRUE(station_.Start(step(), "2010", 0));
  Capture();
  Refuse("SESSION_TAKEN_OVER");
  EXPECT_TRUE(station_.may_take_over());
  EXPECT_FALSE(station_.Start(step(), "2011", 0));
  EXPECT_FALSE(station_.StartSearch(step(), 0));
  EXPECT_FALSE(station_.Fallback(step(), {.second_officer = "A"}));
  ASSERT_TRUE(station_.Finish(step()));
  EXPECT_EQ(question().asking, Asking::kStartSession);
  EXPECT_EQ(question().voter_number, "");
}

TEST_F(SessionTest, ARefusalForAnotherReasonKeepsTheSession) {
  BeginSession();
  ASSERT_TRUE(station_.Start(step(), "2010", 0));
  Capture();
  Refuse("ENGINE_FAILED");
  EXPECT_FALSE(station_.may_take_over());
  ASSERT_TRUE(station_.Finish(step()));
  EXPECT_EQ(station_.phase(), Phase::kIdle);
}

}  // namespace
}  // namespace taanu::terminal
