// Pairs of prints to compare, of real ones where TAANU_DATA names some, and else of made-up ones.
//
// Which real prints is settled by a rule and not by hand: whole sets (an extractor's templates of
// one database) in the order of their mean number of minutiae, the smallest first, as many as keep
// the mean of all prints at 40 or below; every impression of each. So no probe is favoured, and the
// numbers are as far apart as they are in life.
//
// Thread-safety: plain values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "matcher/compare/comparator.h"
#include "matcher/template.h"

namespace taanu::bench {

struct BenchPairs {
  std::string source;        // what the prints are
  std::string distribution;  // of their minutiae
  std::vector<FingerView> views;
  std::vector<Prepared> prepared;
  // Indices of views; every pair of a set, each once, in an order in which no print follows
  // itself by design, so that nothing is in the cache but by chance.
  std::vector<std::pair<size_t, size_t>> mated;
  std::vector<std::pair<size_t, size_t>> non_mated;
  // Alternately mated and not.
  std::vector<std::pair<size_t, size_t>> mixed;
};

const BenchPairs& ThePairs();

}  // namespace taanu::bench
