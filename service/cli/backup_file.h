// A backup on this machine: whether it is what its note says, and putting it in place.
//
// Thread-safety: functions; none may run twice at a time on the same files.
#pragma once

#include <filesystem>
#include <string>

#include "matcher/error.h"
#include "service/audit/backup_note.h"

namespace taanu::cli {

struct BackupPaths {
  std::filesystem::path file;
  std::filesystem::path note;      // the signed note beside it
  std::filesystem::path verifier;  // audit.key.pub: "name+hash+base64"
  std::filesystem::path key_file;  // of the store, to open every seal; empty: they stay closed
};

// Checks the signature of the note, the file's digest, the file itself, and that the root of the
// audit log, computed again from its entries, is the note's; with a key file every seal too.
// Nothing is changed. Errors: kRefused (BAD_SIGNATURE), kBadInput (BAD_NOTE, BAD_BACKUP_NOTE,
// BACKUP_CHANGED, BACKUP_DAMAGED), kNotFound, kUnavailable.
Result<BackupNote> VerifyBackup(const BackupPaths& paths);

// Verifies, and puts a copy at `database`, which must not exist and must not be open: durable, and
// there as a whole or not at all. It belongs to whom the folder belongs to. Errors: those of
// VerifyBackup; kConflict (DATABASE_EXISTS), kUnavailable (STORE_IN_USE, disk).
Result<BackupNote> RestoreBackup(const BackupPaths& paths, const std::filesystem::path& database);

}  // namespace taanu::cli
