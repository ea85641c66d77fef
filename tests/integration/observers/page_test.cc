// The observers' page of the real daemon: its figures are those of GetStatistics, a change reaches
// everybody who looks, and nobody who looks stands in a voter's way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/election.h"
#include "tests/support/election_day.h"
#include "tests/support/http.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr auto kIndex = v1::FINGER_POSITION_RIGHT_INDEX;
constexpr int kPatience = 200;

class ObserversPageTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* precinct : {"P1", "P2"}) OpenPrecinct(client_, precinct);
    for (uint64_t i = 1; i <= 9; ++i) Enroll("P1", i);
    for (uint64_t i = 21; i <= 26; ++i) Enroll("P2", i);
  }

  static std::string Number(uint64_t voter) { return "51985003-" + std::to_string(voter); }
  void Enroll(const std::string& precinct, uint64_t voter) {
    auto request = EnrollRequest(Number(voter), precinct, {RecordSample(voter, 1, kIndex)});
    request.mutable_voter()->set_family_name("Zhyldyzbekova");
    v1::EnrollVoterResponse response;
    ASSERT_TRUE(client_.Enroll(request, &response).ok());
  }
  v1::Outcome Verify(const std::string& precinct, uint64_t voter, uint64_t finger) {
    v1::VerifyVoterResponse response;
    const grpc::Status status = client_.Verify(
        VerifyRequest(Number(voter), precinct, {RecordSample(finger, 2, kIndex)}), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.outcome();
  }

  HttpReply Get(const std::string& path, const std::string& headers = "") {
    return HttpGet(election_.observers_port(), path, headers);
  }
  json GetJson(const std::string& path) {
    const HttpReply reply = Get("/api/v1/" + path);
    EXPECT_EQ(reply.status, 200) << path;
    return json::parse(reply.body);
  }
  v1::GetStatisticsResponse Statistics(std::vector<v1::StatisticsDimension> by = {},
                                       const std::string& precinct = "") {
    v1::GetStatisticsRequest request;
    request.set_precinct_id(precinct);
    for (const auto dimension : by) request.add_group_by(dimension);
    v1::GetStatisticsResponse response;
    EXPECT_TRUE(client_.Statistics(request, &response).ok());
    return response;
  }
  // The summary as soon as it covers the log as it is now. Each look is one of a viewer.
  json SummaryOfNow() {
    const uint64_t log_size = Statistics().log_size();
    json summary = GetJson("summary.json");
    for (int i = 0; i < kPatience && summary["log_size"] < log_size; ++i) {
      HttpConnection pause(election_.observers_port());
      pause.ReadUntil("nothing", std::chrono::milliseconds(50));
      summary = GetJson("summary.json");
    }
    EXPECT_GE(summary["log_size"], log_size);
    return summary;
  }
  HttpConnection Follow() {
    HttpConnection stream(election_.observers_port());
    stream.Send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
    return stream;
  }

  Election election_{{.observers = "listen = \"127.0.0.1:0\"\nviewers_max = 120"}};
  Client client_ = election_.Connect();
};

TEST_F(ObserversPageTest, ItsFiguresAreThoseOfGetStatistics) {
  for (uint64_t i = 1; i <= 7; ++i) ASSERT_EQ(Verify("P1", i, i), v1::OUTCOME_ACCREDITED);
  for (uint64_t i = 21; i <= 25; ++i) ASSERT_EQ(Verify("P2", i, i), v1::OUTCOME_ACCREDITED);
  for (int i = 0; i < 6; ++i) ASSERT_EQ(Verify("P1", 8, 77), v1::OUTCOME_NO_MATCH);
  EXPECT_EQ(Verify("P1", 1, 1), v1::OUTCOME_ALREADY_ACCREDITED);

  const json summary = SummaryOfNow();
  const auto all = Statistics({v1::STATISTICS_DIMENSION_OUTCOME});
  EXPECT_EQ(summary["turnout"]["accredited"], all.accredited_count());
  EXPECT_EQ(summary["turnout"]["voters"], all.voter_count());
  EXPECT_EQ(summary["first_comparison"]["voters"], all.first_comparison_count());
  EXPECT_EQ(summary["first_comparison"]["failed"], all.first_comparison_failed_count());
  EXPECT_DOUBLE_EQ(summary["first_comparison"]["rate_high"],
                   all.first_comparison_failed_rate_high());
  EXPECT_EQ(summary["cases"]["opened"], all.case_count());
  EXPECT_EQ(summary["methods"]["fallback"]["cap"], all.fallback_max_count());
  std::map<std::string, uint64_t> outcomes;
  uint64_t attempts = 0;
  for (const v1::StatisticsCell& cell : all.cells()) {
    outcomes[v1::Outcome_Name(cell.outcome())] = cell.attempt_count();
    attempts += cell.attempt_count();
  }
  for (const json& cell : summary["attempts"]["cells"]) {
    attempts -= cell["attempts"].get<uint64_t>();
    if (cell.contains("merged")) continue;
    EXPECT_EQ(outcomes["OUTCOME_" + cell["outcome"].get<std::string>()], cell["attempts"]);
  }
  EXPECT_EQ(attempts, 0u);
  for (const char* precinct : {"P1", "P2"}) {
    const json line = GetJson(std::string("precincts/") + precinct + ".json");
    EXPECT_EQ(line["identified"]["count"], Statistics({}, precinct).accredited_count());
    EXPECT_EQ(line["voters"], Statistics({}, precinct).voter_count());
  }
  v1::GetCheckpointResponse checkpoint;
  ASSERT_TRUE(client_.Checkpoint(&checkpoint).ok());
  v1::GetConsistencyProofResponse proof;
  EXPECT_TRUE(
      client_.ConsistencyProof(summary["checkpoint"]["log_size"], checkpoint.log_size(), &proof)
          .ok());
}

