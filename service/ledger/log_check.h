// Whether the audit log in the SQLite file is what was written and signed: every entry, every node
// of its tree, every checkpoint that was kept.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"
#include "service/audit/merkle.h"
#include "service/audit/note.h"

namespace taanu {

struct LogPart {
  // Entries before it are taken by the nodes of their tree: 0, or the size of a kept checkpoint.
  uint64_t from = 0;
  // Entries from it on are left out; the size of a kept checkpoint, or all.
  uint64_t to = std::numeric_limits<uint64_t>::max();
  // Of the log: with it signatures are checked too. Not owned, may be null.
  const note::VerifierKey* key = nullptr;
};

struct LogCheck {
  uint64_t log_size = 0;  // where it ended
  merkle::Hash root{};    // of the entries up to there, computed from the leaves of the part
  // A sentence each, at most kLogProblemsMax.
  std::vector<std::string> problems;
};

inline constexpr size_t kLogProblemsMax = 20;

// Reads the entries of the part in their order, inside the caller's transaction: each against the
// hash beside it, all against the nodes of the tree, and those up to each kept checkpoint (also
// that of `from`) against what was signed. The hash of an entry that does not fit its text is noted
// and passed over; a missing entry ends the check. Errors: those of the store.
Result<LogCheck> CheckLogPart(Connection& connection, const LogPart& part);

}  // namespace taanu
