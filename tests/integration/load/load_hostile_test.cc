// Manifests that were made to break a loader: each bad line is refused with its reason, the rest is
// loaded, and the loader's memory stays bounded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <fstream>
#include <map>
#include <string>

#include "tests/integration/load/manifest_text.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr uint64_t kTenGigabytes = uint64_t{10} << 30;
constexpr rlim_t kMemoryMax = rlim_t{2} << 30;
constexpr const char* kHeader =
    "voter_number,family_name,given_names,birth_year,sex,precinct,right_index\n";

class LoadHostile : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(RunTaanu(election_.socket(), {"polls", "create", "P0"}).status, 0);
  }

  fs::path File(const std::string& name) const { return election_.folder() / "register" / name; }

  static std::string Row(const std::string& number, const std::string& finger = "") {
    return number + ",A,B,1990,F,P0," + finger + "\n";
  }

  // Loads with address space for nothing large; gives the report.
  nlohmann::json Load(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "load");
    arguments.emplace_back("--json");
    const fs::path log = File("load.log");
    fs::remove(log);
    const auto loader = ChildProcess::Launch(TaanuArguments(election_.socket(), arguments), log);
    const rlimit limit = {kMemoryMax, kMemoryMax};
    EXPECT_EQ(prlimit(loader->pid(), RLIMIT_DATA, &limit, nullptr), 0);
    const int status = loader->Wait(std::chrono::seconds(300));
    const CommandResult result{status, ReadTextFile(log)};
    EXPECT_EQ(status, 3) << result.output;
    return result.Json();
  }

  Election election_;
};

TEST_F(LoadHostile, ALineOfTenGigabytesCostsThatLineAlone) {
  for (const bool json : {false, true}) {
    const fs::path manifest = File(json ? "v.jsonl" : "v.csv");
    WriteTextFile(manifest, json ? JsonVoter(1, "P0") : kHeader + Row("csv-1"));
    // A hole of zeros, which takes no room on the disk.
    fs::resize_file(manifest, fs::file_size(manifest) + kTenGigabytes);
    std::ofstream(manifest, std::ios::app | std::ios::binary)
        << "\n"
        << (json ? JsonVoter(2, "P0") : Row("csv-2"));
    const nlohmann::json report = Load({manifest});
    EXPECT_EQ(report["loaded"], 2);
    EXPECT_EQ(report["rejected_by_reason"],
              (nlohmann::json{{json ? "LINE_TOO_LONG" : "CSV_NUL_BYTE", 1}}));
    fs::remove(manifest);
  }
}

TEST_F(LoadHostile, EveryKindOfBrokenCsvRowCostsThatRowAlone) {
  std::string text = std::string("\xEF\xBB\xBF") + kHeader;
  int good = 0;
  std::map<std::string, int> expected;
  const auto add = [&](const std::string& bad, const std::string& reason) {
    text += Row("good-" + std::to_string(good++)) + bad;
    ++expected[reason];
  };
  std::string million;
  for (int i = 0; i < 1'000'000; ++i) million += "x,";
  add(million + "\n", "CSV_TOO_MANY_FIELDS");
  add(std::string(25 << 20, 'x') + "\n", "CSV_ROW_TOO_LONG");
  add("\"" + std::string(25 << 20, 'x') + "\"\n", "CSV_ROW_TOO_LONG");
  add("1,\xC0\xAF,B,1990,F,P0,\n", "CSV_NOT_UTF8");
  add("1,\xED\xA0\x80,B,1990,F,P0,\n", "CSV_NOT_UTF8");
  add("1,A\"B,C,1990,F,P0,\n", "CSV_STRAY_QUOTE");
  add("1,A\rB,C,1990,F,P0,\n", "CSV_STRAY_RETURN");
  add(std::string("1,A\0B,C,1990,F,P0,\n", 19), "CSV_NUL_BYTE");
  add("1,A,B,1990,F,P0\n", "FIELD_COUNT");
  add(Row("1", "../../etc/passwd"), "PATH_LEAVES_FOLDER");
  add(Row("1", "/etc/passwd"), "PATH_ABSOLUTE");
  add(Row("1", "link.iso"), "PATH_LEAVES_FOLDER");
  add(Row("1", "pipe"), "FILE_NOT_REGULAR");
  add(Row("1", "base64:%%%%"), "SAMPLE_NOT_BASE64");
  // The lines that an open quote costs are four, itself among them.
  add("1,\"A,B,1990,F,P0,\n2\n3\n4\n", "CSV_UNCLOSED_QUOTE");
  for (int i = 0; i < 5; ++i) text += "good-" + std::to_string(good++) + ",A,B,1990,F,P0,\r\n";
  fs::create_directories(File(""));
  fs::create_symlink("/etc/passwd", File("link.iso"));
  ASSERT_EQ(mkfifo(File("pipe").c_str(), 0600), 0);
  WriteTextFile(File("v.csv"), text);
  const nlohmann::json report = Load({File("v.csv")});
  EXPECT_EQ(report["loaded"], good);
  EXPECT_EQ(report["rejected_by_reason"], nlohmann::json(expected));
}