TEST_F(ObserversPageTest, NobodyIsInWhatItGives) {
  for (uint64_t i = 1; i <= 6; ++i) ASSERT_EQ(Verify("P1", i, i), v1::OUTCOME_ACCREDITED);
  SummaryOfNow();
  for (const char* path :
       {"summary.json", "precincts.json", "precincts/P1.json", "reconciliation.json", "turnout.csv",
        "methods.csv", "fallbacks.csv", "outcomes.csv", "cases.csv", "precincts.csv",
        "precinct-hours.csv", "votes.csv", "reconciliation.csv", "changes.csv", "checkpoint.txt",
        "public-key.txt"}) {
    const HttpReply reply = Get(std::string("/api/v1/") + path);
    EXPECT_EQ(reply.status, 200) << path;
    EXPECT_THAT(reply.body, Not(HasSubstr("51985003"))) << path;
    EXPECT_THAT(reply.body, Not(HasSubstr("Zhyldyz"))) << path;
    EXPECT_THAT(reply.body, Not(HasSubstr("operator"))) << path;
    EXPECT_EQ(HeaderOf(reply, "Set-Cookie"), "") << path;
    const std::string tag = HeaderOf(reply, "ETag");
    EXPECT_FALSE(tag.empty()) << path;
    const HttpReply again = Get(std::string("/api/v1/") + path, "If-None-Match: " + tag + "\r\n");
    // A new snapshot may have come in between; the tag is then another one.
    EXPECT_EQ(again.status, HeaderOf(again, "ETag") == tag ? 304 : 200) << path;
  }
  EXPECT_EQ(Get("/api/v1/precincts/P3.json").status, 404);
  EXPECT_THAT(HeaderOf(Get("/api/v1/checkpoint.txt"), "Content-Disposition"),
              HasSubstr("attachment"));
}

TEST_F(ObserversPageTest, AChangeReachesEverybodyWhoFollows) {
  std::vector<HttpConnection> viewers;
  for (int i = 0; i < 100; ++i) viewers.push_back(Follow());
  for (HttpConnection& viewer : viewers) {
    ASSERT_THAT(viewer.ReadUntil("\n\n"), HasSubstr("\"accredited\":0"));
  }
  // Voters are served while they look.
  for (uint64_t i = 1; i <= 8; ++i) ASSERT_EQ(Verify("P1", i, i), v1::OUTCOME_ACCREDITED);
  for (HttpConnection& viewer : viewers) {
    EXPECT_THAT(viewer.ReadUntil("\"accredited\":8"), HasSubstr("\"accredited\":8"));
  }
  // As many as may follow do; who comes beyond asks.
  for (int i = 0; i < 20; ++i) viewers.push_back(Follow());
  for (HttpConnection& viewer : viewers) viewer.ReadUntil("data: ");
  const HttpReply full = Get("/api/v1/events");
  EXPECT_EQ(full.status, 503);
  EXPECT_EQ(HeaderOf(full, "Retry-After"), "30");
  EXPECT_EQ(Get("/api/v1/summary.json").status, 200);
  EXPECT_EQ(Get("/").status, 200);

  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(election_.Stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
  viewers.front().ReadToEnd();
  EXPECT_TRUE(viewers.front().ended());
}

TEST(ObserversPageOffTest, ItIsOffWhereNobodyAskedForIt) {
  Election election;
  EXPECT_EQ(election.observers_port(), 0);
}

TEST(ObserversPageOffTest, ADaemonThatCannotShowItDoesNotStart) {
  Election first({.observers = "listen = \"127.0.0.1:0\""});
  const std::string taken = "listen = \"127.0.0.1:" + std::to_string(first.observers_port()) + "\"";
  EXPECT_THROW(Election({.observers = taken}), std::runtime_error);
}

}  // namespace
}  // namespace taanu::test
