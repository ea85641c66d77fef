// Every precinct of the election, over as many pages as there are.
#pragma once

#include <vector>

#include "matcher/error.h"
#include "service/cli/remote.h"
#include "taanu/v1/election.pb.h"

namespace taanu::cli {

// In the order of their identifiers. Errors: as Call.
Result<std::vector<v1::Precinct>> ListPrecincts(const Remote& remote);

}  // namespace taanu::cli
