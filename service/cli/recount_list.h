// The lists of precincts that a recount is drawn from.
//
// Thread-safety: pure functions.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu::cli {

// Precincts by stratum; one list under the empty name where there are no strata.
using PrecinctLists = std::map<std::string, std::vector<std::string>>;

// One identifier to a line; empty lines are passed over. Errors: kBadInput (BAD_LIST) with the
// line.
Result<PrecinctLists> ReadPrecinctLines(std::string_view text);

// CSV with the columns `precinct` and `stratum`. Errors: kBadInput (BAD_LIST) with the line.
Result<PrecinctLists> ReadStrata(std::string_view text);

}  // namespace taanu::cli
