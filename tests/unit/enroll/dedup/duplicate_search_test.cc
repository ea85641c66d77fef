// People who are in a real register twice, with new impressions and other data.
#include "enroll/dedup/duplicate_search.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>

#include "enroll/extract/extractor.h"
#include "enroll/register/schema.h"
#include "enroll/register/sqlite_register.h"
#include "enroll/store/bind_vault.h"
#include "enroll/store/connection.h"
#include "enroll/store/database.h"
#include "enroll/synth/person.h"
#include "enroll/synth/synth.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu {
namespace {

constexpr uint64_t kSeed = 4;
constexpr uint64_t kPeople = 30;
constexpr uint64_t kTwice = 5;  // of the people, those of the lowest numbers

class DuplicateSearchTest : public testing::Test {
 protected:
  // Growing fingers takes seconds, so the tests share one register, which none of them changes.
  static void SetUpTestSuite() {
    folder_ = new test::TempFolder();
    ASSERT_TRUE(Vault::CreateKeyFile(*folder_ / "key"));
    vault_ = std::move(*Vault::FromKeyFile(*folder_ / "key"));
    DatabaseOptions options;
    options.path = *folder_ / "register.db";
    options.migrations = RegisterMigrations();
    database_ = std::move(*Database::Open(std::move(options)));
    ASSERT_TRUE(BindVault(*database_, *vault_));
    register_ = std::make_unique<SqliteRegister>(
        database_.get(), vault_.get(),
        [](Connection& /*connection*/, const VoterEnrolled& /*voter*/) { return uint64_t{0}; });
    for (uint64_t k = 0; k < kPeople; ++k) Enroll(MakeSyntheticVoter(kSeed, k), k, 0);
    for (uint64_t k = 0; k < kTwice; ++k) {
      // The fingers of k, and the data of somebody who does not exist yet.
      SyntheticVoter other = MakeSyntheticVoter(kSeed, kPeople + k);
      other.fingers = MakeSyntheticVoter(kSeed, k).fingers;
      Enroll(other, kPeople + k, 1);
    }
    SyntheticVoter without = MakeSyntheticVoter(kSeed, 2 * kPeople);
    without.fingers.clear();
    Enroll(without, 2 * kPeople, 0);
  }
  static void TearDownTestSuite() {
    register_.reset();
    database_.reset();
    vault_.reset();
    delete folder_;
  }

  static void Enroll(const SyntheticVoter& voter, uint64_t number, uint64_t impression) {
    EnrollmentRecord record;
    record.data = voter.data;
    ASSERT_TRUE(database_->Write([&](Connection& connection) {
      return connection.RunScript("INSERT OR IGNORE INTO precinct(precinct_id) VALUES ('" +
                                  voter.data.precinct_id + "')");
    }));
    for (const SyntheticVoterFinger& finger : voter.fingers) {
      auto extraction = Extract(SyntheticFinger(finger.seed).Impression(impression));
      ASSERT_TRUE(extraction);
      extraction->view.position = finger.position;
      record.fingers.push_back({std::move(extraction->view), "test"});
    }
    record.content_digest[0] = static_cast<uint8_t>(number);
    std::promise<Result<EnrollmentAnswer>> answer;
    ASSERT_TRUE(register_->Enroll(std::move(record),
                                  [&](auto given) { answer.set_value(std::move(given)); }));
    const auto enrolled = answer.get_future().get();
    ASSERT_TRUE(enrolled) << enrolled.error().message;
    (*references_)[number] = enrolled->reference;
  }

  static LikelyDuplicate Pair(uint64_t a, uint64_t b) {
    const KeyedReference x = references_->at(a);
    const KeyedReference y = references_->at(b);
    return {std::min(x, y), std::max(x, y), 0};
  }

