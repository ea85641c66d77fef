#include "enroll/register/sqlite_register.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <set>
#include <sstream>
#include <thread>

#include "enroll/register/register_digest.h"
#include "enroll/register/schema.h"
#include "enroll/store/bind_vault.h"
#include "enroll/store/connection.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {
namespace {

class SqliteRegisterTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(Vault::CreateKeyFile(folder_ / "key"));
    vault_ = std::move(*Vault::FromKeyFile(folder_ / "key"));
    OpenFile();
    ASSERT_TRUE(Write("INSERT INTO precinct(precinct_id) VALUES ('P1'), ('P2')"));
  }

  void OpenFile() {
    register_.reset();
    database_.reset();
    DatabaseOptions options;
    options.path = folder_ / "register.db";
    options.migrations = RegisterMigrations();
    auto opened = Database::Open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
    ASSERT_TRUE(BindVault(*database_, *vault_));
    register_ = std::make_unique<SqliteRegister>(
        database_.get(), vault_.get(),
        [this](Connection&, const VoterEnrolled& voter) -> Result<uint64_t> {
          if (refuse_hook_) return Fail(ErrorCode::kRefused, "HOOK", "no");
          enrolled_.push_back(voter);
          return enrolled_.size() - 1;
        });
  }

  // What somebody with the file and without the key could do.
  Status Write(std::string_view sql) {
    return database_->Write([&](Connection& connection) { return connection.RunScript(sql); });
  }

  static std::string Number(int i) { return std::string("N").append(std::to_string(i)); }

  static EnrollmentRecord Record(const std::string& number, const std::string& precinct = "P1",
                                 int fingers = 2) {
    EnrollmentRecord record;
    record.data = {number, "Асанова", "Айгүл", 1990, Sex::kFemale, precinct};
    for (int i = 0; i < fingers; ++i) {
      FingerView view;
      view.position = static_cast<FingerPosition>(i + 1);
      view.quality = 80;
      // Coordinates that no grid of 197 pixels per centimetre holds.
      view.minutiae = {{12'345, 6'789, 4'321, MinutiaType::kRidgeEnding, 55},
                       {-1, 7 + i, 65'535, MinutiaType::kBifurcation, 0}};
      view.extended = {{1, {1, 2, 3}}};
      record.fingers.push_back({view, i == 0 ? "taanu-1" : "foreign"});
    }
    record.content_digest[0] = 1;
    return record;
  }

  Result<EnrollmentAnswer> Enroll(EnrollmentRecord record) {
    std::promise<Result<EnrollmentAnswer>> promise;
    TAANU_RETURN_IF_ERROR(register_->Enroll(
        std::move(record), [&](Result<EnrollmentAnswer> a) { promise.set_value(std::move(a)); }));
    return promise.get_future().get();
  }

  std::string Digest() {
    RegisterDigest digest(vault_.get());
    const Status done = register_->ForEach([&](const EnrolledVoter& v) { return digest.Add(v); });
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_EQ(digest.voter_count(), *register_->Count(""));
    return digest.Hex();
  }

  // Another file under the same key, or under a new one.
  void StartAnew(bool with_new_key) {
    register_.reset();
    database_.reset();
    for (const char* end : {"", "-wal", "-shm"}) {
      std::filesystem::remove((folder_ / "register.db").string() + end);
    }
    if (with_new_key) {
      std::filesystem::remove(folder_ / "key");
      ASSERT_TRUE(Vault::CreateKeyFile(folder_ / "key"));
      vault_ = std::move(*Vault::FromKeyFile(folder_ / "key"));
    }
    OpenFile();
    ASSERT_TRUE(Write("INSERT INTO precinct(precinct_id) VALUES ('P2'), ('P1')"));
  }

  KeyedReference Ref(const std::string& number) { return register_->ReferenceOf(number); }

  TempFolder folder_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteRegister> register_;
  std::vector<VoterEnrolled> enrolled_;
  bool refuse_hook_ = false;
};

TEST_F(SqliteRegisterTest, AnEnrolledVoterIsFoundExactlyAlsoAfterReopening) {
  const EnrollmentRecord record = Record("AA-1");
  const auto answer = Enroll(record);
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->reference, Ref("AA-1"));
  EXPECT_FALSE(answer->already_enrolled);
  OpenFile();
  const auto voter = register_->Find(Ref("AA-1"));
  ASSERT_TRUE(voter) << voter.error().message;
  EXPECT_EQ(voter->data.voter_number, "AA-1");
  EXPECT_EQ(voter->data.family_name, "Асанова");
  EXPECT_EQ(voter->data.given_names, "Айгүл");
  EXPECT_EQ(voter->data.birth_year, 1990);
  EXPECT_EQ(voter->data.sex, Sex::kFemale);
  EXPECT_EQ(voter->data.precinct_id, "P1");
  EXPECT_GT(voter->enroll_time_us, 1'600'000'000'000'000);
  ASSERT_EQ(voter->fingers.size(), 2u);
  for (size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(voter->fingers[i].view, record.fingers[i].view);
    EXPECT_EQ(voter->fingers[i].extractor_version, record.fingers[i].extractor_version);
  }
}

TEST_F(SqliteRegisterTest, TheSameContentAgainIsAlreadyEnrolled) {
  ASSERT_TRUE(Enroll(Record("AA-1")));
  const auto again = Enroll(Record("AA-1"));
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_enrolled);
  EXPECT_EQ(register_->Count(""), 1u);
  EXPECT_EQ(enrolled_.size(), 1u);
}

TEST_F(SqliteRegisterTest, TheSameNumberWithOtherContentIsAConflict) {
  ASSERT_TRUE(Enroll(Record("AA-1")));
  EnrollmentRecord other = Record("AA-1");
  other.content_digest[31] = 9;
  const auto answer = Enroll(other);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kConflict);
  EXPECT_EQ(answer.error().reason, "VOTER_NUMBER_EXISTS");
  EXPECT_EQ(answer.error().message.find("AA-1"), std::string::npos);
}

