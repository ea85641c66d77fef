// Kills the daemon in the middle of changes of voters, and of a rotation of the store's key, again
// and again. Every change is sent again under its id until it is answered. Afterwards every voter
// is as an undisturbed run would have left the voter, every change is in the log once, a repeated
// request gets its first answer, and the store is sound.
//
// TAANU_REGISTER_KILLS sets the number of kills; 12 without it. The long run:
//   TAANU_REGISTER_KILLS=200 build/release/tests/register_crash_test
#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "enroll/store/key_file.h"
#include "tests/support/election.h"
#include "tests/support/office.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using Stub = v1::EnrollmentService::Stub;

constexpr int kKillsDefault = 12;
constexpr int kVoters = 40;
// Changes between two kills.
constexpr int kChangesPerRound = 6;
constexpr auto kThumb = v1::FINGER_POSITION_RIGHT_THUMB;

int Kills() {
  const char* const kills = std::getenv("TAANU_REGISTER_KILLS");
  return kills == nullptr ? kKillsDefault : std::max(1, std::atoi(kills));
}

std::string Number(int voter) { return std::string("V-").append(std::to_string(voter)); }

// A voter as an undisturbed run would have it.
struct Expected {
  std::string family_name = "Асанова";
  std::string precinct = "P1";
  bool active = true;
  bool waits_for_confirmation = false;
  bool erased = false;
};

// A change with everything that is needed to send it, and to send it again.
struct Sent {
  // Sends it; true where it was answered.
  std::function<bool(Stub&, v1::VoterChange*, int deadline_s)> send;
  v1::VoterChange answer;
};

template <typename Request, typename Response>
Sent Sendable(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
              const Request& request) {
  Sent sent;
  sent.send = [=](Stub& stub, v1::VoterChange* answer, int deadline_s) {
    Response response;
    const grpc::Status status = CallOnce(stub, method, request, &response, deadline_s);
    EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::UNAVAILABLE)
        << status.error_message();
    if (status.ok()) *answer = response.change();
    return status.ok();
  };
  return sent;
}

class RegisterCrashTest : public testing::Test {
 protected:
  void SetUp() override {
    Client client = election_.Connect();
    v1::CreatePrecinctResponse created;
    ASSERT_TRUE(client.CreatePrecinct("P1", &created).ok());
    ASSERT_TRUE(client.CreatePrecinct("P2", &created).ok());
    for (int voter = 0; voter < kVoters; ++voter) {
      v1::EnrollVoterResponse enrolled;
      ASSERT_TRUE(client
                      .Enroll(EnrollRequest(
                                  Number(voter), "P1",
                                  {RecordSample(static_cast<uint64_t>(voter % 8) + 1, 1, kThumb)}),
                              &enrolled)
                      .ok());
    }
    expected_.resize(kVoters);
  }

