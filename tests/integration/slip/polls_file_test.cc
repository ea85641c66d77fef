// Precincts' files, from the daemons that write them to the machine that puts them together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

// More than the daemon reads at a time.
constexpr int kOthers = 300;

// One laptop with one precinct. `store_key` makes it one of the nation's, where it is given.
class Laptop {
 public:
  Laptop(const std::string& precinct, const fs::path& store_key) : precinct_(precinct) {
    if (!store_key.empty()) {
      EXPECT_EQ(election_.Stop(), 0);
      for (const char* file :
           {"taanu.db", "taanu.db-wal", "taanu.db-shm", "taanu.db.checkpoint", "store.key"}) {
        fs::remove(election_.folder() / file);
      }
      fs::copy_file(store_key, election_.folder() / "store.key");
      fs::permissions(election_.folder() / "store.key", fs::perms::owner_read);
      election_.Start();
    }
    Client client = election_.Connect();
    OpenPrecinct(client, precinct_);
  }

  void Accredit(const std::string& number, uint64_t finger) {
    Client client = election_.Connect();
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(
        client.Enroll(EnrollRequest(number, precinct_, {RecordSample(finger, 1)}), &enrolled).ok());
    v1::VerifyVoterResponse verified;
    ASSERT_TRUE(
        client.Verify(VerifyRequest(number, precinct_, {RecordSample(finger, 2)}), &verified).ok());
    ASSERT_EQ(verified.outcome(), v1::OUTCOME_ACCREDITED);
  }
  void Close() {
    v1::ClosePollsResponse closed;
    ASSERT_TRUE(election_.Connect().ClosePolls(precinct_, &closed).ok());
  }
  CommandResult Export(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"polls", "export",     precinct_, "--out",
                                          file(),  "--verifier", key()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return RunTaanu(election_.socket(), arguments);
  }

  std::string file() const { return (election_.folder() / (precinct_ + ".polls")).string(); }
  std::string key() const { return (election_.folder() / "audit.key.pub").string(); }
  fs::path store_key() const { return election_.folder() / "store.key"; }
  Election& election() { return election_; }

 private:
  const std::string precinct_;
  Election election_;
};

CommandResult Import(const std::vector<const Laptop*>& laptops,
                     const std::vector<std::string>& more = {}) {
  std::vector<std::string> command = {TAANU_BIN_DIR "/taanu", "polls", "import"};
  for (const Laptop* laptop : laptops) command.push_back(laptop->file());
  for (const Laptop* laptop : laptops) {
    command.emplace_back("--public-key");
    command.push_back(laptop->key());
  }
  command.insert(command.end(), more.begin(), more.end());
  CommandResult result;
  result.status = RunToEnd(command, &result.output);
  return result;
}

TEST(PollsFileTest, AClosedPrecinctLeavesAsAFileThatIsProvedElsewhere) {
  Laptop laptop("P1", {});
  laptop.Accredit("VOTER-4711", 1);
  laptop.Accredit("VOTER-4712", 2);
  {
    // Another precinct on the same daemon, and more of this one than one page.
    Client client = laptop.election().Connect();
    OpenPrecinct(client, "P2");
    for (int i = 0; i < kOthers; ++i) {
      v1::EnrollVoterResponse enrolled;
      ASSERT_TRUE(
          client
              .Enroll(EnrollRequest("OTHER-" + std::to_string(i), i % 2 == 0 ? "P1" : "P2", {}),
                      &enrolled)
              .ok());
    }
  }
  const CommandResult early = laptop.Export();
  EXPECT_EQ(early.status, 5) << early.output;
  EXPECT_THAT(early.output, HasSubstr("not closed"));
  EXPECT_FALSE(fs::exists(laptop.file()));
  EXPECT_FALSE(fs::exists(laptop.file() + ".part"));
  ASSERT_EQ(laptop.Export({"--preliminary"}).status, 0);
  EXPECT_THAT(Import({&laptop}).output, HasSubstr("PRELIMINARY"));
  EXPECT_EQ(Import({&laptop}, {"--merge"}).status, 5) << "preliminary figures are not merged";
  EXPECT_EQ(laptop.Export({"--preliminary"}).status, 5) << "a file is never overwritten";
  fs::remove(laptop.file());

  laptop.Close();
  const CommandResult exported = laptop.Export();
  ASSERT_EQ(exported.status, 0) << exported.output;
  laptop.election().Kill();
  const CommandResult imported = Import({&laptop}, {"--json"});
  ASSERT_EQ(imported.status, 0) << imported.output;
  const nlohmann::json json = imported.Json();
  EXPECT_EQ(json["polls"], "CLOSED");
  EXPECT_EQ(json["election"], "test election");
  EXPECT_EQ(json["accredited"], 2);
  EXPECT_EQ(json["voters"], 2 + kOthers / 2);
  EXPECT_EQ(json["entries"]["voter_enrolled"], 2 + kOthers / 2);
  EXPECT_EQ(json["entries"]["attempt"], 2);

  const std::string file = ReadTextFile(laptop.file());
  for (const char* secret : {"VOTER", "OTHER-", "Асанова", "operator-7", "\"P2\""}) {
    EXPECT_THAT(file, Not(HasSubstr(secret)));
  }
}

