// Foreign matchers must find their way with the project's references: libfprint's own probe matches
// them at least as often as references of libfprint's own making, and no more others.
#include "tests/accuracy/interop.h"

#include <gtest/gtest.h>

#include "tests/support/data.h"

namespace taanu::accuracy {
namespace {

// One set; `measure_interop` does all. By set it varies which references are matched more often.
TEST(Interop, LibfprintMatchesOurReferencesAtLeastAsOftenAsItsOwn) {
  TAANU_REQUIRE_DATA();
  const auto result = MeasureInterop(test::DataDir() / "fvc/fvc2000/DB4_B", 500, 0);
  ASSERT_TRUE(result.has_value()) << result.error().message;
  EXPECT_EQ(result->mated, 280U);
  EXPECT_EQ(result->non_mated, 2880U);
  EXPECT_GT(result->own.mated_matches, 100U);
  EXPECT_GE(result->ours.mated_matches, result->own.mated_matches);
  EXPECT_LE(result->ours.non_mated_matches, result->own.non_mated_matches);
}

}  // namespace
}  // namespace taanu::accuracy
