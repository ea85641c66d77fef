// Keeping a register: backups, restoring, a new key, the full check, and a register that leaves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "service/audit/signer.h"
#include "taanu/v1/store_service.grpc.pb.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr int kVoters = 12;

std::string Number(int voter) { return std::string("V-").append(std::to_string(voter)); }

void EnrollAll(Client& client) {
  OpenPrecinct(client, "P1");
  v1::CreatePrecinctResponse created;
  ASSERT_TRUE(client.CreatePrecinct("P2", &created).ok());
  for (int voter = 0; voter < kVoters; ++voter) {
    const auto seed = static_cast<uint64_t>(voter) + 1;
    std::vector<v1::FingerSample> samples;
    if (voter % 4 != 3) samples.push_back(RecordSample(seed, 1, v1::FINGER_POSITION_RIGHT_THUMB));
    if (voter % 2 == 0) samples.push_back(RecordSample(seed, 2, v1::FINGER_POSITION_LEFT_INDEX));
    auto request = EnrollRequest(Number(voter), voter < 8 ? "P1" : "P2", samples);
    if (voter % 3 == 0) {
      v1::MissingFinger* const missing = request.mutable_voter()->add_missing_fingers();
      missing->set_position(v1::FINGER_POSITION_LEFT_LITTLE);
      missing->set_reason(v1::MISSING_FINGER_REASON_BANDAGED);
    }
    request.mutable_voter()->set_given_names("Айгүл, \"Ай\" " + std::to_string(voter));
    v1::EnrollVoterResponse enrolled;
    const grpc::Status status = client.Enroll(request, &enrolled);
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
}

// A voter's answer without what is of the register itself.
std::string Content(Client& client, const std::string& number) {
  v1::GetVoterResponse voter;
  const grpc::Status status = client.GetVoter(number, &voter);
  EXPECT_TRUE(status.ok()) << number << ": " << status.error_message();
  voter.clear_enroll_time();
  voter.clear_voter_reference();
  return voter.SerializeAsString();
}

class KeepingTest : public testing::Test {
 protected:
  void SetUp() override {
    Client client = election_.Connect();
    EnrollAll(client);
  }

  std::string Path(const std::string& name) { return (election_.folder() / name).string(); }
  CommandResult Run(const std::vector<std::string>& arguments) {
    return RunTaanu(election_.socket(), arguments);
  }
  // For commands that call no daemon.
  static CommandResult RunLocal(const std::vector<std::string>& arguments) {
    std::vector<std::string> command = {TAANU_BIN_DIR "/taanu"};
    for (const std::string& argument : arguments) command.push_back(argument);
    CommandResult result;
    result.status = RunToEnd(command, &result.output);
    return result;
  }
  CommandResult Backup(const std::string& name) {
    return Run({"backup", "create", "--out", Path(name), "--verifier", Path("audit.key.pub"),
                "--store-key", Path("store.key"), "--operator", "aigul", "--json"});
  }
  CommandResult Verify(const std::string& name, const std::string& verifier = "audit.key.pub") {
    return RunLocal({"backup", "verify", "--backup", Path(name), "--verifier", Path(verifier)});
  }
  CommandResult Restore(const std::string& name) {
    return RunLocal({"restore", "--backup", Path(name), "--verifier", Path("audit.key.pub"),
                     "--store-key", Path("store.key"), "--database", Path("taanu.db")});
  }

  Election election_;
};

TEST_F(KeepingTest, ABackupIsSignedCheckedAndRestored) {
  const CommandResult made = Backup("copy.db");
  ASSERT_EQ(made.status, 0) << made.output;
  EXPECT_EQ(made.Json()["voters"], kVoters);
  {
    // The backup holds the entry that says that it was made, and nothing after it.
    Client client = election_.Connect();
    const auto events = AllEvents(client);
    const auto entry = std::ranges::find_if(events, [](const v1::Event& event) {
      return event.leaf().find("\"type\":\"store_backed_up\"") != std::string::npos;
    });
    ASSERT_NE(entry, events.end());
    EXPECT_EQ(made.Json()["log_size"], entry->index() + 1);
  }
  EXPECT_EQ(Backup("copy.db").status, 5) << "a backup is never overwritten";
  EXPECT_EQ(Verify("copy.db").status, 0);

  std::map<std::string, std::string> before;
  {
    Client client = election_.Connect();
    for (int voter = 0; voter < kVoters; ++voter)
      before[Number(voter)] = Content(client, Number(voter));
    // What happens after the backup is not in it.
    v1::EnrollVoterResponse enrolled;
    ASSERT_TRUE(client.Enroll(EnrollRequest("V-late", "P1", {}), &enrolled).ok());
  }
  EXPECT_EQ(Restore("copy.db").status, 6) << "the daemon has it open";
  EXPECT_EQ(election_.Stop(), 0);
  const CommandResult refused = Restore("copy.db");
  EXPECT_EQ(refused.status, 5);
  EXPECT_THAT(refused.output, HasSubstr("never overwritten"));
  fs::remove(election_.database());
  const CommandResult restored = Restore("copy.db");
  ASSERT_EQ(restored.status, 0) << restored.output;
  // What was signed after the backup is not in it: nobody goes on from there unseen.
  EXPECT_THROW(election_.Start(), std::runtime_error);
  EXPECT_THAT(election_.Log(), HasSubstr("put back to an earlier state"));
  fs::rename(election_.database().string() + ".checkpoint", Path("evidence"));
  election_.Start();
  Client client = election_.Connect();
  for (const auto& [number, content] : before) EXPECT_EQ(Content(client, number), content);
  v1::GetVoterResponse late;
  EXPECT_EQ(client.GetVoter("V-late", &late).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Run({"register", "check"}).status, 0);
  // The election goes on where it was.
  v1::VerifyVoterResponse verified;
  ASSERT_TRUE(client.Verify(VerifyRequest(Number(0), "P1", {RecordSample(1, 3)}), &verified).ok());
  EXPECT_EQ(verified.outcome(), v1::OUTCOME_ACCREDITED);
}

TEST_F(KeepingTest, AChangedBackupIsRefusedByWhatWasChanged) {
  ASSERT_EQ(Backup("copy.db").status, 0);
  const std::string file = ReadTextFile(Path("copy.db"));
  const std::string note = ReadTextFile(Path("copy.db.note"));
  EXPECT_THAT(note, testing::StartsWith("taanu-backup-v1\norigin test.example/2026\n"));

  std::string changed = file;
  changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
  WriteTextFile(Path("copy.db"), changed);
  EXPECT_THAT(Verify("copy.db").output, HasSubstr("not the one that the note was signed for"));
  WriteTextFile(Path("copy.db"), file.substr(0, file.size() - 4096));
  EXPECT_EQ(Verify("copy.db").status, 3);
  WriteTextFile(Path("copy.db"), file);

  std::string forged = note;
  forged.replace(forged.find("voters 12"), 9, "voters 13");
  WriteTextFile(Path("copy.db.note"), forged);
  EXPECT_EQ(Verify("copy.db").status, 5);
  WriteTextFile(Path("copy.db.note"), note);
  ASSERT_EQ(Verify("copy.db").status, 0);

  ASSERT_TRUE(Signer::CreateKeyFile(Path("other.key"), "test.example/2026"));
  EXPECT_EQ(Verify("copy.db", "other.key.pub").status, 5);
}

TEST_F(KeepingTest, ABackupThatIsCutOffLeavesNothingThatLooksLikeOne) {
  election_.Kill();
  EXPECT_EQ(Backup("copy.db").status, 6);
  EXPECT_FALSE(fs::exists(Path("copy.db")));
  EXPECT_FALSE(fs::exists(Path("copy.db.part")));
  // What a run that was killed itself may leave is in nobody's way.
  std::ofstream(Path("copy.db.part")) << "half";
  std::ofstream(Path("copy.db.note")) << "half";
  // A copy that a killed daemon left beside its database goes when it starts.
  std::ofstream(Path("taanu.db.copy-0123456789abcdef")) << "half";
  election_.Start();
  EXPECT_FALSE(fs::exists(Path("taanu.db.copy-0123456789abcdef")));
  EXPECT_EQ(Backup("copy.db").status, 0);
}

TEST_F(KeepingTest, AClientThatGoesAwayLeavesNoCopyBehind) {
  Client client = election_.Connect();
  const auto copies = [&] {
    return std::count_if(fs::directory_iterator(election_.folder()), fs::directory_iterator(),
                         [](const fs::directory_entry& entry) {
                           return entry.path().filename().string().starts_with("taanu.db.copy-");
                         });
  };
  v1::BackUpStoreRequest request;
  request.set_request_id(NewRequestId());
  request.set_operator_id("aigul");
  {
    grpc::ClientContext context;
    const auto stub = v1::StoreService::NewStub(client.channel());
    const auto stream = stub->BackUpStore(&context, request);
    v1::BackUpStoreResponse part;
    ASSERT_TRUE(stream->Read(&part));
    EXPECT_FALSE(part.chunk().empty());
    context.TryCancel();
    EXPECT_FALSE(stream->Finish().ok());
  }
  // The daemon hears of it in its own time; each of these calls gives it some.
  for (int i = 0; i < 10'000 && copies() > 0; ++i) {
    v1::GetServerInfoResponse info;
    ASSERT_TRUE(client.ServerInfo(&info).ok());
  }
  EXPECT_EQ(copies(), 0);
  // The same request again makes no further entry in the log.
  const size_t before = AllEvents(client).size();
  grpc::ClientContext context;
  const auto stub = v1::StoreService::NewStub(client.channel());
  const auto stream = stub->BackUpStore(&context, request);
  v1::BackUpStoreResponse part;
  std::string note;
  while (stream->Read(&part)) note = part.signed_note();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_THAT(note, HasSubstr("taanu-backup-v1"));
  EXPECT_EQ(AllEvents(client).size(), before);
}

TEST_F(KeepingTest, TheKeyIsRotatedWhileTheDaemonServesAndRetired) {
  ASSERT_EQ(Backup("before.db").status, 0);
  const std::vector<std::string> rotate = {"keys",       "rotate", "--key-file", Path("store.key"),
                                           "--operator", "aigul",  "--json"};
  const CommandResult rotated = Run(rotate);
  ASSERT_EQ(rotated.status, 0) << rotated.output;
  EXPECT_EQ(rotated.Json()["retired_key_count"], 1);
  const std::string key = rotated.Json()["key_fingerprint"];
  const CommandResult retired = Run({"keys", "retire", "--key-file", Path("store.key"), "--to",
                                     Path("old.key"), "--operator", "aigul", "--json"});
  ASSERT_EQ(retired.status, 0) << retired.output;
  EXPECT_EQ(retired.Json()["key_fingerprint"], key);
  EXPECT_EQ(Run({"register", "check"}).status, 0);
  election_.Kill();
  election_.Start();
  const CommandResult check = Run({"register", "check"});
  EXPECT_EQ(check.status, 0) << check.output;
  EXPECT_THAT(check.output, HasSubstr("SOUND: 12 voters"));
  // A backup of before opens with the key of before alone.
  const auto verify_with = [&](const char* key_file) {
    return RunLocal({"backup", "verify", "--backup", Path("before.db"), "--verifier",
                     Path("audit.key.pub"), "--store-key", Path(key_file)})
        .status;
  };
  EXPECT_EQ(verify_with("old.key"), 0);
  EXPECT_EQ(verify_with("store.key"), 5);
}

TEST_F(KeepingTest, TheCheckFindsWhatWasChangedBehindTheDaemon) {
  EXPECT_EQ(election_.Stop(), 0);
  const auto change = [&](const char* sql) {
    sqlite3* file = nullptr;
    ASSERT_EQ(sqlite3_open(election_.database().c_str(), &file), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(file, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(file);
    sqlite3_close(file);
  };
  change(
      "UPDATE precinct SET voter_count = voter_count + 1 WHERE precinct_id = 'P2';"
      "UPDATE finger_reference SET position = 9 WHERE voter_id = 1 AND ordinal = 0;"
      "DROP TRIGGER event_no_update;"
      "UPDATE event SET leaf = replace(leaf, 'time_us', 'time_US') WHERE idx = 2;");
  election_.Start();
  const CommandResult check = Run({"register", "check"});
  EXPECT_EQ(check.status, 1) << check.output;
  EXPECT_THAT(check.output, HasSubstr("roll of precinct P2"));
  EXPECT_THAT(check.output, HasSubstr("does not open"));
  EXPECT_THAT(check.output, HasSubstr("entry 2 of the audit log"));
  EXPECT_THAT(check.output, HasSubstr("NOT SOUND"));
}

TEST_F(KeepingTest, AnExportedRegisterIsLoadedAsTheSameRegister) {
  Client client = election_.Connect();
  auto off = v1::DeactivateVoterRequest();
  off.set_request_id(NewRequestId());
  off.set_voter_number(Number(5));
  off.set_operator_id("aigul");
  off.set_reason(v1::DEACTIVATION_REASON_DIED);
  grpc::ClientContext context;
  v1::DeactivateVoterResponse done;
  ASSERT_TRUE(client.enrollment().DeactivateVoter(&context, off, &done).ok());
  const CommandResult exported =
      Run({"register", "export", "--out", Path("leaving"), "--operator", "aigul", "--json"});
  ASSERT_EQ(exported.status, 0) << exported.output;
  EXPECT_EQ(exported.Json()["voters"], kVoters - 1);
  EXPECT_EQ(Run({"register", "export", "--out", Path("leaving"), "--operator", "aigul"}).status, 5);
  EXPECT_THAT(AllEvents(client).back().leaf(), HasSubstr("register_exported"));

  Election other;
  const CommandResult loaded =
      RunTaanu(other.socket(), {"load", Path("leaving/manifest.csv"), "--create-precincts"});
  ASSERT_EQ(loaded.status, 0) << loaded.output;
  Client there = other.Connect();
  for (int voter = 0; voter < kVoters; ++voter) {
    if (voter == 5) continue;
    EXPECT_EQ(Content(there, Number(voter)), Content(client, Number(voter))) << voter;
  }
  v1::GetVoterResponse nobody;
  EXPECT_EQ(there.GetVoter(Number(5), &nobody).error_code(), grpc::StatusCode::NOT_FOUND);
  // Leaving once more, it is the same to the byte.
  ASSERT_EQ(RunTaanu(other.socket(),
                     {"register", "export", "--out", Path("again"), "--operator", "bakyt"})
                .status,
            0);
  std::multiset<std::string> first;
  std::multiset<std::string> second;
  for (const auto& [folder, files] : {std::pair("leaving", &first), std::pair("again", &second)}) {
    for (const auto& entry : fs::recursive_directory_iterator(Path(folder))) {
      if (entry.path().extension() == ".iso") files->insert(ReadTextFile(entry.path()));
    }
  }
  EXPECT_GT(first.size(), 10u);
  EXPECT_EQ(first, second);
}

}  // namespace
}  // namespace taanu::test
