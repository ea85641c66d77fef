// Corrections of sealed totals as figures of precincts.
//
// Internal to service/ledger. Thread-safety: as Connection.
#pragma once

#include <cstdint>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"
#include "service/reconcile/figures.h"

namespace taanu {

// Adds every correction that was logged up to `until_us` to its precinct, in their order; those of
// precincts that are not in the list are passed over. `precincts` are in the order of their
// identifiers.
Status AddCorrections(Connection& connection, int64_t until_us,
                      std::vector<reconcile::PrecinctFigures>* precincts);

}  // namespace taanu
