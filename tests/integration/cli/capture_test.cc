// taanu capture, through libfprint and its virtual image device.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "enroll/extract/extractor.h"
#include "enroll/image/image.h"
#include "tests/integration/cli/prints.h"
#include "tests/integration/cli/program.h"
#include "tests/support/data.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/enroll/capture/virtual_reader.h"

namespace taanu {
namespace {

using test::RunTaanu;
using ::testing::HasSubstr;

// Of libfprint/fp-device.h, where the virtual device takes them as numbers.
constexpr int kRetryTooShort = 1;
constexpr int kRetryCentreFinger = 2;
constexpr int kErrorRemoved = 0x100;

// A real finger, of FVC2002 DB1_B.
GrayImage RealPrint(const char* name) {
  const auto image =
      DecodeImage(test::ReadFile(test::DataDir() / "fvc" / "fvc2002" / "DB1_B" / name), 500);
  EXPECT_TRUE(image) << name;
  return image ? *image : GrayImage();
}

// The same where it touched with its left third alone.
GrayImage LeftThird(GrayImage image) {
  for (int y = 0; y < image.height; ++y) {
    for (int x = image.width / 3; x < image.width; ++x) {
      image.pixels[static_cast<size_t>(y) * static_cast<size_t>(image.width) +
                   static_cast<size_t>(x)] = 255;
    }
  }
  return image;
}

class CaptureCommandTest : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (dir_.path() / name).string(); }
  test::Environment Reader() const { return {{"FP_VIRTUAL_IMAGE", Path("reader")}}; }

  test::TempDir dir_;
};

TEST_F(CaptureCommandTest, TheCapturedImageIsWrittenAsThePixelsThatTheSensorSaw) {
  const GrayImage finger = test::Print(5, 1);
  test::VirtualFinger reader;
  test::Program program({"capture", "--out", Path("out.png"), "--json"}, Reader());
  // The socket listens once the reader is open, which is before the first prompt.
  ASSERT_TRUE(program.WaitForError("finger"));
  ASSERT_TRUE(reader.Connect(Path("reader")));
  reader.Press(finger);
  const auto run = program.Wait();
  ASSERT_EQ(run.status, 0) << run.err;
  const auto result = nlohmann::json::parse(run.out);
  EXPECT_EQ(result["dpi"], 500);
  EXPECT_EQ(result["dpi_stated"], false);
  EXPECT_GT(result["minutiae"], 5);
  const std::string bytes = test::ReadText(Path("out.png"));
  const auto image =
      DecodeImage({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, std::nullopt);
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->pixels, finger.pixels);
}

TEST_F(CaptureCommandTest, TheBestOfSeveralTouchesOfARealFingerIsTaken) {
  TAANU_REQUIRE_DATA();
  const GrayImage best = RealPrint("101_2.tif");
  test::VirtualFinger reader;
  test::Program program({"capture", "--out", Path("out.png"), "--touches", "3", "--json"},
                        Reader());
  ASSERT_TRUE(program.WaitForError("Draw the finger over the reader."));
  ASSERT_TRUE(reader.Connect(Path("reader")));
  reader.Press(LeftThird(RealPrint("101_1.tif")));
  ASSERT_TRUE(program.WaitForError("Touch 1 of 3: quality "));
  reader.Press(best);
  ASSERT_TRUE(program.WaitForError("Touch 2 of 3: quality "));
  reader.Press(LeftThird(RealPrint("101_3.tif")));
  const auto run = program.Wait();
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("Touch 3 of 3: quality "));
  // What is wrong with a touch is said in words a person can act on.
  EXPECT_THAT(run.err, HasSubstr(", too small: press more of the finger on the glass."));
  const auto extraction = Extract(best);
  ASSERT_TRUE(extraction);
  const auto result = nlohmann::json::parse(run.out);
  EXPECT_EQ(result["quality"], extraction->view.quality);
  EXPECT_EQ(result["minutiae"], extraction->view.minutiae.size());
  const std::string bytes = test::ReadText(Path("out.png"));
  const auto image =
      DecodeImage({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, std::nullopt);
  ASSERT_TRUE(image.has_value());
  EXPECT_EQ(image->pixels, best.pixels);
  // PNG has it in whole pixels to the metre.
  EXPECT_NEAR(image->dpi, 500, 0.01);
}

