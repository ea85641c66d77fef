#include "tests/bench/bench_prints.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "enroll/extract/extractor.h"
#include "enroll/synth/synth.h"

namespace taanu::bench {
namespace {

BenchPrint MakePrint(const SyntheticFinger& finger, uint64_t impression) {
  GrayImage image = finger.Impression(impression);
  auto extraction = Extract(image);
  if (!extraction) throw std::runtime_error(extraction.error().message);
  Prepared prepared(extraction->view);
  return {std::move(image), std::move(extraction->view), std::move(prepared)};
}

}  // namespace

const std::vector<BenchPrint>& BenchPrints() {
  static const std::vector<BenchPrint> prints = [] {
    std::vector<BenchPrint> made;
    for (uint64_t k = 0; k < kFingers; ++k) {
      const SyntheticFinger finger(k);
      made.push_back(MakePrint(finger, 0));
      made.push_back(MakePrint(finger, 1));
    }
    return made;
  }();
  return prints;
}

std::string Distribution(std::vector<size_t> counts) {
  if (counts.empty()) return "none";
  std::sort(counts.begin(), counts.end());
  const auto sum = std::accumulate(counts.begin(), counts.end(), size_t{0});
  const auto at = [&counts](double share) {
    return counts[static_cast<size_t>(share * static_cast<double>(counts.size() - 1))];
  };
  std::array<char, 160> text{};
  std::snprintf(text.data(), text.size(),
                "mean %.1f; 5 %%, 25 %%, 50 %%, 75 %%, 95 %%: %zu, %zu, %zu, %zu, %zu; %zu to %zu",
                static_cast<double>(sum) / static_cast<double>(counts.size()), at(0.05), at(0.25),
                at(0.5), at(0.75), at(0.95), counts.front(), counts.back());
  return text.data();
}

std::string MinutiaeDistribution() {
  std::vector<size_t> counts;
  for (const BenchPrint& print : BenchPrints()) counts.push_back(print.view.minutiae.size());
  return Distribution(std::move(counts));
}

}  // namespace taanu::bench