  Sent NextChange() {
    int voter = 0;
    do {
      voter = static_cast<int>(random_() % kVoters);
    } while (expected_[static_cast<size_t>(voter)].erased);
    Expected& now = expected_[static_cast<size_t>(voter)];
    const std::string number = Number(voter);
    if (!now.active) {
      // Few are erased, so that enough are left.
      if (random_() % 8 == 0) {
        now.erased = true;
        return Sendable(&Stub::EraseVoter, ChangeRequest<v1::EraseVoterRequest>(number));
      }
      now.active = true;
      return Sendable(&Stub::ReactivateVoter, ChangeRequest<v1::ReactivateVoterRequest>(number));
    }
    switch (random_() % 4) {
      case 0: {
        auto request = ChangeRequest<v1::MoveVoterRequest>(number);
        now.precinct = now.precinct == "P1" ? "P2" : "P1";
        request.set_precinct_id(now.precinct);
        return Sendable(&Stub::MoveVoter, request);
      }
      case 1: {
        auto request = ChangeRequest<v1::DeactivateVoterRequest>(number);
        request.set_reason(v1::DEACTIVATION_REASON_MOVED_AWAY);
        now.active = false;
        return Sendable(&Stub::DeactivateVoter, request);
      }
      case 2: {
        now.waits_for_confirmation = !now.waits_for_confirmation;
        if (now.waits_for_confirmation) {
          auto request = ChangeRequest<v1::ReenrollFingerRequest>(number);
          *request.mutable_sample() = RecordSample(100 + random_() % 8, 1, kThumb);
          return Sendable(&Stub::ReenrollFinger, request);
        }
        if (random_() % 2 == 0) {
          auto request = ChangeRequest<v1::ConfirmFingerRequest>(number, "office-2");
          request.set_position(kThumb);
          return Sendable(&Stub::ConfirmFinger, request);
        }
        auto request = ChangeRequest<v1::RevertFingerRequest>(number);
        request.set_position(kThumb);
        return Sendable(&Stub::RevertFinger, request);
      }
      default: {
        auto request = ChangeRequest<v1::UpdateVoterRequest>(number);
        now.family_name = "Family-" + std::to_string(random_() % 1000);
        request.mutable_voter()->set_family_name(now.family_name);
        request.mutable_update_mask()->add_paths("family_name");
        return Sendable(&Stub::UpdateVoter, request);
      }
    }
  }

  // Some changes that are answered, and one in the middle of which the daemon dies.
  void Round(int round) {
    Client client = election_.Connect();
    if (round % 2 == 0) BeginRotation(client);
    std::chrono::microseconds slowest{0};
    for (int i = 0; i < kChangesPerRound; ++i) {
      Sent sent = NextChange();
      const bool kill = i + 1 == kChangesPerRound;
      std::thread killer;
      std::atomic<bool> go = false;
      if (kill) {
        // From before the request arrives to after its answer, a different moment each time, and
        // as this machine goes: a change takes less than a millisecond, or tens of them.
        const auto moment = std::chrono::microseconds(random_() % (slowest.count() + 100));
        killer = std::thread([&, moment] {
          while (!go) std::this_thread::yield();
          const auto at = std::chrono::steady_clock::now() + moment;
          while (std::chrono::steady_clock::now() < at) std::this_thread::yield();
          election_.process().Signal(SIGKILL);
        });
      }
      go = true;
      const auto start = std::chrono::steady_clock::now();
      bool answered = sent.send(client.enrollment(), &sent.answer, kill ? 5 : 60);
      // The first one of a connection waits for the connection.
      if (i > 0 && !kill) {
        slowest = std::max(slowest, std::chrono::duration_cast<std::chrono::microseconds>(
                                        std::chrono::steady_clock::now() - start));
      }
      if (kill) {
        killer.join();
        election_.Kill();
        election_.Start();
        ++kills_;
        in_flight_ += answered ? 0 : 1;
      }
      while (!answered) {
        Client again = election_.Connect();
        answered = sent.send(again.enrollment(), &sent.answer, 60);
        committed_before_ += sent.answer.replayed() ? 1 : 0;
      }
      sent_.push_back(std::move(sent));
    }
  }

