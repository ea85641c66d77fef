// The search in the background over a real register, held where a test wants to look.
#include "service/cases/background_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "tests/unit/service/cases/synthetic_view.h"
#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

// The real register, which a test can hold where the search lists it.
class HeldRegister : public Register {
 public:
  explicit HeldRegister(const Register* voters) : voters_(*voters) {}

  void Hold() {
    const std::lock_guard lock(mutex_);
    held_ = true;
  }
  void Release() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    wake_.notify_all();
  }
  // Waits until the search is there.
  void WaitUntilListed() {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return listed_; });
  }

  KeyedReference ReferenceOf(std::string_view number) const override {
    return voters_.ReferenceOf(number);
  }
  Status Enroll(EnrollmentRecord, std::function<void(Result<EnrollmentAnswer>)>) override {
    return Fail(ErrorCode::kUnsupported, "READ_ONLY", "a search enrols nobody");
  }
  Result<EnrollmentAnswer> CheckEnrollment(const EnrollmentRecord& record) const override {
    return voters_.CheckEnrollment(record);
  }
  Result<EnrolledVoter> Find(const KeyedReference& reference) const override {
    return voters_.Find(reference);
  }
  Result<std::vector<VoterSummary>> List(std::string_view precinct_id, bool without_reference,
                                         std::optional<KeyedReference> after,
                                         int limit) const override {
    std::unique_lock lock(mutex_);
    listed_ = true;
    wake_.notify_all();
    wake_.wait(lock, [this] { return !held_; });
    return voters_.List(precinct_id, without_reference, after, limit);
  }
  Status ForEach(const std::function<Status(const EnrolledVoter&)>& visit) const override {
    return voters_.ForEach(visit);
  }
  Result<uint64_t> Count(std::string_view precinct_id) const override {
    return voters_.Count(precinct_id);
  }

 private:
  const Register& voters_;
  mutable std::mutex mutex_;
  mutable std::condition_variable wake_;
  mutable bool listed_ = false;  // guarded by mutex_
  bool held_ = false;            // guarded by mutex_
};

class BackgroundSearchTest : public testing::Test {
 protected:
  void SetUp() override {
    election_.AddPrecinct("P1");
    for (uint64_t k = 0; k < 10; ++k) Enroll(std::string("V").append(std::to_string(k)), k, 1);
    Enroll("X3", 3, 2);  // V3 again
    election_.AddVoter("N", "P1", 0);
  }

  void Enroll(const std::string& number, uint64_t finger, uint64_t impression) {
    EnrollmentRecord record;
    record.data.voter_number = number;
    record.data.precinct_id = "P1";
    record.fingers = {SyntheticReference(2 * finger, impression, FingerPosition::kRightIndex),
                      SyntheticReference(2 * finger + 1, impression, FingerPosition::kLeftIndex)};
    std::promise<Result<EnrollmentAnswer>> promise;
    Election::Expect(election_.voters->Enroll(
        std::move(record),
        [&](Result<EnrollmentAnswer> answer) { promise.set_value(std::move(answer)); }));
    Election::Expect(promise.get_future().get());
  }

  void Open() {
    search_ = std::make_unique<BackgroundSearch>(
        &voters_, election_.cases.get(), &log_,
        BackgroundSearchOptions{.threads = 2, .algorithm_version = "compare-1"});
  }
  Result<SearchRecord> Start(uint64_t request, double false_pairs = 1e-4) {
    return search_->Start(RequestId(request), operator_, false_pairs);
  }
  SearchRecord WaitForEnd() {
    for (;;) {
      const SearchRecord search = Election::Expect(search_->Get(0));
      if (search.ended()) return search;
      std::this_thread::yield();
    }
  }

  TempFolder folder_;
  Election election_{folder_ / ""};
  HeldRegister voters_{election_.voters.get()};
  SearchLog log_{election_.database.get()};
  const KeyedReference operator_ = election_.vault->Reference("operator", "aigul");
  std::unique_ptr<BackgroundSearch> search_;
};

