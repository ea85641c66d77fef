// A disk that is full, or that can only be read: nobody is accredited whom the store cannot keep,
// the terminal is told why, nothing that was acknowledged is lost, and it goes on by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// More than there is room for.
constexpr int kVoters = 60;

std::string Number(int voter) { return std::string("V-").append(std::to_string(voter)); }

uint64_t Finger(int voter) { return static_cast<uint64_t>(voter) + 1; }

class DiskTest : public testing::Test {
 protected:
  void EnrollAll() {
    Client client = election_.Connect();
    OpenPrecinct(client, "P1");
    for (int voter = 0; voter < kVoters; ++voter) {
      v1::EnrollVoterResponse enrolled;
      const grpc::Status status = client.Enroll(
          EnrollRequest(Number(voter), "P1", {RecordSample(Finger(voter), 1)}), &enrolled);
      ASSERT_TRUE(status.ok()) << status.error_message();
    }
  }

  static v1::VerifyVoterRequest Request(int voter) {
    return VerifyRequest(Number(voter), "P1", {RecordSample(Finger(voter), 2)});
  }

  // Sends voters, each a first time, until one is refused; gives the status of that one, and keeps
  // its request.
  grpc::Status SendUntilRefused() {
    Client client = election_.Connect();
    while (next_ < kVoters) {
      refused_ = Request(next_++);
      v1::VerifyVoterResponse answer;
      const grpc::Status status = client.Verify(refused_, &answer);
      if (!status.ok()) return status;
      EXPECT_EQ(answer.outcome(), v1::OUTCOME_ACCREDITED);
      acknowledged_.emplace_back(refused_, answer);
    }
    return {};
  }

  // Once there is room the request that was refused is answered, and what was acknowledged stands.
  void ExpectItGoesOn() {
    Client client = election_.Connect();
    v1::VerifyVoterResponse answer;
    grpc::Status status;
    // The daemon looks for room twice a second.
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    do {
      status = client.Verify(refused_, &answer);
    } while (!status.ok() && std::chrono::steady_clock::now() < end);
    ASSERT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(answer.outcome(), v1::OUTCOME_ACCREDITED);
    EXPECT_FALSE(answer.replayed()) << "a refused attempt is not kept";
    EXPECT_EQ(answer.accreditation().slip_number(), acknowledged_.size() + 1);
    acknowledged_.emplace_back(refused_, answer);
    ExpectAllThere();
  }

  void ExpectAllThere() {
    Client client = election_.Connect();
    std::set<uint64_t> slips;
    for (const auto& [request, first] : acknowledged_) {
      v1::VerifyVoterResponse again;
      ASSERT_TRUE(client.Verify(request, &again).ok());
      EXPECT_TRUE(again.replayed());
      again.set_replayed(false);
      EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
      slips.insert(again.accreditation().slip_number());
    }
    EXPECT_EQ(slips.size(), acknowledged_.size());
    v1::GetPrecinctStatusResponse status;
    ASSERT_TRUE(client.PrecinctStatus("P1", &status).ok());
    EXPECT_EQ(status.precinct().accredited_count(), acknowledged_.size());
  }

  void ExpectReading() {
    v1::GetPrecinctStatusResponse status;
    EXPECT_TRUE(election_.Connect().PrecinctStatus("P1", &status).ok());
    EXPECT_EQ(status.precinct().accredited_count(), acknowledged_.size());
  }

  Election election_;
  int next_ = 0;
  v1::VerifyVoterRequest refused_;
  std::vector<std::pair<v1::VerifyVoterRequest, v1::VerifyVoterResponse>> acknowledged_;
};

void LimitFiles(pid_t pid, rlim_t bytes) {
  rlimit limit{};
  ASSERT_EQ(prlimit(pid, RLIMIT_FSIZE, nullptr, &limit), 0);
  limit.rlim_cur = bytes;
  ASSERT_EQ(prlimit(pid, RLIMIT_FSIZE, &limit, nullptr), 0);
}

