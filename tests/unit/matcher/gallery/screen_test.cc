// Every target that this processor can run gives the reference's bytes.
#include "matcher/gallery/screen.h"
#include "matcher/gallery/wave_kernel.h"

#include <gtest/gtest.h>

#include <hwy/aligned_allocator.h>
#include <hwy/targets.h>

#include <algorithm>
#include <vector>

#include "tests/conformance/synthetic_views.h"

namespace taanu::gallery {
namespace {

// Runs the test once for each target, and gives the dispatch back afterwards.
class KernelsOn : public testing::TestWithParam<int64_t> {
 protected:
  void SetUp() override { Choose(GetParam()); }
  void TearDown() override { Choose(0); }

 private:
  static void Choose(int64_t target) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  }
};

std::vector<Descriptor> RandomDescriptors(test::Random* random, size_t count) {
  std::vector<Descriptor> descriptors(count);
  for (Descriptor& d : descriptors) {
    for (uint8_t& byte : d) byte = static_cast<uint8_t>(random->Below(256));
  }
  return descriptors;
}

// Blocks whose minutiae are near the probe's, far from them, and opposite to them.
void Fill(test::Random* random, const std::vector<Descriptor>& probe, size_t blocks,
          uint8_t* planes) {
  for (size_t k = 0; k < blocks * kBlock; ++k) {
    Descriptor d = RandomDescriptors(random, 1)[0];
    const int kind = random->Below(4);
    if (!probe.empty() && kind > 0) {
      d = probe[random->Next() % probe.size()];
      const int flips = kind == 1 ? random->Below(3) : random->Below(kDescriptorBits);
      for (int f = 0; f < flips; ++f) {
        const int bit = random->Below(kDescriptorBits);
        d[bit / 8] = static_cast<uint8_t>(d[bit / 8] ^ (1U << (bit % 8)));
      }
    }
    if (random->Below(8) == 0) {
      for (uint8_t& byte : d) byte = static_cast<uint8_t>(~byte);
    }
    for (size_t b = 0; b < kDescriptorBytes; ++b) {
      planes[k / kBlock * kBlockBytes + b * kBlock + k % kBlock] = d[b];
    }
  }
}

TEST_P(KernelsOn, GivesTheBytesOfTheReference) {
  ASSERT_STREQ(ScreenTarget(), hwy::TargetName(GetParam()));
  test::Random random(7);
  const size_t counts[] = {0, 1, 2, 3, 17, 40, 41, 255};
  for (const size_t blocks : {1, 2, 5}) {
    for (const size_t count : counts) {
      const auto descriptors = RandomDescriptors(&random, count);
      const ProbeCode probe(descriptors);
      auto planes = hwy::AllocateAligned<uint8_t>(blocks * kBlockBytes);
      Fill(&random, descriptors, blocks, planes.get());
      // A byte more than is asked for, which must stay as it is.
      std::vector<uint8_t> expected(blocks * kBlock + 1, 99);
      std::vector<uint8_t> actual(blocks * kBlock + 1, 99);
      ScreenScalar(planes.get(), blocks, probe, expected.data());
      Screen(planes.get(), blocks, probe, actual.data());
      EXPECT_EQ(actual, expected) << blocks << " blocks, " << count << " minutiae";
      if (count == 0) continue;

      const size_t cells = blocks * kBlock * probe.padded_count();
      expected.assign(cells + 1, 99);
      actual.assign(cells + 1, 99);
      MeasureAllScalar(planes.get(), blocks, probe, expected.data());
      MeasureAll(planes.get(), blocks, probe, actual.data());
      EXPECT_EQ(actual, expected) << blocks << " blocks, " << count << " minutiae";
    }
  }
}

TEST_P(KernelsOn, FindsTheNearPairsOfTheReference) {
  test::Random random(9);
  const size_t counts[] = {0, 1, 2, 3, 4, 5, 6, 7, 40, 255};
  for (const size_t count : counts) {
    const auto descriptors = RandomDescriptors(&random, count);
    const ProbeCode probe(descriptors);
    auto planes = hwy::AllocateAligned<uint8_t>(kBlockBytes);
    Fill(&random, descriptors, 1, planes.get());
    for (const int limit : {1, kNearBits, kDistanceMax + 1}) {
      std::vector<uint32_t> expected(count * kBlock + 1, 99);
      std::vector<uint32_t> actual = expected;
      const size_t found = FindNearScalar(planes.get(), probe, limit, expected.data());
      ASSERT_EQ(FindNear(planes.get(), probe, limit, actual.data()), found);
      EXPECT_TRUE(limit <= kDistanceMax || found == count * kBlock);
      EXPECT_EQ(actual[found], 99u);
      std::sort(expected.begin(), expected.begin() + static_cast<ptrdiff_t>(found));
      std::sort(actual.begin(), actual.begin() + static_cast<ptrdiff_t>(found));
      EXPECT_EQ(actual, expected) << count << " minutiae, limit " << limit;
    }
  }
}

TEST_P(KernelsOn, AddsTheWavesOfTheReference) {
  test::Random random(8);
  constexpr size_t kCount = 9 * kWavesAbreast;
  std::vector<uint16_t> factors(4 * kCount);
  for (int round = 0; round < 200; ++round) {
    for (uint16_t& factor : factors) factor = static_cast<uint16_t>(random.Below(65'536));
    const WaveTable waves{&factors[0], &factors[kCount], &factors[2 * kCount], &factors[3 * kCount],
                          kCount};
    // Every height from crest to trough, by phase alone, and any neighbour.
    Neighbour neighbour;
    if (round > 0) {
      neighbour = {static_cast<uint16_t>(random.Below(65'536)),
                   static_cast<uint16_t>(random.Below(65'536)),
                   static_cast<uint16_t>(random.Below(65'536)), 0};
    } else {
      factors[3 * kCount] = 32'768;
      factors[3 * kCount + 1] = 0;
    }
    neighbour.weight = static_cast<int16_t>(random.Between(0, kWaveWeightMax));
    // A sum more than is asked for, which must stay as it is.
    std::vector<int32_t> expected(kCount + 1, -1'000'000'000);
    std::vector<int32_t> actual = expected;
    AddWavesScalar(waves, neighbour, expected.data());
    AddWaves(waves, neighbour, actual.data());
    ASSERT_EQ(actual, expected);
  }
}

INSTANTIATE_TEST_SUITE_P(Targets, KernelsOn, testing::ValuesIn(ScreenTargets()),
                         [](const testing::TestParamInfo<int64_t>& target) {
                           return std::string(hwy::TargetName(target.param));
                         });

TEST(ScreenScalar, GivesNothingForAnEmptyProbe) {
  const ProbeCode probe({});
  std::vector<uint8_t> planes(kBlockBytes, 0);
  std::vector<uint8_t> strengths(kBlock, 99);
  ScreenScalar(planes.data(), 1, probe, strengths.data());
  EXPECT_EQ(strengths, std::vector<uint8_t>(kBlock, 0));
}

TEST(ScreenScalar, GivesAllBitsToAnEqualDescriptor) {
  const ProbeCode probe({Descriptor{}});
  std::vector<uint8_t> planes(kBlockBytes, 0);
  planes[3] = 0x17;  // four bits of the fourth minutia
  std::vector<uint8_t> strengths(kBlock);
  ScreenScalar(planes.data(), 1, probe, strengths.data());
  EXPECT_EQ(strengths[0], kNearBits);
  EXPECT_EQ(strengths[3], kNearBits - 4);
}

}  // namespace
}  // namespace taanu::gallery
