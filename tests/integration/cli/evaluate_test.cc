// taanu evaluate on synthetic prints, as a child process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "matcher/codec/codec.h"
#include "tests/integration/cli/prints.h"
#include "tests/integration/cli/program.h"
#include "tests/support/temp_dir.h"
#include "tests/support/xml_check.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;
using test::RunTaanu;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int kFingers = 6;
constexpr int kImpressions = 3;

// Six fingers, three impressions of each, as images without a resolution.
class EvaluateTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new test::TempDir();
    for (int finger = 0; finger < kFingers; ++finger) {
      const SyntheticFinger synthetic(static_cast<uint64_t>(finger) + 40);
      for (int i = 1; i <= kImpressions; ++i) {
        const std::string name = std::to_string(101 + finger) + "_" + std::to_string(i);
        test::WritePgm(Prints() / (name + ".pgm"), synthetic.Impression(static_cast<uint64_t>(i)));
      }
    }
  }
  static void TearDownTestSuite() {
    delete folder_;
    folder_ = nullptr;
  }

  static fs::path Prints() {
    const fs::path prints = folder_->path() / "prints";
    fs::create_directories(prints);
    return prints;
  }

  // The command with --json, which must succeed.
  static nlohmann::json Evaluate(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"evaluate", "--json", "--dpi", "500"});
    const auto run = RunTaanu(arguments);
    EXPECT_EQ(run.status, 0) << run.err;
    return nlohmann::json::parse(run.out);
  }

  static test::TempDir* folder_;
};

test::TempDir* EvaluateTest::folder_ = nullptr;

TEST_F(EvaluateTest, AllPairsAreComparedAndEveryRateHasItsIntervals) {
  const auto report = Evaluate({Prints().string(), "--resamples", "300"});
  ASSERT_EQ(report["sets"].size(), 1u);
  const auto& set = report["sets"][0];
  EXPECT_EQ(set["set"], "prints");
  EXPECT_EQ(set["prints"], kFingers * kImpressions);
  EXPECT_EQ(set["fingers"], kFingers);
  EXPECT_EQ(set["mated_pairs"], 6 * 3);
  EXPECT_EQ(set["non_mated_pairs"], 15 * 9);
  EXPECT_EQ(set["unusable"], 0);
  ASSERT_EQ(set["rates"].size(), 7u);
  for (const auto& [name, rate] : set["rates"].items()) {
    for (const char* interval : {"interval_90", "interval_95"}) {
      EXPECT_LE(rate[interval][0], rate[interval][1]) << name;
      EXPECT_GE(rate[interval][0], 0.0) << name;
      EXPECT_LE(rate[interval][1], 1.0) << name;
    }
    EXPECT_LE(rate["interval_95"][0], rate["interval_90"][0]) << name;
    EXPECT_GE(rate["interval_95"][1], rate["interval_90"][1]) << name;
  }
  // Cooperative synthetic prints are easy; were mated and non-mated mixed up, it would be 1.
  EXPECT_LT(set["rates"]["eer"]["observed"], 0.2);
  ASSERT_EQ(set["worst"].size(), 10u);
  EXPECT_EQ(set["worst"][0]["kind"], "non_mated");
  EXPECT_GE(set["worst"][0]["score"], set["worst"][1]["score"]);
  EXPECT_EQ(set["worst"][5]["kind"], "mated");
  EXPECT_LE(set["worst"][5]["score"], set["worst"][6]["score"]);
}

TEST_F(EvaluateTest, TheReportDependsOnTheSeedAloneAndNotOnTheThreads) {
  const std::string prints = Prints().string();
  const auto one = Evaluate({prints, "--threads", "1", "--resamples", "200"});
  const auto four = Evaluate({prints, "--threads", "4", "--resamples", "200"});
  EXPECT_EQ(one, four);
}

