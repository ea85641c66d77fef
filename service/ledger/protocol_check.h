// Whether imported protocols are still what was imported.
//
// Thread-safety: as Connection.
#pragma once

#include <string>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"

namespace taanu {

// Reads every import: its file has the digest that the log has, and read again it gives the rows
// that figures are computed from. A sentence for each that does not. Errors: those of the store.
Result<std::vector<std::string>> CheckProtocols(Connection& connection);

}  // namespace taanu
