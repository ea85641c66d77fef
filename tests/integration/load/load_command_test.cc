// `taanu load` against the real daemon: bad rows, rejects, loading again, a daemon killed midway.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>
#include <thread>

#include "enroll/load/csv.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHeader =
    "voter_number,family_name,given_names,birth_year,sex,precinct,right_index,left_thumb\n";

// The rows of a CSV file, by the name of the column.
std::vector<std::map<std::string, std::string>> ReadRows(const fs::path& path) {
  std::istringstream in(ReadTextFile(path));
  CsvReader reader(&in);
  std::vector<std::string> header;
  std::vector<std::map<std::string, std::string>> rows;
  for (;;) {
    auto row = reader.Next();
    if (!row) throw std::runtime_error(row.error().message);
    if (!*row) return rows;
    if (header.empty()) {
      header = (*row)->fields;
      continue;
    }
    rows.emplace_back();
    for (size_t i = 0; i < header.size(); ++i) rows.back()[header[i]] = (*row)->fields.at(i);
  }
}

class LoadCommand : public ::testing::Test {
 protected:
  fs::path folder() const { return election_.folder() / "register"; }
  fs::path manifest() const { return folder() / "manifest.csv"; }
  fs::path rejects() const { return folder() / "manifest.rejects.csv"; }

  CommandResult Load(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "load");
    return RunTaanu(election_.socket(), std::move(arguments));
  }

  // A good row whose files exist.
  std::string GoodRow(int voter) {
    const std::string number = std::to_string(1000 + voter);
    const uint64_t finger = static_cast<uint64_t>(voter) * 2;
    WriteTextFile(folder() / "fingers" / (number + "-ri.iso"), SyntheticRecord(finger, 0));
    WriteTextFile(folder() / "fingers" / (number + "-lt.iso"), SyntheticRecord(finger + 1, 0));
    return number + ",Family " + number + ",\"Given, " + number + "\",1990," +
           (voter % 2 == 0 ? "F" : "M") + ",P" + std::to_string(voter % 3) + ",fingers/" + number +
           "-ri.iso,fingers/" + number + "-lt.iso\n";
  }

  uint64_t VotersInRegister() {
    v1::GetServerInfoResponse info;
    const grpc::Status status = election_.Connect().ServerInfo(&info);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return info.voter_count();
  }

  Election election_;
};

// 24 good rows, and one row for each way in which a row can be bad.
class LoadWithBadRows : public LoadCommand {
 protected:
  void SetUp() override {
    std::string text = kHeader;
    for (int i = 0; i < 24; ++i) text += GoodRow(i);
    WriteTextFile(folder() / "damaged.iso", std::string("FMR\0 20\0damaged", 15));
    text += "2001,A,B,1490,F,P1,,\n";                    // line 26
    text += "2002,A,B,1990,X,P1,,\n";                    // 27
    text += "2003,A,B,1990,F,P1,fingers/absent.iso,\n";  // 28
    text += "2004,A,B,1990,F,P1,,../taanu.db\n";         // 29
    text += "2005,A,B,1990,F,P1\n";                      // 30: two fields are missing
    text += "2006,A\"B,C,1990,F,P1,,\n";                 // 31
    text += "1003,Another,Person,1970,M,P0,,\n";         // 32: the number of a good row
    text += "2008,A,B,1990,F,P1,damaged.iso,\n";         // 33: enrolled, without that finger
    WriteTextFile(manifest(), text);
  }
};

