// write_golden_scores: prints tests/conformance/golden_scores.csv anew.
#include <cstdio>

#include "tests/conformance/golden_scores.h"

int main() {
  for (const auto& line : taanu::test::GoldenLines()) std::printf("%s\n", line.c_str());
  return 0;
}
