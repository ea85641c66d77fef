// Captures from libfprint's own virtual devices, through the real libfprint.
#include "enroll/capture/capture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "enroll/synth/synth.h"
#include "tests/unit/enroll/capture/virtual_reader.h"

namespace taanu {
namespace {

using test::VirtualCommand;
using test::VirtualFinger;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Of libfprint/fp-device.h, where the virtual device takes them as numbers.
constexpr int kRetryCentreFinger = 2;
constexpr int kRetryTooShort = 1;
constexpr int kErrorRemoved = 0x100;

class CaptureTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) /
              ("taanu-capture-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    socket_ = (folder_ / "reader").string();
  }
  void TearDown() override {
    ::unsetenv("FP_VIRTUAL_IMAGE");
    ::unsetenv("FP_VIRTUAL_DEVICE");
    std::filesystem::remove_all(folder_);
  }

  // The machine may have readers of its own besides.
  static std::optional<size_t> IndexOf(const Readers& readers, std::string_view driver) {
    for (size_t i = 0; i < readers.list().size(); ++i) {
      if (readers.list()[i].driver == driver) return i;
    }
    return std::nullopt;
  }

  // Plugs in the virtual image device and opens it.
  std::unique_ptr<Reader> OpenVirtual() {
    ::setenv("FP_VIRTUAL_IMAGE", socket_.c_str(), 1);
    readers_ = std::make_unique<Readers>();
    const auto index = IndexOf(*readers_, "virtual_image");
    EXPECT_TRUE(index.has_value());
    if (!index) return nullptr;
    auto reader = readers_->Open(*index);
    EXPECT_TRUE(reader.has_value()) << reader.error().message;
    return reader ? std::move(*reader) : nullptr;
  }

  std::filesystem::path folder_;
  std::string socket_;
  std::unique_ptr<Readers> readers_;
};

const GrayImage& Finger() {
  static const GrayImage image = SyntheticFinger(7).Impression(1);
  return image;
}

TEST_F(CaptureTest, TheImageArrivesAsTheSensorSawIt) {
  const auto reader = OpenVirtual();
  ASSERT_NE(reader, nullptr);
  VirtualFinger finger;
  ASSERT_TRUE(finger.Connect(socket_));
  finger.Press(Finger());
  const auto capture = reader->CaptureImage({});
  ASSERT_TRUE(capture.has_value()) << capture.error().message;
  EXPECT_EQ(capture->image.width, Finger().width);
  EXPECT_EQ(capture->image.height, Finger().height);
  EXPECT_EQ(capture->image.pixels, Finger().pixels);
}

TEST_F(CaptureTest, AnUnstatedResolutionIsTheGivenOneOtherwise500) {
  const auto reader = OpenVirtual();
  ASSERT_NE(reader, nullptr);
  VirtualFinger finger;
  ASSERT_TRUE(finger.Connect(socket_));
  finger.Press(Finger());
  const auto assumed = reader->CaptureImage({});
  ASSERT_TRUE(assumed.has_value()) << assumed.error().message;
  EXPECT_FALSE(assumed->dpi_stated);
  EXPECT_DOUBLE_EQ(assumed->image.dpi, 500);

  finger.Press(Finger());
  CaptureOptions options;
  options.dpi = 569;
  const auto given = reader->CaptureImage(options);
  ASSERT_TRUE(given.has_value()) << given.error().message;
  EXPECT_DOUBLE_EQ(given->image.dpi, 569);
}

TEST_F(CaptureTest, ARetryIsAskedForInPlainWordsAndThenSucceeds) {
  const auto reader = OpenVirtual();
  ASSERT_NE(reader, nullptr);
  VirtualFinger finger;
  ASSERT_TRUE(finger.Connect(socket_));
  std::vector<CapturePrompt> prompts;
  CaptureOptions options;
  options.prompt = [&](CapturePrompt prompt) {
    prompts.push_back(prompt);
    if (prompts.size() == 1) finger.Command(VirtualCommand::kRetry, kRetryCentreFinger);
    if (prompts.size() == 2) finger.Command(VirtualCommand::kRetry, kRetryTooShort);
    if (prompts.size() == 3) finger.Press(Finger());
  };
  const auto capture = reader->CaptureImage(options);
  ASSERT_TRUE(capture.has_value()) << capture.error().message;
  EXPECT_EQ(capture->image.pixels, Finger().pixels);
  EXPECT_THAT(prompts, ElementsAre(CapturePrompt::kSwipeFinger, CapturePrompt::kCentreFinger,
                                   CapturePrompt::kTooShort));
  EXPECT_THAT(std::string(CapturePromptText(CapturePrompt::kCentreFinger)), HasSubstr("middle"));
}

