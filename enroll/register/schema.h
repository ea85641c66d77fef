// The tables of the register.
#pragma once

#include <vector>

#include "enroll/store/database.h"

namespace taanu {

// The migrations of the register. Their numbers are taken from one sequence that is shared with the
// tables of the election (service/ledger): a new one takes the next free number.
std::vector<Migration> RegisterMigrations();

}  // namespace taanu