TEST_F(BackgroundSearchTest, FindsWhoIsThereTwiceAndASecondSearchOpensNoSecondCase) {
  Open();
  ASSERT_TRUE(Start(1));
  const SearchRecord first = WaitForEnd();
  EXPECT_EQ(first.end_reason, kSearchComplete);
  ASSERT_TRUE(first.figures);
  EXPECT_EQ(first.figures->people, 11U);
  EXPECT_EQ(first.figures->searched, 11U);
  EXPECT_EQ(first.figures->unsearched, 1U);
  EXPECT_EQ(first.figures->pairs, 1U);
  EXPECT_EQ(first.figures->cases, 1U);
  ASSERT_TRUE(Start(2));
  const SearchRecord second = WaitForEnd();
  EXPECT_EQ(second.search_id, 2U);
  EXPECT_EQ(second.figures->pairs, 1U);
  EXPECT_EQ(second.figures->cases, 0U);
  const auto cases = Election::Expect(election_.cases->List({}, 0, 10));
  ASSERT_EQ(cases.size(), 1U);
  const auto& voters = *election_.voters;
  EXPECT_EQ(cases[0].voter, std::min(voters.ReferenceOf("V3"), voters.ReferenceOf("X3")));
  EXPECT_EQ(cases[0].other, std::max(voters.ReferenceOf("V3"), voters.ReferenceOf("X3")));
  EXPECT_GE(cases[0].score, cases[0].threshold_score);
  EXPECT_EQ(cases[0].threshold_fmr, first.figures->fmr);
}

TEST_F(BackgroundSearchTest, OneRunsAtATimeAndARepeatedRequestTellsOfIt) {
  voters_.Hold();
  Open();
  ASSERT_TRUE(Start(1));
  EXPECT_EQ(Start(2).error().reason, "SEARCH_RUNNING");
  EXPECT_EQ(Start(1)->search_id, 1U);
  EXPECT_FALSE(search_->Get(1)->ended());
  voters_.Release();
  EXPECT_EQ(WaitForEnd().end_reason, kSearchComplete);
  EXPECT_EQ(Start(1)->end_reason, kSearchComplete);
  EXPECT_EQ(Start(3, 0).error().reason, "BAD_FALSE_PAIRS");
  EXPECT_EQ(Start(3, std::nan("")).error().reason, "BAD_FALSE_PAIRS");
}

TEST_F(BackgroundSearchTest, OneThatIsCancelledIsNotCompleteAndSaysWhoDidIt) {
  voters_.Hold();
  Open();
  ASSERT_TRUE(Start(1));
  voters_.WaitUntilListed();
  EXPECT_FALSE(search_->Cancel(1, operator_)->ended());
  voters_.Release();
  const SearchRecord search = WaitForEnd();
  EXPECT_EQ(search.end_reason, kSearchCancelled);
  EXPECT_LT(search.figures->searched, search.figures->people);
  const auto leaf = nlohmann::json::parse(election_.Log().back().leaf);
  EXPECT_EQ(leaf["end"], "CANCELLED");
  EXPECT_EQ(leaf["operator"], ToHex(operator_));
  EXPECT_EQ(search_->Cancel(0, operator_)->end_reason, kSearchCancelled);
  EXPECT_EQ(search_->Cancel(5, operator_).error().reason, "UNKNOWN_SEARCH");
}

TEST_F(BackgroundSearchTest, ADaemonThatStopsInterruptsItAndTheNextOneCanBeginAgain) {
  voters_.Hold();
  Open();
  ASSERT_TRUE(Start(1));
  voters_.WaitUntilListed();
  std::thread stop([this] { search_.reset(); });
  voters_.Release();
  stop.join();
  // It came to its end before it was told to stop, or it is told as interrupted.
  const SearchRecord search = Election::Expect(log_.Find(1));
  ASSERT_TRUE(search.ended());
  if (search.end_reason != kSearchComplete) {
    EXPECT_EQ(search.end_reason, kSearchInterrupted);
  }
  Open();
  ASSERT_TRUE(Start(2));
  EXPECT_EQ(WaitForEnd().end_reason, kSearchComplete);
}

}  // namespace
}  // namespace taanu::test
