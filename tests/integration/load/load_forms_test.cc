// The forms of a manifest and of its samples, the dry run, and what tells about the register:
// loaded through the real daemon.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/load/manifest_text.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHeader =
    "voter_number,family_name,given_names,birth_year,sex,precinct,right_index,left_index\n";

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class LoadForms : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(RunTaanu(election_.socket(), {"polls", "create", "P0", "P1"}).status, 0);
  }

  fs::path File(const std::string& name) const { return election_.folder() / "register" / name; }

  CommandResult Load(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "load");
    return RunTaanu(election_.socket(), std::move(arguments));
  }

  // Loads the manifest into an empty register; gives its digest.
  std::string DigestAfter(const std::vector<std::string>& arguments) {
    EXPECT_EQ(election_.Stop(), 0);
    for (const char* end : {"", "-wal", "-shm", ".checkpoint"})
      fs::remove(election_.database().string() + end);
    election_.Start();
    SetUp();
    const CommandResult loaded = Load(arguments);
    EXPECT_EQ(loaded.status, 0) << loaded.output;
    return DigestOf(election_.socket());
  }

  uint64_t Voters() {
    v1::GetServerInfoResponse info;
    EXPECT_TRUE(election_.Connect().ServerInfo(&info).ok());
    return info.voter_count();
  }

  Election election_;
};

TEST_F(LoadForms, CsvAndJsonWithFilesOrATarOrBase64MakeOneRegister) {
  std::string csv = kHeader;
  std::string base64_csv = kHeader;
  std::string json;
  std::string base64_json;
  for (int i = 0; i < 30; ++i) {
    const auto finger = static_cast<uint64_t>(i) * 2;
    const std::string number = std::to_string(100000 + i);
    const std::string record = SyntheticRecord(finger, 0);
    WriteTextFile(File("prints/" + number + ".iso"), record);
    const std::string front =
        number + ",Family,\"Given, " + number + "\",1990,F,P" + std::to_string(i % 2) + ",";
    csv += front + "prints/" + number + ".iso,missing:bandaged\n";
    base64_csv += front + Base64Value(record) + ",missing:bandaged\n";
    const std::string json_front = "{\"precinct\":\"P" + std::to_string(i % 2) +
                                   "\",\"voter_number\":\"" + number +
                                   "\",\"given_names\":\"Given, " + number +
                                   "\",\"family_name\":\"Family\",\"sex\":\"female\","
                                   "\"birth_year\":1990,\"left_index\":\"missing:bandaged\","
                                   "\"right_index\":\"";
    json += json_front + "prints/" + number + ".iso\"}\n";
    base64_json += json_front + Base64Value(record) + "\"}\n";
  }
  WriteTextFile(File("a.csv"), csv);
  WriteTextFile(File("b.csv"), base64_csv);
  WriteTextFile(File("a.jsonl"), json);
  // The other way round, with a byte order mark and the line ends of another system.
  auto lines = Lines(base64_json);
  std::ranges::reverse(lines);
  std::string turned = "\xEF\xBB\xBF";
  for (const std::string& line : lines) turned += line + "\r\n";
  WriteTextFile(File("b.jsonl"), turned);
  std::string output;
  ASSERT_EQ(RunToEnd({"/usr/bin/env", "tar", "-C", File(""), "-cf", File("prints.tar"), "prints"},
                     &output),
            0)
      << output;
  ASSERT_EQ(
      RunToEnd({"/usr/bin/env", "tar", "-C", File(""), "-czf", File("prints.tgz"), "./prints"},
               &output),
      0)
      << output;

  const std::string digest = DigestAfter({File("a.csv")});
  fs::rename(File("prints"), File("elsewhere"));
  EXPECT_EQ(DigestAfter({File("b.csv")}), digest);
  EXPECT_EQ(DigestAfter({File("b.jsonl")}), digest);
  EXPECT_EQ(DigestAfter({File("a.jsonl"), "--samples", File("prints.tar")}), digest);
  EXPECT_EQ(DigestAfter({File("a.csv"), "--samples", File("prints.tgz")}), digest);
  const CommandResult gone = Load({File("a.csv")});
  EXPECT_EQ(gone.status, 3);
  EXPECT_THAT(ReadTextFile(File("a.rejects.csv")), HasSubstr(",right_index,FILE_NOT_FOUND: "));

  v1::GetVoterResponse voter;
  ASSERT_TRUE(election_.Connect().GetVoter("100007", &voter).ok());
  ASSERT_EQ(voter.voter().missing_fingers_size(), 1);
  EXPECT_EQ(voter.voter().missing_fingers(0).position(), v1::FINGER_POSITION_LEFT_INDEX);
  EXPECT_EQ(voter.voter().missing_fingers(0).reason(), v1::MISSING_FINGER_REASON_BANDAGED);
}

