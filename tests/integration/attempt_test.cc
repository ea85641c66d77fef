// Every outcome of an attempt, through gRPC, on synthetic fingers; and that figures, cases and log
// tell the same story.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "enroll/synth/synth.h"
#include "service/audit/merkle.h"
#include "service/audit/note.h"
#include "tests/support/election.h"
#include "tests/support/merkle_root.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

v1::FingerSample ImageSample(const GrayImage& image, v1::FingerPosition position) {
  v1::FingerSample sample;
  sample.set_position(position);
  sample.mutable_raw()->set_width(static_cast<uint32_t>(image.width));
  sample.mutable_raw()->set_height(static_cast<uint32_t>(image.height));
  sample.mutable_raw()->set_dpi(image.dpi);
  sample.mutable_raw()->set_pixels(std::string(image.pixels.begin(), image.pixels.end()));
  return sample;
}

v1::FingerSample PngSample(const GrayImage& image, v1::FingerPosition position) {
  const auto png = EncodePng(image);
  EXPECT_TRUE(png.has_value());
  v1::FingerSample sample;
  sample.set_position(position);
  sample.mutable_image()->set_data(std::string(png->begin(), png->end()));
  return sample;
}

GrayImage BlankImage() {
  return {.width = 300, .height = 300, .dpi = 500, .pixels = std::vector<uint8_t>(90'000, 255)};
}

// The finger where only a spot of it touched the sensor, about its middle.
GrayImage SmallTouch(GrayImage image, double diameter_mm) {
  constexpr double kMmPerInch = 25.4;
  const double radius = diameter_mm / 2 / kMmPerInch * image.dpi;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      if (std::hypot(x - image.width / 2, y - image.height / 2) <= radius) continue;
      image.pixels[static_cast<size_t>(y) * static_cast<size_t>(image.width) +
                   static_cast<size_t>(x)] = 255;
    }
  }
  return image;
}

class AttemptTest : public testing::Test {
 protected:
  static constexpr auto kIndex = v1::FINGER_POSITION_RIGHT_INDEX;
  static constexpr auto kThumb = v1::FINGER_POSITION_RIGHT_THUMB;

