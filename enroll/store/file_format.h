// What makes an SQLite file one of ours: application id, schema version, journal mode.
//
// PRAGMA application_id is kApplicationId; PRAGMA user_version is the number of the last migration
// that was applied; the table store_meta holds what belongs to the file as a whole.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "enroll/store/connection.h"
#include "enroll/store/database.h"
#include "matcher/error.h"

namespace taanu {

inline constexpr int64_t kApplicationId = 0x5461616e;  // "Taan"

// Makes sure that there is a file at `path`, readable by its owner alone.
Status EnsurePrivateFile(const std::filesystem::path& path);

// Looks whether the open file is empty or ours, and of a version that we know, before anything in
// it is changed; then sets its journal mode and applies the migrations that it lacks, each in a
// transaction of its own. Errors: kBadInput (NOT_A_REGISTER), kUnsupported (NEWER_FILE), kInternal
// (migrations whose numbers do not rise), and those of the store.
Status PrepareFile(Connection& connection, std::vector<Migration> migrations);

// Writes all of the WAL back into the file and empties it. To be called by the writer alone.
Status CheckpointAll(Connection& connection);

// The same without waiting for readers; false where one was in the way.
Result<bool> TryCheckpointAll(Connection& connection);

// Writes a page and commits it: whether the file can be written. Outside a transaction.
Status ProbeWrite(Connection& connection);

}  // namespace taanu
