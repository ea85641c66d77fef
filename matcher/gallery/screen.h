// The screening kernels: how far a gallery's minutiae are from a probe's.
//
// Minutiae lie in blocks of kBlock, byte k of all their descriptors together, and one print after
// another, so that no vector is partly empty and a minimum needs no step across a vector. Whole
// numbers: every target gives the same bytes as the scalar functions. Nothing is allocated.
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>

#include <vector>

#include "matcher/gallery/probe_code.h"

namespace taanu::gallery {

inline constexpr size_t kBlock = 64;
inline constexpr size_t kBlockBytes = kBlock * kDescriptorBytes;

// Minutiae whose distance is this or more count for nothing: unrelated descriptors are some 75
// apart, and the nearest of 40 about 60. Of 46, 52, 57, 60, 64 and more, 57 and 60 lost fewest
// mates.
inline constexpr int kNearBits = 58;

// For each minutia of `blocks` blocks at `planes`: kNearBits less its distance from the probe's
// nearest minutia, or 0 where that is negative or the probe is empty. Runs on the best target of
// this processor.
void Screen(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* strengths);

// Adds the same of each minutia from `begin` to before `end` to the votes of its view. No sum may
// exceed 16 bits.
void Vote(const uint8_t* planes, size_t begin, size_t end, const ProbeCode& probe,
          const uint16_t* views, uint16_t* votes);

// The distance of every minutia of `blocks` blocks from every minutia of the probe, at
// [i * blocks * kBlock + lane] for minutia i of the probe; room for padded_count() rows is needed.
void MeasureAll(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* distances);

// A minutia of a block and one of the probe that are near each other, packed: by how much, which of
// the ProbeCode's, and which lane of the block.
struct NearPair {
  static constexpr uint32_t Pack(size_t strength, size_t probe, size_t lane) {
    return static_cast<uint32_t>(strength << 16 | probe << 8 | lane);
  }
  static constexpr size_t Strength(uint32_t packed) { return packed >> 16; }
  static constexpr size_t Probe(uint32_t packed) { return packed >> 8 & 255; }
  static constexpr size_t Lane(uint32_t packed) { return packed & 255; }
};

// All pairs between one block and the probe whose distance is below `limit`, in any order; their
// strength is what it is below. `found` has room for kBlock times as many as the probe's minutiae,
// of which there are at most 255. Returns how many there are.
size_t FindNear(const uint8_t* planes, const ProbeCode& probe, int limit, uint32_t* found);

// The references: the same, written plainly.
void ScreenScalar(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* strengths);
void VoteScalar(const uint8_t* planes, size_t begin, size_t end, const ProbeCode& probe,
                const uint16_t* views, uint16_t* votes);
void MeasureAllScalar(const uint8_t* planes, size_t blocks, const ProbeCode& probe,
                      uint8_t* distances);
size_t FindNearScalar(const uint8_t* planes, const ProbeCode& probe, int limit, uint32_t* found);

// Highway's numbers of the targets that there are kernels for and this processor can run.
std::vector<int64_t> ScreenTargets();

// The name of the target that is used, such as AVX2.
const char* ScreenTarget();

}  // namespace taanu::gallery
