// What a fallback asks of the attempts before it.
#pragma once

#include <string_view>

#include "enroll/store/connection.h"
#include "matcher/error.h"
#include "service/rules/fallback.h"

namespace taanu {

// Attempts of this voter by a finger, in this precinct.
Result<rules::PriorAttempts> QueryPriorAttempts(Connection& connection, const KeyedReference& voter,
                                                std::string_view precinct_id);

// Accreditations by fallback in this precinct, by reason.
Result<rules::FallbackCounts> QueryFallbacks(Connection& connection, std::string_view precinct_id);

}  // namespace taanu