TEST_F(LoadForms, EachKindOfBadRowIsToldApartMendedAndLoaded) {
  const std::string good = Base64Value(SyntheticRecord(7, 0));
  const std::string poor = Base64Value(std::string("FMR\0 20\0damaged", 15));
  const auto row = [](const std::string& number, const std::string& year,
                      const std::string& precinct, const std::string& finger) {
    return "{\"voter_number\":\"" + number + "\",\"family_name\":\"A\",\"given_names\":\"B\"," +
           "\"birth_year\":" + year + ",\"sex\":\"F\",\"precinct\":\"" + precinct +
           "\",\"right_index\":\"" + finger + "\"}\n";
  };
  WriteTextFile(File("v.jsonl"), row("1", "1990", "P1", good) + row("1", "1991", "P1", good) +
                                     row("2", "1490", "P1", good) + row("3", "1990", "P7", good) +
                                     row("4", "1990", "P1", poor) + "{\"voter_number\":\n");
  const CommandResult loaded = Load({File("v.jsonl"), "--reject-unusable", "--json"});
  EXPECT_EQ(loaded.status, 3) << loaded.output;
  EXPECT_EQ(loaded.Json()["loaded"], 1);
  const std::map<std::string, int> reasons = loaded.Json()["rejected_by_reason"];
  EXPECT_EQ(reasons, (std::map<std::string, int>{{"VOTER_NUMBER_EXISTS", 1},
                                                 {"BAD_VOTER_DATA", 1},
                                                 {"UNKNOWN_PRECINCT", 1},
                                                 {"UNUSABLE_FINGER", 1},
                                                 {"JSON_MALFORMED", 1}}));
  std::string rejects = ReadTextFile(File("v.rejects.jsonl"));
  for (const char* why : {"\"reject_line\":2,\"reject_field\":\"voter_number\"",
                          "\"reject_line\":3,\"reject_field\":\"birth_year\"",
                          "\"reject_line\":4,\"reject_field\":\"precinct\"",
                          "\"reject_line\":5,\"reject_field\":\"right_index\"",
                          "\"reject_line\":6,\"reject_field\":\"\""}) {
    EXPECT_THAT(rejects, HasSubstr(why));
  }
  const auto mend = [&rejects](const std::string& from, const std::string& to) {
    ASSERT_NE(rejects.find(from), std::string::npos) << from;
    rejects.replace(rejects.find(from), from.size(), to);
  };
  mend("\"voter_number\":\"1\"", "\"voter_number\":\"5\"");
  mend("1490", "1940");
  mend("\"P7\"", "\"P0\"");
  mend(poor, good);
  // Rows are rejected in the order in which their statuses come.
  const size_t broken = rejects.find("{\"reject_line\":6");
  rejects.erase(broken, rejects.find('\n', broken) + 1 - broken);
  WriteTextFile(File("mended.jsonl"), rejects);
  const CommandResult again = Load({File("mended.jsonl"), "--json"});
  EXPECT_EQ(again.status, 0) << again.output;
  EXPECT_EQ(again.Json()["loaded"], 4);
}

TEST_F(LoadForms, OfTwoRowsWithOneNumberTheFirstCounts) {
  constexpr int kPairs = 300;
  std::string csv = kHeader;
  for (int i = 0; i < kPairs; ++i) {
    const std::string number = std::to_string(i);
    csv += number + ",First,B,1990,F,P0,,\n" + number + ",Second,B,1990,F,P1,,\n";
  }
  WriteTextFile(File("v.csv"), csv);
  const CommandResult loaded = Load({File("v.csv"), "--json"});
  EXPECT_EQ(loaded.Json()["loaded"], kPairs) << loaded.output;
  EXPECT_EQ(loaded.Json()["rejected_by_reason"]["VOTER_NUMBER_EXISTS"], kPairs);
  for (const std::string& line : Lines(ReadTextFile(File("v.rejects.csv")))) {
    EXPECT_THAT(line, Not(HasSubstr("First")));
  }
}

