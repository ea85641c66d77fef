// The tables of cases, of what people said about them, and of searches for double registrations.
#pragma once

#include <vector>

#include "enroll/store/database.h"

namespace taanu {

std::vector<Migration> CaseMigrations();

}  // namespace taanu