TEST_F(DiskTest, WhereTheFileCannotGrowNobodyIsAccreditedAndItGoesOnOnceItCan) {
  ASSERT_NO_FATAL_FAILURE(EnrollAll());
  const auto now = fs::file_size(election_.database().string() + "-wal");
  LimitFiles(election_.process().pid(), now + (256 << 10));
  const grpc::Status refused = SendUntilRefused();
  ASSERT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE) << next_;
  // A limit is an error of the disk to SQLite, where it is not met in the middle of a page.
  EXPECT_THAT(ReasonOf(refused), testing::StartsWith("STORAGE_F"));
  EXPECT_THAT(refused.error_message(), HasSubstr("nothing was written"));
  EXPECT_GT(acknowledged_.size(), 0U);
  // It stays so, also for those who come next, and the daemon still tells how things are.
  v1::VerifyVoterResponse answer;
  EXPECT_THAT(ReasonOf(election_.Connect().Verify(Request(kVoters - 1), &answer)),
              testing::StartsWith("STORAGE_F"));
  ExpectReading();
  LimitFiles(election_.process().pid(), RLIM_INFINITY);
  ExpectItGoesOn();
}

TEST_F(DiskTest, WhatWasAcknowledgedBeforeTheDiskWasFullIsThereAfterAKill) {
  ASSERT_NO_FATAL_FAILURE(EnrollAll());
  const auto now = fs::file_size(election_.database().string() + "-wal");
  LimitFiles(election_.process().pid(), now + (256 << 10));
  ASSERT_EQ(SendUntilRefused().error_code(), grpc::StatusCode::UNAVAILABLE);
  election_.Kill();
  election_.Start();
  ExpectItGoesOn();
}

// A file system of the test's own, where that is allowed.
class MountTest : public DiskTest {
 protected:
  void SetUp() override {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
      GTEST_SKIP() << "mounting is not allowed here";
    }
    ASSERT_EQ(election_.Stop(), 0);
    fs::create_directory(disk());
    if (mount("tmpfs", disk().c_str(), "tmpfs", 0, "size=32m") != 0) {
      GTEST_SKIP() << "mounting is not allowed here";
    }
    mounted_ = true;
    fs::copy_file(election_.database(), disk() / "taanu.db");
    fs::remove(election_.database());
    fs::create_symlink(disk() / "taanu.db", election_.database());
    election_.Start();
    ASSERT_NO_FATAL_FAILURE(EnrollAll());
  }
  void TearDown() override {
    if (!mounted_) return;
    election_.Kill();
    umount2(disk().c_str(), MNT_DETACH);
  }
  fs::path disk() const { return election_.folder() / "disk"; }

 private:
  bool mounted_ = false;
};

TEST_F(MountTest, AFullDiskStopsAccreditationUntilThereIsRoom) {
  {
    std::ofstream filler(disk() / "filler", std::ios::binary);
    while (filler << std::string(4096, 'x') && filler.flush()) {
    }
  }
  const grpc::Status refused = SendUntilRefused();
  ASSERT_EQ(refused.error_code(), grpc::StatusCode::UNAVAILABLE) << next_;
  EXPECT_EQ(ReasonOf(refused), "STORAGE_FULL");
  EXPECT_THAT(refused.error_message(), HasSubstr("free some space"));
  ExpectReading();
  fs::remove(disk() / "filler");
  ExpectItGoesOn();
}

TEST_F(MountTest, AFileSystemThatBecomesReadOnlyStopsAccreditation) {
  ASSERT_TRUE([&] {
    v1::VerifyVoterResponse answer;
    refused_ = Request(next_++);
    const bool good = election_.Connect().Verify(refused_, &answer).ok();
    acknowledged_.emplace_back(refused_, answer);
    return good;
  }());
  // The kernel refuses to do this under a file that is open for writing, but does it itself after
  // an error of the disk; so the daemon finds it at its start.
  ASSERT_EQ(election_.Stop(), 0);
  ASSERT_EQ(mount(nullptr, disk().c_str(), nullptr, MS_REMOUNT | MS_RDONLY, nullptr), 0);
  EXPECT_THROW(election_.Start(), std::runtime_error);
  EXPECT_THAT(election_.Log(), testing::ContainsRegex("[Rr]ead-only"));
  ASSERT_EQ(mount(nullptr, disk().c_str(), nullptr, MS_REMOUNT, "size=32m"), 0);
  election_.Start();
  ExpectAllThere();
}

}  // namespace
}  // namespace taanu::test
