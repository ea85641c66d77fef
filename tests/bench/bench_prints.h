// The prints that benchmarks run on: impressions of synthetic fingers, extracted by the project's
// own extractor, the same in every run.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "enroll/image/image.h"
#include "matcher/compare/comparator.h"
#include "matcher/template.h"

namespace taanu::bench {

struct BenchPrint {
  GrayImage image;
  FingerView view;
  Prepared prepared;
};

// Two impressions of each of kFingers fingers: print 2k and 2k + 1 are of finger k.
inline constexpr int kFingers = 48;
const std::vector<BenchPrint>& BenchPrints();

// "mean 40.2; 5 %, 25 %, 50 %, 75 %, 95 %: 25, 34, 40, 47, 58; 18 to 66" of any counts; changes
// their order.
std::string Distribution(std::vector<size_t> counts);

// The same of the minutiae of all prints.
std::string MinutiaeDistribution();

}  // namespace taanu::bench
