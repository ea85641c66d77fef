// Kills the daemon in the middle of a verification load, again and again. Afterwards every
// accreditation that was acknowledged is there, none is there twice, slips have no gaps, the log
// proves itself, and a repeated request gets its first answer.
//
// TAANU_CRASH_ROUNDS sets the number of kills; 50 without it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sqlite3.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "service/audit/merkle.h"
#include "tests/support/election.h"
#include "tests/support/merkle_root.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

constexpr int kThreads = 4;
constexpr int kRoundsDefault = 50;
// Voters that one thread tries in one round; the kill comes before it is through with them.
constexpr int kVotersPerThreadAndRound = 40;
// Fingers are few and shared, so that making their records takes no time; the rules know voters by
// number alone.
constexpr uint64_t kFingers = 16;

int Rounds() {
  const char* const rounds = std::getenv("TAANU_CRASH_ROUNDS");
  return rounds == nullptr ? kRoundsDefault : std::max(1, std::atoi(rounds));
}

std::string Number(int voter) { return "V-" + std::to_string(voter); }

struct Sent {
  v1::VerifyVoterRequest request;
  bool acknowledged = false;
  v1::VerifyVoterResponse answer;  // where it was acknowledged
};

// Enrols the voters of all rounds through one bulk load.
void EnrollAll(Client& client, int voters, const std::vector<std::string>& records) {
  grpc::ClientContext context;
  const auto stream = client.enrollment().BulkEnroll(&context);
  const std::string id = NewRequestId();
  std::thread writer([&] {
    for (int voter = 0; voter < voters; ++voter) {
      v1::BulkEnrollRequest item;
      item.set_request_id(id);
      item.set_item_number(static_cast<uint64_t>(voter));
      item.mutable_voter()->set_voter_number(Number(voter));
      item.mutable_voter()->set_precinct_id("P1");
      item.add_samples()->set_minutiae_record(records[static_cast<size_t>(voter) % kFingers]);
      if (!stream->Write(item)) break;
    }
    stream->WritesDone();
  });
  int enrolled = 0;
  v1::BulkEnrollResponse response;
  while (stream->Read(&response)) enrolled += response.status().code() == 0 ? 1 : 0;
  writer.join();
  const grpc::Status status = stream->Finish();
  ASSERT_TRUE(status.ok()) << status.error_message();
  ASSERT_EQ(enrolled, voters);
}

// One thread's load in one round: new voters, each tried twice under ids of their own.
std::vector<Sent> Load(Election& election, int first_voter, const std::vector<std::string>& probes,
                       const std::function<void()>& on_answer) {
  std::vector<Sent> all;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  const auto stub = v1::VerificationService::NewStub(grpc::CreateCustomChannel(
      "unix:" + election.socket().string(), grpc::InsecureChannelCredentials(), arguments));
  for (int i = 0; i < kVotersPerThreadAndRound; ++i) {
    const int voter = first_voter + i;
    v1::FingerSample sample;
    sample.set_minutiae_record(probes[static_cast<size_t>(voter) % kFingers]);
    Sent sent;
    sent.request = VerifyRequest(Number(voter), "P1", {sample});
    grpc::ClientContext context;
    const grpc::Status status = stub->VerifyVoter(&context, sent.request, &sent.answer);
    sent.acknowledged = status.ok();
    all.push_back(std::move(sent));
    if (!status.ok()) break;  // the daemon is dead
    on_answer();
  }
  return all;
}

class ReadOnlyFile {
 public:
  explicit ReadOnlyFile(const std::filesystem::path& path) {
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &db_, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
  }
  ~ReadOnlyFile() { sqlite3_close(db_); }
  ReadOnlyFile(const ReadOnlyFile&) = delete;
  ReadOnlyFile& operator=(const ReadOnlyFile&) = delete;

  // Calls `row` with every row of the query.
  void ForEach(const char* sql, const std::function<void(sqlite3_stmt*)>& row) const {
    sqlite3_stmt* statement = nullptr;
    ASSERT_EQ(sqlite3_prepare_v2(db_, sql, -1, &statement, nullptr), SQLITE_OK)
        << sqlite3_errmsg(db_);
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) row(statement);
    EXPECT_EQ(step, SQLITE_DONE) << sqlite3_errmsg(db_);
    sqlite3_finalize(statement);
  }
  int64_t Number(const char* sql) const {
    int64_t number = -1;
    ForEach(sql, [&](sqlite3_stmt* row) { number = sqlite3_column_int64(row, 0); });
    return number;
  }

 private:
  sqlite3* db_ = nullptr;
};

