// Every target that this processor can run gives the reference's bytes.
#include "matcher/gallery/screen.h"
#include "matcher/gallery/projection.h"
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

Descriptor RandomBits(test::Random* random) {
  Descriptor bits;
  for (uint8_t& byte : bits) byte = static_cast<uint8_t>(random->Below(256));
  return bits;
}

// Of weights about as they are in prints, but for some that count all bits once.
std::vector<WeighedDescriptor> RandomDescriptors(test::Random* random, size_t count) {
  std::vector<WeighedDescriptor> descriptors(count);
  for (size_t k = 0; k < count; ++k) {
    descriptors[k].bits = RandomBits(random);
    if (k % 4 == 3) continue;
    for (uint8_t& weight : descriptors[k].weights) {
      weight = static_cast<uint8_t>(random->Below(random->Below(8) == 0 ? 256 : 110));
    }
  }
  return descriptors;
}

// Blocks whose minutiae are near the probe's, far from them, and opposite to them.
void Fill(test::Random* random, const std::vector<WeighedDescriptor>& probe, size_t blocks,
          uint8_t* planes) {
  for (size_t k = 0; k < blocks * kBlock; ++k) {
    Descriptor d = RandomBits(random);
    const int kind = random->Below(4);
    if (!probe.empty() && kind > 0) {
      d = probe[random->Next() % probe.size()].bits;
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

TEST_P(KernelsOn, VotesAsTheReferenceDoes) {
  test::Random random(11);
  constexpr size_t kBlocks = 3;
  for (const size_t count : {0, 1, 2, 3, 4, 5, 6, 40}) {
    const auto descriptors = RandomDescriptors(&random, count);
    const ProbeCode probe(descriptors);
    // A block more than is asked for, which is fetched but must not count.
    auto planes = hwy::AllocateAligned<uint8_t>((kBlocks + 1) * kBlockBytes);
    Fill(&random, descriptors, kBlocks + 1, planes.get());
    for (const size_t begin : {0, 1, 16, 63, 65}) {
      for (const size_t end : {0, 1, 15, 16, 31, 33, 63, 64, 66, 191, 192}) {
        std::vector<uint16_t> views(kBlocks * kBlock);
        for (uint16_t& view : views) view = static_cast<uint16_t>(random.Below(9));
        std::vector<uint16_t> expected(9, 7);
        std::vector<uint16_t> actual = expected;
        VoteScalar(planes.get(), begin, end, probe, views.data(), expected.data());
        Vote(planes.get(), begin, end, probe, views.data(), actual.data());
        ASSERT_EQ(actual, expected) << begin << " to " << end << ", " << count << " minutiae";
      }
    }
  }
}

TEST_P(KernelsOn, ProjectsAsTheReferenceDoes) {
  test::Random random(12);
  constexpr size_t kRows = 3 * kProjectRows;
  for (const size_t count : {kProjectStep, 3 * kProjectStep, 8 * kProjectStep}) {
    std::vector<int16_t> numbers((kRows + 1) * count);
    for (int16_t& number : numbers) number = static_cast<int16_t>(random.Between(-2048, 2047));
    // A product more than is asked for, which must stay as it is.
    std::vector<int32_t> expected(kRows + 1, 99);
    std::vector<int32_t> actual = expected;
    ProjectScalar(numbers.data() + count, kRows, numbers.data(), count, expected.data());
    Project(numbers.data() + count, kRows, numbers.data(), count, actual.data());
    ASSERT_EQ(actual, expected);
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
  const ProbeCode probe(std::vector<WeighedDescriptor>{});
  std::vector<uint8_t> planes(kBlockBytes, 0);
  std::vector<uint8_t> strengths(kBlock, 99);
  ScreenScalar(planes.data(), 1, probe, strengths.data());
  EXPECT_EQ(strengths, std::vector<uint8_t>(kBlock, 0));
}

TEST(ScreenScalar, GivesAllBitsToAnEqualDescriptor) {
  const ProbeCode probe(std::vector<WeighedDescriptor>(1));
  std::vector<uint8_t> planes(kBlockBytes, 0);
  planes[3] = 0x17;  // four bits of the fourth minutia
  std::vector<uint8_t> strengths(kBlock);
  ScreenScalar(planes.data(), 1, probe, strengths.data());
  EXPECT_EQ(strengths[0], kNearBits);
  EXPECT_EQ(strengths[3], kNearBits - 4);
}

TEST(ProbeCode, OfSomeMinutiaeIsAsIfThereWereNoOthers) {
  test::Random random(5);
  const auto descriptors = RandomDescriptors(&random, 40);
  const ProbeCode all(descriptors);
  for (const std::vector<uint8_t>& chosen :
       {std::vector<uint8_t>{}, {0}, {39}, {1, 2}, {3, 4, 38}, {0, 1, 2, 3, 4}}) {
    std::vector<WeighedDescriptor> own;
    for (const uint8_t i : chosen) own.push_back(descriptors[i]);
    const ProbeCode expected(own);
    const ProbeCode actual(all, all.SingleRows(), chosen);
    ASSERT_EQ(actual.padded_count(), expected.padded_count());
    const size_t bytes = expected.padded_count() / 2 * ProbeCode::kNibbles * ProbeCode::kRow;
    EXPECT_TRUE(
        std::equal(actual.nibble_rows(), actual.nibble_rows() + bytes, expected.nibble_rows()));
  }
}

TEST(ProbeCode, HoldsTheDistancesOfNibbles) {
  test::Random random(6);
  const auto descriptors = RandomDescriptors(&random, 2);
  const ProbeCode code(descriptors);
  for (size_t n = 0; n < ProbeCode::kNibbles; ++n) {
    for (unsigned v = 0; v < ProbeCode::kRow; ++v) {
      const int entry = code.nibble_rows()[n * ProbeCode::kRow + v];
      ASSERT_EQ(entry & 15, NibbleDistance(descriptors[0], n, v));
      ASSERT_EQ(entry >> 4, NibbleDistance(descriptors[1], n, v));
    }
  }
}

}  // namespace
}  // namespace taanu::gallery
