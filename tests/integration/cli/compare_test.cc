// taanu compare, to the letter of its contract.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "matcher/codec/codec.h"
#include "matcher/compare/comparator.h"
#include "tests/integration/cli/prints.h"
#include "tests/integration/cli/program.h"
#include "tests/support/data.h"
#include "tests/support/temp_dir.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;
using test::RunTaanu;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == '\t') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

double Score(const std::string& line) { return std::stod(Fields(line).at(2)); }

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class CompareTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // Two impressions of finger 1, one of finger 2, and the template of the first.
    test::WritePng(Path("a1.png"), test::Print(1, 1));
    test::WritePng(Path("a2.png"), test::Print(1, 2));
    test::WritePgm(Path("b1.pgm"), test::Print(2, 1));
    const auto run = RunTaanu({"extract", Path("a1.png"), "--out", dir_.path().string()});
    ASSERT_EQ(run.status, 0) << run.err;
  }

  std::string Path(const std::string& name) const { return (dir_.path() / name).string(); }

  test::Finished Compare(const std::vector<std::pair<std::string, std::string>>& pairs,
                         const std::vector<std::string>& more = {}) const {
    std::string text;
    for (const auto& [probe, reference] : pairs)
      text += Path(probe) + "\t" + Path(reference) + "\n";
    test::WriteText(Path("pairs.txt"), text);
    std::vector<std::string> arguments = {"compare", "--pairs", Path("pairs.txt"), "--dpi", "500"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunTaanu(arguments);
  }

  test::TempDir dir_;
};

TEST_F(CompareTest, EachLineIsGivenBackWithADecimalScoreInTheSameOrder) {
  const auto run = Compare({{"a1.png", "a2.png"}, {"b1.pgm", "a1.png"}, {"a2.png", "a1.iso"}});
  ASSERT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.err, IsEmpty());
  const auto lines = test::Lines(run.out);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_THAT(Fields(lines[0]),
              ElementsAre(Path("a1.png"), Path("a2.png"), MatchesRegex("[0-9]+\\.[0-9]+")));
  EXPECT_EQ(Fields(lines[1])[0], Path("b1.pgm"));
  EXPECT_EQ(Fields(lines[2])[1], Path("a1.iso"));
  EXPECT_GT(Score(lines[0]), Score(lines[1]));
}

TEST_F(CompareTest, ATemplateAndTheImageItCameFromScoreTheSame) {
  const auto run = Compare({{"a1.png", "a2.png"}, {"a1.iso", "a2.png"}});
  ASSERT_EQ(run.status, 0) << run.err;
  const auto lines = test::Lines(run.out);
  ASSERT_EQ(lines.size(), 2U);
  // A template keeps whole pixels, the extraction fractions of them.
  EXPECT_NEAR(Score(lines[0]), Score(lines[1]), 10.0);
}

TEST_F(CompareTest, AFileThatCannotBeUsedIsAnErrorInItsLinesAndToldOnce) {
  test::WriteText(Path("bad.iso"), std::string("FMR\0 20\0broken", 14));
  test::WriteText(Path("bad.png"), "\x89PNG broken");
  const auto run = Compare({{"bad.iso", "a1.png"},
                            {"a1.png", "a2.png"},
                            {"a2.png", "bad.iso"},
                            {"bad.png", "bad.iso"},
                            {"gone.png", "a1.png"}});
  EXPECT_EQ(run.status, 3);
  const auto lines = test::Lines(run.out);
  ASSERT_EQ(lines.size(), 5U);
  for (const int i : {0, 2, 3, 4}) EXPECT_EQ(Fields(lines[i]).at(2), "error");
  EXPECT_GT(Score(lines[1]), 0);
  EXPECT_EQ(Count(run.err, "bad.iso"), 1U) << run.err;
  EXPECT_EQ(Count(run.err, "bad.png"), 1U) << run.err;
  EXPECT_EQ(Count(run.err, "gone.png"), 1U) << run.err;
  EXPECT_EQ(test::Lines(run.err).size(), 3U);
}

TEST_F(CompareTest, AnImageWithoutResolutionNeedsTheDpi) {
  test::WriteText(Path("p"), Path("b1.pgm") + "\t" + Path("a1.png") + "\n");
  const auto run = RunTaanu({"compare", "--pairs", Path("p")});
  EXPECT_EQ(run.status, 3);
  EXPECT_EQ(Fields(test::Lines(run.out).at(0)).at(2), "error");
  EXPECT_THAT(run.err, HasSubstr("b1.pgm"));
}

TEST_F(CompareTest, ABadLineIsNamedAndNothingIsCompared) {
  test::WriteText(Path("p"), Path("a1.png") + "\t" + Path("a2.png") + "\n" + Path("a1.png") + "\n");
  const auto run = RunTaanu({"compare", "--pairs", Path("p"), "--dpi", "500"});
  EXPECT_EQ(run.status, 3);
  EXPECT_THAT(run.out, IsEmpty());
  EXPECT_THAT(run.err, HasSubstr("line 2"));
}

