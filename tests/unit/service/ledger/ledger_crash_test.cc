// The ledger when its process is killed in the middle of an election.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <thread>

#include "tests/unit/enroll/store/child_process.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

constexpr int kVoters = 400;

// What a terminal was told before the power went.
struct Acknowledged {
  uint64_t request;
  int voter;
  rules::Outcome outcome;
  uint64_t slip;
  uint64_t event_index;
};

std::string Number(int voter) { return std::string("V").append(std::to_string(voter)); }

// Makes attempts for all voters over and over, many under way at once.
void MakeAttempts(const std::filesystem::path& folder, uint64_t first_request,
                  const std::function<void(const Acknowledged&)>& report) {
  Election election(folder);
  for (uint64_t request = first_request;; ++request) {
    const int voter = static_cast<int>(request * 7 % kVoters);
    const auto attempt = election.Attempt(request, Number(voter), "P1");
    auto answer = std::make_shared<rules::AttemptAnswer>();
    const auto step = [attempt, answer](rules::LedgerTransaction& transaction) -> Status {
      TAANU_ASSIGN_OR_RETURN(*answer, rules::MakeAttempt(transaction, attempt));
      return {};
    };
    const auto done = [=, &report](Status status) {
      if (!status || !answer->accreditation) return;
      report({request, voter, answer->outcome, answer->accreditation->slip_number,
              answer->event_index});
    };
    while (!election.ledger->Submit(step, done)) std::this_thread::yield();
  }
}

TEST(LedgerCrashTest, AcknowledgedAccreditationsSurviveKillAndNoneIsDouble) {
  const TempFolder folder;
  {
    Election election(folder / "");
    election.AddPrecinct("P1");
    for (int voter = 0; voter < kVoters; ++voter) election.AddVoter(Number(voter), "P1");
    ASSERT_TRUE(election.Polls(true, 1, "P1"));
  }
  std::vector<Acknowledged> acknowledged;
  for (int round = 0; round < 10; ++round) {
    ChildProcess<Acknowledged> child([&](const auto& report) {
      MakeAttempts(folder / "", 1000 + static_cast<uint64_t>(round) * 1'000'000, report);
    });
    for (int i = 0; i < 20 + 13 * round; ++i) {
      const auto told = child.Next();
      ASSERT_TRUE(told) << "the election ended by itself";
      acknowledged.push_back(*told);
    }
    child.Kill();
    while (const auto told = child.Next()) acknowledged.push_back(*told);
  }

  Election election(folder / "");
  std::map<int, uint64_t> slip_of_voter;
  std::set<uint64_t> slips;
  for (const Acknowledged& told : acknowledged) {
    const auto again =
        election.MakeAttempt(election.Attempt(told.request, Number(told.voter), "P1"));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_TRUE(again->replayed);
    EXPECT_EQ(again->outcome, told.outcome);
    EXPECT_EQ(again->accreditation->slip_number, told.slip);
    EXPECT_EQ(again->event_index, told.event_index);
    if (told.outcome != rules::Outcome::kAccredited) continue;
    EXPECT_TRUE(slip_of_voter.emplace(told.voter, told.slip).second) << "accredited twice";
    EXPECT_TRUE(slips.insert(told.slip).second) << "one slip for two voters";
  }
  // The first twenty that were told of in the first round were of different voters.
  EXPECT_GE(slip_of_voter.size(), 20u);
  EXPECT_TRUE(election.RootIsThatOfTheLeaves());
  EXPECT_EQ(election.OutcomesInFigures(), election.OutcomesInLog());
  const auto precinct = Election::Expect(election.ledger->GetPrecinct("P1"));
  EXPECT_EQ(precinct.accredited_count, election.OutcomesInLog()["ACCREDITED"]);
}

}  // namespace
}  // namespace taanu::test
