// The header of a file of protocols: which column holds what.
//
// Internal to service/reconcile. Thread-safety: plain values and pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "service/reconcile/protocol.h"
#include "service/reconcile/protocol_csv.h"

namespace taanu::reconcile {

// A column of one of the five counts, and the figure that it fills.
struct CountColumn {
  size_t index = 0;
  std::string name;
  std::optional<uint64_t> Protocol::*figure = nullptr;
};

struct ChoiceColumn {
  size_t index = 0;
  std::string contest;
  std::string choice;
};

struct ProtocolColumns {
  size_t column_count = 0;
  size_t precinct = 0;
  size_t source = 0;
  std::vector<CountColumn> counts;
  std::vector<ChoiceColumn> choices;
};

// Adds what is wrong with the header to `problems`; the columns may be used where that is nothing.
ProtocolColumns ReadColumns(const std::vector<std::string>& header, uint64_t line,
                            std::vector<ProtocolProblem>* problems);

}  // namespace taanu::reconcile
