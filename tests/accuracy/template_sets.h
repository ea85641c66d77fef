// Sets of templates in the naming of the Fingerprint Verification Competitions, and their pairs.
//
// Thread-safety: plain values; ScorePairs uses threads of its own and returns when they are done.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "matcher/compare/comparator.h"
#include "matcher/compare/engine.h"
#include "matcher/error.h"

namespace taanu::accuracy {

// One impression; files are named <finger>_<impression>.<any ending>.
struct Print {
  std::string set;  // the folder, relative to where the search began
  int finger = 0;
  int impression = 0;
  FingerView view;
  Prepared prepared;
};

struct TemplateSet {
  std::string name;
  std::vector<Print> prints;  // by finger, then impression
};

// Every folder at or below `root` that holds such files is a set; sets are sorted by name.
// Errors: kNotFound where there is none; kBadInput, naming the file, where one cannot be decoded.
Result<std::vector<TemplateSet>> ReadTemplateSets(const std::filesystem::path& root);

// The same prints cut down to a part each, of 8 to 31 minutiae around a place that follows from
// finger and impression: what a small sensor or a finger at the edge of it would have seen.
TemplateSet PartialPrints(const TemplateSet& set);

struct PrintPair {
  const Print* probe = nullptr;
  const Print* reference = nullptr;
  bool mated = false;
};

// All pairs of impressions within a set, each once.
std::vector<PrintPair> PairsWithin(const TemplateSet& set);

// Pairs of a whole print and a part of another, and non-mated ones of two parts; `parts` are the
// PartialPrints of `set`.
std::vector<PrintPair> PartialPairs(const TemplateSet& set, const TemplateSet& parts);

// All non-mated pairs within and across sets, each once. Finger 108 of fvc2002/DB3_B against finger
// 102 of fvc2004/DB3_B is left out: they are very likely the same finger.
std::vector<PrintPair> NonMatedPairs(const std::vector<TemplateSet>& sets);

// What the engine finds for each pair, in order, on `threads` threads.
std::vector<compare::Engine::Outcome> ScorePairs(const std::vector<PrintPair>& pairs, int threads);

// Calibrated scores of the pairs that are mated (or not).
std::vector<double> Scores(const std::vector<PrintPair>& pairs,
                           const std::vector<compare::Engine::Outcome>& outcomes, bool mated);

}  // namespace taanu::accuracy