TEST_F(SqliteRegisterTest, AnUnknownPrecinctIsRefusedWithNothingLeftBehind) {
  const auto answer = Enroll(Record("AA-1", "P9"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().reason, "UNKNOWN_PRECINCT");
  EXPECT_EQ(register_->Find(Ref("AA-1")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(register_->Count(""), 0u);
}

TEST_F(SqliteRegisterTest, AnErrorOfTheHookUndoesTheEnrolment) {
  refuse_hook_ = true;
  EXPECT_EQ(Enroll(Record("AA-1")).error().reason, "HOOK");
  EXPECT_EQ(register_->Find(Ref("AA-1")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(register_->Count("P1"), 0u);
  refuse_hook_ = false;
  EXPECT_TRUE(Enroll(Record("AA-1")));
  ASSERT_EQ(enrolled_.size(), 1u);
  EXPECT_EQ(enrolled_[0].reference, Ref("AA-1"));
  EXPECT_EQ(enrolled_[0].precinct_id, "P1");
  EXPECT_EQ(enrolled_[0].reference_count, 2);
}

TEST_F(SqliteRegisterTest, BadDataIsRefusedBeforeItIsQueued) {
  EnrollmentRecord record = Record("AA-1");
  record.data.birth_year = 1;
  EXPECT_EQ(register_->Enroll(record, nullptr).error().code, ErrorCode::kBadInput);
  record = Record("AA-1");
  record.fingers.resize(21, record.fingers[0]);
  EXPECT_EQ(register_->Enroll(record, nullptr).error().reason, "TOO_MANY_FINGERS");
  record = Record("AA-1");
  record.fingers[0].view.minutiae.resize(256);
  EXPECT_EQ(register_->Enroll(record, nullptr).error().reason, "BAD_FINGER_VIEW");
}

TEST_F(SqliteRegisterTest, AVoterWithoutFingersIsEnrolledAndListedAsSuch) {
  ASSERT_TRUE(Enroll(Record("AA-1")));
  ASSERT_TRUE(Enroll(Record("AA-2", "P1", 0)));
  ASSERT_TRUE(Enroll(Record("AA-3", "P2", 0)));
  const auto everywhere = register_->List("", true, std::nullopt, 100);
  ASSERT_TRUE(everywhere);
  EXPECT_EQ(everywhere->size(), 2u);
  const auto here = register_->List("P1", true, std::nullopt, 100);
  ASSERT_TRUE(here);
  ASSERT_EQ(here->size(), 1u);
  EXPECT_EQ(here->front().reference, Ref("AA-2"));
  EXPECT_EQ(here->front().reference_count, 0);
  const auto found = register_->Find(Ref("AA-2"));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->fingers.empty());
}

TEST_F(SqliteRegisterTest, ListGivesEveryVoterOnceInPagesAndInOrder) {
  for (int i = 0; i < 25; ++i) {
    ASSERT_TRUE(Enroll(Record(Number(i), i % 5 == 0 ? "P2" : "P1", i % 3)));
  }
  for (const auto& [precinct, expected] :
       {std::pair("", 25), std::pair("P1", 20), std::pair("P2", 5)}) {
    std::vector<KeyedReference> seen;
    std::optional<KeyedReference> after;
    for (;;) {
      const auto page = register_->List(precinct, false, after, 4);
      ASSERT_TRUE(page);
      if (page->empty()) break;
      EXPECT_LE(page->size(), 4u);
      for (const VoterSummary& voter : *page) seen.push_back(voter.reference);
      after = page->back().reference;
    }
    EXPECT_EQ(seen.size(), static_cast<size_t>(expected)) << precinct;
    EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
    EXPECT_EQ(register_->Count(precinct), static_cast<uint64_t>(expected));
  }
  EXPECT_EQ(register_->Count("P9"), 0u);
  EXPECT_TRUE(register_->List("", false, std::nullopt, 0)->empty());
  EXPECT_TRUE(register_->List("", false, std::nullopt, -1)->empty());
}

TEST_F(SqliteRegisterTest, ATemplateMovedToAnotherVoterDoesNotOpen) {
  ASSERT_TRUE(Enroll(Record("AA-1")));
  ASSERT_TRUE(Enroll(Record("AA-2")));
  ASSERT_TRUE(
      Write("UPDATE finger_reference SET sealed = (SELECT sealed FROM finger_reference WHERE "
            "voter_id = 2 "
            "AND ordinal = 0) WHERE voter_id = 1 AND ordinal = 0"));
  EXPECT_EQ(register_->Find(Ref("AA-1")).error().reason, "SEAL_BROKEN");
  EXPECT_TRUE(register_->Find(Ref("AA-2")));
}

TEST_F(SqliteRegisterTest, AWholeRowMovedToAnotherVoterDoesNotOpen) {
  ASSERT_TRUE(Enroll(Record("AA-1")));
  ASSERT_TRUE(Enroll(Record("AA-2")));
  ASSERT_TRUE(
      Write("UPDATE finger_reference SET voter_id = voter_id + 10;"
            "INSERT INTO finger_reference SELECT 1, ordinal, position, view_number, quality, "
            "minutia_count, extractor_version, sealed FROM finger_reference WHERE voter_id = 12;")
          .has_value() == false)
      << "foreign keys hold";
  ASSERT_TRUE(
      Write("DELETE FROM finger_reference WHERE voter_id = 1;"
            "UPDATE finger_reference SET voter_id = 1 WHERE voter_id = 2;"));
  EXPECT_EQ(register_->Find(Ref("AA-1")).error().reason, "SEAL_BROKEN");
}

TEST_F(SqliteRegisterTest, EveryColumnThatATemplateIsBoundToIsChecked) {
  ASSERT_TRUE(Enroll(Record("AA-1")));
  for (const char* change :
       {"UPDATE finger_reference SET position = 9 WHERE ordinal = 0",
        "UPDATE finger_reference SET view_number = 3 WHERE ordinal = 0",
        "UPDATE finger_reference SET ordinal = 7 WHERE ordinal = 0",
        "UPDATE finger_reference SET extractor_version = 'taanu-2' WHERE ordinal = 0",
        "DELETE FROM finger_reference WHERE ordinal = 0", "UPDATE voter SET precinct_id = 'P2'"}) {
    ASSERT_TRUE(Write("CREATE TABLE copy_finger AS SELECT * FROM finger_reference"));
    ASSERT_TRUE(Write(change));
    const auto voter = register_->Find(Ref("AA-1"));
    ASSERT_FALSE(voter) << change;
    EXPECT_EQ(voter.error().reason, "SEAL_BROKEN") << change;
    ASSERT_TRUE(
        Write("DELETE FROM finger_reference;"
              "INSERT INTO finger_reference SELECT * FROM copy_finger;"
              "DROP TABLE copy_finger; UPDATE voter SET precinct_id = 'P1'"));
    ASSERT_TRUE(register_->Find(Ref("AA-1"))) << change;
  }
}

TEST_F(SqliteRegisterTest, PersonalDataSwappedBetweenVotersDoNotOpen) {
  ASSERT_TRUE(Enroll(Record("AA-1")));
  ASSERT_TRUE(Enroll(Record("AA-2")));
  ASSERT_TRUE(
      Write("UPDATE voter SET sealed = (SELECT sealed FROM voter WHERE voter_id = 2) "
            "WHERE voter_id = 1"));
  EXPECT_EQ(register_->Find(Ref("AA-1")).error().reason, "SEAL_BROKEN");
}

TEST_F(SqliteRegisterTest, TheFileHoldsNoNumberNameOrTemplateInTheClear) {
  const EnrollmentRecord record = Record("SECRET-NUMBER-1");
  ASSERT_TRUE(Enroll(record));
  register_.reset();
  database_.reset();
  std::ifstream in(folder_ / "register.db", std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  const std::string file = bytes.str();
  ASSERT_NE(file.find("taanu-1"), std::string::npos) << "the file is not what was read";
  EXPECT_EQ(file.find("SECRET-NUMBER"), std::string::npos);
  EXPECT_EQ(file.find("Асанова"), std::string::npos);
  EXPECT_EQ(file.find("Айгүл"), std::string::npos);
  const std::string minutia("\x39\x30\x00\x00\x85\x1a\x00\x00", 8);  // 12,345 and 6,789 um
  EXPECT_EQ(file.find(minutia), std::string::npos);
  const std::string digest(record.content_digest.begin(), record.content_digest.end());
  EXPECT_EQ(file.find(digest), std::string::npos) << "an unkeyed digest can be found by trying";
}

TEST_F(SqliteRegisterTest, TheDigestIsOfTheContentAloneUnderTheKey) {
  const std::string empty = Digest();
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(Enroll(Record(Number(i), i % 3 == 0 ? "P1" : "P2")));
  const std::string digest = Digest();
  EXPECT_EQ(digest.size(), 64u);
  EXPECT_NE(digest, empty);
  StartAnew(/*with_new_key=*/false);
  EXPECT_EQ(Digest(), empty);
  for (int i = 40; i-- > 0;) ASSERT_TRUE(Enroll(Record(Number(i), i % 3 == 0 ? "P1" : "P2")));
  EXPECT_EQ(Digest(), digest) << "the order and the nonces must not matter";
  StartAnew(/*with_new_key=*/true);
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(Enroll(Record(Number(i), i % 3 == 0 ? "P1" : "P2")));
  EXPECT_NE(Digest(), digest) << "the digest must tell nothing without the key";
}

TEST_F(SqliteRegisterTest, EveryChangeOfTheContentChangesTheDigest) {
  std::vector<EnrollmentRecord> records(8, Record("AA-1"));
  records[1].data.voter_number = "AA-2";
  records[2].data.family_name += "а";
  records[3].data.birth_year = 1991;
  records[4].data.precinct_id = "P2";
  records[5].data.missing_fingers = {{FingerPosition::kLeftRing, MissingReason::kBandaged}};
  records[6].fingers[1].view.minutiae[0].x_um += 1;
  records[7].fingers.pop_back();
  std::set<std::string> digests;
  for (const EnrollmentRecord& record : records) {
    StartAnew(/*with_new_key=*/false);
    ASSERT_TRUE(Enroll(record));
    digests.insert(Digest());
  }
  EXPECT_EQ(digests.size(), records.size());
}

TEST_F(SqliteRegisterTest, ACheckSaysWhatAnEnrolmentWouldAndStoresNothing) {
  ASSERT_TRUE(Enroll(Record("AA-1")));
  const auto fresh = register_->CheckEnrollment(Record("AA-2"));
  ASSERT_TRUE(fresh);
  EXPECT_FALSE(fresh->already_enrolled);
  EXPECT_EQ(fresh->reference, Ref("AA-2"));
  EXPECT_TRUE(register_->CheckEnrollment(Record("AA-1"))->already_enrolled);
  EnrollmentRecord other = Record("AA-1");
  other.content_digest[0] = 2;
  EXPECT_EQ(register_->CheckEnrollment(other).error().reason, "VOTER_NUMBER_EXISTS");
  EXPECT_EQ(register_->CheckEnrollment(Record("AA-3", "P9")).error().reason, "UNKNOWN_PRECINCT");
  EXPECT_EQ(register_->CheckEnrollment(Record("AA-3", "P1", 21)).error().reason,
            "TOO_MANY_FINGERS");
  EXPECT_EQ(*register_->Count(""), 1u);
}

TEST_F(SqliteRegisterTest, EnrolmentsFromManyThreadsAllCount) {
  std::vector<std::thread> threads;
  std::atomic<int> fresh = 0;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        const auto answer = Enroll(Record(Number(i)));
        fresh += answer && !answer->already_enrolled ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(fresh, 25);
  EXPECT_EQ(register_->Count("P1"), 25u);
}

}  // namespace
}  // namespace taanu::test
