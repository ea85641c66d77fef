#include "service/rolls/finger_claims.h"

#include <gtest/gtest.h>

#include <barrier>
#include <memory>
#include <thread>
#include <vector>

#include "tests/unit/service/rolls/made_voter.h"

namespace taanu::test {
namespace {

constexpr double kMatch = 40;

// An attempt of voter `number` with `finger`, which is also the voter's enrolled one.
std::shared_ptr<FingerClaim> Claim(FingerClaims* claims, uint64_t number, uint64_t finger) {
  const std::vector<FingerView> probe = {MadeView(finger, 100 + number)};
  return claims->Enter("", MadeReference(number), probe, {MadeView(finger, number)});
}

std::vector<KeyedReference> HitsOf(const FingerClaim& claim) {
  std::vector<KeyedReference> voters;
  for (const rules::FingerHit& hit : claim.Hits()) {
    if (hit.score >= kMatch) voters.push_back(hit.voter);
  }
  return voters;
}

TEST(FingerClaimsTest, TwoVotersWithOneFingerAreBothTold) {
  FingerClaims claims;
  const auto first = Claim(&claims, 1, 77);
  EXPECT_EQ(first->others(), 0U);
  const auto second = Claim(&claims, 2, 77);
  EXPECT_EQ(second->others(), 1U);
  EXPECT_EQ(HitsOf(*first), std::vector{MadeReference(2)});
  EXPECT_EQ(HitsOf(*second), std::vector{MadeReference(1)});
}

TEST(FingerClaimsTest, OtherFingersAndTheSameVoterAreNoHits) {
  FingerClaims claims;
  const auto first = Claim(&claims, 1, 77);
  const auto stranger = Claim(&claims, 2, 78);
  const auto again = Claim(&claims, 1, 77);
  EXPECT_TRUE(HitsOf(*first).empty());
  EXPECT_TRUE(HitsOf(*stranger).empty());
  EXPECT_TRUE(HitsOf(*again).empty());
}

TEST(FingerClaimsTest, AClaimThatWasGivenUpIsNotCompared) {
  FingerClaims claims;
  Claim(&claims, 1, 77).reset();
  const auto second = Claim(&claims, 2, 77);
  EXPECT_EQ(second->others(), 0U);
  EXPECT_TRUE(HitsOf(*second).empty());
}

TEST(FingerClaimsTest, ClaimsOfOtherGroupsAreNotCompared) {
  FingerClaims claims;
  const std::vector<FingerView> probe = {MadeView(77, 1)};
  const auto here = claims.Enter("P1", MadeReference(1), probe, {MadeView(77, 2)});
  const auto there = claims.Enter("P2", MadeReference(2), probe, {MadeView(77, 3)});
  EXPECT_EQ(there->others(), 0U);
  EXPECT_TRUE(HitsOf(*there).empty());
  EXPECT_TRUE(HitsOf(*here).empty());
}

// The label of a finger may be wrong on purpose.
TEST(FingerClaimsTest, TheSameFingerUnderAnotherLabelIsAHit) {
  FingerClaims claims;
  const auto first =
      claims.Enter("", MadeReference(1), std::vector{MadeView(77, 1, FingerPosition::kRightIndex)},
                   {MadeView(77, 2, FingerPosition::kRightIndex)});
  const auto second =
      claims.Enter("", MadeReference(2), std::vector{MadeView(77, 3, FingerPosition::kLeftThumb)},
                   {MadeView(77, 4, FingerPosition::kLeftThumb)});
  EXPECT_EQ(HitsOf(*second), std::vector{MadeReference(1)});
}

// Whatever the order in which threads claim, of any two that hold their claims at one time each
// knows of the other.
TEST(FingerClaimsTest, OfManyAtOnceEveryPairKnowsOfEachOther) {
  constexpr size_t kThreads = 8;
  for (int round = 0; round < 20; ++round) {
    FingerClaims claims;
    std::barrier all(kThreads);
    std::vector<size_t> hits(kThreads);
    std::vector<std::thread> threads;
    for (size_t t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        all.arrive_and_wait();
        const auto claim = Claim(&claims, t + 1, 77);
        all.arrive_and_wait();
        hits[t] = HitsOf(*claim).size();
        all.arrive_and_wait();
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(hits, std::vector<size_t>(kThreads, kThreads - 1));
  }
}

}  // namespace
}  // namespace taanu::test
