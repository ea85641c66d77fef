// The 64 subbands of WSQ and the symmetric wavelet transform that puts them together.
//
// Source: FBI IAFIS-IC-0110 (V3), annex A.2 (wavelet transform, subband structure) and figure A.3;
// C. M. Brislawn, "Classification of nonexpansive symmetric extension transforms for multirate
// filter banks", Applied and Computational Harmonic Analysis 3 (1996). Internal to enroll/image.
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace taanu::image_internal {

inline constexpr size_t kWsqSubbands = 64;

// Symmetric synthesis filters of odd length, whole, in order of position.
struct WsqFilters {
  std::vector<float> low;
  std::vector<float> high;
};

// A rectangle of the plane, in coefficients.
struct WsqBand {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

// Where in the plane of coefficients each subband lies. Both sides must be at least 64.
std::array<WsqBand, kWsqSubbands> WsqSubbandsOf(int width, int height);

// Puts the subbands in `plane` (row-major, width * height) together to the image, in place. All
// arithmetic is in single precision and in the order of the reference decoder, so that its pixels
// come out bit for bit: for each sample the low-pass taps first, then the high-pass ones, both by
// ascending position. `with_diagonal` says whether subbands 60 to 63 hold anything.
void WsqSynthesize(std::span<float> plane, int width, int height, const WsqFilters& filters,
                   bool with_diagonal);

}  // namespace taanu::image_internal