  void Enroll(const std::string& number, const std::vector<v1::FingerSample>& samples,
              const std::string& precinct = "P1") {
    v1::EnrollVoterResponse response;
    const grpc::Status status = client_.Enroll(EnrollRequest(number, precinct, samples), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }

  v1::VerifyVoterResponse Verify(const v1::VerifyVoterRequest& request) {
    v1::VerifyVoterResponse response;
    const grpc::Status status = client_.Verify(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  v1::VerifyVoterResponse Verify(const std::string& number, const std::string& precinct,
                                 const std::vector<v1::FingerSample>& samples) {
    return Verify(VerifyRequest(number, precinct, samples));
  }

  Election election_;
  Client client_ = election_.Connect();
};

TEST_F(AttemptTest, AVoterWithTheEnrolledFingerIsAccreditedOnceAndASecondAttemptOpensACase) {
  OpenPrecinct(client_, "P1");
  const SyntheticFinger finger(1);
  Enroll("V-1", {PngSample(finger.Impression(1), kIndex)});

  const auto first = Verify("V-1", "P1", {ImageSample(finger.Impression(2), kIndex)});
  EXPECT_EQ(first.outcome(), v1::OUTCOME_ACCREDITED);
  EXPECT_TRUE(first.finger_matched());
  EXPECT_GE(first.score(), first.threshold_score());
  EXPECT_NEAR(first.threshold_score(), 40, 1e-9);
  EXPECT_EQ(first.threshold_fmr(), 0.0001);
  EXPECT_EQ(first.matched_position(), kIndex);
  EXPECT_FALSE(first.algorithm_version().empty());
  EXPECT_EQ(first.accreditation().slip_number(), 1U);
  EXPECT_EQ(first.accreditation().precinct_id(), "P1");
  EXPECT_EQ(first.accreditation().method(), v1::IDENTIFICATION_METHOD_FINGER);
  EXPECT_EQ(first.accreditation().voter_reference().size(), 32U);
  ASSERT_EQ(first.sample_reports_size(), 1);
  EXPECT_GT(first.sample_reports(0).quality(), 0U);
  EXPECT_GT(first.sample_reports(0).minutia_count(), 10U);
  EXPECT_FALSE(first.replayed());
  EXPECT_EQ(first.case_id(), 0U);

  const auto second = Verify("V-1", "P1", {ImageSample(finger.Impression(3), kIndex)});
  EXPECT_EQ(second.outcome(), v1::OUTCOME_ALREADY_ACCREDITED);
  EXPECT_TRUE(second.finger_matched());
  EXPECT_EQ(second.accreditation().slip_number(), 1U);
  EXPECT_EQ(second.accreditation().accredit_time().seconds(),
            first.accreditation().accredit_time().seconds());
  EXPECT_EQ(second.case_id(), 1U);

  v1::ListCasesResponse cases;
  ASSERT_TRUE(client_.ListCases({}, &cases).ok());
  ASSERT_EQ(cases.cases_size(), 1);
  EXPECT_EQ(cases.cases(0).case_id(), 1U);
  EXPECT_EQ(cases.cases(0).event_index(), second.event_index());
  EXPECT_EQ(cases.cases(0).earlier().slip_number(), 1U);
  EXPECT_TRUE(cases.cases(0).finger_matched());
}

TEST_F(AttemptTest, AnotherFingerIsNoMatchAndDoesNotSpoilTheVotersOwnAttempt) {
  OpenPrecinct(client_, "P1");
  const SyntheticFinger finger(2);
  Enroll("V-2", {PngSample(finger.Impression(1), kIndex)});
  const auto impostor =
      Verify("V-2", "P1", {ImageSample(SyntheticFinger(3).Impression(1), kIndex)});
  EXPECT_EQ(impostor.outcome(), v1::OUTCOME_NO_MATCH);
  EXPECT_FALSE(impostor.finger_matched());
  EXPECT_LT(impostor.score(), impostor.threshold_score());
  EXPECT_FALSE(impostor.has_accreditation());
  EXPECT_EQ(Verify("V-2", "P1", {ImageSample(finger.Impression(2), kIndex)}).outcome(),
            v1::OUTCOME_ACCREDITED);
}

TEST_F(AttemptTest, ABlankImageIsLowQualityAndSaysWhy) {
  OpenPrecinct(client_, "P1");
  Enroll("V-1", {RecordSample(1, 1, kIndex)});
  const auto answer = Verify("V-1", "P1", {ImageSample(BlankImage(), kIndex)});
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_LOW_QUALITY);
  ASSERT_EQ(answer.sample_reports_size(), 1);
  EXPECT_EQ(answer.sample_reports(0).reason(), v1::QUALITY_REASON_NO_FINGER);
  EXPECT_EQ(answer.score(), 0);
}

// An election that asks for more than the default does.
TEST(AttemptQualityTest, ASmallTouchIsLowQualityAndSaysThatItIsTooSmall) {
  const Election election({.election = "quality_min = 60"});
  Client client = election.Connect();
  OpenPrecinct(client, "P1");
  const SyntheticFinger finger(4);
  constexpr auto kIndex = v1::FINGER_POSITION_RIGHT_INDEX;
  v1::EnrollVoterResponse enrolled;
  ASSERT_TRUE(
      client
          .Enroll(EnrollRequest("V-1", "P1", {PngSample(finger.Impression(1), kIndex)}), &enrolled)
          .ok());
  const auto verify = [&](const GrayImage& image) {
    v1::VerifyVoterResponse answer;
    const auto request = VerifyRequest("V-1", "P1", {ImageSample(image, kIndex)});
    EXPECT_TRUE(client.Verify(request, &answer).ok());
    return answer;
  };
  const auto answer = verify(SmallTouch(finger.Impression(2), 5));
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_LOW_QUALITY);
  ASSERT_EQ(answer.sample_reports_size(), 1);
  EXPECT_EQ(answer.sample_reports(0).reason(), v1::QUALITY_REASON_TOO_SMALL);
  EXPECT_GT(answer.sample_reports(0).quality(), 0U);
  EXPECT_LT(answer.sample_reports(0).quality(), 60U);
  EXPECT_EQ(answer.score(), 0);
  // It was no failed comparison, and the next capture is taken.
  EXPECT_EQ(verify(finger.Impression(2)).outcome(), v1::OUTCOME_ACCREDITED);
}

TEST_F(AttemptTest, AGoodCaptureAmongBadOnesIsEnough) {
  OpenPrecinct(client_, "P1");
  Enroll("V-1", {RecordSample(1, 1, kIndex)});
  const auto answer =
      Verify("V-1", "P1", {ImageSample(BlankImage(), kIndex), RecordSample(1, 2, kIndex)});
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_ACCREDITED);
  EXPECT_EQ(answer.sample_reports_size(), 2);
}