TEST_F(CompareTest, AMissingListIsNotFound) {
  EXPECT_EQ(RunTaanu({"compare", "--pairs", Path("none")}).status, 4);
}

TEST_F(CompareTest, AFileIsReadOnceHoweverOftenAndUnderWhateverNameItIsGiven) {
  // A pipe can be read once alone: a second reading would wait for ever.
  ASSERT_EQ(::mkfifo(Path("pipe").c_str(), 0600), 0);
  fs::create_symlink(Path("pipe"), Path("link"));
  std::string text;
  for (int i = 0; i < 500; ++i)
    text += Path(i % 2 == 0 ? "pipe" : "link") + "\t" + Path("a1.iso") + "\n";
  test::WriteText(Path("p"), text);
  test::Program program({"compare", "--pairs", Path("p"), "--dpi", "500"});
  test::WritePng(Path("pipe"), test::Print(1, 2));
  const auto run = program.Wait();
  ASSERT_EQ(run.status, 0) << run.err;
  const auto lines = test::Lines(run.out);
  ASSERT_EQ(lines.size(), 500U);
  EXPECT_EQ(Fields(lines[0])[2], Fields(lines[499])[2]);
  EXPECT_EQ(Fields(lines[1])[0], Path("link"));
}

TEST_F(CompareTest, TheBestOfSeveralViewsCounts) {
  const auto load = [this](const std::string& name) {
    const std::string bytes = test::ReadText(Path(name));
    return DecodeTemplate({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()})->value;
  };
  ASSERT_EQ(RunTaanu({"extract", "--dpi", "500", Path("a2.png"), Path("b1.pgm"), "--out",
                      dir_.path().string()})
                .status,
            0);
  // A record of the other finger first, then of the same finger.
  Template both = load("b1.iso");
  both.views.push_back(load("a2.iso").views.front());
  both.views[1].view_number = 1;
  const auto bytes = EncodeTemplate(both, TemplateFormat::kIso19794_2_2005);
  ASSERT_TRUE(bytes.has_value()) << bytes.error().message;
  test::WriteText(Path("both.iso"), {reinterpret_cast<const char*>(bytes->data()), bytes->size()});
  const auto run = Compare({{"both.iso", "a1.iso"}, {"a2.iso", "a1.iso"}, {"b1.iso", "a1.iso"}});
  ASSERT_EQ(run.status, 0) << run.err;
  const auto lines = test::Lines(run.out);
  EXPECT_DOUBLE_EQ(Score(lines[0]), std::max(Score(lines[1]), Score(lines[2])));
}

TEST_F(CompareTest, JsonIsAnObjectToALine) {
  const auto run = Compare({{"a1.png", "a2.png"}, {"gone", "a1.png"}}, {"--json"});
  EXPECT_EQ(run.status, 3);
  const auto lines = test::Lines(run.out);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_TRUE(nlohmann::json::parse(lines[0])["score"].is_number());
  EXPECT_EQ(nlohmann::json::parse(lines[1])["score"], "error");
  EXPECT_EQ(nlohmann::json::parse(run.err)["error"]["reason"], "FILE_NOT_FOUND");
}

TEST_F(CompareTest, ResultsThatCannotBeWrittenAreAnError) {
  test::WriteText(Path("p"), Path("a1.iso") + "\t" + Path("a1.iso") + "\n");
  const std::string command = std::string(TAANU_BIN_DIR) + "/taanu compare --pairs " + Path("p") +
                              " >/dev/full 2>" + Path("err");
  const int status = std::system(command.c_str());
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_THAT(test::ReadText(Path("err")), HasSubstr("could not be written"));
}

TEST(CompareRealPrintsTest, ScoresDoNotDependOnTheThreads) {
  TAANU_REQUIRE_DATA();
  const fs::path set = test::DataDir() / "fvc" / "fvc2002" / "DB1_B";
  const test::TempDir dir;
  std::ostringstream text;
  for (int finger = 101; finger <= 104; ++finger) {
    for (int impression = 2; impression <= 8; ++impression) {
      for (int other = 101; other <= 104; ++other) {
        text << set.string() << '/' << finger << '_' << impression << ".tif\t" << set.string()
             << '/' << other << "_1.tif\n";
      }
    }
  }
  const std::string pairs = (dir.path() / "pairs").string();
  test::WriteText(pairs, text.str());
  const auto one = RunTaanu({"compare", "--pairs", pairs, "--dpi", "500", "--threads", "1"});
  const auto many = RunTaanu({"compare", "--pairs", pairs, "--dpi", "500", "--threads", "7"});
  ASSERT_EQ(one.status, 0) << one.err;
  EXPECT_EQ(one.out, many.out);
  EXPECT_EQ(test::Lines(one.out).size(), 112U);
  EXPECT_THAT(one.out, ::testing::Not(HasSubstr("error")));
}

}  // namespace
}  // namespace taanu
