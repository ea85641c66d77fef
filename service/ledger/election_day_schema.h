// The tables of election day: fallbacks, sessions of stations, officers, corrections of totals.
#pragma once

#include <vector>

#include "enroll/store/database.h"

namespace taanu {

std::vector<Migration> ElectionDayMigrations();

}  // namespace taanu
