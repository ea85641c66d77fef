// Kills the loader or the daemon at random moments of a load, and resumes it, again and again. The
// register must then be the one of an undisturbed load, and so must the file of rejected rows.
//
// TAANU_LOAD_KILLS sets the number of kills (10 without it), TAANU_LOAD_SEED the moments.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "tests/integration/load/manifest_text.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
using Microseconds = std::chrono::microseconds;

constexpr int kVoters = 4000;
constexpr std::array<const char*, 3> kPrecincts = {"P0", "P1", "P2"};

int FromEnvironment(const char* name, int otherwise) {
  const char* const value = std::getenv(name);
  return value == nullptr ? otherwise : std::max(1, std::atoi(value));
}

// The lines in an order of their own: rows are rejected in the order in which their statuses come.
std::vector<std::string> SortedLines(const fs::path& path) {
  std::vector<std::string> lines;
  std::istringstream in(ReadTextFile(path));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  std::ranges::sort(lines);
  return lines;
}

class LoadKillTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string text;
    for (int i = 0; i < kVoters; ++i) {
      text += JsonVoter(i, kPrecincts[static_cast<size_t>(i) % kPrecincts.size()]);
      // A number that is there already, and a precinct that is not.
      if (i % 500 == 250) text += JsonVoter(i - 1, "P0");
      if (i % 500 == 400) text += JsonVoter(kVoters + i, "P9");
    }
    WriteTextFile(manifest(), text);
    CreatePrecincts();
  }

  fs::path manifest() const { return election_.folder() / "register" / "voters.jsonl"; }
  fs::path rejects() const { return election_.folder() / "register" / "voters.rejects.jsonl"; }
  fs::path state() const { return rejects().string() + ".state"; }

  void CreatePrecincts() {
    ASSERT_EQ(RunTaanu(election_.socket(), {"polls", "create", "P0", "P1", "P2"}).status, 0);
  }

  void EmptyTheRegister() {
    ASSERT_EQ(election_.Stop(), 0);
    for (const char* end : {"", "-wal", "-shm", ".checkpoint"})
      fs::remove(election_.database().string() + end);
    fs::remove(rejects());
    election_.Start();
    CreatePrecincts();
  }

  std::unique_ptr<ChildProcess> StartLoading() {
    std::vector<std::string> arguments = {"load", manifest()};
    if (fs::exists(state())) arguments.emplace_back("--resume");
    return ChildProcess::Launch(TaanuArguments(election_.socket(), arguments),
                                election_.folder() / "load.log");
  }

  void ExpectUndisturbed() {
    EXPECT_EQ(DigestOf(election_.socket()), digest_);
    EXPECT_EQ(SortedLines(rejects()), rejected_);
    EXPECT_FALSE(fs::exists(state()));
  }

  Election election_;
  std::string digest_;
  std::vector<std::string> rejected_;
};

TEST_F(LoadKillTest, AKilledLoadThatIsResumedGivesTheRegisterOfAnUndisturbedOne) {
  const int kills_wanted = FromEnvironment("TAANU_LOAD_KILLS", 10);
  std::mt19937_64 random(static_cast<uint64_t>(FromEnvironment("TAANU_LOAD_SEED", 1)));
  const Clock::time_point start = Clock::now();
  ASSERT_EQ(StartLoading()->Wait(), 3) << ReadTextFile(election_.folder() / "load.log");
  const auto span = std::chrono::duration_cast<Microseconds>(Clock::now() - start);
  digest_ = DigestOf(election_.socket());
  rejected_ = SortedLines(rejects());
  ASSERT_GE(rejected_.size(), 8u);
  EmptyTheRegister();
  ASSERT_NE(DigestOf(election_.socket()), digest_);

  int loader_kills = 0;
  int daemon_kills = 0;
  int whole_loads = 0;
  while (loader_kills + daemon_kills < kills_wanted) {
    const auto loader = StartLoading();
    const auto moment = Microseconds(
        static_cast<int64_t>(random() % static_cast<uint64_t>(std::max<int64_t>(1, span.count()))));
    if (loader->EndsWithin(moment)) {
      ASSERT_EQ(loader->Wait(), 3) << ReadTextFile(election_.folder() / "load.log");
      ASSERT_NO_FATAL_FAILURE(ExpectUndisturbed());
      ++whole_loads;
      EmptyTheRegister();
    } else if (random() % 2 == 0) {
      loader->Signal(SIGKILL);
      ++loader_kills;
      const int status = loader->Wait();
      // It may have ended in the moment before.
      ASSERT_TRUE(status == -SIGKILL || status == 3) << status;
    } else {
      election_.Kill();
      ++daemon_kills;
      const int status = loader->Wait();
      ASSERT_TRUE(status == 6 || status == 3)
          << status << ReadTextFile(election_.folder() / "load.log");
      election_.Start();
    }
  }
  const int last = StartLoading()->Wait();
  ASSERT_EQ(last, 3) << ReadTextFile(election_.folder() / "load.log");
  ExpectUndisturbed();
  std::printf(
      "kills of the loader %d, of the daemon %d | loads ended in between %d, and one at "
      "the end: each gave digest %.16s and the same %zu rejected rows\n",
      loader_kills, daemon_kills, whole_loads, digest_.c_str(), rejected_.size());
}

}  // namespace
}  // namespace taanu::test