class CrashTest : public testing::Test {
 protected:
  // One round: a load from several threads, and SIGKILL once `kill_after` answers have come.
  void Round(int round, int kill_after) {
    std::mutex mutex;
    std::condition_variable changed;
    int answers = 0;
    int running = kThreads;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        const int first = (round * kThreads + t) * kVotersPerThreadAndRound;
        auto sent = Load(election_, first, probes_, [&] {
          const std::lock_guard lock(mutex);
          ++answers;
          changed.notify_all();
        });
        const std::lock_guard lock(mutex);
        std::ranges::move(sent, std::back_inserter(sent_));
        --running;
        changed.notify_all();
      });
    }
    {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return answers >= kill_after || running == 0; });
    }
    election_.Kill();
    for (std::thread& thread : threads) thread.join();
    election_.Start();
  }

  Election election_{{.election = "duplicate_scope = \"off\""}};
  std::vector<std::string> probes_;
  std::vector<Sent> sent_;
};

TEST_F(CrashTest, WhatWasAcknowledgedIsKeptOnceAndARepeatedRequestGetsTheFirstAnswer) {
  const int rounds = Rounds();
  std::vector<std::string> references;
  for (uint64_t finger = 0; finger < kFingers; ++finger) {
    references.push_back(SyntheticRecord(finger, 1));
    probes_.push_back(SyntheticRecord(finger, 2));
  }
  {
    Client client = election_.Connect();
    OpenPrecinct(client, "P1");
    EnrollAll(client, rounds * kThreads * kVotersPerThreadAndRound, references);
  }
  for (int round = 0; round < rounds; ++round) {
    // From the very first answers to well into the load, a different moment each time.
    Round(round, 1 + round * 7 % (kThreads * kVotersPerThreadAndRound * 3 / 4));
  }

  // Every request again, also those that died without an answer: the first answer where there was
  // one, and otherwise either what had been committed, or a first decision now.
  Client client = election_.Connect();
  int acknowledged = 0;
  int unanswered = 0;
  int unanswered_but_committed = 0;
  std::map<std::string, uint64_t> slip_of_voter;
  for (const Sent& sent : sent_) {
    v1::VerifyVoterResponse again;
    const grpc::Status status = client.Verify(sent.request, &again);
    ASSERT_TRUE(status.ok()) << status.error_message();
    if (sent.acknowledged) {
      ++acknowledged;
      ASSERT_EQ(sent.answer.outcome(), v1::OUTCOME_ACCREDITED);
      EXPECT_TRUE(again.replayed());
      v1::VerifyVoterResponse same = again;
      same.set_replayed(false);
      EXPECT_EQ(same.SerializeAsString(), sent.answer.SerializeAsString());
    } else {
      ++unanswered;
      unanswered_but_committed += again.replayed() ? 1 : 0;
      EXPECT_EQ(again.outcome(), v1::OUTCOME_ACCREDITED);
    }
    slip_of_voter[again.accreditation().voter_reference()] = again.accreditation().slip_number();
  }
  EXPECT_EQ(slip_of_voter.size(), sent_.size()) << "one accreditation for each voter";
  v1::GetCheckpointResponse checkpoint;
  ASSERT_TRUE(client.Checkpoint(&checkpoint).ok());
  EXPECT_EQ(election_.Stop(), 0);

  // The file itself, without the daemon.
  const ReadOnlyFile file(election_.database());
  const int64_t accreditations = file.Number("SELECT count(*) FROM accreditation");
  EXPECT_EQ(accreditations, static_cast<int64_t>(sent_.size()));
  EXPECT_EQ(file.Number("SELECT count(DISTINCT voter) FROM accreditation"), accreditations);
  EXPECT_EQ(file.Number("SELECT min(slip_number) FROM accreditation"), 1);
  EXPECT_EQ(file.Number("SELECT max(slip_number) FROM accreditation"), accreditations);
  EXPECT_EQ(file.Number("SELECT count(DISTINCT slip_number) FROM accreditation"), accreditations);
  EXPECT_EQ(file.Number("SELECT count(*) FROM attempt WHERE outcome = 1"), accreditations);
  EXPECT_EQ(file.Number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"),
            1);
  std::vector<std::string> leaves;
  file.ForEach("SELECT leaf FROM event ORDER BY idx", [&](sqlite3_stmt* row) {
    leaves.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(row, 0)),
                        static_cast<size_t>(sqlite3_column_bytes(row, 0)));
  });
  // The stop is an entry too, after those that were signed.
  ASSERT_GT(leaves.size(), checkpoint.log_size());
  leaves.resize(checkpoint.log_size());
  const merkle::Hash root = RootOf(leaves);
  EXPECT_EQ(checkpoint.root_hash(), std::string(root.begin(), root.end()));

  std::printf(
      "kills %d | requests sent %zu | acknowledged before a kill %d, all kept | unanswered %d, of "
      "which committed %d | accreditations %lld, slips 1 to %lld without gaps | log entries %zu, "
      "root "
      "recomputed\n",
      rounds, sent_.size(), acknowledged, unanswered, unanswered_but_committed,
      static_cast<long long>(accreditations), static_cast<long long>(accreditations),
      leaves.size());
  // A load that was over before each kill would have proved nothing.
  EXPECT_GE(unanswered, rounds / 2);
}

}  // namespace
}  // namespace taanu::test