  static test::TempFolder* folder_;
  static std::unique_ptr<Vault> vault_;
  static std::unique_ptr<Database> database_;
  static std::unique_ptr<SqliteRegister> register_;
  static std::map<uint64_t, KeyedReference>* references_;
};
test::TempFolder* DuplicateSearchTest::folder_ = nullptr;
std::unique_ptr<Vault> DuplicateSearchTest::vault_;
std::unique_ptr<Database> DuplicateSearchTest::database_;
std::unique_ptr<SqliteRegister> DuplicateSearchTest::register_;
std::map<uint64_t, KeyedReference>* DuplicateSearchTest::references_ =
    new std::map<uint64_t, KeyedReference>();

TEST_F(DuplicateSearchTest, FindsThoseWhoAreThereTwiceAndNobodyElse) {
  DuplicateSearch search;
  ASSERT_TRUE(search.Load(*register_));
  EXPECT_EQ(search.people(), kPeople + kTwice);
  DuplicateSearchOptions options;
  // Clean synthetic fingers are more alike than scores claim, and 35 are too few to measure that.
  options.false_pairs = 1e-6;
  uint64_t told = 0;
  options.progress = [&told](const DuplicateSearchResult& so_far) -> Status {
    told = so_far.searched;
    return {};
  };
  const auto result = search.Run(*register_, options);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->complete);
  EXPECT_EQ(result->people, kPeople + kTwice);
  EXPECT_EQ(result->searched, kPeople + kTwice);
  EXPECT_EQ(result->unsearched, 1u) << "who has no reference is told";
  EXPECT_EQ(told, result->searched);
  EXPECT_DOUBLE_EQ(result->fmr, 1e-6 / (35 * 34 / 2));
  EXPECT_EQ(result->strangers, 0u);
  EXPECT_EQ(result->times_claimed, 1);
  ASSERT_EQ(result->pairs.size(), kTwice);
  for (uint64_t k = 0; k < kTwice; ++k) {
    const LikelyDuplicate expected = Pair(k, kPeople + k);
    EXPECT_EQ(std::ranges::count_if(result->pairs,
                                    [&](const LikelyDuplicate& pair) {
                                      return pair.first == expected.first &&
                                             pair.second == expected.second;
                                    }),
              1);
  }
  for (size_t k = 0; k < result->pairs.size(); ++k) {
    EXPECT_GE(result->pairs[k].score, result->score_min);
    EXPECT_LE(result->pairs[k].score, result->pairs[k == 0 ? 0 : k - 1].score);
  }

  options.threads = 3;
  EXPECT_EQ(search.Run(*register_, options)->pairs, result->pairs);
}

TEST_F(DuplicateSearchTest, FindsWhoIsLikeANewcomer) {
  DuplicateSearch search;
  for (uint64_t k = 0; k < kPeople; ++k) {
    const auto voter = register_->Find(references_->at(k));
    EXPECT_TRUE(search.Find(*voter, 80, 10)->empty()) << k << " is not there yet";
    ASSERT_TRUE(search.Put(*voter));
    EXPECT_TRUE(search.Find(*voter, 80, 10)->empty()) << "nobody is a duplicate of oneself";
  }
  const auto again = register_->Find(references_->at(kPeople));
  const auto found = search.Find(*again, 80, 10);
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ((*found)[0].first, Pair(0, kPeople).first);
  EXPECT_EQ((*found)[0].second, Pair(0, kPeople).second);
  EXPECT_TRUE(search.Find(*again, 80, 0)->empty());
  search.Remove(references_->at(0));
  EXPECT_TRUE(search.Find(*again, 80, 10)->empty());
  search.Remove(references_->at(0));
  EXPECT_EQ(search.people(), kPeople - 1);
}

TEST_F(DuplicateSearchTest, APairIsFoundByTheLaterOfTheTwoAlone) {
  DuplicateSearch search;
  const auto first = register_->Find(references_->at(0));
  const auto second = register_->Find(references_->at(kPeople));
  ASSERT_TRUE(search.Put(*first));
  ASSERT_TRUE(search.Put(*second));
  EXPECT_TRUE(search.FindBefore(*first, 80, 10)->empty());
  EXPECT_EQ(search.FindBefore(*second, 80, 10)->size(), 1u);
  ASSERT_TRUE(search.Put(*first));
  EXPECT_EQ(search.FindBefore(*first, 80, 10)->size(), 1u) << "enrolled again, so the later one";
  EXPECT_TRUE(search.FindBefore(*second, 80, 10)->empty());
  search.Remove(references_->at(kPeople));
  EXPECT_TRUE(search.FindBefore(*second, 80, 10)->empty()) << "who is not there has no number";
}

TEST_F(DuplicateSearchTest, WhoseFingersAreTakenAwayIsInNoSearch) {
  DuplicateSearch search;
  auto voter = *register_->Find(references_->at(0));
  ASSERT_TRUE(search.Put(voter));
  EXPECT_EQ(search.people(), 1u);
  voter.fingers.clear();
  ASSERT_TRUE(search.Put(voter));
  EXPECT_EQ(search.people(), 0u);
  EXPECT_TRUE(search.Find(voter, 0, 10)->empty());
}

TEST_F(DuplicateSearchTest, WhoIsOffTheRollIsInNoSearch) {
  DuplicateSearch search;
  auto voter = *register_->Find(references_->at(0));
  ASSERT_TRUE(search.Put(voter));
  voter.inactive = DeactivationReason::kDuplicate;
  ASSERT_TRUE(search.Put(voter));
  EXPECT_EQ(search.people(), 0u);
}

