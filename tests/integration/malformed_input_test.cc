// What no client should send: each gives INVALID_ARGUMENT with a reason and the field, changes
// nothing, and leaves the daemon serving.
#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "tests/support/data.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using grpc::StatusCode;

class MalformedInputTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    election_ = new Election();
    Client client = election_->Connect();
    OpenPrecinct(client, "P1");
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(client.Enroll(EnrollRequest("V-1", "P1", {RecordSample(1, 1)}), &enrolled).ok());
  }
  static void TearDownTestSuite() {
    EXPECT_EQ(election_->Stop(), 0);
    delete election_;
    election_ = nullptr;
  }

  static Election* election_;
  Client client_ = election_->Connect();
};
Election* MalformedInputTest::election_ = nullptr;

TEST_F(MalformedInputTest, EveryFieldOfAnAttemptIsChecked) {
  struct Case {
    const char* reason;
    const char* field;
    std::function<void(v1::VerifyVoterRequest*)> spoil;
  };
  const auto sample = [](v1::VerifyVoterRequest* r) { return r->mutable_samples(0); };
  const std::vector<Case> cases = {
      {"BAD_REQUEST_ID", "request_id", [](auto* r) { r->clear_request_id(); }},
      {"BAD_REQUEST_ID", "request_id", [](auto* r) { r->set_request_id("1234"); }},
      {"BAD_REQUEST_ID", "request_id",
       [](auto* r) { r->set_request_id("zzzzzzzz-0000-4000-8000-000000000000"); }},
      {"BAD_VOTER_NUMBER", "voter_number", [](auto* r) { r->clear_voter_number(); }},
      {"BAD_VOTER_NUMBER", "voter_number",
       [](auto* r) { r->set_voter_number(std::string(65, 'x')); }},
      {"BAD_VOTER_NUMBER", "voter_number", [](auto* r) { r->set_voter_number("a\nb"); }},
      {"BAD_PRECINCT_ID", "precinct_id", [](auto* r) { r->clear_precinct_id(); }},
      {"BAD_PRECINCT_ID", "precinct_id", [](auto* r) { r->set_precinct_id("a/b"); }},
      {"BAD_OPERATOR_ID", "operator_id", [](auto* r) { r->clear_operator_id(); }},
      {"BAD_SAMPLE_COUNT", "samples", [](auto* r) { r->clear_samples(); }},
      {"BAD_SAMPLE_COUNT", "samples",
       [](auto* r) {
         for (int i = 0; i < 4; ++i) *r->add_samples() = v1::FingerSample(r->samples(0));
       }},
      {"SAMPLE_MISSING", "samples[0].content", [&](auto* r) { sample(r)->clear_content(); }},
      {"BAD_POSITION", "samples[0].position",
       [&](auto* r) { sample(r)->set_position(static_cast<v1::FingerPosition>(11)); }},
      {"POSITION_MISMATCH", "samples[0].position",
       [&](auto* r) {
         sample(r)->set_position(v1::FINGER_POSITION_LEFT_THUMB);
         sample(r)->set_minutiae_record(SyntheticRecord(1, 1, FingerPosition::kRightThumb));
       }},
      {"BAD_RESOLUTION", "samples[0].image.fallback_dpi",
       [&](auto* r) { sample(r)->mutable_image()->set_fallback_dpi(100); }},
      {"BAD_SIZE", "samples[0].raw.width",
       [&](auto* r) { sample(r)->mutable_raw()->set_width(0xFFFFFFFF); }},
  };
  for (const Case& c : cases) {
    auto request = VerifyRequest("V-1", "P1", {RecordSample(1, 2)});
    c.spoil(&request);
    v1::VerifyVoterResponse response;
    const grpc::Status status = client_.Verify(request, &response);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << c.reason << " " << c.field;
    EXPECT_EQ(ReasonOf(status), c.reason) << status.error_message();
    EXPECT_EQ(FieldOf(status), c.field) << status.error_message();
  }
}

