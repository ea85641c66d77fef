// Every target's kernels against the scalar reference, on descriptors and neighbours of any bytes.
//
// The input: how many minutiae the probe has, then its descriptors with weights, a neighbour and
// its waves, which are projected as well, and what is left is the gallery, all short of bytes
// filled up by zeros.
#include <hwy/targets.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "matcher/gallery/projection.h"
#include "matcher/gallery/screen.h"
#include "matcher/gallery/wave_kernel.h"

namespace {

using taanu::gallery::kBlock;
using taanu::gallery::kBlockBytes;
using taanu::gallery::kWavesAbreast;
using taanu::gallery::WeighedDescriptor;

class Input {
 public:
  Input(const uint8_t* data, size_t size) : data_(data), size_(size) {}

  size_t size() const { return size_; }
  void Take(void* to, size_t bytes) {
    std::memset(to, 0, bytes);
    const size_t there = std::min(bytes, size_);
    if (there == 0) return;
    std::memcpy(to, data_, there);
    data_ += there;
    size_ -= there;
  }

 private:
  const uint8_t* data_;
  size_t size_;
};

struct alignas(kBlock) Block {
  uint8_t bytes[kBlockBytes];
};

// Runs `work` once for each target, and gives the dispatch back afterwards.
template <typename Work>
void OnEveryTarget(const Work& work) {
  for (const int64_t target : taanu::gallery::ScreenTargets()) {
    hwy::SetSupportedTargetsForTest(target);
    hwy::GetChosenTarget().Update(hwy::SupportedTargets());
    work();
  }
  hwy::SetSupportedTargetsForTest(0);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

void Expect(bool same) {
  if (!same) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Input input(data, size);
  uint8_t count = 0;
  input.Take(&count, 1);
  std::vector<WeighedDescriptor> descriptors(count);
  for (WeighedDescriptor& d : descriptors) {
    input.Take(d.bits.data(), d.bits.size());
    input.Take(d.weights.data(), d.weights.size());
  }
  taanu::gallery::Neighbour neighbour;
  input.Take(&neighbour.x, 2);
  input.Take(&neighbour.y, 2);
  input.Take(&neighbour.direction, 2);
  uint8_t weight = 0;
  input.Take(&weight, 1);
  neighbour.weight = static_cast<int16_t>(weight % (taanu::gallery::kWaveWeightMax + 1));
  std::vector<uint16_t> factors(4 * kWavesAbreast);
  input.Take(factors.data(), factors.size() * sizeof(uint16_t));
  std::vector<Block> blocks(1 + std::min<size_t>(input.size() / kBlockBytes, 3));
  for (Block& block : blocks) input.Take(block.bytes, kBlockBytes);

  const taanu::gallery::ProbeCode probe(descriptors);
  std::vector<uint8_t> expected(blocks.size() * kBlock);
  taanu::gallery::ScreenScalar(blocks[0].bytes, blocks.size(), probe, expected.data());
  std::vector<uint32_t> expected_near(std::max<size_t>(1, count * kBlock));
  expected_near.resize(taanu::gallery::FindNearScalar(
      blocks[0].bytes, probe, taanu::gallery::kNearBits, expected_near.data()));
  std::sort(expected_near.begin(), expected_near.end());
  const taanu::gallery::WaveTable waves{&factors[0], &factors[kWavesAbreast],
                                        &factors[2 * kWavesAbreast], &factors[3 * kWavesAbreast],
                                        kWavesAbreast};
  std::vector<int32_t> expected_sums(kWavesAbreast, 0);
  taanu::gallery::AddWavesScalar(waves, neighbour, expected_sums.data());
  // Some of the first and of the last minutiae are not asked for.
  const size_t lanes = blocks.size() * kBlock - count % kBlock;
  const size_t begin = count / 4;
  std::vector<uint16_t> views(lanes);
  for (size_t k = 0; k < lanes; ++k) views[k] = static_cast<uint16_t>(k * 7 % 13);
  std::vector<uint16_t> expected_votes(13, 0);
  taanu::gallery::VoteScalar(blocks[0].bytes, begin, lanes, probe, views.data(),
                             expected_votes.data());
  // Of 12 bits, so that no sum of products is too large.
  std::vector<int16_t> matrix(factors.begin(), factors.end());
  for (int16_t& number : matrix) number = static_cast<int16_t>(number >> 4);
  constexpr size_t kRows = taanu::gallery::kProjectRows;
  std::vector<int32_t> expected_products(kRows);
  taanu::gallery::ProjectScalar(matrix.data(), kRows, matrix.data(), kWavesAbreast,
                                expected_products.data());
  OnEveryTarget([&] {
    std::vector<uint16_t> votes(13, 0);
    taanu::gallery::Vote(blocks[0].bytes, begin, lanes, probe, views.data(), votes.data());
    Expect(votes == expected_votes);
    std::vector<int32_t> products(kRows);
    taanu::gallery::Project(matrix.data(), kRows, matrix.data(), kWavesAbreast, products.data());
    Expect(products == expected_products);
    std::vector<uint8_t> strengths(expected.size(), 99);
    taanu::gallery::Screen(blocks[0].bytes, blocks.size(), probe, strengths.data());
    Expect(strengths == expected);
    std::vector<uint32_t> near(std::max<size_t>(1, count * kBlock));
    near.resize(
        taanu::gallery::FindNear(blocks[0].bytes, probe, taanu::gallery::kNearBits, near.data()));
    std::sort(near.begin(), near.end());
    Expect(near == expected_near);
    std::vector<int32_t> sums(kWavesAbreast, 0);
    taanu::gallery::AddWaves(waves, neighbour, sums.data());
    Expect(sums == expected_sums);
  });
  return 0;
}
