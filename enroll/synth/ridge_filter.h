// The bank of oriented, frequency-tuned filters with which ridges are grown, in whole numbers: sums
// of products of integers are the same in whatever order a compiler's vectors take them.
//
// Each is a Gabor filter with an isotropic envelope and no response to a constant. The envelope
// spans about three ridges, as in SFinGe (Cappelli, Maio, Maltoni, ICPR 2000).
//
// Thread-safety: immutable once made; Shared() may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace taanu::synth {

// The largest value of a ridge image: +kRidge on the middle of a ridge, -kRidge in a valley.
inline constexpr int kRidge = 4096;

class RidgeFilterBank {
 public:
  static constexpr int kOrientationBits = 6;
  static constexpr int kOrientations = 1 << kOrientationBits;
  // Periods are told apart by a quarter of a pixel of 500 dpi.
  static constexpr double kPeriodFirst = 6.5;
  static constexpr double kPeriodStep = 0.25;
  static constexpr int kPeriods = 21;
  // Rows are padded with zeros to this many coefficients, to fill vectors.
  static constexpr int kStride = 16;
  // Responses are in units of 1 / (1 << kShift) of the image's.
  static constexpr int kShift = 14;

  // `scale` is 1 for 500 dpi and 2 for 250 dpi; `radius` is at most 7. A pattern of the filter's
  // own period and orientation is multiplied by `gain`.
  RidgeFilterBank(int scale, int radius, double gain);

  int radius() const { return radius_; }

  // Which filter is for an orientation (units of pi / 65536) and a period (pixels of 500 dpi).
  static uint32_t Index(uint16_t orientation, double period);

  // The response at `centre`, a pixel of a ridge image with rows `pitch` apart; kStride - radius
  // readable pixels lie to its right, and radius in the other directions. May overflow neither
  // within nor after: |response| < 2^31 / 8 for images within +-kRidge.
  int32_t Response(uint32_t index, const int16_t* centre, ptrdiff_t pitch) const;

 private:
  void MakeFilter(double theta, double period, double gain, int16_t* out) const;

  int radius_;
  size_t size_;
  std::vector<int16_t> coefficients_;
};

inline int32_t RidgeFilterBank::Response(uint32_t index, const int16_t* centre,
                                         ptrdiff_t pitch) const {
  const int16_t* row = coefficients_.data() + index * size_;
  const int16_t* source = centre - radius_ * pitch - radius_;
  int32_t sum = 0;
  for (int i = 0; i <= 2 * radius_; ++i, row += kStride, source += pitch) {
    // Unrolled before it is vectorised, GCC would multiply one by one.
#pragma GCC unroll 1
    for (int k = 0; k < kStride; ++k) sum += int32_t{source[k]} * int32_t{row[k]};
  }
  return sum;
}

}  // namespace taanu::synth