TEST_F(LoadForms, ADryRunTellsWhatALoadWouldAndStoresNothing) {
  const std::string good = Base64Value(SyntheticRecord(7, 0));
  // An image in which there is no finger: told by the extraction alone.
  const std::string blank =
      Base64Value("P5\n200 200\n255\n" + std::string(40000, static_cast<char>(200)));
  const auto row = [](const std::string& number, const std::string& name,
                      const std::string& precinct, const std::string& finger) {
    return number + "," + name + ",B,1990,F," + precinct + "," + finger + ",\n";
  };
  WriteTextFile(File("v.csv"), kHeader + row("1", "A", "P1", good) + row("2", "A", "P9", good) +
                                   row("1", "Other", "P1", good) + row("1", "A", "P1", good) +
                                   row("3", "A", "P1", blank) + row("4", "A", "P1", "absent.iso"));
  const std::vector<std::string> load = {File("v.csv"), "--reject-unusable", "--json", "--dpi",
                                         "500"};
  std::vector<std::string> dry = load;
  dry.emplace_back("--dry-run");
  const CommandResult checked = Load(dry);
  EXPECT_EQ(checked.status, 3) << checked.output;
  EXPECT_EQ(Voters(), 0u);
  const std::string foreseen = ReadTextFile(File("v.dry-run.rejects.csv"));
  const CommandResult loaded = Load(load);
  EXPECT_EQ(loaded.status, 3) << loaded.output;
  for (const char* figure : {"loaded", "already_enrolled", "rejected", "rejected_by_reason"}) {
    EXPECT_EQ(checked.Json()[figure], loaded.Json()[figure]) << figure;
  }
  EXPECT_EQ(loaded.Json()["loaded"], 1);
  EXPECT_EQ(loaded.Json()["rejected_by_reason"]["UNUSABLE_FINGER"], 1);
  EXPECT_EQ(Lines(foreseen).size(), Lines(ReadTextFile(File("v.rejects.csv"))).size());
  const std::string rejected = ReadTextFile(File("v.rejects.csv"));
  // Once more: now the daemon knows the voter.
  EXPECT_EQ(Load(dry).Json()["already_enrolled"], 2);
  dry.insert(dry.end(), {"--rejects", File("v.rejects.csv")});
  const CommandResult refused = Load(dry);
  EXPECT_THAT(refused.output, HasSubstr("REJECTS_EXIST"));
  EXPECT_EQ(ReadTextFile(File("v.rejects.csv")), rejected) << "rows that wait to be mended stay";
}

TEST_F(LoadForms, VotersWithoutAUsableReferenceAreListedByPrecinctWithTheReason) {
  const std::string good = Base64Value(SyntheticRecord(7, 0));
  const std::string poor = Base64Value(std::string("FMR\0 20\0damaged", 15));
  WriteTextFile(File("v.csv"), std::string(kHeader) +
                                   "1,Asanova,B,1990,F,P1,missing:amputated,missing:damaged\n"
                                   "2,Boronova,B,1990,F,P0," +
                                   poor + ",\n3,Cholponova,B,1990,F,P1," + good +
                                   ",\n4,Dosova,B,1990,F,P1,,\n");
  const CommandResult loaded = Load({File("v.csv")});
  EXPECT_EQ(loaded.status, 0) << loaded.output;
  EXPECT_THAT(loaded.output, HasSubstr("taanu register unreferenced"));
  const CommandResult listed = RunTaanu(election_.socket(), {"register", "unreferenced", "--csv"});
  EXPECT_EQ(listed.output,
            "precinct,voter_number,family_name,given_names,missing\r\n"
            "P0,2,Boronova,B,\r\n"
            "P1,1,Asanova,B,\"right_index amputated, left_index damaged\"\r\n"
            "P1,4,Dosova,B,\r\n");
  const CommandResult one =
      RunTaanu(election_.socket(), {"register", "unreferenced", "--precinct", "P0"});
  EXPECT_THAT(one.output, HasSubstr("Boronova"));
  EXPECT_THAT(one.output, Not(HasSubstr("Asanova")));
  EXPECT_THAT(one.output, HasSubstr("P0: 1\n"));
}

TEST_F(LoadForms, AFingerThatIsMissingAndSentIsRefused) {
  v1::EnrollVoterRequest request =
      EnrollRequest("V-1", "P1", {RecordSample(1, 0, v1::FINGER_POSITION_LEFT_RING)});
  v1::MissingFinger* const missing = request.mutable_voter()->add_missing_fingers();
  missing->set_position(v1::FINGER_POSITION_LEFT_RING);
  missing->set_reason(v1::MISSING_FINGER_REASON_AMPUTATED);
  v1::EnrollVoterResponse response;
  EXPECT_EQ(ReasonOf(election_.Connect().Enroll(request, &response)), "FINGER_MISSING_AND_SENT");
  missing->set_position(v1::FINGER_POSITION_LEFT_LITTLE);
  missing->set_reason(static_cast<v1::MissingFingerReason>(77));
  EXPECT_EQ(ReasonOf(election_.Connect().Enroll(request, &response)), "BAD_VOTER_DATA");
}

}  // namespace
}  // namespace taanu::test