TEST(PollsFileTest, AChangedFileIsRefusedWithItsLine) {
  Laptop laptop("P1", {});
  laptop.Accredit("V-1", 1);
  laptop.Close();
  ASSERT_EQ(laptop.Export().status, 0);
  const std::string file = ReadTextFile(laptop.file());
  std::string changed = file;
  changed.replace(changed.find("\"outcome\":\"ACCREDITED\""), 22, "\"outcome\":\"NO_MATCHED\"");
  WriteTextFile(laptop.file(), changed);
  const CommandResult refused = Import({&laptop});
  EXPECT_EQ(refused.status, 5) << refused.output;
  EXPECT_THAT(refused.output, HasSubstr("line "));
  WriteTextFile(laptop.file(), file.substr(0, file.size() - 100));
  EXPECT_EQ(Import({&laptop}).status, 3);
  fs::remove(laptop.file());
  EXPECT_EQ(Import({&laptop}).status, 4);
}

TEST(PollsFileTest, AVoterOfTwoPrecinctsIsFoundAcrossTheNationsLaptops) {
  Laptop first("P1", {});
  Laptop second("P2", first.store_key());
  Laptop third("P3", first.store_key());
  first.Accredit("TWICE", 1);
  first.Accredit("V-1", 2);
  second.Accredit("V-2", 3);
  second.Accredit("TWICE", 1);
  third.Accredit("V-3", 4);
  for (Laptop* laptop : {&first, &second, &third}) {
    laptop->Close();
    ASSERT_EQ(laptop->Export().status, 0);
  }
  const CommandResult apart = Import({&first, &third}, {"--merge"});
  EXPECT_EQ(apart.status, 0) << apart.output;

  const CommandResult merged = Import({&first, &second, &third}, {"--merge"});
  EXPECT_EQ(merged.status, 5) << merged.output;
  EXPECT_THAT(merged.output, HasSubstr("ACCREDITED MORE THAN ONCE: 1 voter\n"));
  EXPECT_THAT(merged.output, HasSubstr("precinct P1, slip 1, "));
  EXPECT_THAT(merged.output, HasSubstr("precinct P2, slip 2, "));
  EXPECT_THAT(merged.output, testing::ContainsRegex("total +5 +5 +5"));
  EXPECT_THAT(Import({&first, &second, &third}, {"--merge", "--csv"}).output,
              HasSubstr("total,,5,5,5,0,0,5,0,"));
  const CommandResult as_json = Import({&first, &second, &third}, {"--merge", "--json"});
  EXPECT_THAT(as_json.output, HasSubstr("\"voters_accredited\":4"));
  const CommandResult again = Import({&first, &first}, {"--merge"});
  EXPECT_EQ(again.status, 5);
  EXPECT_THAT(again.output, HasSubstr("two files are of precinct P1"));
}

TEST(PollsFileTest, FilesOfDaemonsWithDifferentKeysAreNotMerged) {
  Laptop first("P1", {});
  Laptop second("P2", {});
  for (Laptop* laptop : {&first, &second}) {
    laptop->Accredit("TWICE", 1);
    laptop->Close();
    ASSERT_EQ(laptop->Export().status, 0);
  }
  EXPECT_EQ(Import({&first, &second}).status, 0) << "each is good by itself";
  const CommandResult merged = Import({&first, &second}, {"--merge"});
  EXPECT_EQ(merged.status, 5);
  EXPECT_THAT(merged.output, HasSubstr("nobody could be found twice"));
}

TEST(PollsFileTest, APrecinctThatIsNotThereHasNoFile) {
  Election election;
  const CommandResult missing = RunTaanu(
      election.socket(), {"polls", "export", "P9", "--out", (election.folder() / "x").string(),
                          "--verifier", (election.folder() / "audit.key.pub").string()});
  EXPECT_EQ(missing.status, 4) << missing.output;
}

TEST(PollsFileTest, WhoReadsFiguresMayExportAndATerminalMayNot) {
  Election election({.tls = true});
  Client local = election.Connect();
  OpenPrecinct(local, "P1");
  const auto as = [&](const std::string& role, const std::string& precinct) {
    const Client client = election.ConnectTls(election.Issue(role, "somebody", precinct));
    const auto stub = v1::AdministrationService::NewStub(client.channel());
    v1::ExportPollsRequest request;
    request.set_precinct_id("P1");
    request.set_preliminary(true);
    grpc::ClientContext context;
    const auto stream = stub->ExportPolls(&context, request);
    v1::ExportPollsResponse part;
    while (stream->Read(&part)) {
    }
    return stream->Finish().error_code();
  };
  EXPECT_EQ(as("auditor", ""), grpc::StatusCode::OK);
  EXPECT_EQ(as("supervisor", ""), grpc::StatusCode::OK);
  EXPECT_EQ(as("terminal", "P1"), grpc::StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace taanu::test