TEST_F(AttemptTest, ASampleOfAnUnknownPositionIsComparedWithEveryReference) {
  OpenPrecinct(client_, "P1");
  Enroll("V-1", {RecordSample(1, 1, kIndex), RecordSample(2, 1, kThumb)});
  const auto answer = Verify("V-1", "P1", {RecordSample(2, 2)});
  EXPECT_EQ(answer.outcome(), v1::OUTCOME_ACCREDITED);
  EXPECT_EQ(answer.matched_position(), kThumb);
}

TEST_F(AttemptTest, TheRulesAnswerBeforeTheFinger) {
  v1::CreatePrecinctResponse created;
  ASSERT_TRUE(client_.CreatePrecinct("P1", &created).ok());
  OpenPrecinct(client_, "P2");
  Enroll("V-1", {RecordSample(1, 1, kIndex)});
  Enroll("V-2", {});
  Enroll("V-9", {RecordSample(9, 1, kIndex)}, "P2");

  EXPECT_EQ(Verify("V-1", "P1", {RecordSample(1, 2)}).outcome(), v1::OUTCOME_POLLS_NOT_OPEN);
  v1::OpenPollsResponse opened;
  ASSERT_TRUE(client_.OpenPolls("P1", &opened).ok());

  EXPECT_EQ(Verify("V-0", "P1", {RecordSample(1, 2)}).outcome(), v1::OUTCOME_NOT_ON_ROLL);
  EXPECT_EQ(Verify("V-2", "P1", {RecordSample(1, 2)}).outcome(), v1::OUTCOME_NO_REFERENCE);
  const auto wrong = Verify("V-9", "P1", {RecordSample(9, 2)});
  EXPECT_EQ(wrong.outcome(), v1::OUTCOME_WRONG_PRECINCT);
  EXPECT_EQ(wrong.voter_precinct_id(), "P2");

  v1::ClosePollsResponse closed;
  ASSERT_TRUE(client_.ClosePolls("P1", &closed).ok());
  EXPECT_EQ(closed.precinct().state(), v1::POLLS_STATE_CLOSED);
  EXPECT_EQ(closed.precinct().accredited_count(), 0U);
  EXPECT_EQ(Verify("V-1", "P1", {RecordSample(1, 2)}).outcome(), v1::OUTCOME_POLLS_CLOSED);
}

TEST_F(AttemptTest, ARepeatedRequestGetsTheFirstAnswer) {
  OpenPrecinct(client_, "P1");
  Enroll("V-1", {RecordSample(1, 1, kIndex)});
  auto request = VerifyRequest("V-1", "P1", {RecordSample(1, 2)});
  const auto first = Verify(request);
  // The same id in capitals is the same id.
  std::string upper = request.request_id();
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  request.set_request_id(upper);
  auto again = Verify(request);
  EXPECT_TRUE(again.replayed());
  again.set_replayed(false);
  EXPECT_EQ(again.SerializeAsString(), first.SerializeAsString());
}

TEST_F(AttemptTest, ARequestIdOfAnotherVoterIsRefused) {
  OpenPrecinct(client_, "P1");
  Enroll("V-1", {RecordSample(1, 1, kIndex)});
  auto request = VerifyRequest("V-1", "P1", {RecordSample(1, 2)});
  Verify(request);
  request.set_voter_number("V-2");
  v1::VerifyVoterResponse response;
  const grpc::Status status = client_.Verify(request, &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOf(status), "REQUEST_ID_REUSED");
}

