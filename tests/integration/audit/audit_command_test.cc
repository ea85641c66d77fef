// What an auditor types, and what a forger tries: the real daemon, the real command, and a verifier
// that shares no line with either (verify_log.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "service/audit/log_export.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::Contains;
using testing::HasSubstr;

constexpr int kProved = 0;
constexpr int kNotProved = 7;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

void WriteAll(const fs::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string Join(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

void RunSql(const fs::path& database, const std::string& sql) {
  sqlite3* file = nullptr;
  ASSERT_EQ(sqlite3_open(database.c_str(), &file), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(file, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
      << sqlite3_errmsg(file);
  sqlite3_close(file);
}

class AuditCommandTest : public testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (election_.folder() / name).string(); }

  void AddPrecincts(const std::string& prefix, int count) {
    Client client = election_.Connect();
    for (int i = 0; i < count; ++i) {
      v1::CreatePrecinctResponse created;
      ASSERT_TRUE(client.CreatePrecinct(prefix + std::to_string(i), &created).ok());
    }
  }

  CommandResult Run(const std::vector<std::string>& arguments) {
    return RunTaanu(election_.socket(), arguments);
  }
  // Standard output of a command that has to succeed, into a file.
  void RunInto(const std::string& name, const std::vector<std::string>& arguments) {
    const CommandResult result = Run(arguments);
    ASSERT_EQ(result.status, 0) << result.output;
    WriteAll(Path(name), result.output);
  }
  void Export(const std::string& name) {
    const CommandResult result = Run({"audit", "export", "--out", Path(name)});
    ASSERT_EQ(result.status, 0) << result.output;
  }

  CommandResult Verify(const std::string& name, std::vector<std::string> more = {}) const {
    std::vector<std::string> command = {
        TAANU_BIN_DIR "/taanu", "audit", "verify", Path(name), "--public-key",
        Path("audit.key.pub")};
    command.insert(command.end(), more.begin(), more.end());
    CommandResult result;
    result.status = RunToEnd(command, &result.output);
    return result;
  }
  CommandResult RunScript(const std::string& kind, const std::string& name,
                          std::vector<std::string> notes = {}) const {
    std::vector<std::string> command = {
        "/usr/bin/env",        "python3", TAANU_SOURCE_DIR "/tests/integration/audit/verify_log.py",
        Path("audit.key.pub"), kind,      Path(name)};
    command.insert(command.end(), notes.begin(), notes.end());
    CommandResult result;
    result.status = RunToEnd(command, &result.output);
    return result;
  }

  // That neither the command nor the script is taken in by a text.
  void ExpectDisproved(const std::string& text, const std::vector<std::string>& hints) {
    WriteAll(Path("tampered"), text);
    const CommandResult command = Verify("tampered");
    EXPECT_EQ(command.status, kNotProved) << command.output;
    for (const std::string& hint : hints) EXPECT_THAT(command.output, HasSubstr(hint));
    const CommandResult script = RunScript("export", "tampered");
    EXPECT_EQ(script.status, 1) << script.output;
    EXPECT_THAT(script.output, HasSubstr("NOT PROVED"));
  }

  // Leaves of a type, as JSON.
  std::vector<json> Events(const std::string& type) {
    Client client = election_.Connect();
    std::vector<json> found;
    for (const v1::Event& event : AllEvents(client)) {
      json leaf = json::parse(event.leaf());
      if (leaf["type"] == type) found.push_back(std::move(leaf));
    }
    return found;
  }

  // Puts a copy in the place of the database, of which nothing else is left.
  void Restore(const std::string& name) {
    for (const char* suffix : {"-wal", "-shm"}) fs::remove(election_.database().string() + suffix);
    fs::copy_file(Path(name), election_.database(), fs::copy_options::overwrite_existing);
  }

  // A daemon that does not start throws what it said.
  std::string RefusalToStart() {
    try {
      election_.Start();
    } catch (const std::runtime_error& error) {
      return error.what();
    }
    return {};
  }

  Election election_;
};

TEST_F(AuditCommandTest, AnExportIsProvedByTheCommandAndByAProgramThatSharesNothingWithIt) {
  AddPrecincts("P", 60);
  Export("log.jsonl");
  const CommandResult command = Verify("log.jsonl", {"--json"});
  ASSERT_EQ(command.status, kProved) << command.output;
  const json proved = json::parse(command.output);
  EXPECT_TRUE(proved["proved"].get<bool>());
  EXPECT_GE(proved["log_size"].get<int>(), 60);
  const CommandResult script = RunScript("export", "log.jsonl");
  ASSERT_EQ(script.status, 0) << script.output;
  EXPECT_THAT(script.output,
              HasSubstr("PROVED: " + std::to_string(proved["log_size"].get<int>()) + " entries"));
}

TEST_F(AuditCommandTest, NeitherIsTakenInByATamperedExport) {
  AddPrecincts("P", 60);
  Export("log.jsonl");
  const std::vector<std::string> lines = Lines(ReadAll(Path("log.jsonl")));
  for (size_t at = 5; at + 1 < lines.size(); at += 17) {
    if (!lines[at].starts_with(R"({"hash")")) continue;
    const std::string line = "line " + std::to_string(at + 1) + ": ";
    auto changed = lines;
    changed[at].replace(changed[at].find(R"("type":")"), 8, R"("tYpe":")");
    ExpectDisproved(Join(changed), {line, "was changed: its hash is not that of its text"});
    auto dropped = lines;
    dropped.erase(dropped.begin() + static_cast<ptrdiff_t>(at));
    ExpectDisproved(Join(dropped), {line});
    auto added = lines;
    added.insert(added.begin() + static_cast<ptrdiff_t>(at), lines[at]);
    ExpectDisproved(Join(added), {"line "});
    // With hashes that fit, the checkpoint alone can tell.
    auto forged = lines;
    const json entry = json::parse(lines[at]);
    const std::string leaf = R"({"type":"nothing"})";
    forged[at] = ExportLeafLine(entry["index"].get<uint64_t>(), merkle::HashLeaf(leaf), leaf);
    forged[at].pop_back();
    ExpectDisproved(Join(forged), {"the entries are not those that the checkpoint of"});
  }
  auto cut = lines;
  cut.pop_back();
  ExpectDisproved(Join(cut), {"no checkpoint at its end"});
  auto resigned = lines;
  resigned.back().replace(resigned.back().rfind('='), 1, "A");
  ExpectDisproved(Join(resigned), {});
}

TEST_F(AuditCommandTest, ProofsAreCheckedWithTheKeyAlone) {
  AddPrecincts("P", 9);
  RunInto("earlier.note", {"audit", "checkpoint"});
  const uint64_t earlier = std::stoull(Lines(ReadAll(Path("earlier.note")))[1]);
  AddPrecincts("Q", 9);
  RunInto("entry.tlog-proof", {"audit", "prove", "3"});
  RunInto("growth.proof", {"audit", "consistency", std::to_string(earlier)});
  Export("log.jsonl");

  const CommandResult entry = Verify("entry.tlog-proof");
  EXPECT_EQ(entry.status, kProved) << entry.output;
  EXPECT_THAT(entry.output, HasSubstr("proved: entry 3 is {"));
  const CommandResult growth = Verify("growth.proof", {"--checkpoint", Path("earlier.note")});
  EXPECT_EQ(growth.status, kProved) << growth.output;
  const CommandResult script = RunScript("consistency", "growth.proof", {Path("earlier.note")});
  EXPECT_EQ(script.status, 0) << script.output;
  EXPECT_EQ(Verify("log.jsonl", {"--checkpoint", Path("earlier.note")}).status, kProved);
  EXPECT_EQ(RunScript("export", "log.jsonl", {Path("earlier.note")}).status, 0);

  // A proof of something else.
  std::string proof = ReadAll(Path("growth.proof"));
  const size_t hash = proof.find('\n') + 1;
  proof[hash] = proof[hash] == 'A' ? 'B' : 'A';
  WriteAll(Path("wrong.proof"), proof);
  EXPECT_EQ(Verify("wrong.proof", {"--checkpoint", Path("earlier.note")}).status, kNotProved);
  EXPECT_EQ(RunScript("consistency", "wrong.proof", {Path("earlier.note")}).status, 1);
  // What cannot be checked at all is something else than what is wrong.
  EXPECT_EQ(Verify("growth.proof").status, 3) << "no checkpoint was given";
  EXPECT_EQ(Verify("audit.key.pub").status, 3);
  EXPECT_EQ(Verify("missing").status, 4);
  EXPECT_EQ(Run({"audit", "prove", "100000"}).status, 3);
  EXPECT_EQ(Run({"audit", "consistency", "100000"}).status, 4);
}

TEST_F(AuditCommandTest, AnEditOfTheDatabaseIsFoundByTheCheckOrKeepsTheDaemonFromStarting) {
  AddPrecincts("P", 40);
  ASSERT_EQ(election_.Stop(), 0);
  const std::string drop = "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete; ";
  fs::copy_file(election_.database(), Path("good.db"));
  // Under a checkpoint: the full check reads it.
  for (const int index : {1, 20, 39}) {
    Restore("good.db");
    RunSql(election_.database(),
           drop + "UPDATE event SET leaf = '{}' WHERE idx = " + std::to_string(index));
    election_.Start();
    const CommandResult check = Run({"register", "check"});
    EXPECT_NE(check.status, 0);
    EXPECT_THAT(check.output, HasSubstr("entry " + std::to_string(index) + " of the audit log"));
    // The export is disproved too, by its own hashes.
    fs::remove(Path("edited.jsonl"));
    Export("edited.jsonl");
    EXPECT_EQ(Verify("edited.jsonl").status, kNotProved);
    EXPECT_EQ(RunScript("export", "edited.jsonl").status, 1);
    election_.Kill();
    fs::remove(Path("taanu.db.checkpoint"));
  }
  // Taken away: the file beside the database remembers.
  Restore("good.db");
  election_.Start();
  ASSERT_EQ(election_.Stop(), 0);
  RunSql(election_.database(), "PRAGMA foreign_keys = OFF; " + drop +
                                   "DELETE FROM event WHERE idx = (SELECT max(idx) FROM event)");
  EXPECT_THAT(RefusalToStart(), HasSubstr("was put back to an earlier state"));
}

TEST_F(AuditCommandTest, AnOlderDatabaseIsNotServedAndTheAdministratorIsToldWhatToDo) {
  AddPrecincts("P", 3);
  ASSERT_EQ(election_.Stop(), 0);
  fs::copy_file(election_.database(), Path("older.db"));
  election_.Start();
  AddPrecincts("Q", 3);
  ASSERT_EQ(election_.Stop(), 0);
  Restore("older.db");
  EXPECT_THAT(RefusalToStart(), HasSubstr("Put the newest database in its place"));
  fs::rename(Path("taanu.db.checkpoint"), Path("evidence.note"));
  election_.Start();
  const auto starts = Events("daemon_started");
  ASSERT_FALSE(starts.empty());
  EXPECT_FALSE(starts.back()["checkpoint_file"].get<bool>()) << "the log says so";
}

TEST_F(AuditCommandTest, AWitnessCosignsALogThatGrowsAndKeepsTheEvidenceOfAFork) {
  AddPrecincts("P", 3);
  std::string made;
  ASSERT_EQ(RunToEnd({TAANU_BIN_DIR "/taanu", "audit", "witness-key", "--out", Path("w.key"),
                      "--name", "w.example/1"},
                     &made),
            0)
      << made;
  const std::vector<std::string> witness = {
      "audit",   "witness",         "--witness-key", Path("w.key"),
      "--state", Path("seen.note"), "--public-key",  Path("audit.key.pub")};
  RunInto("first.note", witness);
  // The same log, copied: from here on there are two of it.
  ASSERT_EQ(election_.Stop(), 0);
  fs::copy_file(election_.database(), Path("copy.db"));
  election_.Start();
  AddPrecincts("A", 4);
  RunInto("second.note", witness);
  Export("log.jsonl");
  const std::vector<std::string> policy = {"--checkpoint", Path("second.note"), "--witness",
                                           Path("w.key.pub")};
  EXPECT_EQ(Verify("log.jsonl", policy).status, kProved) << Verify("log.jsonl", policy).output;
  RunInto("alone.note", {"audit", "checkpoint"});
  EXPECT_EQ(
      Verify("log.jsonl", {"--checkpoint", Path("alone.note"), "--witness", Path("w.key.pub")})
          .status,
      kNotProved)
      << "nobody cosigned it";

  // The other one goes on too, with the same key, and hides the file that would stop it.
  ASSERT_EQ(election_.Stop(), 0);
  Restore("copy.db");
  fs::remove(Path("taanu.db.checkpoint"));
  election_.Start();
  AddPrecincts("B", 9);
  const CommandResult forked = Run(witness);
  EXPECT_EQ(forked.status, kNotProved) << forked.output;
  EXPECT_THAT(forked.output, HasSubstr("does not go on from"));
  EXPECT_EQ(ReadAll(Path("seen.note")), ReadAll(Path("second.note"))) << "nothing was cosigned";
  std::vector<std::string> evidence;
  for (const auto& file : fs::directory_iterator(election_.folder())) {
    const std::string name = file.path().filename().string();
    if (name.starts_with("seen.note.fork-")) evidence.push_back(ReadAll(file.path()));
  }
  ASSERT_EQ(evidence.size(), 2U);
  EXPECT_THAT(evidence, Contains(ReadAll(Path("second.note"))));
  // And the export of the other log does not stand beside what the witness saw.
  Export("other.jsonl");
  EXPECT_EQ(Verify("other.jsonl").status, kProved) << "the key signed it";
  EXPECT_EQ(Verify("other.jsonl", policy).status, kNotProved);
  EXPECT_EQ(RunScript("export", "other.jsonl", {Path("second.note")}).status, 1);
}

TEST_F(AuditCommandTest, StartsStopsAndCutsAreInTheLogAndEachIsSigned) {
  AddPrecincts("P", 1);
  ASSERT_EQ(election_.Stop(), 0);
  election_.Start();
  AddPrecincts("Q", 1);
  election_.Kill();
  election_.Start();
  const auto starts = Events("daemon_started");
  ASSERT_EQ(starts.size(), 3U);
  EXPECT_FALSE(starts[0].contains("clean_stop_before"));
  EXPECT_TRUE(starts[1]["clean_stop_before"].get<bool>());
  EXPECT_FALSE(starts[2]["clean_stop_before"].get<bool>());
  EXPECT_EQ(starts[0]["config_sha256"].get<std::string>().size(), 64U);
  EXPECT_EQ(starts[0]["config_sha256"], starts[2]["config_sha256"]);
  EXPECT_EQ(Events("daemon_stopped").size(), 1U);
  EXPECT_EQ(Events("key_taken_into_use").size(), 2U) << "both keys, when they were new";
  const CommandResult list = Run({"audit", "checkpoints", "--json"});
  ASSERT_EQ(list.status, 0) << list.output;
  EXPECT_GE(Lines(list.output).size(), 2U);
}

TEST_F(AuditCommandTest, AClosingIsSignedAtOnce) {
  Client client = election_.Connect();
  OpenPrecinct(client, "P1");
  v1::ClosePollsResponse closed;
  ASSERT_TRUE(client.ClosePolls("P1", &closed).ok());
  // It is kept within a moment, long before the minute is over; each question is a round trip.
  uint64_t covered = 0;
  for (int i = 0; i < 100'000 && covered <= closed.event_index(); ++i) {
    const CommandResult list = Run({"audit", "checkpoints", "--json"});
    ASSERT_EQ(list.status, 0) << list.output;
    const auto lines = Lines(list.output);
    if (!lines.empty())
      covered = std::stoull(json::parse(lines.back())["log_size"].get<std::string>());
  }
  EXPECT_GT(covered, closed.event_index());
}

TEST(AuditActivityTest, RefusedCallsAndAuditorsQuestionsAreInTheLog) {
  Election election({.listen = "unix_socket_roles = [\"auditor\"]"});
  std::vector<std::string> leaves;
  {
    Client client = election.Connect();
    v1::CreatePrecinctResponse created;
    for (int i = 0; i < 50; ++i) {
      ASSERT_EQ(client.CreatePrecinct("P1", &created).error_code(),
                grpc::StatusCode::PERMISSION_DENIED);
    }
    AllEvents(client);
    v1::GetStatisticsResponse statistics;
    for (int i = 0; i < 7; ++i) ASSERT_TRUE(client.Statistics({}, &statistics).ok());
  }
  const std::string out = (election.folder() / "log.jsonl").string();
  ASSERT_EQ(RunTaanu(election.socket(), {"audit", "export", "--out", out}).status, 0);
  ASSERT_EQ(election.Stop(), 0);
  election.Start();
  Client client = election.Connect();
  for (const v1::Event& event : AllEvents(client)) leaves.push_back(event.leaf());
  const auto find = [&](const std::string& type, const std::string& what) {
    std::vector<json> found;
    for (const std::string& leaf : leaves) {
      json event = json::parse(leaf);
      if (event["type"] == type && leaf.find(what) != std::string::npos) {
        found.push_back(std::move(event));
      }
    }
    return found;
  };
  uint64_t refused = 0;
  for (const json& event : find("calls_refused", "METHOD_NOT_ALLOWED")) {
    EXPECT_EQ(event["roles"], "auditor");
    refused += event["count"].get<uint64_t>();
  }
  EXPECT_EQ(refused, 50U);
  EXPECT_LE(find("calls_refused", "").size(), 2U) << "counted, not one by one";
  uint64_t asked = 0;
  for (const json& event : find("log_queried", "GetStatistics")) {
    EXPECT_EQ(event["peer"].get<std::string>().size(), 32U) << "a keyed reference, no name";
    asked += event["count"].get<uint64_t>();
  }
  EXPECT_EQ(asked, 7U);
  EXPECT_EQ(find("log_exported", "").size(), 1U);
}

}  // namespace
}  // namespace taanu::test
