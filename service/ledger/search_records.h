// What is kept of an attempt's searches, so that a repeated request gets the very same answer, and
// a case names both voters.
//
// Thread-safety: a Connection belongs to one thread at a time.
#pragma once

#include <vector>

#include "enroll/store/connection.h"
#include "enroll/store/database.h"
#include "matcher/error.h"
#include "service/rules/ledger.h"

namespace taanu {

// The tables of searches.
std::vector<Migration> SearchMigrations();

// Writes the searches of an attempt that was written in the same transaction.
Status InsertSearches(Connection& connection, const rules::AttemptAnswer& answer);

// Gives an answer, which has its event index, the searches that were written with it.
Status ReadSearches(Connection& connection, rules::AttemptAnswer* answer);

}  // namespace taanu
