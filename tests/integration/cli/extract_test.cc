// taanu extract, to the letter of its contract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "matcher/codec/codec.h"
#include "tests/integration/cli/prints.h"
#include "tests/integration/cli/program.h"
#include "tests/support/finger_card.h"
#include "tests/support/temp_dir.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;
using test::RunTaanu;
using ::testing::HasSubstr;

Result<DecodedTemplate> Decode(const fs::path& path) {
  const std::string text = test::ReadText(path);
  return DecodeTemplate({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

TEST(ExtractTest, EachImageGivesAnIsoTemplateOfItsNameWithoutItsEnding) {
  const test::TempDir dir;
  test::WritePng(dir.path() / "left.hand.png", test::Print(1, 1));
  test::WritePng(dir.path() / "noending", test::Print(2, 1));
  const fs::path out = dir.path() / "deep" / "out";
  const auto run = RunTaanu({"extract", (dir.path() / "left.hand.png").string(),
                             (dir.path() / "noending").string(), "--out", out.string()});
  ASSERT_EQ(run.status, 0) << run.err;
  for (const char* name : {"left.hand.iso", "noending.iso"}) {
    const auto decoded = Decode(out / name);
    ASSERT_TRUE(decoded.has_value()) << name;
    EXPECT_EQ(decoded->format, TemplateFormat::kIso19794_2_2005);
    ASSERT_EQ(decoded->value.views.size(), 1U);
    EXPECT_GT(decoded->value.views[0].minutiae.size(), 8U);
  }
}

TEST(ExtractTest, ACardOfSeveralFingersGivesAViewOfEach) {
  const test::TempDir dir;
  const std::string card = (dir.path() / "card.fir").string();
  const GrayImage thumb = test::Print(1, 1);
  test::WriteText(card, test::FingerCard({{thumb, FingerPosition::kRightThumb, 0},
                                          {test::Print(2, 1), FingerPosition::kLeftRing, 0},
                                          {test::Print(1, 2), FingerPosition::kRightThumb, 1}}));
  const fs::path pictures = dir.path() / "pictures";
  const auto run =
      RunTaanu({"extract", card, "--out", dir.path().string(), "--explain", pictures.string()});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("\tleft_ring\n"));
  const auto decoded = Decode(dir.path() / "card.iso");
  ASSERT_TRUE(decoded.has_value());
  const std::vector<FingerView>& views = decoded->value.views;
  ASSERT_EQ(views.size(), 3U);
  EXPECT_EQ(views[0].position, FingerPosition::kRightThumb);
  EXPECT_EQ(views[1].position, FingerPosition::kLeftRing);
  EXPECT_EQ(views[2].view_number, 1);
  EXPECT_EQ(views[2].impression_type, 1);
  EXPECT_TRUE(fs::exists(pictures / "card.7-minutiae.png"));
  EXPECT_TRUE(fs::exists(pictures / "card-3.7-minutiae.png"));
  // Which of its fingers a comparison would be of is unknown.
  test::WriteText(dir.path() / "pairs", card + "\t" + card + "\n");
  const auto compared = RunTaanu({"compare", "--pairs", (dir.path() / "pairs").string()});
  EXPECT_EQ(compared.status, 3);
  EXPECT_THAT(compared.err, HasSubstr("3 finger images (fingers 1, 9"));
}

TEST(ExtractTest, DpiIsForImagesThatStateNone) {
  const test::TempDir dir;
  const std::string pgm = (dir.path() / "a.pgm").string();
  test::WritePgm(pgm, test::Print(1, 1));
  const auto without = RunTaanu({"extract", pgm, "--out", dir.path().string()});
  EXPECT_EQ(without.status, 3);
  EXPECT_THAT(without.err, HasSubstr("a.pgm"));
  EXPECT_FALSE(fs::exists(dir.path() / "a.iso"));
  const auto with = RunTaanu({"extract", "--dpi", "500", pgm, "--out", dir.path().string()});
  ASSERT_EQ(with.status, 0) << with.err;
  const auto decoded = Decode(dir.path() / "a.iso");
  ASSERT_TRUE(decoded.has_value());
  EXPECT_EQ(decoded->value.x_px_per_cm, 197);
}

TEST(ExtractTest, AFileThatCannotBeUsedCostsOnlyItself) {
  const test::TempDir dir;
  const std::string good = (dir.path() / "good.png").string();
  const std::string bad = (dir.path() / "bad.png").string();
  test::WritePng(good, test::Print(1, 1));
  test::WriteText(bad, "not an image");
  const auto run = RunTaanu({"extract", bad, (dir.path() / "gone.png").string(), good, "--out",
                             (dir.path() / "out").string()});
  EXPECT_EQ(run.status, 3);
  EXPECT_THAT(run.err, HasSubstr("bad.png"));
  EXPECT_THAT(run.err, HasSubstr("gone.png"));
  EXPECT_TRUE(fs::exists(dir.path() / "out" / "good.iso"));
  EXPECT_FALSE(fs::exists(dir.path() / "out" / "bad.iso"));
}

TEST(ExtractTest, TwoImagesThatWouldWriteOneFileAreRefusedBeforeAnythingIsWritten) {
  const test::TempDir dir;
  fs::create_directory(dir.path() / "other");
  test::WritePng(dir.path() / "a.png", test::Print(1, 1));
  test::WritePng(dir.path() / "other" / "a.png", test::Print(2, 1));
  const auto run =
      RunTaanu({"extract", (dir.path() / "a.png").string(),
                (dir.path() / "other" / "a.png").string(), "--out", (dir.path() / "out").string()});
  EXPECT_EQ(run.status, 3);
  EXPECT_THAT(run.err, HasSubstr("a.iso"));
  EXPECT_FALSE(fs::exists(dir.path() / "out"));
}

TEST(ExtractTest, ATemplateIsNoImage) {
  const test::TempDir dir;
  test::WritePng(dir.path() / "a.png", test::Print(1, 1));
  ASSERT_EQ(
      RunTaanu({"extract", (dir.path() / "a.png").string(), "--out", dir.path().string()}).status,
      0);
  const auto run = RunTaanu(
      {"extract", (dir.path() / "a.iso").string(), "--out", (dir.path() / "out").string()});
  EXPECT_EQ(run.status, 3);
  EXPECT_THAT(run.err, HasSubstr("template already"));
}

TEST(ExtractTest, ExplainWritesAPictureOfEachStageAndTheSameTemplate) {
  const test::TempDir dir;
  const std::string image = (dir.path() / "left.hand.png").string();
  test::WritePng(image, test::Print(1, 1));
  const fs::path pictures = dir.path() / "deep" / "pictures";
  ASSERT_EQ(RunTaanu({"extract", image, "--out", (dir.path() / "plain").string()}).status, 0);
  EXPECT_FALSE(fs::exists(pictures));
  const auto run = RunTaanu(
      {"extract", image, "--out", (dir.path() / "out").string(), "--explain", pictures.string()});
  ASSERT_EQ(run.status, 0) << run.err;
  for (const char* stage : {"1-grey", "2-mask", "3-orientation", "4-frequency", "5-enhanced",
                            "6-skeleton", "7-minutiae"}) {
    const fs::path picture = pictures / ("left.hand." + std::string(stage) + ".png");
    ASSERT_TRUE(fs::exists(picture)) << picture;
    EXPECT_THAT(test::ReadText(picture), ::testing::StartsWith("\x89PNG"));
  }
  EXPECT_EQ(test::ReadText(dir.path() / "out" / "left.hand.iso"),
            test::ReadText(dir.path() / "plain" / "left.hand.iso"));
}

TEST(ExtractTest, AFolderForPicturesThatCannotBeMadeIsRefusedBeforeAnythingIsExtracted) {
  const test::TempDir dir;
  const std::string image = (dir.path() / "a.png").string();
  test::WritePng(image, test::Print(1, 1));
  test::WriteText(dir.path() / "taken", "a file");
  const auto run = RunTaanu({"extract", image, "--out", (dir.path() / "out").string(), "--explain",
                             (dir.path() / "taken").string()});
  EXPECT_NE(run.status, 0);
  EXPECT_THAT(run.err, HasSubstr("taken"));
  EXPECT_THAT(run.err, HasSubstr("folder cannot be made"));
  EXPECT_FALSE(fs::exists(dir.path() / "out" / "a.iso"));
}

TEST(ExtractTest, TheTemplatesDoNotDependOnTheThreads) {
  const test::TempDir dir;
  std::vector<std::string> images;
  for (uint64_t i = 0; i < 6; ++i) {
    images.push_back((dir.path() / (std::to_string(i) + ".png")).string());
    test::WritePng(images.back(), test::Print(i, 1));
  }
  for (const char* threads : {"1", "5"}) {
    std::vector<std::string> arguments = {"extract", "--json", "--threads",
                                          threads,   "--out",  (dir.path() / threads).string()};
    arguments.insert(arguments.end(), images.begin(), images.end());
    const auto run = RunTaanu(arguments);
    ASSERT_EQ(run.status, 0) << run.err;
    const auto lines = test::Lines(run.out);
    ASSERT_EQ(lines.size(), images.size());
    EXPECT_EQ(nlohmann::json::parse(lines[3])["image"], images[3]);
  }
  for (int i = 0; i < 6; ++i) {
    const std::string name = std::to_string(i) + ".iso";
    EXPECT_EQ(test::ReadText(dir.path() / "1" / name), test::ReadText(dir.path() / "5" / name));
  }
}

}  // namespace
}  // namespace taanu
