// A copy of the file while it is in use, and what SQLite itself can say about a file.
//
// Thread-safety: functions; a Connection belongs to one thread at a time.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"

namespace taanu {

// Writes a copy of the database at `from`, as it is at one moment, to the new file `to`, which only
// its owner may read. It reads through a connection of its own, so that neither writer nor readers
// wait, and changes nothing of `from`; pages that are free, and what was deleted, are not in the
// copy. Errors: kConflict (`to` exists), those of the store.
Status CopyDatabase(const std::filesystem::path& from, const std::filesystem::path& to);

// Whether SQLite finds the file's pages in order: all of them, but not that indices and tables
// agree. Reads the whole file. Errors: kInternal (STORAGE_DAMAGED), those of the store.
Status QuickCheck(Connection& connection);

// What SQLite finds wrong, a line each, at most `lines_max`: pages, indices, rules of tables, and
// what refers to what does not exist.
Result<std::vector<std::string>> FullCheck(Connection& connection, int lines_max);

}  // namespace taanu
