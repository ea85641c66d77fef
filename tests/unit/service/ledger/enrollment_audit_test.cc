// Enrolment and the state of the polls, in one transaction.
#include "service/ledger/enrollment_audit.h"

#include <gtest/gtest.h>

#include <future>
#include <string>

#include "tests/unit/service/ledger/election_fixture.h"

namespace taanu::test {
namespace {

class EnrollmentAuditTest : public testing::Test {
 protected:
  Result<EnrollmentAnswer> Enroll(const std::string& number, const std::string& precinct_id) {
    EnrollmentRecord record;
    record.data.voter_number = number;
    record.data.precinct_id = precinct_id;
    record.fingers.resize(1);
    std::promise<Result<EnrollmentAnswer>> answer;
    const Status queued = election_.voters->Enroll(
        std::move(record), [&](auto given) { answer.set_value(std::move(given)); });
    if (!queued) return tl::make_unexpected(queued.error());
    return answer.get_future().get();
  }

  TempFolder folder_;
  Election election_{folder_ / ""};
};

TEST_F(EnrollmentAuditTest, NobodyComesOntoARollThatIsSealed) {
  election_.AddPrecinct("P1");
  election_.AddPrecinct("P2");
  ASSERT_TRUE(Enroll("A", "P1"));
  ASSERT_TRUE(election_.Polls(true, 1, "P1"));
  ASSERT_TRUE(Enroll("B", "P1")) << "what closing seals is open until then";
  ASSERT_TRUE(election_.Polls(false, 2, "P1"));
  const size_t entries = election_.Log().size();
  const auto refused = Enroll("C", "P1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_EQ(refused.error().reason, "ROLL_SEALED");
  EXPECT_EQ(*election_.voters->Count("P1"), 2U) << "the enrolment is undone";
  EXPECT_EQ(election_.Log().size(), entries);
  EXPECT_TRUE(Enroll("C", "P2")) << "its polls have not closed";
  const auto known = Enroll("B", "P1");
  ASSERT_TRUE(known) << "who is there already is told so";
  EXPECT_TRUE(known->already_enrolled);
}

}  // namespace
}  // namespace taanu::test
