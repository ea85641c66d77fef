// The figures as JSON, as service/observers/README.md documents it.
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>

#include "service/observers/figures.h"

namespace taanu::observers {

using Json = nlohmann::ordered_json;

// RFC 3339, UTC, full seconds; null where `time_us` is 0.
Json TimeJson(int64_t time_us);

// The whole election: what the page shows first, and what it is told as it moves.
Json SummaryJson(const Figures& figures);

// A line for each precinct, with what its count is and where that comes from.
Json PrecinctsJson(const Figures& figures);

// All that is told of one precinct; `place` is its place in the report.
Json PrecinctJson(const Figures& figures, size_t place);

// Log, ballots and counts side by side, of precincts that have closed or reported, and every total
// that moved.
Json ReconciliationJson(const Figures& figures);

// "AGREES", and so on.
std::string StateName(reconcile::State state);
std::string PollsName(rules::PollsState state);

// Of one object, without what is not UTF-8.
std::string Dump(const Json& json);

}  // namespace taanu::observers
