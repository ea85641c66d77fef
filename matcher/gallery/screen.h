// The screening kernel: how near the nearest minutia of the probe is to each of a gallery's
// minutiae.
//
// Minutiae lie in blocks of kBlock, byte k of all their descriptors together, and one print after
// another, so that no vector is partly empty and a minimum needs no step across a vector. Whole
// numbers: every target gives the same bytes as ScreenScalar. Nothing is allocated.
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

// Minutiae whose nearest one differs in this many bits or more count for nothing: unrelated
// descriptors differ in half of their bits, and the nearest of 40 in about 0.4 of them. Tuned
// together with the descriptor (descriptor.h): 0.4 of the bits was the best of 0.25 to 0.4.
inline constexpr int kNearBits = 77;

// For each minutia of `blocks` blocks at `planes`: kNearBits less its distance from the probe's
// nearest minutia, or 0 where that is negative or the probe is empty. Runs on the best target of
// this processor.
void Screen(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* strengths);

// The reference: the same, written plainly.
void ScreenScalar(const uint8_t* planes, size_t blocks, const ProbeCode& probe, uint8_t* strengths);

// Highway's numbers of the targets that Screen has a kernel for and this processor can run.
std::vector<int64_t> ScreenTargets();

// The name of the target that Screen uses, such as AVX2.
const char* ScreenTarget();

}  // namespace taanu::gallery
