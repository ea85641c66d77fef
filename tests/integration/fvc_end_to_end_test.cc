// Real fingers through the real daemon: FVC2002 DB1_B, impression 1 of each of ten fingers
// enrolled, the other seven impressions of each verified against all ten.
#include <gtest/gtest.h>

#include <cstdio>
#include <string>

#include "tests/support/data.h"
#include "tests/support/election.h"

namespace taanu::test {
namespace {

constexpr int kFingers = 10;
constexpr int kImpressions = 8;

v1::FingerSample TiffSample(int finger, int impression) {
  const auto path = DataDir() / "fvc" / "fvc2002" / "DB1_B" /
                    (std::to_string(101 + finger) + "_" + std::to_string(impression) + ".tif");
  const auto bytes = ReadFile(path);
  EXPECT_FALSE(bytes.empty()) << path;
  v1::FingerSample sample;
  sample.set_position(v1::FINGER_POSITION_RIGHT_INDEX);
  sample.mutable_image()->set_data(std::string(bytes.begin(), bytes.end()));
  sample.mutable_image()->set_fallback_dpi(500);
  return sample;
}

TEST(FvcEndToEndTest, VotersAreAcceptedAndImpostorsAreNotAtAFalseMatchRateOfOneInAThousand) {
  TAANU_REQUIRE_DATA();
  Election election({.threshold_fmr = 0.001});
  Client client = election.Connect();
  OpenPrecinct(client, "P1");
  for (int finger = 0; finger < kFingers; ++finger) {
    v1::EnrollVoterResponse response;
    const grpc::Status status = client.Enroll(
        EnrollRequest("V-" + std::to_string(finger), "P1", {TiffSample(finger, 1)}), &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_TRUE(response.finger_reports(0).enrolled()) << finger;
  }

  // An accredited voter is ALREADY_ACCREDITED afterwards, but whether the finger matched is still
  // told.
  int mated = 0;
  int mated_accepted = 0;
  int non_mated = 0;
  int non_mated_accepted = 0;
  std::printf("enrolled finger | own impressions accepted | others' accepted\n");
  for (int voter = 0; voter < kFingers; ++voter) {
    int own = 0;
    int others = 0;
    for (int finger = 0; finger < kFingers; ++finger) {
      for (int impression = 2; impression <= kImpressions; ++impression) {
        v1::VerifyVoterResponse response;
        const grpc::Status status = client.Verify(
            VerifyRequest("V-" + std::to_string(voter), "P1", {TiffSample(finger, impression)}),
            &response);
        ASSERT_TRUE(status.ok()) << status.error_message();
        (finger == voter ? mated : non_mated) += 1;
        (finger == voter ? own : others) += response.finger_matched() ? 1 : 0;
      }
    }
    std::printf("%15d | %17d of %3d | %9d of %3d\n", 101 + voter, own, kImpressions - 1, others,
                (kFingers - 1) * (kImpressions - 1));
    mated_accepted += own;
    non_mated_accepted += others;
  }
  std::printf("%15s | %17d of %3d | %9d of %3d\n", "all", mated_accepted, mated, non_mated_accepted,
              non_mated);
  EXPECT_EQ(mated, 70);
  EXPECT_EQ(non_mated, 630);
  EXPECT_GE(mated_accepted, 60);
  EXPECT_LE(non_mated_accepted, 6);
  EXPECT_EQ(election.Stop(), 0);
}

}  // namespace
}  // namespace taanu::test