TEST_F(MalformedInputTest, SamplesThatCannotBeDecodedAreRefusedWithTheFieldAndAReason) {
  const auto image = [](const std::string& bytes) {
    v1::FingerSample sample;
    sample.mutable_image()->set_data(bytes);
    sample.mutable_image()->set_fallback_dpi(500);
    return sample;
  };
  const auto raw = [](uint32_t width, uint32_t height, double dpi, size_t bytes) {
    v1::FingerSample sample;
    sample.mutable_raw()->set_width(width);
    sample.mutable_raw()->set_height(height);
    sample.mutable_raw()->set_dpi(dpi);
    sample.mutable_raw()->set_pixels(std::string(bytes, '\x80'));
    return sample;
  };
  v1::FingerSample cut;
  cut.set_minutiae_record(SyntheticRecord(1, 1).substr(0, 50));
  v1::FingerSample noise;
  noise.set_minutiae_record("not a record");
  v1::FingerSample empty;
  empty.set_minutiae_record("");
  const std::vector<v1::FingerSample> samples = {
      image(""),
      image("hello"),
      image(std::string("\x89PNG\r\n\x1a\n", 8) + std::string(100, '\0')),
      raw(300, 300, 500, 89'999),
      raw(300, 300, 500, 90'001),
      raw(300, 300, 50, 90'000),
      raw(10, 10, 500, 100),
      raw(0, 0, 500, 0),
      raw(300, 300, std::numeric_limits<double>::quiet_NaN(), 90'000),
      cut,
      noise,
      empty,
  };
  for (size_t i = 0; i < samples.size(); ++i) {
    v1::VerifyVoterResponse response;
    const grpc::Status status =
        client_.Verify(VerifyRequest("V-1", "P1", {RecordSample(1, 2), samples[i]}), &response);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << i;
    EXPECT_NE(ReasonOf(status), "") << i << ": " << status.error_message();
    EXPECT_EQ(FieldOf(status).rfind("samples[1]", 0), 0U) << i << ": " << status.error_message();
  }
}

TEST_F(MalformedInputTest, AWholeFolderOfBadFilesIsAnsweredOneByOne) {
  TAANU_REQUIRE_DATA();
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(DataDir() / "malformed")) {
    if (!entry.is_regular_file() || entry.file_size() > (8U << 20)) continue;
    const auto bytes = ReadFile(entry.path());
    v1::FingerSample as_image;
    as_image.mutable_image()->set_data(std::string(bytes.begin(), bytes.end()));
    v1::FingerSample as_record;
    as_record.set_minutiae_record(std::string(bytes.begin(), bytes.end()));
    for (const v1::FingerSample& sample : {as_image, as_record}) {
      v1::VerifyVoterResponse response;
      const grpc::Status status = client_.Verify(VerifyRequest("V-1", "P1", {sample}), &response);
      // Some of them are valid controls; the rest are the client's fault, with a reason.
      if (!status.ok()) {
        EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << entry.path();
        EXPECT_NE(ReasonOf(status), "") << entry.path();
      }
    }
    ++files;
  }
  EXPECT_GT(files, 10);
}

TEST_F(MalformedInputTest, AnOversizeMessageIsRefusedAndTheNextOneIsServed) {
  v1::FingerSample huge;
  huge.mutable_image()->set_data(std::string(size_t{33} << 20, 'x'));
  v1::VerifyVoterResponse response;
  EXPECT_EQ(client_.Verify(VerifyRequest("V-1", "P1", {huge}), &response).error_code(),
            StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_TRUE(client_.Verify(VerifyRequest("V-1", "P1", {RecordSample(1, 2)}), &response).ok());
}

TEST_F(MalformedInputTest, BytesThatAreNoMessageAreRefused) {
  std::string reply;
  const grpc::Status status =
      client_.Raw("/taanu.v1.VerificationService/VerifyVoter", "\xFF\xFF\xFF\xFF", &reply);
  EXPECT_FALSE(status.ok());
  v1::GetServerInfoResponse info;
  EXPECT_TRUE(client_.ServerInfo(&info).ok());
}

TEST_F(MalformedInputTest, ListsRefusePageSizesAndTokensThatAreNotTheirs) {
  v1::ListVotersRequest request;
  v1::ListVotersResponse response;
  request.set_page_size(1001);
  EXPECT_EQ(ReasonOf(client_.ListVoters(request, &response)), "BAD_PAGE_SIZE");
  request.set_page_size(-1);
  EXPECT_EQ(ReasonOf(client_.ListVoters(request, &response)), "BAD_PAGE_SIZE");
  request.set_page_size(1);
  constexpr std::array kTokens = {"x", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "****"};
  for (const char* token : kTokens) {
    request.set_page_token(token);
    const grpc::Status status = client_.ListVoters(request, &response);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << token;
    EXPECT_EQ(ReasonOf(status), "BAD_PAGE_TOKEN") << token;
  }
}

TEST_F(MalformedInputTest, FiguresRefuseTimesAndDimensionsThatMakeNoSense) {
  v1::GetStatisticsResponse response;
  v1::GetStatisticsRequest twice;
  twice.add_group_by(v1::STATISTICS_DIMENSION_HOUR);
  twice.add_group_by(v1::STATISTICS_DIMENSION_HOUR);
  EXPECT_EQ(ReasonOf(client_.Statistics(twice, &response)), "BAD_DIMENSION");
  v1::GetStatisticsRequest unknown;
  unknown.add_group_by(static_cast<v1::StatisticsDimension>(99));
  EXPECT_EQ(ReasonOf(client_.Statistics(unknown, &response)), "BAD_DIMENSION");
  v1::GetStatisticsRequest backwards;
  backwards.mutable_start_time()->set_seconds(2);
  backwards.mutable_end_time()->set_seconds(1);
  EXPECT_EQ(ReasonOf(client_.Statistics(backwards, &response)), "BAD_TIME");
  v1::GetStatisticsRequest beyond;
  beyond.mutable_start_time()->set_seconds(std::numeric_limits<int64_t>::max());
  EXPECT_EQ(ReasonOf(client_.Statistics(beyond, &response)), "BAD_TIME");
}

TEST_F(MalformedInputTest, AnEnrolmentWithBadDataIsRefusedWithTheField) {
  struct Case {
    const char* field;
    std::function<void(v1::EnrollVoterRequest*)> spoil;
  };
  const std::vector<Case> cases = {
      {"request_id", [](auto* r) { r->clear_request_id(); }},
      {"voter.voter_number", [](auto* r) { r->mutable_voter()->clear_voter_number(); }},
      {"voter.family_name",
       [](auto* r) { r->mutable_voter()->set_family_name(std::string(201, 'x')); }},
      {"voter.birth_year", [](auto* r) { r->mutable_voter()->set_birth_year(1200); }},
      {"voter.birth_year", [](auto* r) { r->mutable_voter()->set_birth_year(0xFFFFFFFF); }},
      {"voter.sex", [](auto* r) { r->mutable_voter()->set_sex(static_cast<v1::Sex>(7)); }},
      {"voter.precinct_id", [](auto* r) { r->mutable_voter()->set_precinct_id("a b"); }},
      {"samples",
       [](auto* r) {
         for (int i = 0; i < 21; ++i) *r->add_samples() = RecordSample(1, 1);
       }},
      {"samples[1].position",
       [](auto* r) {
         for (int i = 0; i < 2; ++i) {
           *r->add_samples() = RecordSample(1, 1, v1::FINGER_POSITION_LEFT_THUMB);
         }
       }},
  };
  for (const Case& c : cases) {
    auto request = EnrollRequest("V-77", "P1", {});
    c.spoil(&request);
    v1::EnrollVoterResponse response;
    const grpc::Status status = client_.Enroll(request, &response);
    EXPECT_EQ(status.error_code(), StatusCode::INVALID_ARGUMENT) << c.field;
    EXPECT_NE(ReasonOf(status), "") << c.field;
    EXPECT_EQ(FieldOf(status), c.field) << status.error_message();
  }
  v1::GetVoterResponse voter;
  EXPECT_EQ(client_.GetVoter("V-77", &voter).error_code(), StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace taanu::test
