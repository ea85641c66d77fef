// taanu synth writes what taanu load reads.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "enroll/image/image.h"
#include "enroll/load/csv.h"
#include "tests/integration/cli/program.h"
#include "tests/support/temp_dir.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;
using test::RunTaanu;
using ::testing::ElementsAre;

std::vector<std::string> Synth(const fs::path& out, const std::vector<std::string>& more) {
  std::vector<std::string> arguments = {"synth", "--voters", "5",         "--precincts",
                                        "2",     "--out",    out.string()};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// Every file below the folder, by its path, with its bytes.
std::map<std::string, std::string> Tree(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      files[fs::relative(entry.path(), folder).string()] = test::ReadText(entry.path());
    }
  }
  return files;
}

std::vector<std::vector<std::string>> ReadCsv(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  CsvReader reader(&in);
  std::vector<std::vector<std::string>> rows;
  for (;;) {
    auto row = reader.Next();
    EXPECT_TRUE(row.has_value()) << row.error().message;
    if (!row || !*row) return rows;
    rows.push_back((*row)->fields);
  }
}

bool IsPrint(const fs::path& path) {
  const std::string bytes = test::ReadText(path);
  const auto image =
      DecodeImage({reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, std::nullopt);
  return image.has_value();
}

TEST(SynthTest, TheSameSeedGivesTheSameBytesWhateverTheThreads) {
  const test::TempDir dir;
  const std::vector<std::string> probes = {"--probes", "1", "--seed", "3", "--threads"};
  auto one = probes;
  one.emplace_back("1");
  auto many = probes;
  many.emplace_back("4");
  ASSERT_EQ(RunTaanu(Synth(dir.path() / "one", one)).status, 0);
  ASSERT_EQ(RunTaanu(Synth(dir.path() / "many", many)).status, 0);
  EXPECT_EQ(Tree(dir.path() / "one"), Tree(dir.path() / "many"));
  ASSERT_EQ(RunTaanu(Synth(dir.path() / "other", {"--seed", "4"})).status, 0);
  EXPECT_NE(test::ReadText(dir.path() / "one" / "manifest.csv"),
            test::ReadText(dir.path() / "other" / "manifest.csv"));
}

TEST(SynthTest, TheManifestNamesEveryVoterAndAnImageOfEachFinger) {
  const test::TempDir dir;
  ASSERT_EQ(RunTaanu(Synth(dir.path(), {})).status, 0);
  const auto rows = ReadCsv(dir.path() / "manifest.csv");
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_THAT(rows[0], ElementsAre("voter_number", "family_name", "given_names", "birth_year",
                                   "sex", "precinct", "right_index", "left_index"));
  std::set<std::string> numbers;
  std::set<std::string> images;
  for (size_t i = 1; i < rows.size(); ++i) {
    ASSERT_EQ(rows[i].size(), 8U);
    numbers.insert(rows[i][0]);
    for (const size_t column : {6U, 7U}) {
      EXPECT_TRUE(IsPrint(dir.path() / rows[i][column])) << rows[i][column];
      images.insert(test::ReadText(dir.path() / rows[i][column]));
    }
  }
  EXPECT_EQ(numbers.size(), 5U);
  EXPECT_EQ(images.size(), 10U);
}

TEST(SynthTest, ProbesAreFurtherImpressionsOfTheFirstVoters) {
  const test::TempDir dir;
  const auto run = RunTaanu(Synth(dir.path(), {"--fingers", "1", "--probes", "2", "--probe-voters",
                                               "3", "--json", "--manifest", "register.csv"}));
  ASSERT_EQ(run.status, 0) << run.err;
  const auto summary = nlohmann::json::parse(run.out);
  EXPECT_EQ(summary["images"], 5 + 3 * 2);
  EXPECT_EQ(summary["voters"], 5);
  const auto probes = ReadCsv(dir.path() / "probes.csv");
  ASSERT_EQ(probes.size(), 1U + 3 * 2);
  EXPECT_THAT(probes[0], ElementsAre("voter_number", "finger", "impression", "file"));
  const auto voters = ReadCsv(dir.path() / "register.csv");
  EXPECT_EQ(probes[1][0], voters[1][0]);
  EXPECT_EQ(probes[1][1], "right_index");
  EXPECT_TRUE(IsPrint(dir.path() / probes[1][3]));
  EXPECT_NE(test::ReadText(dir.path() / probes[1][3]), test::ReadText(dir.path() / probes[2][3]));
  EXPECT_NE(test::ReadText(dir.path() / probes[1][3]), test::ReadText(dir.path() / voters[1][6]));
}

TEST(SynthTest, AFolderThatCannotBeMadeIsTold) {
  const test::TempDir dir;
  test::WriteText(dir.path() / "file", "");
  EXPECT_EQ(RunTaanu(Synth(dir.path() / "file" / "out", {})).status, 6);
  EXPECT_EQ(RunTaanu(Synth(dir.path(), {"--manifest", "../x.csv"})).status, 2);
}

}  // namespace
}  // namespace taanu
