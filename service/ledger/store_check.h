// The full check of a store: the file, every seal, every count, imported protocols, and the tree of
// the audit log.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "enroll/store/connection.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"
#include "service/audit/merkle.h"
#include "service/audit/note.h"

namespace taanu {

struct StoreCheck {
  // A sentence each, without anything that names a person; at most kProblemsMax.
  std::vector<std::string> problems;
  uint64_t voter_count = 0;      // whose seals were opened
  uint64_t reference_count = 0;  // whose seals were opened
  uint64_t log_size = 0;
  merkle::Hash log_root{};  // computed from the leaves
};

inline constexpr int kProblemsMax = 100;

// Reads everything, inside the transaction of the caller. Without a vault, seals stay closed and
// the counts of them 0; without the audit log's key, signatures of its checkpoints are not checked.
// Errors: those of the store, where it cannot be read at all.
Result<StoreCheck> CheckStore(Connection& connection, const Vault* vault,
                              const note::VerifierKey* audit_key = nullptr);

}  // namespace taanu
