// A rotation of the register's key whose process is killed, again and again.
//
// TAANU_RESEAL_KILLS sets the number of kills; 10 without it.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <string>

#include "enroll/register/resealer.h"
#include "enroll/register/schema.h"
#include "enroll/register/sqlite_register.h"
#include "enroll/store/bind_vault.h"
#include "enroll/store/connection.h"
#include "enroll/store/key_file.h"
#include "tests/unit/enroll/store/child_process.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

constexpr int kVoters = 2000;

std::string Number(int voter) { return std::string("V").append(std::to_string(voter)); }

struct Store {
  explicit Store(const TempFolder& folder) {
    vault = std::move(*Vault::FromKeyFile(folder / "key"));
    DatabaseOptions options;
    options.path = folder / "register.db";
    options.migrations = RegisterMigrations();
    database = std::move(*Database::Open(std::move(options)));
    if (!BindVault(*database, *vault)) throw std::runtime_error("the vault is not bound");
    voters = std::make_unique<SqliteRegister>(database.get(), vault.get());
    resealer = std::make_unique<Resealer>(database.get(), vault.get());
  }
  uint64_t Remaining() const { return *resealer->Remaining(); }

  std::unique_ptr<Vault> vault;
  std::unique_ptr<Database> database;
  std::unique_ptr<SqliteRegister> voters;
  std::unique_ptr<Resealer> resealer;
};

void EnrollAll(Store& store) {
  std::promise<void> last;
  for (int voter = 0; voter < kVoters; ++voter) {
    EnrollmentRecord record;
    record.data.voter_number = Number(voter);
    record.data.precinct_id = "P1";
    record.fingers.resize(1);
    ASSERT_TRUE(store.voters->Enroll(record, [&, voter](Result<EnrollmentAnswer> answer) {
      EXPECT_TRUE(answer);
      if (voter + 1 == kVoters) last.set_value();
    }));
  }
  last.get_future().get();
}

TEST(ResealCrashTest, ARotationThatIsKilledGoesOnWhereItWas) {
  const char* const setting = std::getenv("TAANU_RESEAL_KILLS");
  const int kills = setting == nullptr ? 10 : std::max(1, std::atoi(setting));
  const TempFolder folder;
  ASSERT_TRUE(MakeKeyFile(folder / "key"));
  {
    Store store(folder);
    ASSERT_TRUE(store.database->Write([](Connection& connection) {
      return connection.RunScript("INSERT INTO precinct(precinct_id) VALUES ('P1')");
    }));
    EnrollAll(store);
  }
  int cut_off = 0;
  int rotations = 0;
  for (int kill = 0; kill < kills; ++kill) {
    uint64_t before = 0;
    {
      const Store store(folder);
      before = store.Remaining();
      if (before == 0) {
        // A new rotation; the keys of the last one are needed by nobody.
        if (rotations > 0) {
          ASSERT_TRUE(RetireKeys(folder / "key", folder / ("old" + std::to_string(rotations))));
        }
        ASSERT_TRUE(AddKey(folder / "key"));
        ++rotations;
        before = kVoters;
      }
    }
    ChildProcess<uint64_t> child([&](const auto& report) {
      const Store store(folder);
      store.resealer->Start();
      for (uint64_t last = UINT64_MAX, now = 0; last != 0; last = now) {
        now = store.Remaining();
        if (now != last) report(now);
      }
    });
    // From before its first transaction to its end, of which there are 32.
    uint64_t told = before;
    for (int i = 0; i < 1 + kill * 5 % 24; ++i) {
      const auto next = child.Next();
      if (!next) break;
      EXPECT_LE(*next, told) << "nothing that was sealed again is lost";
      told = *next;
    }
    child.Kill();
    const Store store(folder);
    ASSERT_TRUE(store.resealer->CheckKeys());
    EXPECT_LE(store.Remaining(), told);
    cut_off += store.Remaining() > 0 ? 1 : 0;
    for (int voter = kill % 37; voter < kVoters; voter += 37) {
      ASSERT_TRUE(store.voters->Find(store.voters->ReferenceOf(Number(voter)))) << voter;
    }
  }
  {
    const Store store(folder);
    store.resealer->Start();
    while (store.Remaining() > 0) {
      ASSERT_TRUE(store.database->Write([](Connection&) -> Status { return {}; }));
    }
  }
  ASSERT_TRUE(RetireKeys(folder / "key", folder / "old"));
  const Store store(folder);
  for (int voter = 0; voter < kVoters; ++voter) {
    ASSERT_TRUE(store.voters->Find(store.voters->ReferenceOf(Number(voter)))) << voter;
  }
  std::printf("kills %d | rotations %d | cut off in the middle %d\n", kills, rotations, cut_off);
  EXPECT_GE(cut_off, kills / 3) << "kills that all came too late would have proved nothing";
}

}  // namespace
}  // namespace taanu::test
