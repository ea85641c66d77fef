// The note beside a backup: what the file is, signed with the key of the audit log, so that anyone
// can tell that a copy is whole, of which election, and of which moment.
//
// A signed note (note.h) whose text has these lines, in this order:
//
//   taanu-backup-v1
//   origin <the name that the audit log is signed under>
//   time <when it was made, UTC, 2026-11-22T09:00:00Z>
//   bytes <the size of the file>
//   sha256 <of the file, 64 hexadecimal digits>
//   schema <PRAGMA user_version of the file>
//   voters <on rolls>
//   log-size <entries of the audit log>
//   log-root <root of its tree, 64 hexadecimal digits>
//   key <fingerprint of the store's key, 32 hexadecimal digits>
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "matcher/error.h"

namespace taanu {

struct BackupNote {
  std::string origin;
  std::string time;
  uint64_t bytes = 0;
  std::string sha256;
  uint64_t schema = 0;
  uint64_t voters = 0;
  uint64_t log_size = 0;
  std::string log_root;
  std::string key;

  friend bool operator==(const BackupNote&, const BackupNote&) = default;
};

// The text that is signed; it ends in a line end.
std::string FormatBackupNote(const BackupNote& note);

// Takes exactly what FormatBackupNote gives. Errors: kBadInput (BAD_BACKUP_NOTE).
Result<BackupNote> ParseBackupNote(std::string_view text);

}  // namespace taanu
