#include "tests/conformance/golden_scores.h"

#include <cstdio>

#include "matcher/compare/comparator.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu::test {

std::vector<std::string> GoldenLines() {
  std::vector<std::string> lines = {"algorithm," + std::string(AlgorithmVersion())};
  Comparator comparator;
  auto add = [&](const std::string& name, const FingerView& probe, const FingerView& reference) {
    const double score = comparator.Compare(Prepared(probe), Prepared(reference));
    char number[64];
    std::snprintf(number, sizeof number, ",%.17g", score);
    lines.push_back(name + number);
  };
  // Prints of 3 to 160 minutiae; mates that lost more and more; strangers.
  for (const int count : {3, 8, 15, 25, 40, 60, 100, 160}) {
    for (uint64_t finger = 0; finger < 6; ++finger) {
      const std::string at = std::to_string(count) + "_" + std::to_string(finger);
      const FingerView probe = SyntheticView(1'000 * finger + 7, count);
      for (const int lost : {0, 20, 40, 60}) {
        FingerView mate = Impression(probe, 31 * finger + static_cast<uint64_t>(lost), lost);
        // A quarter turn needs no rounding.
        for (Minutia& m : mate.minutiae) {
          const int32_t x = m.x_um;
          m.x_um = m.y_um;
          m.y_um = 16'000 - x;
          m.angle = static_cast<uint16_t>(m.angle + 16'384);
        }
        add("mate_" + at + "_lost_" + std::to_string(lost), probe, mate);
      }
      for (uint64_t other = 0; other < 4; ++other) {
        add("stranger_" + at + "_" + std::to_string(other), probe,
            SyntheticView(77'777 + 1'000 * other + finger, count));
      }
    }
  }
  return lines;
}

}  // namespace taanu::test
