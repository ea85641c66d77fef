// Kills the daemon at each step between the receipt of a request, its commit and the reply, in the
// middle of a load of verifications and fallbacks. Whatever was acknowledged is there afterwards,
// nothing is there twice, and a repeated request gets its first answer.
//
// TAANU_KILLS sets the number of kills; 10 without it.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "taanu/v1/store_service.grpc.pb.h"
#include "tests/support/election.h"
#include "tests/support/election_day.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

constexpr int kThreads = 4;
constexpr int kKillsDefault = 10;
constexpr int kVotersPerThreadAndRound = 6;
constexpr uint64_t kFingers = 8;
constexpr std::array<const char*, 5> kPoints = {"received", "decided", "committing", "committed",
                                                "replying"};
// The cap is met now and then: both answers of a fallback must survive.
constexpr int kFallbacksPerRound = 8;

int Kills() {
  const char* const kills = std::getenv("TAANU_KILLS");
  return kills == nullptr ? kKillsDefault : std::max(1, std::atoi(kills));
}

std::string Number(int voter) { return "V-" + std::to_string(voter); }

// What a terminal asked, and what it was told, if anything.
struct Sent {
  std::string number;
  v1::VerifyVoterRequest verify;
  v1::RecordFallbackRequest fallback;
  bool by_fallback = false;
  bool acknowledged = false;
  std::string answer;  // serialised, without the mark of a repeated one
  v1::Outcome outcome = v1::OUTCOME_UNSPECIFIED;
  uint64_t slip = 0;
  bool replayed = false;
};

template <typename Response>
void Keep(const grpc::Status& status, Response response, Sent* sent) {
  sent->acknowledged = status.ok();
  sent->replayed = response.replayed();
  response.set_replayed(false);
  sent->answer = response.SerializeAsString();
  sent->outcome = response.outcome();
  const bool accredited = response.outcome() == v1::OUTCOME_ACCREDITED ||
                          response.outcome() == v1::OUTCOME_ACCREDITED_BY_FALLBACK;
  sent->slip = accredited ? response.accreditation().slip_number() : 0;
}

// Sends it, without waiting for a daemon that is dead.
void Send(v1::VerificationService::Stub& stub, Sent* sent) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  if (sent->by_fallback) {
    v1::RecordFallbackResponse response;
    const grpc::Status status = stub.RecordFallback(&context, sent->fallback, &response);
    Keep(status, response, sent);
  } else {
    v1::VerifyVoterResponse response;
    const grpc::Status status = stub.VerifyVoter(&context, sent->verify, &response);
    Keep(status, response, sent);
  }
}

class FaultTest : public testing::Test {
 protected:
  void SetUp() override {
    for (uint64_t finger = 0; finger < kFingers; ++finger) {
      probes_.push_back(RecordSample(finger, 2));
    }
  }

  void Enroll(int first, int count) {
    Client client = election_.Connect();
    for (int voter = first; voter < first + count; ++voter) {
      v1::EnrollVoterResponse response;
      const auto finger = static_cast<uint64_t>(voter) % kFingers;
      ASSERT_TRUE(
          client.Enroll(EnrollRequest(Number(voter), "P1", {RecordSample(finger, 1)}), &response)
              .ok());
    }
  }

  // One terminal's load: its voters in turn, by a finger or by fallback, until the daemon is dead.
  std::vector<Sent> Load(int first) {
    const auto stub = VerificationStub(election_.Connect());
    std::vector<Sent> all;
    for (int voter = first; voter < first + kVotersPerThreadAndRound; ++voter) {
      Sent& sent = all.emplace_back();
      sent.number = Number(voter);
      sent.by_fallback = voter % 2 == 1;
      sent.fallback = FallbackRequest(sent.number);
      sent.verify =
          VerifyRequest(sent.number, "P1", {probes_[static_cast<size_t>(voter) % kFingers]});
      Send(*stub, &sent);
      if (!sent.acknowledged) break;
    }
    return all;
  }