TEST_F(LoadWithBadRows, GoodRowsAreLoadedAndEachBadRowIsRejectedWithItsReason) {
  const CommandResult loaded = Load({manifest(), "--create-precincts", "--json"});
  EXPECT_EQ(loaded.status, 3) << loaded.output;
  const nlohmann::json report = loaded.Json();
  EXPECT_EQ(report["loaded"], 25);
  EXPECT_EQ(report["already_enrolled"], 0);
  EXPECT_EQ(report["rejected"], 7);
  EXPECT_EQ(report["without_reference_by_precinct"]["P1"]["fingers"], 1);
  EXPECT_EQ(report["without_reference_by_precinct"]["P1"]["voters"], 1);
  EXPECT_EQ(VotersInRegister(), 25u);

  std::map<std::string, std::string> reasons;
  for (const auto& row : ReadRows(rejects())) {
    const std::string& reason = row.at("reject_reason");
    reasons[row.at("reject_line")] =
        row.at("reject_field") + ":" + reason.substr(0, reason.find(": "));
  }
  const std::map<std::string, std::string> expected = {{"26", "birth_year:BAD_VOTER_DATA"},
                                                       {"27", "sex:SEX_UNKNOWN"},
                                                       {"28", "right_index:FILE_NOT_FOUND"},
                                                       {"29", "left_thumb:PATH_LEAVES_FOLDER"},
                                                       {"30", ":FIELD_COUNT"},
                                                       {"31", ":CSV_STRAY_QUOTE"},
                                                       {"32", "voter_number:VOTER_NUMBER_EXISTS"}};
  EXPECT_EQ(reasons, expected);
  // It holds names, so nobody else may read it.
  EXPECT_EQ(fs::status(rejects()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(LoadWithBadRows, LoadingAgainEnrolsNobodyTwice) {
  ASSERT_EQ(Load({manifest(), "--create-precincts"}).status, 3);
  const std::string first_rejects = ReadTextFile(rejects());
  const CommandResult again = Load({manifest(), "--json"});
  EXPECT_EQ(again.status, 3) << again.output;
  EXPECT_EQ(again.Json()["loaded"], 0);
  EXPECT_EQ(again.Json()["already_enrolled"], 25);
  EXPECT_EQ(again.Json()["rejected"], 7);
  EXPECT_EQ(VotersInRegister(), 25u);
  EXPECT_EQ(ReadRows(rejects()).size(), 7u);
}

TEST_F(LoadWithBadRows, MendedRejectsAreLoaded) {
  ASSERT_EQ(Load({manifest(), "--create-precincts"}).status, 3);
  std::string mended;
  const std::string all = ReadTextFile(rejects());
  std::istringstream in(all);
  for (std::string line; std::getline(in, line);) {
    const auto replace = [&line](const std::string& from, const std::string& to) {
      if (const size_t at = line.find(from); at != std::string::npos) {
        line.replace(at, from.size(), to);
      }
    };
    // Rows that could not be taken apart have to be mended in the manifest itself.
    if (line.starts_with(",") || line.starts_with("1003")) continue;
    replace(",1490,", ",1940,");
    replace(",X,", ",F,");
    replace("fingers/absent.iso", "fingers/1000-ri.iso");
    replace("../taanu.db", "");
    mended += line + "\n";
  }
  const fs::path file = folder() / "mended.csv";
  WriteTextFile(file, mended);
  const CommandResult loaded = Load({file, "--json"});
  EXPECT_EQ(loaded.status, 0) << loaded.output;
  EXPECT_EQ(loaded.Json()["loaded"], 4);
  EXPECT_EQ(VotersInRegister(), 29u);
  EXPECT_FALSE(fs::exists(folder() / "mended.rejects.csv"));
}

TEST_F(LoadCommand, RowsOfUnknownPrecinctsLoadOnceThePrecinctExists) {
  WriteTextFile(manifest(), kHeader + GoodRow(0) + GoodRow(3));
  const CommandResult refused = Load({manifest()});
  EXPECT_EQ(refused.status, 3) << refused.output;
  const auto rows = ReadRows(rejects());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].at("reject_field"), "precinct");
  EXPECT_THAT(rows[0].at("reject_reason"), HasSubstr("UNKNOWN_PRECINCT"));

  ASSERT_EQ(RunTaanu(election_.socket(), {"polls", "create", "P0"}).status, 0);
  const CommandResult loaded = Load({rejects(), "--json"});
  EXPECT_EQ(loaded.status, 0) << loaded.output;
  EXPECT_EQ(loaded.Json()["loaded"], 2);
}

TEST_F(LoadCommand, ADryRunChecksRowsAndFilesAndSendsNothing) {
  WriteTextFile(folder() / "damaged.iso", std::string("FMR\0 20\0damaged", 15));
  WriteTextFile(manifest(), kHeader + GoodRow(0) + "2008,A,B,1990,F,P1,damaged.iso,\n");
  ASSERT_EQ(RunTaanu(election_.socket(), {"polls", "create", "P0", "P1"}).status, 0);
  const CommandResult checked = Load({manifest(), "--dry-run", "--reject-unusable", "--json"});
  EXPECT_EQ(checked.status, 3) << checked.output;
  EXPECT_EQ(checked.Json()["loaded"], 1);
  EXPECT_FALSE(std::filesystem::exists(rejects())) << "that is for rows of a load";
  const auto rows = ReadRows(folder() / "manifest.dry-run.rejects.csv");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("reject_field"), "right_index");
  EXPECT_EQ(VotersInRegister(), 0u);
}