  void BeginRotation(Client& client) {
    // The last rotation may have been cut off; the file then has its keys of before until it ends.
    const auto keys = ReadKeyFile(election_.folder() / "store.key");
    ASSERT_TRUE(keys) << keys.error().message;
    if (keys->size() > 1) {
      if (Remaining(client) > 0) return;
      ASSERT_TRUE(RetireKeys(election_.folder() / "store.key",
                             election_.folder() / ("old-" + std::to_string(++retired_) + ".key")));
    }
    ASSERT_TRUE(AddKey(election_.folder() / "store.key"));
    ++rotations_;
    v1::RotateStoreKeyRequest request;
    request.set_request_id(NewRequestId());
    request.set_operator_id("office-1");
    v1::RotateStoreKeyResponse response;
    const auto stub = v1::StoreService::NewStub(client.channel());
    const grpc::Status status =
        CallOnce(*stub, &v1::StoreService::Stub::RotateStoreKey, request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  static uint64_t Remaining(Client& client) {
    v1::GetStoreKeyRotationResponse response;
    const auto stub = v1::StoreService::NewStub(client.channel());
    const grpc::Status status =
        CallOnce(*stub, &v1::StoreService::Stub::GetStoreKeyRotation, {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.rotation().remaining_count();
  }

  void ExpectVoters(Client& client) {
    for (int voter = 0; voter < kVoters; ++voter) {
      const Expected& expected = expected_[static_cast<size_t>(voter)];
      v1::GetVoterResponse found;
      const grpc::Status status = client.GetVoter(Number(voter), &found);
      if (expected.erased) {
        EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
        continue;
      }
      ASSERT_TRUE(status.ok()) << status.error_message();
      EXPECT_EQ(found.voter().family_name(), expected.family_name);
      EXPECT_EQ(found.voter().precinct_id(), expected.precinct);
      EXPECT_EQ(found.state() == v1::VOTER_STATE_ACTIVE, expected.active);
      EXPECT_EQ(found.superseded_fingers_size(), expected.waits_for_confirmation ? 1 : 0);
      EXPECT_EQ(found.fingers_size(), 1);
    }
  }

  Election election_;
  std::mt19937_64 random_{20261122};
  std::vector<Expected> expected_;
  std::vector<Sent> sent_;
  int kills_ = 0;
  int in_flight_ = 0;         // unanswered when the daemon died
  int committed_before_ = 0;  // of these, those that had been committed
  int rotations_ = 0;
  int retired_ = 0;
};

TEST_F(RegisterCrashTest, EveryChangeIsMadeOnceAndEveryRotationEnds) {
  const int kills = Kills();
  for (int round = 0; round < kills && !HasFatalFailure(); ++round) Round(round);
  Client client = election_.Connect();
  ExpectVoters(client);

  std::map<uint64_t, std::string> leaves;
  for (const v1::Event& event : AllEvents(client)) leaves[event.index()] = event.leaf();
  size_t changes_in_log = 0;
  for (const auto& [index, leaf] : leaves) {
    if (leaf.find("\"type\":\"voter_") != std::string::npos) ++changes_in_log;
  }
  EXPECT_EQ(changes_in_log, sent_.size() + kVoters) << "each once, and the enrolments";
  for (const Sent& sent : sent_) {
    v1::VoterChange again;
    ASSERT_TRUE(sent.send(client.enrollment(), &again, 60));
    EXPECT_TRUE(again.replayed());
    v1::VoterChange first = sent.answer;
    first.set_replayed(true);
    EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
    EXPECT_NE(leaves[again.event_index()].find(again.voter_reference()), std::string::npos);
  }
  while (Remaining(client) > 0) std::this_thread::yield();

  v1::CheckStoreResponse check;
  const auto stub = v1::StoreService::NewStub(client.channel());
  ASSERT_TRUE(CallOnce(*stub, &v1::StoreService::Stub::CheckStore, {}, &check, 300).ok());
  for (const std::string& problem : check.problems()) ADD_FAILURE() << problem;
  // Questions to the log are entries themselves, once a minute.
  EXPECT_GE(check.log_size(), leaves.size());
  std::printf(
      "kills %d | changes %zu, each in the log once | in flight at a kill %d, of which committed "
      "%d "
      "| rotations %d | store sound: %llu voters, %llu references, %llu entries\n",
      kills_, sent_.size(), in_flight_, committed_before_, rotations_,
      static_cast<unsigned long long>(check.voter_count()),
      static_cast<unsigned long long>(check.reference_count()),
      static_cast<unsigned long long>(check.log_size()));
  // Kills that all came after the answer would have proved nothing; a dozen may.
  if (kills >= 100) {
    EXPECT_GE(in_flight_, kills / 12);
  }
}

}  // namespace
}  // namespace taanu::test
