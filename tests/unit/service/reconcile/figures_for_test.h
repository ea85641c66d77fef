// A precinct whose figures all agree: 100 voters, of whom 60 were identified and got a ballot; one
// of these was spoiled.
#pragma once

#include <string>

#include "service/reconcile/figures.h"

namespace taanu::reconcile {

inline ImportedProtocol Version(Protocol protocol, uint64_t import_id) {
  ImportedProtocol version;
  version.protocol = std::move(protocol);
  version.import_id = import_id;
  version.time_us = static_cast<int64_t>(1'000'000 * import_id);
  version.event_index = 100 + import_id;
  return version;
}

inline PrecinctFigures AgreeingPrecinct(const std::string& id = "P1") {
  PrecinctFigures precinct;
  precinct.precinct_id = id;
  precinct.polls = rules::PollsState::kClosed;
  precinct.open_time_us = 1000;
  precinct.close_time_us = 2000;
  precinct.voter_count = 100;
  precinct.by_finger = 57;
  precinct.by_fallback = 2;
  precinct.by_finger_search = 1;
  precinct.slip_count = 60;
  precinct.sealed = 60;
  Protocol machine;
  machine.precinct_id = id;
  machine.source = Source::kMachine;
  machine.by_machine = 59;
  machine.votes = {{"President", "A", 30}, {"President", "B", 25}};
  Protocol hand = machine;
  hand.source = Source::kHand;
  hand.by_machine.reset();
  hand.by_hand = 59;
  hand.issued = 60;
  hand.spoiled = 1;
  hand.in_box = 59;
  precinct.machine = {Version(machine, 1)};
  precinct.hand = {Version(hand, 2)};
  return precinct;
}

inline Protocol& Machine(PrecinctFigures& precinct) { return precinct.machine.back().protocol; }
inline Protocol& Hand(PrecinctFigures& precinct) { return precinct.hand.back().protocol; }

}  // namespace taanu::reconcile
