// Figures by every dimension, watched as they move, and counted again from the log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using testing::HasSubstr;
using Values = std::map<std::string, uint64_t>;

class FiguresTest : public testing::Test {
 protected:
  static constexpr auto kIndex = v1::FINGER_POSITION_RIGHT_INDEX;

  void SetUp() override {
    OpenPrecinct(client_, "P1");
    Enroll("W-1", 1, v1::SEX_FEMALE, 1990);
    Enroll("W-2", 2, v1::SEX_FEMALE, 1950);
    Enroll("M-1", 3, v1::SEX_MALE, 0);
  }

  void Enroll(const std::string& number, uint64_t finger, v1::Sex sex, int birth_year) {
    auto request = EnrollRequest(number, "P1", {RecordSample(finger, 1, kIndex)});
    request.mutable_voter()->set_sex(sex);
    request.mutable_voter()->set_birth_year(birth_year);
    v1::EnrollVoterResponse response;
    ASSERT_TRUE(client_.Enroll(request, &response).ok());
  }

  v1::Outcome Verify(const std::string& number, uint64_t finger) {
    v1::VerifyVoterResponse response;
    const grpc::Status status =
        client_.Verify(VerifyRequest(number, "P1", {RecordSample(finger, 2, kIndex)}), &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.outcome();
  }

  // One voter fails at first; one comes again; one number is unknown.
  void MakeAttempts() {
    EXPECT_EQ(Verify("W-1", 1), v1::OUTCOME_ACCREDITED);
    EXPECT_EQ(Verify("W-2", 77), v1::OUTCOME_NO_MATCH);
    EXPECT_EQ(Verify("W-2", 2), v1::OUTCOME_ACCREDITED);
    EXPECT_EQ(Verify("W-1", 1), v1::OUTCOME_ALREADY_ACCREDITED);
    EXPECT_EQ(Verify("nobody", 1), v1::OUTCOME_NOT_ON_ROLL);
    EXPECT_EQ(Verify("M-1", 3), v1::OUTCOME_ACCREDITED);
  }

  v1::GetStatisticsResponse Ask(v1::StatisticsDimension dimension) {
    v1::GetStatisticsRequest request;
    request.add_group_by(dimension);
    v1::GetStatisticsResponse response;
    const grpc::Status status = client_.Statistics(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  Values ValuesOf(v1::StatisticsDimension dimension) {
    Values values;
    const v1::GetStatisticsResponse figures = Ask(dimension);
    for (const v1::StatisticsCell& cell : figures.cells()) {
      values[cell.value()] += cell.attempt_count();
    }
    return values;
  }

  CommandResult Taanu(const std::vector<std::string>& arguments) {
    return RunTaanu(election_.socket(), arguments);
  }

  Election election_;
  Client client_ = election_.Connect();
};

TEST_F(FiguresTest, AreSplitByWhatTheRegisterAndTheAttemptKnow) {
  MakeAttempts();
  EXPECT_EQ(ValuesOf(v1::STATISTICS_DIMENSION_SEX),
            (Values{{"female", 4}, {"male", 1}, {"unknown", 1}}));
  EXPECT_EQ(ValuesOf(v1::STATISTICS_DIMENSION_AGE_GROUP),
            (Values{{"35-44", 2}, {"65+", 2}, {"unknown", 2}}));
  EXPECT_EQ(ValuesOf(v1::STATISTICS_DIMENSION_CAPTURES), (Values{{"1", 6}}));
  EXPECT_EQ(ValuesOf(v1::STATISTICS_DIMENSION_REFERENCE_AGE), (Values{{"0", 5}, {"unknown", 1}}));
  EXPECT_EQ(ValuesOf(v1::STATISTICS_DIMENSION_FINGER), (Values{{"2", 5}}));
  EXPECT_EQ(ValuesOf(v1::STATISTICS_DIMENSION_FIRST_COMPARISON),
            (Values{{"failed", 1}, {"matched", 2}}));
  EXPECT_EQ(ValuesOf(v1::STATISTICS_DIMENSION_OPERATOR).size(), 1u);
  const auto figures = Ask(v1::STATISTICS_DIMENSION_OUTCOME);
  EXPECT_EQ(figures.first_comparison_count(), 3u);
  EXPECT_EQ(figures.first_comparison_failed_count(), 1u);
  EXPECT_GT(figures.first_comparison_failed_rate_low(), 0.0);
  EXPECT_LT(figures.first_comparison_failed_rate_high(), 1.0);
  EXPECT_EQ(figures.case_count(), 1u);
  ASSERT_EQ(figures.case_tallies_size(), 1);
  EXPECT_EQ(figures.case_tallies(0).kind(), v1::CASE_KIND_SECOND_ATTEMPT);
  EXPECT_EQ(figures.case_tallies(0).state(), v1::CASE_STATE_OPEN);
  EXPECT_EQ(figures.case_tallies(0).case_count(), 1u);
  EXPECT_EQ(figures.fallback_count(), 0u);
  EXPECT_EQ(figures.fallback_max_count(), 1u);  // 5 % of three voters, rounded up
}

TEST_F(FiguresTest, WhoeverWatchedIsInTheLog) {
  const auto stub = v1::AuditService::NewStub(client_.channel());
  for (const int seconds : {1, -1}) {
    grpc::ClientContext context;
    v1::WatchStatisticsRequest request;
    request.set_interval_seconds(seconds);
    const auto reader = stub->WatchStatistics(&context, request);
    v1::WatchStatisticsResponse response;
    // One question that was answered, and one that was refused.
    EXPECT_EQ(reader->Read(&response), seconds > 0);
    context.TryCancel();
    reader->Finish();
  }
  ASSERT_EQ(election_.Stop(), 0);
  election_.Start();
  Client again = election_.Connect();
  std::vector<nlohmann::json> queries;
  for (const v1::Event& event : AllEvents(again)) {
    const auto leaf = nlohmann::json::parse(event.leaf());
    if (leaf["type"] != "log_queried") continue;
    if (leaf.dump().find("WatchStatistics") != std::string::npos) queries.push_back(leaf);
  }
  ASSERT_EQ(queries.size(), 1u);
  EXPECT_EQ(queries.front()["count"], 1) << queries.front().dump();
}

TEST_F(FiguresTest, TwoFacetsAtOnceAndAFacetByTheMinuteAreRefused) {
  v1::GetStatisticsRequest request;
  request.add_group_by(v1::STATISTICS_DIMENSION_SEX);
  request.add_group_by(v1::STATISTICS_DIMENSION_FINGER);
  v1::GetStatisticsResponse response;
  EXPECT_EQ(ReasonOf(client_.Statistics(request, &response)), "BAD_DIMENSION");
  request.mutable_group_by()->RemoveLast();
  request.mutable_start_time()->set_seconds(1'795'341'601);
  EXPECT_EQ(ReasonOf(client_.Statistics(request, &response)), "BAD_TIME");
}

TEST_F(FiguresTest, AreWatchedAsTheyMove) {
  const auto stub = v1::AuditService::NewStub(client_.channel());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  v1::WatchStatisticsRequest request;
  request.set_interval_seconds(1);
  const auto reader = stub->WatchStatistics(&context, request);
  v1::WatchStatisticsResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.statistics().accredited_count(), 0u);
  EXPECT_EQ(Verify("W-1", 1), v1::OUTCOME_ACCREDITED);
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.statistics().accredited_count(), 1u);
  // One who watches does not keep the daemon from stopping.
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(election_.Stop(), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(15));
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(FiguresTest, ARecountAgreesAndFindsAFigureThatWasChanged) {
  MakeAttempts();
  CommandResult result = Taanu({"audit", "recount"});
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("age groups: agree with"));
  EXPECT_THAT(result.output, testing::Not(HasSubstr("DO NOT")));
  result = Taanu({"stats", "--by", "age"});
  EXPECT_EQ(result.status, 0) << result.output;
  EXPECT_THAT(result.output, HasSubstr("35-44"));
  EXPECT_THAT(result.output, HasSubstr("first comparison failed for 1 of 3 voters"));

  ASSERT_EQ(election_.Stop(), 0);
  sqlite3* file = nullptr;
  ASSERT_EQ(sqlite3_open(election_.database().c_str(), &file), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(file,
                         "UPDATE figure SET attempt_count = 9 WHERE precinct_id = '' AND outcome = "
                         "1 AND value = '65+'",
                         nullptr, nullptr, nullptr),
            SQLITE_OK);
  EXPECT_EQ(sqlite3_changes(file), 1);
  sqlite3_close(file);
  election_.Start();
  result = Taanu({"audit", "recount"});
  EXPECT_EQ(result.status, 3) << result.output;
  EXPECT_THAT(result.output, HasSubstr("age groups: DO NOT AGREE"));
  EXPECT_THAT(result.output, HasSubstr("9 given, 1 in the log"));
  EXPECT_EQ(Taanu({"register", "check"}).status, 1);
}

}  // namespace
}  // namespace taanu::test