TEST_F(AttemptTest, FiguresAreThoseOfTheLogAndTheLogIsProvable) {
  OpenPrecinct(client_, "P1");
  Enroll("V-1", {RecordSample(1, 1, kIndex)});
  Enroll("V-2", {RecordSample(2, 1, kIndex)});
  Verify("V-1", "P1", {RecordSample(1, 2)});
  Verify("V-1", "P1", {RecordSample(1, 3)});
  Verify("V-2", "P1", {RecordSample(7, 1)});
  Verify("V-2", "P1", {RecordSample(2, 2)});
  Verify("V-3", "P1", {RecordSample(2, 2)});

  v1::GetStatisticsRequest request;
  request.add_group_by(v1::STATISTICS_DIMENSION_OUTCOME);
  v1::GetStatisticsResponse statistics;
  ASSERT_TRUE(client_.Statistics(request, &statistics).ok());
  std::map<v1::Outcome, uint64_t> counts;
  for (const auto& cell : statistics.cells()) counts[cell.outcome()] = cell.attempt_count();
  EXPECT_THAT(counts, testing::ElementsAre(testing::Pair(v1::OUTCOME_ACCREDITED, 2),
                                           testing::Pair(v1::OUTCOME_NO_MATCH, 1),
                                           testing::Pair(v1::OUTCOME_ALREADY_ACCREDITED, 1),
                                           testing::Pair(v1::OUTCOME_NOT_ON_ROLL, 1)));
  EXPECT_EQ(statistics.accredited_count(), 2U);
  EXPECT_EQ(statistics.voter_count(), 2U);

  // Anyone can recompute the root from the leaves, and the signature from the public key.
  const auto events = AllEvents(client_);
  EXPECT_EQ(events.size(), statistics.log_size());
  constexpr std::array kOutcomes = {"\"ACCREDITED\"", "\"NO_MATCH\"", "\"ALREADY_ACCREDITED\"",
                                    "\"NOT_ON_ROLL\""};
  std::map<std::string, int> log_counts;
  std::vector<std::string> leaves;
  for (size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].index(), i);
    const merkle::Hash hash = merkle::HashLeaf(events[i].leaf());
    EXPECT_EQ(std::string(hash.begin(), hash.end()), events[i].leaf_hash());
    leaves.push_back(events[i].leaf());
    for (const char* outcome : kOutcomes) {
      if (events[i].leaf().find(outcome) != std::string::npos) {
        ++log_counts[outcome];
      }
    }
  }
  EXPECT_THAT(log_counts, testing::ElementsAre(testing::Pair("\"ACCREDITED\"", 2),
                                               testing::Pair("\"ALREADY_ACCREDITED\"", 1),
                                               testing::Pair("\"NOT_ON_ROLL\"", 1),
                                               testing::Pair("\"NO_MATCH\"", 1)));
  v1::GetCheckpointResponse checkpoint;
  ASSERT_TRUE(client_.Checkpoint(&checkpoint).ok());
  EXPECT_EQ(checkpoint.log_size(), events.size());
  const merkle::Hash root = RootOf(leaves);
  EXPECT_EQ(checkpoint.root_hash(), std::string(root.begin(), root.end()));

  v1::GetServerInfoResponse info;
  ASSERT_TRUE(client_.ServerInfo(&info).ok());
  EXPECT_EQ(info.voter_count(), 2U);
  note::VerifierKey key{"test.example/2026", {}};
  ASSERT_EQ(info.audit_public_key().size(), key.key.size());
  std::copy(info.audit_public_key().begin(), info.audit_public_key().end(), key.key.begin());
  const auto text = note::Verify(checkpoint.signed_note(), key);
  ASSERT_TRUE(text.has_value()) << text.error().message;
  EXPECT_EQ(*text, note::CheckpointText("test.example/2026", events.size(), root));
}

TEST_F(AttemptTest, NeitherLogNorAuditLogNamesAPerson) {
  OpenPrecinct(client_, "P1");
  Enroll("NUMBER-4711", {RecordSample(1, 1, kIndex)});
  Verify("NUMBER-4711", "P1", {RecordSample(1, 2)});
  std::string everything;
  for (const v1::Event& event : AllEvents(client_)) everything += event.leaf();
  EXPECT_EQ(election_.Stop(), 0);
  everything += election_.Log();
  EXPECT_THAT(everything, testing::HasSubstr("ACCREDITED"));
  constexpr std::array kSecrets = {"NUMBER-4711", "Асанова", "Айгүл", "operator-7", "FMR"};
  for (const char* secret : kSecrets) {
    EXPECT_THAT(everything, testing::Not(testing::HasSubstr(secret)));
  }
}

}  // namespace
}  // namespace taanu::test
