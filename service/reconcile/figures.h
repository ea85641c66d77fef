// What is known of one precinct at one moment: what the log says, and what was imported.
//
// Thread-safety: plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "enroll/store/sealing.h"  // KeyedReference
#include "service/reconcile/protocol.h"
#include "service/rules/election.h"

namespace taanu::reconcile {

// A sealed total that was moved after closing, by a logged entry with a reason.
struct Correction {
  int64_t time_us = 0;
  uint64_t event_index = 0;
  uint64_t before = 0;  // voters accredited, as the total was
  uint64_t after = 0;   // as it is from then on
  std::string reason = {};
  KeyedReference operator_ref{};
  KeyedReference second_officer_ref{};
};

// One version of a protocol. A later one supersedes it and never erases it.
struct ImportedProtocol {
  Protocol protocol;
  uint64_t import_id = 0;  // counted from 1; a later import has a higher one
  int64_t time_us = 0;
  uint64_t event_index = 0;
  std::array<uint8_t, 32> file_sha256{};
  KeyedReference operator_ref{};
  std::string reason = {};  // why earlier figures were replaced; empty where none were
};

struct PrecinctFigures {
  std::string precinct_id;
  rules::PollsState polls = rules::PollsState::kNotOpen;
  std::optional<int64_t> open_time_us;
  std::optional<int64_t> close_time_us;
  uint64_t close_event_index = 0;  // with close_time_us
  uint64_t voter_count = 0;        // on the roll

  // Accreditations, counted from the log, by method.
  uint64_t by_finger = 0;
  uint64_t by_fallback = 0;
  uint64_t by_finger_search = 0;
  int64_t last_accreditation_us = 0;    // 0: there is none
  uint64_t slip_count = 0;              // slips that were given
  std::optional<uint64_t> sealed;       // the total that closing sealed
  std::vector<Correction> corrections;  // in their order

  std::vector<ImportedProtocol> machine;  // every version, in the order of their imports
  std::vector<ImportedProtocol> hand;

  uint64_t Accredited() const { return by_finger + by_fallback + by_finger_search; }
  // Voters identified, as the precinct answers for it: the log's count, or what it was corrected
  // to.
  uint64_t Identified() const {
    return corrections.empty() ? Accredited() : corrections.back().after;
  }
  // The versions that hold; null where there is none.
  const Protocol* Machine() const { return machine.empty() ? nullptr : &machine.back().protocol; }
  const Protocol* Hand() const { return hand.empty() ? nullptr : &hand.back().protocol; }
};

}  // namespace taanu::reconcile
