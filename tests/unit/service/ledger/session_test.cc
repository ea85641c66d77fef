// Sessions and corrections on the real ledger.
#include <gtest/gtest.h>

#include <thread>

#include "enroll/store/connection.h"
#include "service/ledger/store_check.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

using nlohmann::json;
using rules::SessionState;

class ElectionDayTest : public testing::Test {
 protected:
  void SetUp() override {
    Reopen();
    election_->AddPrecinct("P1");
    election_->AddPrecinct("P2");
    for (const char* number : {"A", "B", "C"}) election_->AddVoter(number, "P1");
    ASSERT_TRUE(election_->Polls(true, 1, "P1"));
  }

  void Reopen() {
    election_.reset();
    election_ = std::make_unique<Election>(folder_ / "");
  }

  json LeafAt(uint64_t index) {
    return json::parse(Election::Expect(election_->ledger->ListEvents(index, 1)).at(0).leaf);
  }

  void ExpectSound() {
    EXPECT_TRUE(election_->RootIsThatOfTheLeaves());
    StoreCheck check;
    ASSERT_TRUE(election_->database->Read([&](Connection& connection) -> Status {
      TAANU_ASSIGN_OR_RETURN(check, CheckStore(connection, election_->vault.get()));
      return {};
    }));
    EXPECT_TRUE(check.problems.empty()) << check.problems.front();
  }

  TempFolder folder_;
  std::unique_ptr<Election> election_;
};

template <typename T>
std::string ReasonOf(const Result<T>& result) {
  return result ? std::string() : result.error().reason;
}

class SessionTest : public ElectionDayTest {
 protected:
  rules::Session Start(uint64_t request, const std::string& device) const {
    return election_->SessionAt(request, "P1", "1", device);
  }
  rules::Session TakeOver(uint64_t request, const std::string& device) const {
    rules::Session session = Start(request, device);
    session.take_over = {rules::TakeOverReason::kDeviceFailed,
                         election_->vault->Reference("operator", "O2")};
    return session;
  }
  Result<rules::SessionAnswer> Begin(const rules::Session& session) {
    return election_->BeginSession(session);
  }
  Result<rules::SessionAnswer> End(uint64_t request, const rules::Session& session) {
    return election_->EndSession(request, session);
  }
  std::string Attempt(uint64_t request, const std::string& number, const rules::Session& session) {
    rules::Attempt attempt = election_->Attempt(request, number, "P1");
    attempt.session_id = session.session_id;
    attempt.terminal = session.terminal;
    const auto answer = election_->MakeAttempt(attempt);
    return answer ? std::string(rules::OutcomeName(answer->outcome)) : answer.error().reason;
  }
};

TEST_F(SessionTest, AStationHasOneSessionAndItsCallsAreServed) {
  const auto begun = Begin(Start(10, "T1"));
  ASSERT_TRUE(begun) << begun.error().message;
  EXPECT_EQ(begun->session.state, SessionState::kLive);
  EXPECT_EQ(LeafAt(begun->event_index)["type"], "session_started");
  EXPECT_EQ(LeafAt(begun->event_index)["station"], "1");
  EXPECT_EQ(ReasonOf(Begin(Start(11, "T2"))), "SESSION_EXISTS");
  EXPECT_EQ(Attempt(20, "A", Start(10, "T1")), "ACCREDITED");
  EXPECT_EQ(LeafAt(election_->Log().size() - 1)["session"], RequestId(10));
  // Another station is another matter.
  EXPECT_TRUE(Begin(election_->SessionAt(12, "P1", "2", "T2")));
  EXPECT_EQ(Election::Expect(election_->ledger->ListLiveSessions("P1", 9)).size(), 2U);
  ExpectSound();
}

