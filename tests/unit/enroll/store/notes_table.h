// A small table by which tests see what the store keeps.
#pragma once

#include <cstdint>

#include "enroll/store/connection.h"
#include "enroll/store/database.h"

namespace taanu::test {

inline constexpr std::string_view kNotesSchema =
    "CREATE TABLE note(id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;";

inline DatabaseOptions NotesOptions(const std::filesystem::path& path) {
  DatabaseOptions options;
  options.path = path;
  options.migrations = {{1, kNotesSchema}};
  return options;
}

inline Status AddNote(Connection& connection, int64_t id, size_t body_size = 4) {
  return connection.Run("INSERT INTO note(id, body) VALUES (?1, zeroblob(?2))", id, body_size);
}

inline Database::Work AddNoteWork(int64_t id, size_t body_size = 4) {
  return [=](Connection& connection) { return AddNote(connection, id, body_size); };
}

inline Result<int64_t> CountNotes(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query("SELECT count(*) FROM note"));
  TAANU_RETURN_IF_ERROR(row.Step());
  return row.Int64(0);
}

// -1 where they cannot be counted.
inline int64_t CountNotes(Database& database) {
  int64_t count = -1;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(count, CountNotes(connection));
    return {};
  };
  return database.Read(read) ? count : -1;
}

}  // namespace taanu::test
