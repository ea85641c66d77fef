// `taanu enroll --capture`: a finger from libfprint's virtual reader into the real daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "enroll/extract/extractor.h"
#include "enroll/synth/synth.h"
#include "tests/integration/cli/program.h"
#include "tests/support/election.h"
#include "tests/unit/enroll/capture/virtual_reader.h"

namespace taanu::test {
namespace {

using ::testing::HasSubstr;

GrayImage Blank() { return {300, 300, 500, std::vector<uint8_t>(90'000, 255)}; }

GrayImage UpperHalf(GrayImage image) {
  image.height /= 2;
  image.pixels.resize(static_cast<size_t>(image.width) * static_cast<size_t>(image.height));
  return image;
}

TEST(EnrollCapture, TheBestOfThreeTouchesBecomesTheReference) {
  const Election election;
  Client client = election.Connect();
  OpenPrecinct(client, "P1");
  const std::string reader = (election.folder() / "reader").string();
  const GrayImage finger = SyntheticFinger(5).Impression(1);
  Program program({"enroll", "--number", "100", "--family-name", "A", "--given-names", "B",
                   "--birth-year", "1990", "--sex", "F", "--precinct", "P1", "--capture",
                   "right_index", "--json", "--server", "unix:" + election.socket().string()},
                  {{"FP_VIRTUAL_IMAGE", reader}});
  ASSERT_TRUE(program.WaitForError("Finger: right_index."));
  ASSERT_TRUE(program.WaitForError("Draw the finger"));
  VirtualFinger touch;
  ASSERT_TRUE(touch.Connect(reader));
  // libfprint itself asks for a retry where it finds no minutiae.
  touch.Press(Blank());
  ASSERT_TRUE(program.WaitForError("The image was not clear. Lift the finger and try again."));
  touch.Press(UpperHalf(finger));
  ASSERT_TRUE(program.WaitForError("Touch 1 of 3: quality "));
  touch.Press(finger);
  ASSERT_TRUE(program.WaitForError("Touch 2 of 3: quality "));
  touch.Press(UpperHalf(finger));
  const Finished run = program.Wait();
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, ::testing::Not(HasSubstr("libfprint")));
  const auto extraction = Extract(finger);
  ASSERT_TRUE(extraction);
  const auto answer = nlohmann::json::parse(run.out);
  const auto& report = answer.at("finger_reports").at(0);
  EXPECT_EQ(report.at("enrolled"), true);
  EXPECT_EQ(report.at("quality"), extraction->view.quality);
  EXPECT_EQ(report.at("position"), "FINGER_POSITION_RIGHT_INDEX");
}

TEST(EnrollCapture, APositionThatIsNoneIsRefusedBeforeAnyTouch) {
  const Election election;
  const Finished run = RunTaanu({"enroll", "--number", "100", "--precinct", "P1", "--capture",
                                 "right_toe", "--server", "unix:" + election.socket().string()});
  EXPECT_EQ(run.status, 3);
  EXPECT_THAT(run.err, HasSubstr("right_toe is no finger"));
}

}  // namespace
}  // namespace taanu::test