TEST_F(SessionTest, TheDeviceThatWasTakenOverIsRefusedAndItsBackupIsServed) {
  ASSERT_TRUE(Begin(Start(10, "T1")));
  EXPECT_EQ(Attempt(20, "A", Start(10, "T1")), "ACCREDITED");
  const auto taken = Begin(TakeOver(11, "T2"));
  ASSERT_TRUE(taken) << taken.error().message;
  EXPECT_EQ(taken->session.predecessor, RequestId(10));
  const json leaf = LeafAt(taken->event_index);
  EXPECT_EQ(leaf["type"], "session_taken_over");
  EXPECT_EQ(leaf["predecessor"], RequestId(10));
  EXPECT_EQ(leaf["reason"], "DEVICE_FAILED");
  EXPECT_EQ(leaf["second_officer"], ToHex(election_->vault->Reference("operator", "O2")));

  const size_t log_size = election_->Log().size();
  EXPECT_EQ(Attempt(21, "B", Start(10, "T1")), "SESSION_TAKEN_OVER");
  EXPECT_EQ(election_->Log().size(), log_size);
  // The slip that was earned before is still there for whoever asks again.
  EXPECT_EQ(Attempt(20, "A", Start(10, "T1")), "ACCREDITED");
  EXPECT_EQ(Attempt(22, "B", Start(11, "T2")), "ACCREDITED");
  EXPECT_EQ(Attempt(23, "C", Start(11, "T1")), "SESSION_OF_ANOTHER_DEVICE");
  EXPECT_EQ(ReasonOf(End(30, Start(10, "T1"))), "SESSION_TAKEN_OVER");
  // And the station can be taken back.
  ASSERT_TRUE(Begin(TakeOver(12, "T1")));
  EXPECT_EQ(Attempt(24, "C", Start(11, "T2")), "SESSION_TAKEN_OVER");
  EXPECT_EQ(Attempt(24, "C", Start(12, "T1")), "ACCREDITED");
  ExpectSound();
}

TEST_F(SessionTest, ATakeOverNeedsALiveSessionAndTwoPeople) {
  EXPECT_EQ(ReasonOf(Begin(TakeOver(10, "T2"))), "NO_SESSION");
  ASSERT_TRUE(Begin(Start(11, "T1")));
  rules::Session alone = TakeOver(12, "T2");
  alone.take_over->second_officer = alone.operator_ref;
  EXPECT_EQ(ReasonOf(Begin(alone)), "SAME_OFFICER");
  EXPECT_EQ(Attempt(20, "A", Start(11, "T1")), "ACCREDITED");
}

TEST_F(SessionTest, TheSameDeviceMayBeginAnewAndItsEarlierSessionEnds) {
  ASSERT_TRUE(Begin(Start(10, "T1")));
  const auto again = Begin(Start(11, "T1"));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->session.predecessor, RequestId(10));
  EXPECT_EQ(LeafAt(again->event_index)["type"], "session_started");
  EXPECT_EQ(Attempt(20, "A", Start(10, "T1")), "SESSION_ENDED");
  EXPECT_EQ(Attempt(21, "A", Start(11, "T1")), "ACCREDITED");
  ExpectSound();
}

TEST_F(SessionTest, AnEndedSessionServesNobodyAndItsStationIsFree) {
  ASSERT_TRUE(Begin(Start(10, "T1")));
  EXPECT_EQ(ReasonOf(End(30, Start(10, "T2"))), "SESSION_OF_ANOTHER_DEVICE");
  const auto ended = End(31, Start(10, "T1"));
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->session.state, SessionState::kEnded);
  EXPECT_EQ(LeafAt(ended->event_index)["type"], "session_ended");
  EXPECT_EQ(Attempt(20, "A", Start(10, "T1")), "SESSION_ENDED");
  EXPECT_EQ(ReasonOf(End(32, Start(10, "T1"))), "SESSION_ENDED");
  EXPECT_TRUE(Begin(Start(11, "T2")));
  ExpectSound();
}

