// What a picture of a case shows, and of whom it says nothing.
#include "service/cases/case_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/xml_check.h"
#include "tests/unit/service/cases/synthetic_view.h"

namespace taanu::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using enum FingerPosition;

EnrolledVoter Voter(uint8_t number, std::vector<FingerReference> fingers) {
  EnrolledVoter voter;
  voter.reference = {number};
  voter.data.voter_number = "12345";
  voter.data.family_name = "Осмонова";
  voter.fingers = std::move(fingers);
  return voter;
}

TEST(CasePictureTest, ShowsTheFingersThatAgreeBestAndNoName) {
  const auto a =
      Voter(1, {SyntheticReference(1, 1, kRightIndex), SyntheticReference(2, 1, kLeftIndex)});
  const auto b =
      Voter(2, {SyntheticReference(3, 1, kRightIndex), SyntheticReference(2, 2, kLeftIndex)});
  const auto picture = DrawCase(7, a, b, kUnknown);
  ASSERT_TRUE(picture) << picture.error().message;
  EXPECT_EQ(picture->shown.position, kLeftIndex);
  EXPECT_EQ(picture->shown.other_position, kLeftIndex);
  EXPECT_GT(picture->shown.matched_count, 10U);
  ASSERT_EQ(picture->comparisons.size(), 2U) << "a finger is compared with the same one";
  EXPECT_GT(picture->comparisons[0].score, picture->comparisons[1].score + 20);
  EXPECT_EQ(XmlChecker(picture->svg).Check(), "");
  EXPECT_THAT(picture->svg, HasSubstr("case 7"));
  EXPECT_THAT(picture->svg, HasSubstr(ToHex(a.reference)));
  EXPECT_THAT(picture->svg, HasSubstr("left_index"));
  EXPECT_THAT(picture->svg, Not(HasSubstr("12345")));
  EXPECT_THAT(picture->svg, Not(HasSubstr("Осмонова")));
}

TEST(CasePictureTest, ShowsTheFingerThatIsAskedFor) {
  const auto a =
      Voter(1, {SyntheticReference(1, 1, kRightIndex), SyntheticReference(2, 1, kLeftIndex)});
  const auto b =
      Voter(2, {SyntheticReference(3, 1, kRightIndex), SyntheticReference(2, 2, kLeftIndex)});
  EXPECT_EQ(DrawCase(7, a, b, kRightIndex)->shown.position, kRightIndex);
  EXPECT_EQ(DrawCase(7, a, b, kRightThumb).error().reason, "NO_COMPARABLE_FINGER");
}

TEST(CasePictureTest, AFingerOfUnknownPositionIsComparedWithAll) {
  const auto a = Voter(1, {SyntheticReference(1, 1, kUnknown)});
  const auto b =
      Voter(2, {SyntheticReference(3, 1, kRightIndex), SyntheticReference(1, 2, kLeftIndex)});
  const auto picture = DrawCase(7, a, b, kUnknown);
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->comparisons.size(), 2U);
  EXPECT_EQ(picture->shown.other_position, kLeftIndex);
}

TEST(CasePictureTest, WithoutAFingerInCommonThereIsNoPicture) {
  const auto a = Voter(1, {SyntheticReference(1, 1, kRightIndex)});
  EXPECT_EQ(DrawCase(7, a, Voter(2, {}), kUnknown).error().reason, "NO_COMPARABLE_FINGER");
  EXPECT_EQ(
      DrawCase(7, a, Voter(2, {SyntheticReference(1, 1, kLeftIndex)}), kUnknown).error().reason,
      "NO_COMPARABLE_FINGER");
}

}  // namespace
}  // namespace taanu::test
