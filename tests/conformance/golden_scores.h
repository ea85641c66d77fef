// The comparisons whose scores are kept in golden_scores.csv.
#pragma once

#include <string>
#include <vector>

namespace taanu::test {

// Lines "name,score" with 17 significant digits, which tell any two doubles apart, in a fixed
// order, after a first line with the version of the algorithm.
std::vector<std::string> GoldenLines();

}  // namespace taanu::test