TEST_F(SessionTest, AnswersAreGivenAgainAlsoAfterReopeningAndAfterWhatCameLater) {
  const auto first = Begin(Start(10, "T1"));
  const auto taken = Begin(TakeOver(11, "T2"));
  const auto ended = End(30, Start(11, "T2"));
  ASSERT_TRUE(first && taken && ended);
  const size_t log_size = election_->Log().size();
  Reopen();
  const auto first_again = Begin(Start(10, "T1"));
  ASSERT_TRUE(first_again) << first_again.error().message;
  EXPECT_TRUE(first_again->replayed);
  EXPECT_EQ(first_again->event_index, first->event_index);
  EXPECT_EQ(first_again->session.state, SessionState::kLive);
  EXPECT_FALSE(first_again->session.end_time_us.has_value());
  const auto taken_again = Begin(TakeOver(11, "T2"));
  ASSERT_TRUE(taken_again);
  EXPECT_EQ(taken_again->session.predecessor, RequestId(10));
  const auto ended_again = End(30, Start(11, "T2"));
  ASSERT_TRUE(ended_again);
  EXPECT_TRUE(ended_again->replayed);
  EXPECT_EQ(ended_again->session.end_time_us, ended->session.end_time_us);
  EXPECT_EQ(election_->Log().size(), log_size);

  EXPECT_EQ(ReasonOf(Begin(Start(10, "T2"))), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonOf(Begin(TakeOver(10, "T1"))), "REQUEST_ID_REUSED");
  EXPECT_EQ(ReasonOf(End(30, Start(10, "T1"))), "REQUEST_ID_REUSED");
}

TEST_F(SessionTest, WhatDoesNotExistOrIsClosedIsSaid) {
  EXPECT_EQ(Attempt(20, "A", Start(99, "T1")), "UNKNOWN_SESSION");
  EXPECT_EQ(ReasonOf(Begin(election_->SessionAt(10, "P9", "1", "T1"))), "UNKNOWN_PRECINCT");
  EXPECT_EQ(ReasonOf(Begin(election_->SessionAt(10, "P1", "no station", "T1"))), "BAD_STATION_ID");
  // A session of another precinct is none of this one's.
  ASSERT_TRUE(Begin(election_->SessionAt(10, "P2", "1", "T1")));
  EXPECT_EQ(Attempt(20, "A", Start(10, "T1")), "UNKNOWN_SESSION");
  ASSERT_TRUE(election_->Polls(false, 2, "P1"));
  EXPECT_EQ(ReasonOf(Begin(Start(11, "T1"))), "POLLS_CLOSED");
}

TEST_F(SessionTest, DevicesRacingForOneStationGiveOneLiveSession) {
  std::vector<std::thread> devices;
  std::atomic<int> begun = 0;
  for (uint64_t device = 0; device < 8; ++device) {
    devices.emplace_back([&, device] {
      if (Begin(Start(100 + device, "T" + std::to_string(device)))) ++begun;
    });
  }
  for (std::thread& device : devices) device.join();
  EXPECT_EQ(begun, 1);
  EXPECT_EQ(Election::Expect(election_->ledger->ListLiveSessions("P1", 9)).size(), 1U);
  ExpectSound();
}

TEST_F(SessionTest, ASessionIsNeverChangedOrDropped) {
  ASSERT_TRUE(Begin(Start(10, "T1")));
  ASSERT_TRUE(End(30, Start(10, "T1")));
  for (const char* change :
       {"DELETE FROM station_session", "UPDATE station_session SET state = 1, end_time_us = NULL",
        "UPDATE station_session SET state = 3", "UPDATE station_session SET station_id = '9'"}) {
    EXPECT_FALSE(election_->database->Write([&](Connection& connection) {
      return connection.RunScript(change);
    })) << change;
  }
}

class CorrectionTest : public ElectionDayTest {
 protected:
  rules::TotalsCorrection Correction(uint64_t request, uint64_t count) const {
    return election_->CorrectionOf(request, "P1", count);
  }
  Result<rules::CorrectionAnswer> Correct(const rules::TotalsCorrection& correction) {
    return election_->Correct(correction);
  }
};