TEST_F(LoadHostile, AnImageThatUnpacksToFarMoreCostsThatFingerAlone) {
  // A PNG header of 65,535 by 65,535 pixels, 4 GiB of grey, in 45 bytes.
  const std::string png(
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\xff\xff\0\0\xff\xff\x08\0\0\0\0"
      "\xc8\x9b\x4d\x5f\0\0\0\0IEND\xae\x42\x60\x82",
      45);
  WriteTextFile(File("v.csv"), kHeader + Row("1", Base64Value(png)) +
                                   Row("2", Base64Value(SyntheticRecord(1, 0))));
  const nlohmann::json report = Load({File("v.csv"), "--reject-unusable", "--dpi", "500"});
  EXPECT_EQ(report["loaded"], 1);
  EXPECT_EQ(report["rejected_by_reason"], (nlohmann::json{{"UNUSABLE_FINGER", 1}}));
}

TEST_F(LoadHostile, ATarWithLinksCostsTheRowsThatNameThem) {
  fs::create_directories(File("prints"));
  WriteTextFile(File("prints/good.iso"), SyntheticRecord(1, 0));
  fs::create_symlink("/etc/passwd", File("prints/symbolic.iso"));
  fs::create_hard_link(File("prints/good.iso"), File("prints/hard.iso"));
  ASSERT_EQ(mkfifo(File("prints/pipe").c_str(), 0600), 0);
  std::string output;
  // The second name of a file is the one that becomes a link.
  ASSERT_EQ(RunToEnd({"/usr/bin/env", "tar", "-C", File("prints"), "-cf", File("prints.tar"),
                      "good.iso", "hard.iso", "symbolic.iso", "pipe"},
                     &output),
            0)
      << output;
  WriteTextFile(File("v.csv"), kHeader + Row("1", "symbolic.iso") + Row("2", "hard.iso") +
                                   Row("3", "pipe") + Row("4", "absent.iso") +
                                   Row("5", "../good.iso") + Row("6", "good.iso"));
  const nlohmann::json report = Load({File("v.csv"), "--samples", File("prints.tar")});
  EXPECT_EQ(report["loaded"], 1);
  EXPECT_EQ(report["rejected_by_reason"],
            (nlohmann::json{
                {"MEMBER_NOT_REGULAR", 3}, {"MEMBER_NOT_FOUND", 1}, {"PATH_LEAVES_FOLDER", 1}}));
}

TEST_F(LoadHostile, ADecompressionBombIsRefusedBeforeAnythingIsLoaded) {
  WriteTextFile(File("v.csv"), kHeader + Row("1", "zeros.iso"));
  WriteTextFile(File("zeros.iso"), "");
  fs::resize_file(File("zeros.iso"), uint64_t{64} << 20);
  std::string output;
  ASSERT_EQ(RunToEnd({"/usr/bin/env", "tar", "-C", File(""), "-czf", File("bomb.tgz"), "zeros.iso"},
                     &output),
            0)
      << output;
  const CommandResult refused =
      RunTaanu(election_.socket(), {"load", File("v.csv"), "--samples", File("bomb.tgz")});
  EXPECT_EQ(refused.status, 3);
  EXPECT_THAT(refused.output, HasSubstr("times as large"));
}

}  // namespace
}  // namespace taanu::test