TEST_F(DuplicateSearchTest, ThatIsCancelledIsNotComplete) {
  DuplicateSearch search;
  ASSERT_TRUE(search.Load(*register_));
  const std::atomic<bool> cancelled{true};
  DuplicateSearchOptions options;
  options.cancelled = &cancelled;
  const auto result = search.Run(*register_, options);
  ASSERT_TRUE(result);
  EXPECT_FALSE(result->complete);
  EXPECT_EQ(result->searched, 0u);
}

TEST_F(DuplicateSearchTest, WhoCameAfterItHadBegunIsToldAndNotSearched) {
  DuplicateSearch search;
  for (uint64_t k = 1; k < kPeople; ++k) {
    ASSERT_TRUE(search.Put(*register_->Find(references_->at(k))));
  }
  DuplicateSearchOptions options;
  options.false_pairs = 1e-6;
  const auto result = search.Run(*register_, options);
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->complete);
  EXPECT_EQ(result->people, kPeople - 1);
  EXPECT_EQ(result->searched, kPeople - 1);
  EXPECT_EQ(result->arrived, kTwice + 1);
  EXPECT_TRUE(result->pairs.empty());
}

TEST_F(DuplicateSearchTest, WhoseReferenceIsOfNoFingersSizeDoesNotKeepOthersFromBeingSearched) {
  EnrollmentRecord record;
  record.data = MakeSyntheticVoter(kSeed, 3 * kPeople).data;
  record.data.precinct_id = "P0001";
  FingerReference wide;
  wide.view.minutiae = {{.x_um = 0, .y_um = 0}, {.x_um = 90'000, .y_um = 0}};
  record.fingers = {wide};
  test::TempFolder folder;
  DatabaseOptions options;
  options.path = folder / "register.db";
  options.migrations = RegisterMigrations();
  ASSERT_TRUE(Vault::CreateKeyFile(folder / "key"));
  const auto vault = std::move(*Vault::FromKeyFile(folder / "key"));
  const auto database = std::move(*Database::Open(std::move(options)));
  ASSERT_TRUE(BindVault(*database, *vault));
  ASSERT_TRUE(database->Write([](Connection& connection) {
    return connection.RunScript("INSERT INTO precinct(precinct_id) VALUES ('P0001')");
  }));
  SqliteRegister voters(database.get(), vault.get());
  EnrollmentRecord other = record;
  other.data.voter_number = MakeSyntheticVoter(kSeed, 0).data.voter_number;
  other.fingers = register_->Find(references_->at(0))->fingers;
  for (const EnrollmentRecord& one : {record, other}) {
    std::promise<Result<EnrollmentAnswer>> answer;
    ASSERT_TRUE(voters.Enroll(one, [&](auto given) { answer.set_value(std::move(given)); }));
    ASSERT_TRUE(answer.get_future().get());
  }
  DuplicateSearch search;
  ASSERT_TRUE(search.Load(voters));
  EXPECT_EQ(search.people(), 1u);
  const auto result = search.Run(voters, {});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->complete);
  EXPECT_EQ(result->searched, 1u);
  EXPECT_EQ(result->unsearched, 1u);
}

TEST_F(DuplicateSearchTest, AnErrorOfWhomItTellsEndsIt) {
  DuplicateSearch search;
  ASSERT_TRUE(search.Load(*register_));
  DuplicateSearchOptions options;
  options.progress = [](const DuplicateSearchResult&) -> Status {
    return Fail(ErrorCode::kUnavailable, "STORAGE_FULL", "no room for a case");
  };
  EXPECT_EQ(search.Run(*register_, options).error().reason, "STORAGE_FULL");
  const std::atomic<bool> cancelled{true};
  EXPECT_EQ(DuplicateSearch().Load(*register_, &cancelled).error().reason, "CANCELLED");
}

TEST_F(DuplicateSearchTest, RefusesOptionsOutOfRange) {
  const DuplicateSearch search;
  DuplicateSearchOptions options;
  options.false_pairs = 0;
  EXPECT_EQ(search.Run(*register_, options).error().reason, "BAD_OPTION");
  options.false_pairs = 1;
  options.threads = 0;
  EXPECT_EQ(search.Run(*register_, options).error().reason, "BAD_OPTION");
}

TEST(DuplicateFmr, IsTheFalsePairsOverAllPairs) {
  EXPECT_DOUBLE_EQ(DuplicateFmr(10, 100'000), 10 / (100'000.0 * 99'999 / 2));
  EXPECT_EQ(DuplicateFmr(10, 0), 1);
  EXPECT_EQ(DuplicateFmr(10, 1), 1);
  EXPECT_EQ(DuplicateFmr(10, 2), 1);
}

}  // namespace
}  // namespace taanu