TEST_F(CorrectionTest, TheSealedTotalStandsAndCorrectionsFollowOneAnotherBesideIt) {
  ASSERT_TRUE(election_->MakeAttempt(election_->Attempt(20, "A", "P1")));
  ASSERT_TRUE(election_->Polls(false, 2, "P1"));
  const auto first = Correct(Correction(40, 3));
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->correction.number, 1U);
  EXPECT_EQ(first->correction.sealed_count, 1U);
  EXPECT_EQ(first->correction.previous_count, 1U);
  const json leaf = LeafAt(first->correction.event_index);
  EXPECT_EQ(leaf["type"], "totals_corrected");
  EXPECT_EQ(leaf["reason"], "UNRECORDED");
  EXPECT_EQ(leaf["document"], "act 17-2026");
  EXPECT_EQ(leaf["sealed"], 1);
  EXPECT_EQ(leaf["accredited"], 3);
  EXPECT_EQ(leaf["second_officer"], ToHex(election_->vault->Reference("operator", "O2")));
  const auto second = Correct(Correction(41, 2));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->correction.number, 2U);
  EXPECT_EQ(second->correction.previous_count, 3U);
  EXPECT_EQ(second->correction.sealed_count, 1U);

  EXPECT_EQ(Election::Expect(election_->ledger->GetPrecinct("P1")).accredited_count, 1U);
  const auto listed = Election::Expect(election_->ledger->ListCorrections("P1", std::nullopt, 10));
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[1].accredited_count, 2U);
  const auto rest =
      Election::Expect(election_->ledger->ListCorrections("", listed[0].event_index, 10));
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].number, 2U);
  EXPECT_TRUE(Election::Expect(election_->ledger->ListCorrections("P2", std::nullopt, 10)).empty());
  ExpectSound();
}

TEST_F(CorrectionTest, WhatIsNoCorrectionIsRefused) {
  EXPECT_EQ(ReasonOf(Correct(Correction(40, 1))), "POLLS_NOT_CLOSED");
  ASSERT_TRUE(election_->Polls(false, 2, "P1"));
  EXPECT_EQ(ReasonOf(Correct(Correction(40, 4))), "CORRECTION_ABOVE_ROLL");
  EXPECT_EQ(ReasonOf(Correct(Correction(40, 0))), "NOTHING_TO_CORRECT");
  rules::TotalsCorrection alone = Correction(40, 1);
  alone.second_officer = alone.operator_ref;
  EXPECT_EQ(ReasonOf(Correct(alone)), "SAME_OFFICER");
  for (const char* document : {"", "act 17, signed by B. Isakov!", "акт", "a\nb"}) {
    rules::TotalsCorrection correction = Correction(40, 1);
    correction.document = document;
    EXPECT_EQ(ReasonOf(Correct(correction)), "BAD_DOCUMENT") << document;
  }
  EXPECT_TRUE(Correct(Correction(40, 1)));
}

TEST_F(CorrectionTest, ARepeatedRequestGetsTheFirstAnswerAndAnotherOneIsRefused) {
  ASSERT_TRUE(election_->Polls(false, 2, "P1"));
  const auto first = Correct(Correction(40, 1));
  ASSERT_TRUE(Correct(Correction(41, 2)));
  const size_t log_size = election_->Log().size();
  Reopen();
  const auto again = Correct(Correction(40, 1));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->replayed);
  EXPECT_EQ(again->correction.number, 1U);
  EXPECT_EQ(again->correction.event_index, first->correction.event_index);
  EXPECT_EQ(ReasonOf(Correct(Correction(40, 3))), "REQUEST_ID_REUSED");
  EXPECT_EQ(election_->Log().size(), log_size);
}

TEST_F(CorrectionTest, APrecinctHasAHundredCorrectionsAtMost) {
  ASSERT_TRUE(election_->Polls(false, 2, "P1"));
  for (uint64_t i = 0; i < rules::kCorrectionsMax; ++i) {
    ASSERT_TRUE(Correct(Correction(1000 + i, i % 2 == 0 ? 1 : 2)));
  }
  EXPECT_EQ(ReasonOf(Correct(Correction(2000, 3))), "TOO_MANY_CORRECTIONS");
}

TEST_F(CorrectionTest, ACorrectionStands) {
  ASSERT_TRUE(election_->Polls(false, 2, "P1"));
  ASSERT_TRUE(Correct(Correction(40, 1)));
  for (const char* change :
       {"DELETE FROM totals_correction", "UPDATE totals_correction SET accredited_count = 2"}) {
    EXPECT_FALSE(election_->database->Write([&](Connection& connection) {
      return connection.RunScript(change);
    })) << change;
  }
}

}  // namespace
}  // namespace taanu::test
