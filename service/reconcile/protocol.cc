#include "service/reconcile/protocol.h"

namespace taanu::reconcile {

std::string_view SourceName(Source source) { return source == Source::kHand ? "hand" : "machine"; }

std::vector<NamedFigure> FiguresOf(const Protocol& protocol) {
  std::vector<NamedFigure> figures = {{"issued", protocol.issued},
                                      {"spoiled", protocol.spoiled},
                                      {"found_in_box", protocol.in_box},
                                      {"counted_by_machine", protocol.by_machine},
                                      {"counted_by_hand", protocol.by_hand}};
  for (const ChoiceVotes& choice : protocol.votes) {
    figures.push_back({choice.contest + "/" + choice.choice, choice.votes});
  }
  return figures;
}

}  // namespace taanu::reconcile