TEST_F(EvaluateTest, ThePictureOfTheTradeOffHasACurveForEachSet) {
  const test::TempDir dir;
  fs::create_directories(dir.path() / "both" / "a");
  fs::create_directories(dir.path() / "both" / "b");
  for (const auto& entry : fs::directory_iterator(Prints())) {
    fs::create_symlink(entry.path(), dir.path() / "both" / "a" / entry.path().filename());
    fs::create_symlink(entry.path(), dir.path() / "both" / "b" / entry.path().filename());
  }
  const fs::path out = dir.path() / "deep" / "out";
  const auto report = Evaluate({(dir.path() / "both").string(), Prints().string(), "--worst", "2",
                                "--resamples", "100", "--out", out.string()});
  ASSERT_EQ(report["sets"].size(), 3u);
  EXPECT_EQ(report["sets"][1]["set"], "both/b");
  EXPECT_EQ(report["mean"]["eer"]["observed"], report["sets"][0]["rates"]["eer"]["observed"]);
  EXPECT_EQ(report["det"], (out / "det.svg").string());
  const std::string det = test::ReadText(out / "det.svg");
  EXPECT_EQ(test::XmlFault(det), "");
  EXPECT_THAT(det, HasSubstr("both/a"));
  EXPECT_THAT(det, HasSubstr("False match rate"));

  const auto& worst = report["sets"][2]["worst"];
  ASSERT_EQ(worst.size(), 4u);
  for (const auto& pair : worst) {
    const std::string picture = test::ReadText(pair["picture"].get<std::string>());
    EXPECT_EQ(test::XmlFault(picture), "");
    EXPECT_THAT(picture, HasSubstr(fs::path(pair["probe"]).stem().string() + ": "));
    EXPECT_THAT(picture, Not(HasSubstr("<image")));
  }
}

TEST_F(EvaluateTest, WhetherQualityPredictsErrorsIsReportedAndDrawn) {
  const test::TempDir dir;
  const std::string prints = (dir.path() / "prints").string();
  const std::string out = (dir.path() / "out").string();
  fs::create_directory(prints);
  for (const auto& entry : fs::directory_iterator(Prints())) {
    // One impression of each of two fingers is of one grey, so that all of its mated pairs fail and
    // nothing but its quality says so.
    const std::string name = entry.path().filename().string();
    if (name == "101_1.pgm" || name == "104_2.pgm") {
      test::WritePgm(fs::path(prints) / name,
                     {300, 300, 500, std::vector<uint8_t>(size_t{300} * 300, 200)});
    } else {
      fs::create_symlink(entry.path(), fs::path(prints) / name);
    }
  }
  const auto report = Evaluate({prints, prints, "--resamples", "100", "--out", out});
  const auto& quality = report["sets"][0]["quality"];
  // Each of the two takes two pairs; a tenth of 18 prints is one, and of two sets' 36 three.
  const int failed = quality["false_non_matches"];
  ASSERT_GE(failed, 4);
  EXPECT_EQ(report["sets"][0]["rates"]["fmr1000"]["observed"], failed / 18.0);
  EXPECT_EQ(quality["false_non_matches_removed"], 2);
  EXPECT_EQ(quality["discard_10_percent_removes"], 2.0 / failed);
  EXPECT_EQ(quality["discard_10_percent_removes_of_mated_pairs"], 2.0 / 18);
  EXPECT_EQ(report["pooled_quality"]["discard_10_percent_removes"], 6.0 / (2 * failed));
  EXPECT_EQ(report["discard"], out + "/discard.svg");
  const std::string picture = test::ReadText(out + "/discard.svg");
  EXPECT_EQ(test::XmlFault(picture), "");
  EXPECT_THAT(picture, HasSubstr("prints-2"));
  EXPECT_THAT(picture, HasSubstr("all sets pooled"));
}

TEST_F(EvaluateTest, TemplatesWithoutAQualityAreSaidToHaveNone) {
  const test::TempDir dir;
  const fs::path prints = dir.path() / "prints";
  const fs::path out = dir.path() / "out";
  std::vector<std::string> extract = {"extract", "--dpi", "500", "--out", prints.string()};
  for (const auto& entry : fs::directory_iterator(Prints())) extract.push_back(entry.path());
  ASSERT_EQ(RunTaanu(extract).status, 0);
  for (const auto& entry : fs::directory_iterator(prints)) {
    const std::string record = test::ReadText(entry.path());
    auto read = DecodeTemplate({reinterpret_cast<const uint8_t*>(record.data()), record.size()});
    ASSERT_TRUE(read);
    for (FingerView& view : read->value.views) view.quality = 0;
    const auto written = EncodeTemplate(read->value, TemplateFormat::kIso19794_2_2005);
    ASSERT_TRUE(written);
    test::WriteText(entry.path(),
                    {reinterpret_cast<const char*>(written->data()), written->size()});
  }
  const auto run = RunTaanu({"evaluate", prints.string(), "--out", out.string()});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("Quality: all equal or unknown"));
  EXPECT_TRUE(fs::exists(out / "det.svg"));
  EXPECT_FALSE(fs::exists(out / "discard.svg"));
  const auto report = Evaluate({prints.string(), "--out", out.string()});
  EXPECT_TRUE(report["sets"][0]["quality"]["discard_10_percent_removes"].is_null());
  EXPECT_FALSE(report.contains("discard"));
}

