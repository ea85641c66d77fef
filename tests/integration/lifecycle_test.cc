// From start to stop: readiness, health, reflection, draining, restart, and what the daemon refuses
// to start on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <vector>

#include "enroll/store/sealing.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using testing::HasSubstr;

// HealthCheckResponse with status SERVING, as bytes.
constexpr char kServing[] = "\x08\x01";

TEST(LifecycleTest, TheSocketIsOpenToItsGroupAndTheDatabaseToItsOwnerAlone) {
  Election election;
  struct stat info {};
  ASSERT_EQ(stat(election.socket().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0660U);
  ASSERT_EQ(stat(election.database().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0077, 0U);
}

TEST(LifecycleTest, HealthIsServingForTheWholeAndForEachService) {
  Election election;
  Client client = election.Connect();
  for (const std::string service :
       {"", "taanu.v1.VerificationService", "taanu.v1.EnrollmentService", "taanu.v1.AuditService",
        "taanu.v1.AdjudicationService", "taanu.v1.AdministrationService"}) {
    std::string request;
    if (!service.empty()) {
      request.append(1, '\x0A').append(1, static_cast<char>(service.size())).append(service);
    }
    std::string reply;
    const grpc::Status status = client.Raw("/grpc.health.v1.Health/Check", request, &reply);
    EXPECT_TRUE(status.ok()) << service << ": " << status.error_message();
    EXPECT_EQ(reply, kServing) << service;
  }
}

TEST(LifecycleTest, ReflectionListsTheServices) {
  Election election;
  Client client = election.Connect();
  // ServerReflectionRequest{list_services: "*"}; a stream of one message looks like a unary call.
  std::string reply;
  const grpc::Status status = client.Raw(
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", "\x3A\x01*", &reply);
  EXPECT_TRUE(status.ok()) << status.error_message();
  for (const char* service : {"taanu.v1.VerificationService", "taanu.v1.EnrollmentService",
                              "taanu.v1.AuditService", "taanu.v1.AdministrationService"}) {
    EXPECT_THAT(reply, HasSubstr(service));
  }
}

TEST(LifecycleTest, ARestartKeepsEverything) {
  Election election;
  v1::VerifyVoterRequest request = VerifyRequest("V-1", "P1", {RecordSample(1, 2)});
  v1::VerifyVoterResponse first;
  v1::GetCheckpointResponse before;
  {
    Client client = election.Connect();
    OpenPrecinct(client, "P1");
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(client.Enroll(EnrollRequest("V-1", "P1", {RecordSample(1, 1)}), &enrolled).ok());
    ASSERT_TRUE(client.Verify(request, &first).ok());
    ASSERT_EQ(first.outcome(), v1::OUTCOME_ACCREDITED);
    ASSERT_TRUE(client.Checkpoint(&before).ok());
  }
  EXPECT_EQ(election.Stop(), 0);
  election.Start();

  Client client = election.Connect();
  // What the log has now is what it had, and the stop and the start.
  v1::GetConsistencyProofResponse after;
  ASSERT_TRUE(client.ConsistencyProof(before.log_size(), 0, &after).ok());
  EXPECT_EQ(after.old_root_hash(), before.root_hash());
  EXPECT_EQ(after.checkpoint().log_size(), before.log_size() + 2);
  v1::VerifyVoterResponse again;
  ASSERT_TRUE(client.Verify(request, &again).ok());
  EXPECT_TRUE(again.replayed());
  EXPECT_EQ(again.accreditation().SerializeAsString(), first.accreditation().SerializeAsString());
  v1::GetVoterResponse voter;
  ASSERT_TRUE(client.GetVoter("V-1", &voter).ok());
  EXPECT_EQ(voter.voter().given_names(), "Айгүл");
  EXPECT_EQ(voter.fingers_size(), 1);
  v1::GetPrecinctStatusResponse precinct;
  ASSERT_TRUE(client.PrecinctStatus("P1", &precinct).ok());
  EXPECT_EQ(precinct.precinct().state(), v1::POLLS_STATE_OPEN);
  EXPECT_EQ(precinct.precinct().accredited_count(), 1U);
}

TEST(LifecycleTest, CallsInFlightAreAnsweredWhenTheDaemonIsToldToStop) {
  Election election({.limits = "worker_threads = 1"});
  Client setup = election.Connect();
  OpenPrecinct(setup, "P1");
  v1::EnrollVoterResponse enrolled;
  ASSERT_TRUE(setup.Enroll(EnrollRequest("V-1", "P1", {RecordSample(1, 1)}), &enrolled).ok());

  // Each thread calls until it is refused. Every call ends as answered, or as cut off because
  // it came too late; none hangs, and none is lost: what was answered is in the log afterwards.
  std::vector<std::future<int>> clients;
  std::promise<void> under_way;
  std::atomic<int> answered = 0;
  for (int t = 0; t < 4; ++t) {
    clients.push_back(std::async(std::launch::async, [&] {
      grpc::ChannelArguments arguments;
      arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      const auto stub = v1::VerificationService::NewStub(grpc::CreateCustomChannel(
          "unix:" + election.socket().string(), grpc::InsecureChannelCredentials(), arguments));
      int count = 0;
      for (;;) {
        grpc::ClientContext context;
        v1::VerifyVoterResponse response;
        const grpc::Status status = stub->VerifyVoter(
            &context, VerifyRequest("V-1", "P1", {RecordSample(1, 2)}), &response);
        if (!status.ok()) {
          // gRPC cancels a call that reached the transport but no handler when listening ended.
          EXPECT_TRUE(status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                      status.error_code() == grpc::StatusCode::CANCELLED)
              << status.error_code() << ": " << status.error_message();
          return count;
        }
        ++count;
        if (++answered == 20) under_way.set_value();
      }
    }));
  }
  under_way.get_future().wait();
  EXPECT_EQ(election.Stop(), 0);
  int total = 0;
  for (auto& client : clients) total += client.get();

  election.Start();
  Client client = election.Connect();
  v1::GetStatisticsResponse statistics;
  ASSERT_TRUE(client.Statistics({}, &statistics).ok());
  ASSERT_EQ(statistics.cells_size(), 1);
  EXPECT_GE(statistics.cells(0).attempt_count(), static_cast<uint64_t>(total));
  // A call may have been committed whose answer was cut off by the client's connection closing.
  EXPECT_LE(statistics.cells(0).attempt_count(), static_cast<uint64_t>(total) + 4);
}

TEST(LifecycleTest, AnIdleClientDoesNotHoldUpTheStop) {
  Election election;
  Client idle = election.Connect();
  v1::GetServerInfoResponse info;
  ASSERT_TRUE(idle.ServerInfo(&info).ok());
  grpc::ClientContext context;
  const auto stream = idle.enrollment().BulkEnroll(&context);
  // An item's status shows that the daemon has taken the call; a call that it has not taken when it
  // stops listening is cut off instead.
  v1::BulkEnrollResponse response;
  ASSERT_TRUE(stream->Write(v1::BulkEnrollRequest()));
  ASSERT_TRUE(stream->Read(&response));
  election.process().Signal(SIGTERM);
  EXPECT_EQ(election.process().Wait(std::chrono::seconds(30)), 0);
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST(LifecycleTest, AStaleSocketIsReplacedAfterAKill) {
  Election election;
  election.Kill();
  ASSERT_TRUE(std::filesystem::is_socket(election.socket()));
  election.Start();
  Client client = election.Connect();
  v1::GetServerInfoResponse info;
  EXPECT_TRUE(client.ServerInfo(&info).ok());
}

TEST(LifecycleTest, ASecondDaemonOnTheSameFileIsRefusedAndTheFirstGoesOn) {
  Election election;
  std::string output;
  EXPECT_EQ(RunToEnd(election.Arguments(), &output), 1);
  EXPECT_THAT(output, HasSubstr("taanu.db"));
  Client client = election.Connect();
  v1::GetServerInfoResponse info;
  EXPECT_TRUE(client.ServerInfo(&info).ok());
}

TEST(LifecycleTest, AFileWrittenWithAnotherKeyIsRefused) {
  Election election;
  EXPECT_EQ(election.Stop(), 0);
  std::filesystem::remove(election.folder() / "store.key");
  ASSERT_TRUE(Vault::CreateKeyFile(election.folder() / "store.key").has_value());
  std::string output;
  EXPECT_EQ(RunToEnd(election.Arguments(), &output), 1);
  EXPECT_THAT(output, HasSubstr("key"));
}

TEST(LifecycleTest, WhatIsNotASocketIsNotRemovedForOne) {
  Election election;
  EXPECT_EQ(election.Stop(), 0);
  std::filesystem::remove(election.socket());
  std::ofstream(election.socket()) << "precious";
  std::string output;
  EXPECT_EQ(RunToEnd(election.Arguments(), &output), 1);
  EXPECT_THAT(output, HasSubstr("is not a socket"));
  EXPECT_TRUE(std::filesystem::is_regular_file(election.socket()));
}

TEST(LifecycleTest, SettingsAreCheckedWithoutServing) {
  Election election;
  std::string output;
  EXPECT_EQ(
      RunToEnd({TAANU_BIN_DIR "/taanud", "--config", election.config().string(), "--check-config"},
               &output),
      0);
  std::ofstream(election.config(), std::ios::app) << "\nbulk_windov = 3\n";
  EXPECT_EQ(
      RunToEnd({TAANU_BIN_DIR "/taanud", "--config", election.config().string(), "--check-config"},
               &output),
      2);
  EXPECT_THAT(output, HasSubstr("bulk_windov"));
  EXPECT_THAT(output, testing::ContainsRegex(R"(taanud\.toml:[0-9]+:)"));
}

TEST(LifecycleTest, ThePrintedDefaultsAreGoodSettings) {
  std::string defaults;
  ASSERT_EQ(RunToEnd({TAANU_BIN_DIR "/taanud", "--print-default-config"}, &defaults), 0);
  const TempDir folder;
  std::ofstream(folder.path() / "default.toml") << defaults;
  std::string output;
  EXPECT_EQ(RunToEnd({TAANU_BIN_DIR "/taanud", "--config",
                      (folder.path() / "default.toml").string(), "--check-config"},
                     &output),
            0)
      << output;
}

}  // namespace
}  // namespace taanu::test
