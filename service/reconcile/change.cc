#include "service/reconcile/change.h"

#include <algorithm>

namespace taanu::reconcile {

std::vector<TotalChange> ChangesBetween(const ImportedProtocol& earlier,
                                        const ImportedProtocol& later) {
  const std::vector<NamedFigure> before = FiguresOf(earlier.protocol);
  const std::vector<NamedFigure> after = FiguresOf(later.protocol);
  const auto value_in = [](const std::vector<NamedFigure>& figures, const std::string& name) {
    const auto at = std::ranges::find(figures, name, &NamedFigure::name);
    return at == figures.end() ? std::nullopt : at->value;
  };
  std::vector<TotalChange> changes;
  const auto add = [&](const std::string& name, std::optional<uint64_t> was,
                       std::optional<uint64_t> is) {
    if (was == is) return;
    changes.push_back({std::string(SourceName(later.protocol.source)) + ": " + name, was, is,
                       later.time_us, later.event_index, later.import_id, later.reason});
  };
  for (const NamedFigure& figure : after) {
    add(figure.name, value_in(before, figure.name), figure.value);
  }
  for (const NamedFigure& figure : before) {
    const bool gone = std::ranges::find(after, figure.name, &NamedFigure::name) == after.end();
    if (gone) add(figure.name, figure.value, std::nullopt);
  }
  return changes;
}

std::vector<TotalChange> MovedTotals(const PrecinctFigures& precinct) {
  std::vector<TotalChange> changes;
  for (const Correction& correction : precinct.corrections) {
    changes.push_back({"identified", correction.before, correction.after, correction.time_us,
                       correction.event_index, 0, correction.reason});
  }
  for (const auto* versions : {&precinct.machine, &precinct.hand}) {
    for (size_t i = 1; i < versions->size(); ++i) {
      for (TotalChange& change : ChangesBetween((*versions)[i - 1], (*versions)[i])) {
        changes.push_back(std::move(change));
      }
    }
  }
  // The log's order, which a clock that was set cannot turn round.
  std::ranges::stable_sort(changes, {}, &TotalChange::event_index);
  return changes;
}

}  // namespace taanu::reconcile
