// taanu capture, through libfprint and its virtual image device.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "enroll/image/image.h"
#include "tests/integration/cli/prints.h"
#include "tests/integration/cli/program.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/enroll/capture/virtual_reader.h"

namespace taanu {
namespace {

using test::RunTaanu;
using ::testing::HasSubstr;

constexpr int kRetryCentreFinger = 2;  // FP_DEVICE_RETRY_CENTER_FINGER

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
