#include "matcher/compare/comparator.h"

#include "matcher/compare/engine.h"
#include "matcher/compare/prepared.h"

namespace taanu {

std::string_view AlgorithmVersion() { return "taanu-compare-8"; }

struct Comparator::Scratch {
  compare::Engine engine;
};

Comparator::Comparator() : scratch_(std::make_unique<Scratch>()) {}
Comparator::~Comparator() = default;

double Comparator::Compare(const Prepared& probe, const Prepared& reference) {
  return compare::FinalScore(scratch_->engine.Run(probe.data(), reference.data()));
}

double Comparator::Explain(const Prepared& probe, const Prepared& reference,
                           std::vector<MinutiaPair>* pairs) {
  const compare::Engine::Outcome outcome = scratch_->engine.Run(probe.data(), reference.data());
  pairs->clear();
  if (outcome.alignment != nullptr) {
    for (int k = 0; k < outcome.alignment->pair_count(); ++k) {
      const compare::FittedPair& p = outcome.alignment->pair(k);
      pairs->push_back({probe.data().indices[p.probe], reference.data().indices[p.reference]});
    }
  }
  return compare::FinalScore(outcome);
}

}  // namespace taanu