TEST_F(LoadCommand, AFileThatIsNoFileOfRejectsIsNotOverwritten) {
  WriteTextFile(manifest(), kHeader + GoodRow(0));
  WriteTextFile(folder() / "precious.csv", "name,value\nkeep,me\n");
  const CommandResult refused = Load({manifest(), "--rejects", folder() / "precious.csv"});
  EXPECT_EQ(refused.status, 3) << refused.output;
  EXPECT_EQ(ReadTextFile(folder() / "precious.csv"), "name,value\nkeep,me\n");
  EXPECT_EQ(Load({manifest(), "--rejects", manifest()}).status, 3);
  EXPECT_THAT(ReadTextFile(manifest()), HasSubstr("1000,Family 1000"));
}

// One good row, a bad one, many good rows, a bad one.
class LoadCut : public LoadCommand {
 protected:
  static constexpr int kVoters = 3000;

  void SetUp() override {
    std::string text = kHeader + GoodRow(0) + "early,A,B,1990,X,P0,,\n";
    for (int i = 1; i < kVoters; ++i) text += GoodRow(i);
    text += "late,A,B,1990,X,P0,,\n";
    WriteTextFile(manifest(), text);
  }

  // Kills the daemon in the middle of a load.
  CommandResult LoadAndKill() {
    CommandResult cut;
    std::thread loading([&] { cut = Load({manifest(), "--create-precincts"}); });
    Client client = election_.Connect();
    v1::GetServerInfoResponse info;
    while (info.voter_count() < 300 && client.ServerInfo(&info).ok()) {
    }
    election_.Kill();
    loading.join();
    return cut;
  }
};

TEST_F(LoadCut, ALoadCutByAKilledDaemonIsResumedWhereItStopped) {
  const CommandResult cut = LoadAndKill();
  EXPECT_EQ(cut.status, 6) << cut.output;
  EXPECT_THAT(cut.output, HasSubstr("--resume"));
  ASSERT_TRUE(fs::exists(rejects().string() + ".state"));

  election_.Start();
  const uint64_t kept = VotersInRegister();
  ASSERT_GE(kept, 300u);
  ASSERT_LT(kept, uint64_t{kVoters}) << "the load was over before the daemon was killed";
  const CommandResult resumed = Load({manifest(), "--resume", "--json"});
  EXPECT_EQ(resumed.status, 3) << resumed.output;
  const nlohmann::json report = resumed.Json();
  EXPECT_EQ(report["loaded"].get<uint64_t>(), kVoters - kept);
  // Only rows that were on their way when the daemon died are sent twice.
  EXPECT_LE(report["already_enrolled"].get<uint64_t>(), 256u);
  EXPECT_EQ(VotersInRegister(), uint64_t{kVoters});

  const auto rows = ReadRows(rejects());
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].at("voter_number"), "early");
  EXPECT_EQ(rows[1].at("voter_number"), "late");
  EXPECT_FALSE(fs::exists(rejects().string() + ".state"));
}

TEST_F(LoadCut, ALoadCutByAKilledDaemonMayAlsoBeginAgain) {
  ASSERT_EQ(LoadAndKill().status, 6);
  election_.Start();
  const uint64_t kept = VotersInRegister();
  const CommandResult again = Load({manifest(), "--json"});
  EXPECT_EQ(again.status, 3) << again.output;
  EXPECT_THAT(again.output, HasSubstr("an earlier load of this manifest was cut off"));
  EXPECT_EQ(again.Json()["loaded"].get<uint64_t>(), kVoters - kept);
  EXPECT_EQ(again.Json()["already_enrolled"].get<uint64_t>(), kept);
  EXPECT_EQ(VotersInRegister(), uint64_t{kVoters});
}

TEST_F(LoadCut, AChangedManifestIsNotResumed) {
  ASSERT_EQ(LoadAndKill().status, 6);
  election_.Start();
  WriteTextFile(manifest(), ReadTextFile(manifest()) + "3001,A,B,1990,F,P0,,\n");
  const CommandResult refused = Load({manifest(), "--resume"});
  EXPECT_EQ(refused.status, 5) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("changed"));
}

TEST_F(LoadCommand, ThereIsNothingToResumeWhereNothingWasCut) {
  WriteTextFile(manifest(), kHeader + GoodRow(0));
  EXPECT_EQ(Load({manifest(), "--resume"}).status, 4);
  EXPECT_EQ(Load({manifest(), "--create-precincts"}).status, 0);
  EXPECT_EQ(Load({manifest(), "--resume"}).status, 4);
}

}  // namespace
}  // namespace taanu::test
