// The audit log as those who check it see it: signed checkpoints, and proofs.
#pragma once

#include <cstdint>
#include <string>

#include "enroll/store/database.h"
#include "matcher/error.h"
#include "service/audit/merkle.h"
#include "service/audit/proof.h"
#include "service/audit/signer.h"

namespace taanu {

struct Checkpoint {
  uint64_t log_size = 0;
  merkle::Hash root_hash{};
  std::string signed_note;
};

struct InclusionAnswer {
  uint64_t index = 0;
  merkle::Hash leaf_hash{};
  merkle::Proof hashes;
  Checkpoint checkpoint;
};

struct ConsistencyAnswer {
  uint64_t old_log_size = 0;
  merkle::Hash old_root_hash{};
  merkle::Proof hashes;
  Checkpoint checkpoint;  // of the later log
};

// A `log_size` of 0 is all that the log has now. Errors of every method: kNotFound (LOG_TOO_SHORT)
// where the log has not as many entries yet; kInternal (AUDIT_LOG_DAMAGED); those of the store.
// Thread-safety: may be used from any thread.
class AuditLog {
 public:
  // Neither is owned; both must outlive this.
  AuditLog(Database* database, const Signer* signer) : database_(*database), signer_(*signer) {}

  // Signs the head of the log, or of what the log was at `log_size`: the same tree has the same
  // text whenever it is signed.
  Result<Checkpoint> GetCheckpoint(uint64_t log_size = 0) const;

  // Errors: also kBadInput (BAD_INDEX).
  Result<InclusionAnswer> ProveInclusion(uint64_t index, uint64_t log_size) const;

  // Errors: also kBadInput (BAD_SIZE).
  Result<ConsistencyAnswer> ProveConsistency(uint64_t old_log_size, uint64_t log_size) const;

 private:
  Result<Checkpoint> Sign(Connection& connection, uint64_t log_size) const;

  Database& database_;
  const Signer& signer_;
};

}  // namespace taanu
