// Signed checkpoints that are kept: in a table beside the log, and the last one in a file outside
// of the database.
//
// The table proves when the log was what; the file is what an older database that is put in the
// place of the present one does not fit to.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"
#include "service/audit/merkle.h"
#include "service/audit/note.h"

namespace taanu {

struct KeptCheckpoint {
  uint64_t log_size = 0;
  int64_t time_us = 0;
  std::string signed_note;
};

// False in a file that was written before checkpoints were kept.
Result<bool> KeepsCheckpoints(Connection& connection);

// Those of logs above `after`, in their order, at most `limit`.
Result<std::vector<KeptCheckpoint>> QueryCheckpoints(Connection& connection, uint64_t after,
                                                     int limit);
// The one of the largest log; nothing where none was kept.
Result<std::optional<KeptCheckpoint>> LastCheckpoint(Connection& connection);
// One checkpoint to a size: one that is kept already stays.
Status InsertCheckpoint(Connection& connection, const KeptCheckpoint& checkpoint);

// Checks that the log in the database begins with `head`, by its nodes, in the time of a path.
// Errors: kConflict (LOG_TOO_SHORT, LOG_DIFFERS); those of the store.
Status CheckLogBeginsWith(Connection& connection, const note::CheckpointHead& head);

// The file. Nothing where there is none. Errors: kUnavailable; those of note::VerifyCheckpoint.
Result<std::optional<note::CheckpointHead>> ReadCheckpointFile(const std::filesystem::path& path,
                                                               const note::VerifierKey& key);
// Puts the note there, durably, in the place of the one before. Errors: kUnavailable.
Status WriteCheckpointFile(const std::filesystem::path& path, const std::string& signed_note);

}  // namespace taanu
