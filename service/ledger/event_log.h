// The audit log in the SQLite file: an RFC 6962 Merkle tree whose nodes are rows.
//
// Leaves are rows of `event`; every node above them is a row of `event_node`, written when it is
// complete. Nothing is held in memory, so that the log is always what the transaction says it is.
#pragma once

#include <cstdint>
#include <string_view>

#include "enroll/store/connection.h"
#include "matcher/error.h"
#include "service/audit/merkle.h"

namespace taanu {

// Entries in the log.
Result<uint64_t> LogSize(Connection& connection);

// Adds an entry, inside the caller's transaction, and gives its index.
Result<uint64_t> AppendEvent(Connection& connection, std::string_view leaf);

// Reads the nodes of the log's tree. `connection` must outlive it.
merkle::NodeReader LogNodes(Connection& connection);

// The root of the tree of the first `size` entries.
Result<merkle::Hash> LogRoot(Connection& connection, uint64_t size);

}  // namespace taanu
