// The running table of election night: what is known as precincts close and report, each figure
// with its source and its time.
//
// Where a precinct has both, the count by hand stands before the machine's.
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "service/reconcile/report.h"

namespace taanu::reconcile {

// Where a figure comes from. Numbers as in taanu/v1/reconciliation_service.proto.
enum class FigureSource : uint8_t { kLog = 1, kMachine = 2, kHand = 3 };

struct SourcedFigure {
  uint64_t value = 0;
  FigureSource source = FigureSource::kLog;
  int64_t time_us = 0;  // when it was logged or imported; 0: nothing was yet
};

struct PreliminaryRow {
  std::string precinct_id;
  rules::PollsState polls = rules::PollsState::kNotOpen;
  State state = State::kNotClosed;
  uint64_t voter_count = 0;
  SourcedFigure identified;
  std::optional<SourcedFigure> ballots;  // counted; none before a protocol came
};

struct ChoiceTotal {
  std::string contest;
  std::string choice;
  uint64_t votes = 0;
  uint64_t hand_precincts = 0;     // precincts whose count by hand is in it
  uint64_t machine_precincts = 0;  // precincts whose machine count is in it
  int64_t time_us = 0;             // of the latest protocol in it
};

struct Preliminary {
  std::vector<PreliminaryRow> rows;
  uint64_t closed_count = 0;
  uint64_t reported_count = 0;  // precincts with a protocol
  uint64_t agreeing_count = 0;
  uint64_t differing_count = 0;
  uint64_t voters = 0;
  uint64_t identified = 0;
  uint64_t ballots = 0;
  std::vector<ChoiceTotal> choices;  // contests and choices in the order of their first protocol
};

Preliminary MakePreliminary(const Report& report);

}  // namespace taanu::reconcile
