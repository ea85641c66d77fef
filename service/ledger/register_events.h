// Entries of the audit log after which a voter's references may have changed, read from a place
// that is kept in the file.
//
// Thread-safety: a Connection belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <vector>

#include "enroll/store/connection.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu {

struct RegisterEvents {
  uint64_t first = 0;  // the place that was kept
  uint64_t next = 0;   // the place behind the entries that were read
  // Those who were enrolled, enrolled again, put back, taken off or erased; each once.
  std::vector<KeyedReference> voters;
};

// The next entries, at most `limit`. Errors: those of the store; kInternal (AUDIT_LOG_DAMAGED).
Result<RegisterEvents> NextRegisterEvents(Connection& connection, int limit);

// Keeps the place; it never goes back. Errors: those of the store.
Status SetNextRegisterEvent(Connection& connection, uint64_t next);

}  // namespace taanu
