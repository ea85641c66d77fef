#include "service/ledger/audit_log.h"

#include "enroll/store/connection.h"
#include "service/audit/note.h"
#include "service/ledger/event_log.h"

namespace taanu {
namespace {

// The size that is meant, which the log has reached.
Result<uint64_t> ReachedSize(Connection& connection, uint64_t log_size) {
  TAANU_ASSIGN_OR_RETURN(const uint64_t size, LogSize(connection));
  if (log_size == 0) return size;
  if (log_size <= size) return log_size;
  return Fail(ErrorCode::kNotFound, "LOG_TOO_SHORT",
              "the audit log has " + std::to_string(size) + " entries and never had " +
                  std::to_string(log_size) +
                  "; where you hold a checkpoint of that size, the log was cut or put back: keep "
                  "the checkpoint as evidence");
}

}  // namespace

Result<Checkpoint> AuditLog::Sign(Connection& connection, uint64_t log_size) const {
  Checkpoint checkpoint;
  checkpoint.log_size = log_size;
  TAANU_ASSIGN_OR_RETURN(checkpoint.root_hash, LogRoot(connection, log_size));
  checkpoint.signed_note =
      signer_.SignNote(note::CheckpointText(signer_.name(), log_size, checkpoint.root_hash));
  return checkpoint;
}

Result<Checkpoint> AuditLog::GetCheckpoint(uint64_t log_size) const {
  Checkpoint checkpoint;
  TAANU_RETURN_IF_ERROR(database_.Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const uint64_t size, ReachedSize(connection, log_size));
    TAANU_ASSIGN_OR_RETURN(checkpoint, Sign(connection, size));
    return {};
  }));
  return checkpoint;
}

Result<InclusionAnswer> AuditLog::ProveInclusion(uint64_t index, uint64_t log_size) const {
  InclusionAnswer answer;
  answer.index = index;
  TAANU_RETURN_IF_ERROR(database_.Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const uint64_t size, ReachedSize(connection, log_size));
    const merkle::NodeReader nodes = LogNodes(connection);
    TAANU_ASSIGN_OR_RETURN(answer.hashes, merkle::InclusionProof(index, size, nodes));
    TAANU_ASSIGN_OR_RETURN(answer.leaf_hash, nodes({0, index}));
    TAANU_ASSIGN_OR_RETURN(answer.checkpoint, Sign(connection, size));
    return {};
  }));
  return answer;
}

Result<ConsistencyAnswer> AuditLog::ProveConsistency(uint64_t old_log_size,
                                                     uint64_t log_size) const {
  ConsistencyAnswer answer;
  answer.old_log_size = old_log_size;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const uint64_t size, ReachedSize(connection, log_size));
    // Where the caller remembers more than the log has, that is what it must be told.
    if (log_size == 0) TAANU_RETURN_IF_ERROR(ReachedSize(connection, old_log_size));
    TAANU_ASSIGN_OR_RETURN(answer.hashes,
                           merkle::ConsistencyProof(old_log_size, size, LogNodes(connection)));
    TAANU_ASSIGN_OR_RETURN(answer.old_root_hash, LogRoot(connection, old_log_size));
    TAANU_ASSIGN_OR_RETURN(answer.checkpoint, Sign(connection, size));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  return answer;
}

}  // namespace taanu