TEST_F(CaptureTest, EndlessRetriesAreGivenUp) {
  const auto reader = OpenVirtual();
  ASSERT_NE(reader, nullptr);
  VirtualFinger finger;
  ASSERT_TRUE(finger.Connect(socket_));
  CaptureOptions options;
  options.prompt = [&](CapturePrompt) { finger.Command(VirtualCommand::kRetry, kRetryTooShort); };
  const auto capture = reader->CaptureImage(options);
  ASSERT_FALSE(capture.has_value());
  EXPECT_EQ(capture.error().reason, "TOO_MANY_RETRIES");
}

TEST_F(CaptureTest, AnUnpluggedReaderIsSaidToBeUnplugged) {
  const auto reader = OpenVirtual();
  ASSERT_NE(reader, nullptr);
  VirtualFinger finger;
  ASSERT_TRUE(finger.Connect(socket_));
  finger.Command(VirtualCommand::kFail, kErrorRemoved);
  const auto capture = reader->CaptureImage({});
  ASSERT_FALSE(capture.has_value());
  EXPECT_EQ(capture.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(capture.error().reason, "READER_REMOVED");
}

TEST_F(CaptureTest, NoFingerEndsWithTheTimeout) {
  const auto reader = OpenVirtual();
  ASSERT_NE(reader, nullptr);
  CaptureOptions options;
  options.timeout = std::chrono::seconds(1);
  const auto capture = reader->CaptureImage(options);
  ASSERT_FALSE(capture.has_value());
  EXPECT_EQ(capture.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(capture.error().reason, "TIMEOUT");
}

TEST_F(CaptureTest, AnImageOfASizeThatIsNotTakenIsRefused) {
  const auto reader = OpenVirtual();
  ASSERT_NE(reader, nullptr);
  VirtualFinger finger;
  ASSERT_TRUE(finger.Connect(socket_));
  GrayImage small;
  small.width = 60;
  small.height = 400;
  for (int y = 0; y < small.height; ++y) {
    for (int x = 0; x < small.width; ++x) small.pixels.push_back(Finger().at(x + 150, y % 300));
  }
  finger.Press(small);
  const auto capture = reader->CaptureImage({});
  ASSERT_FALSE(capture.has_value());
  EXPECT_EQ(capture.error().code, ErrorCode::kBadInput);
}

TEST_F(CaptureTest, AReaderThatMatchesOnItsChipIsListedButRefused) {
  ::setenv("FP_VIRTUAL_DEVICE", socket_.c_str(), 1);
  const Readers readers;
  const auto index = IndexOf(readers, "virtual_device");
  ASSERT_TRUE(index.has_value());
  EXPECT_FALSE(readers.list()[*index].gives_images);
  const auto reader = readers.Open(*index);
  ASSERT_FALSE(reader.has_value());
  EXPECT_EQ(reader.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(reader.error().reason, "MATCHES_ON_CHIP");
  if (readers.list().size() == 1) {
    EXPECT_EQ(readers.FirstWithImages().error().reason, "MATCHES_ON_CHIP");
  }
}

TEST_F(CaptureTest, WithoutAReaderItSaysWhatToDo) {
  const Readers readers;
  if (!readers.list().empty()) GTEST_SKIP() << "a reader is plugged into this machine";
  const auto index = readers.FirstWithImages();
  ASSERT_FALSE(index.has_value());
  EXPECT_EQ(index.error().reason, "NO_READER");
  EXPECT_EQ(readers.Open(0).error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace taanu
