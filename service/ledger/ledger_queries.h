// Queries that the transaction and the read side of the ledger share.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"
#include "service/rules/ledger.h"

namespace taanu {

Result<std::optional<rules::PrecinctRecord>> QueryPrecinct(Connection& connection,
                                                           std::string_view precinct_id);

// Precincts after `after` in the order of their identifiers.
Result<std::vector<rules::PrecinctRecord>> QueryPrecincts(Connection& connection,
                                                          std::string_view after, int limit);

Result<std::optional<rules::Accreditation>> QueryAccreditation(Connection& connection,
                                                               const KeyedReference& voter);

}  // namespace taanu