TEST_F(EvaluateTest, PrintsAreShownOnlyWhereThatIsAskedFor) {
  const test::TempDir dir;
  const auto report = Evaluate({Prints().string(), "--worst", "1", "--resamples", "100", "--out",
                                dir.path().string(), "--with-images"});
  const std::string picture =
      test::ReadText(report["sets"][0]["worst"][0]["picture"].get<std::string>());
  EXPECT_EQ(test::XmlFault(picture), "");
  EXPECT_THAT(picture, HasSubstr("data:image/png;base64,iVBOR"));
  EXPECT_EQ(RunTaanu({"evaluate", Prints().string(), "--with-images"}).status, 2);
}

TEST_F(EvaluateTest, TemplatesOfTheImagesGiveTheSameRates) {
  const test::TempDir dir;
  std::vector<std::string> extract = {"extract", "--dpi", "500", "--out", dir.path().string()};
  for (const auto& entry : fs::directory_iterator(Prints())) extract.push_back(entry.path());
  ASSERT_EQ(RunTaanu(extract).status, 0);
  const auto of_templates = Evaluate({dir.path().string(), "--resamples", "100"});
  const auto of_images = Evaluate({Prints().string(), "--resamples", "100"});
  // Coordinates are rounded to pixels in a template, which moves scores a little.
  EXPECT_NEAR(of_templates["sets"][0]["rates"]["eer"]["observed"],
              of_images["sets"][0]["rates"]["eer"]["observed"], 0.06);
  EXPECT_EQ(of_templates["sets"][0]["mated_pairs"], of_images["sets"][0]["mated_pairs"]);
}

TEST_F(EvaluateTest, APersonIsShownTheTable) {
  const auto run = RunTaanu({"evaluate", Prints().string(), "--dpi", "500"});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("prints: 18 prints of 6 fingers, 18 mated and 135 non-mated"));
  for (const char* words : {"EER", "FMR1000 (FNMR at FMR 0.1 %)", "ZeroFMR", "95 % interval",
                            "observed FMR at a claimed 0.01 %", "(few): fewer than 10"}) {
    EXPECT_THAT(run.out, HasSubstr(words));
  }
}

TEST_F(EvaluateTest, AFileThatCannotBeUsedIsToldAndLeftOut) {
  const test::TempDir dir;
  for (const auto& entry : fs::directory_iterator(Prints())) {
    fs::create_symlink(entry.path(), dir.path() / entry.path().filename());
  }
  test::WriteText(dir.path() / "107_1.pgm", "not an image");
  test::WriteText(dir.path() / "notes.txt", "not a print");
  const auto run = RunTaanu({"evaluate", dir.path().string(), "--dpi", "500", "--json"});
  EXPECT_EQ(run.status, 3);
  EXPECT_THAT(run.err, HasSubstr("107_1.pgm"));
  EXPECT_THAT(run.err, Not(HasSubstr("notes.txt")));
  const auto report = nlohmann::json::parse(run.out);
  EXPECT_EQ(report["sets"][0]["unusable"], 1);
  EXPECT_EQ(report["sets"][0]["prints"], 18);
}

TEST_F(EvaluateTest, WhatCannotBeMeasuredIsRefusedWithTheReason) {
  const test::TempDir dir;
  const auto gone = RunTaanu({"evaluate", (dir.path() / "gone").string()});
  EXPECT_EQ(gone.status, 4);
  EXPECT_THAT(gone.err, HasSubstr("gone"));
  const auto empty = RunTaanu({"evaluate", dir.path().string()});
  EXPECT_EQ(empty.status, 4);
  EXPECT_THAT(empty.err, HasSubstr("101_1.tif"));

  fs::copy(Prints() / "101_1.pgm", dir.path() / "101_1.pgm");
  fs::copy(Prints() / "101_2.pgm", dir.path() / "101_2.pgm");
  const auto one_finger = RunTaanu({"evaluate", dir.path().string(), "--dpi", "500"});
  EXPECT_EQ(one_finger.status, 3);
  EXPECT_THAT(one_finger.err, HasSubstr("two fingers"));

  fs::copy(Prints() / "101_1.pgm", dir.path() / "101_01.png");
  const auto twice = RunTaanu({"evaluate", dir.path().string(), "--dpi", "500"});
  EXPECT_EQ(twice.status, 3);
  EXPECT_THAT(twice.err, HasSubstr("one impression"));
}

}  // namespace
}  // namespace taanu