TEST_F(CaptureCommandTest, ABadSwipeOfARealFingerIsRetriedAndARemovedReaderEndsIt) {
  TAANU_REQUIRE_DATA();
  test::VirtualFinger reader;
  test::Program program({"capture", "--out", Path("out.png"), "--touches", "2"}, Reader());
  ASSERT_TRUE(program.WaitForError("Draw the finger over the reader."));
  ASSERT_TRUE(reader.Connect(Path("reader")));
  reader.Command(test::VirtualCommand::kRetry, kRetryTooShort);
  ASSERT_TRUE(program.WaitForError("That was too short."));
  reader.Press(RealPrint("102_1.tif"));
  ASSERT_TRUE(program.WaitForError("Touch 1 of 2: quality "));
  reader.Command(test::VirtualCommand::kFail, kErrorRemoved);
  const auto run = program.Wait();
  EXPECT_EQ(run.status, 6);
  EXPECT_THAT(run.err, HasSubstr("was unplugged; plug it in and start again"));
  EXPECT_FALSE(std::filesystem::exists(Path("out.png")));
}

TEST_F(CaptureCommandTest, WithoutAFurtherTouchTheBestSoFarIsTaken) {
  test::VirtualFinger reader;
  test::Program program({"capture", "--out", Path("out.png"), "--touches", "2", "--timeout", "2"},
                        Reader());
  ASSERT_TRUE(program.WaitForError("finger"));
  ASSERT_TRUE(reader.Connect(Path("reader")));
  reader.Press(test::Print(5, 1));
  const auto run = program.Wait();
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, HasSubstr("the best so far is taken"));
  EXPECT_TRUE(std::filesystem::exists(Path("out.png")));
}

TEST_F(CaptureCommandTest, AReaderThatMatchesOnItsChipIsRefusedWithTheReason) {
  const auto run =
      RunTaanu({"capture", "--out", Path("out.png")}, {{"FP_VIRTUAL_DEVICE", Path("chip")}});
  EXPECT_NE(run.status, 0);
  EXPECT_THAT(run.err, HasSubstr("on its own chip and never gives the image"));
  EXPECT_FALSE(std::filesystem::exists(Path("out.png")));
}

TEST_F(CaptureCommandTest, ARetryIsAskedForInPlainWords) {
  test::VirtualFinger reader;
  test::Program program({"capture", "--out", Path("out.png")}, Reader());
  ASSERT_TRUE(program.WaitForError("finger"));
  ASSERT_TRUE(reader.Connect(Path("reader")));
  reader.Command(test::VirtualCommand::kRetry, kRetryCentreFinger);
  ASSERT_TRUE(program.WaitForError("in the middle of the reader"));
  reader.Press(test::Print(5, 1));
  EXPECT_EQ(program.Wait().status, 0);
  EXPECT_TRUE(std::filesystem::exists(Path("out.png")));
}

TEST_F(CaptureCommandTest, NoFingerInTimeIsUnavailableAndWritesNothing) {
  const auto run = RunTaanu({"capture", "--out", Path("out.png"), "--timeout", "1"}, Reader());
  EXPECT_EQ(run.status, 6);
  EXPECT_THAT(run.err, HasSubstr("within 1 s"));
  EXPECT_FALSE(std::filesystem::exists(Path("out.png")));
}

TEST_F(CaptureCommandTest, TheListSaysWhichReadersGiveImages) {
  const auto run = RunTaanu({"capture", "--list"}, {{"FP_VIRTUAL_IMAGE", Path("reader")},
                                                    {"FP_VIRTUAL_DEVICE", Path("chip")}});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("virtual_image\tgives images"));
  EXPECT_THAT(run.out, HasSubstr("virtual_device\tcompares on its chip"));
}

TEST_F(CaptureCommandTest, AnUnknownReaderIsNotFoundAndNoOutputIsUsage) {
  EXPECT_EQ(RunTaanu({"capture", "--out", Path("o.png"), "--device", "99"}, Reader()).status, 4);
  EXPECT_EQ(RunTaanu({"capture"}, Reader()).status, 2);
}

}  // namespace
}  // namespace taanu