  void LoadFromAll(int first) {
    std::vector<std::vector<Sent>> sent(kThreads);
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back(
          [&, t] { sent[static_cast<size_t>(t)] = Load(first + t * kVotersPerThreadAndRound); });
    }
    for (std::thread& thread : threads) thread.join();
    for (auto& of_thread : sent) std::ranges::move(of_thread, std::back_inserter(sent_));
  }

  Election election_{{.election = "fallback_share_max = 1\nfallback_max = " +
                                  std::to_string(std::max(1, Kills() * kFallbacksPerRound)) +
                                  "\nduplicate_scope = \"off\"",
                      .daemon = "taanud_faults"}};
  std::vector<v1::FingerSample> probes_;
  std::vector<Sent> sent_;
};

TEST_F(FaultTest, AKillAtAnyStepLosesNothingThatWasAcknowledgedAndDoublesNothing) {
  constexpr int kVotersPerRound = kThreads * kVotersPerThreadAndRound;
  const int kills = Kills();
  {
    Client client = election_.Connect();
    OpenPrecinct(client, "P1");
  }
  std::map<std::string, int> died_at;
  int not_reached = 0;
  for (int kill = 0; kill < kills; ++kill) {
    Enroll(kill * kVotersPerRound, kVotersPerRound);
    ASSERT_EQ(election_.Stop(), 0);
    const char* const point = kPoints[static_cast<size_t>(kill) % kPoints.size()];
    // From the first request to well into the load, a different moment each time. A commit is for
    // several requests at once, so that there are fewer of them.
    const bool of_group = std::string(point).starts_with("commit");
    election_.StartWithFault(point, 1 + kill / static_cast<int>(kPoints.size()) * 5 %
                                            (of_group ? 4 : kVotersPerRound - kThreads));
    LoadFromAll(kill * kVotersPerRound);
    if (election_.process().EndsWithin(std::chrono::seconds(2))) {
      EXPECT_EQ(election_.process().Wait(), -SIGKILL);
      ++died_at[point];
    } else {
      // Fewer commits than that were needed; the round is one without a kill.
      EXPECT_EQ(election_.Stop(), 0);
      ++not_reached;
    }
    election_.Start();
  }

  Client client = election_.Connect();
  const auto stub = VerificationStub(client);
  int acknowledged = 0;
  int committed_unanswered = 0;
  std::map<std::string, uint64_t> slips;
  std::set<uint64_t> numbers;
  for (const Sent& sent : sent_) {
    Sent again = sent;
    Send(*stub, &again);
    ASSERT_TRUE(again.acknowledged) << sent.number;
    if (sent.acknowledged) {
      ++acknowledged;
      EXPECT_TRUE(again.replayed) << sent.number << " was acknowledged, and is lost";
      EXPECT_EQ(again.answer, sent.answer) << sent.number;
    } else {
      committed_unanswered += again.replayed ? 1 : 0;
    }
    if (again.slip == 0) {
      EXPECT_EQ(again.outcome, v1::OUTCOME_FALLBACK_CAP_REACHED) << sent.number;
      continue;
    }
    EXPECT_TRUE(slips.emplace(sent.number, again.slip).second) << sent.number << " twice";
    EXPECT_TRUE(numbers.insert(again.slip).second) << "slip " << again.slip << " twice";
  }
  ASSERT_FALSE(numbers.empty());
  EXPECT_EQ(*numbers.begin(), 1U);
  EXPECT_EQ(*numbers.rbegin(), numbers.size()) << "slips have gaps";
  v1::GetPrecinctStatusResponse status;
  ASSERT_TRUE(client.PrecinctStatus("P1", &status).ok());
  EXPECT_EQ(status.precinct().accredited_count(), numbers.size());
  EXPECT_LE(status.fallbacks().used_count(), status.fallbacks().max_count());
  // Every page, seal, count and leaf.
  v1::CheckStoreResponse check;
  ASSERT_TRUE(CallOnce(*v1::StoreService::NewStub(client.channel()),
                       &v1::StoreService::Stub::CheckStore, {}, &check)
                  .ok());
  EXPECT_EQ(check.problems_size(), 0);

  int died = 0;
  std::printf("kills");
  for (const auto& [point, count] : died_at) {
    std::printf(" %s %d,", point.c_str(), count);
    died += count;
  }
  std::printf(
      " not reached %d | requests %zu, acknowledged %d, all kept | committed and not "
      "answered %d | accreditations %zu, slips without gaps\n",
      not_reached, sent_.size(), acknowledged, committed_unanswered, numbers.size());
  EXPECT_GE(died, kills * 8 / 10);
}

}  // namespace
}  // namespace taanu::test
