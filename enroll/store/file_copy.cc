#include "enroll/store/file_copy.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace taanu {

Status CopyDatabase(const std::filesystem::path& from, const std::filesystem::path& to) {
  const int fd = open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Fail(errno == EEXIST ? ErrorCode::kConflict : ErrorCode::kUnavailable,
                errno == EEXIST ? "EXISTS" : "STORAGE_FAILED",
                "the copy " + to.string() + " cannot be made: " + std::strerror(errno));
  }
  close(fd);
  TAANU_ASSIGN_OR_RETURN(const auto source, Connection::Open(from, Connection::Mode::kReadOnly));
  // Of this connection alone: it writes the copy, and cannot write what was opened read-only.
  Status status = source->RunScript("PRAGMA query_only=OFF");
  if (status) status = source->Run("VACUUM INTO ?1", to.string());
  if (!status) unlink(to.c_str());
  return status;
}

Status QuickCheck(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query("PRAGMA quick_check(1)"));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (found && row.Text(0) == "ok") return row.Check();
  return Fail(
      ErrorCode::kInternal, "STORAGE_DAMAGED",
      "the register's file is damaged: " + (found ? row.Text(0) : std::string("no answer")) +
          "; restore it from a backup with `taanu restore`");
}

Result<std::vector<std::string>> FullCheck(Connection& connection, int lines_max) {
  std::vector<std::string> lines;
  const auto full = [&] { return lines.size() >= static_cast<size_t>(lines_max); };
  {
    TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query("PRAGMA integrity_check(100)"));
    while (!full()) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) break;
      if (std::string line = row.Text(0); line != "ok") lines.push_back(std::move(line));
      TAANU_RETURN_IF_ERROR(row.Check());
    }
  }
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query("PRAGMA foreign_key_check"));
  while (!full()) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) break;
    lines.push_back("a row of " + row.Text(0) + " refers to a row of " + row.Text(2) +
                    " that does not exist");
    TAANU_RETURN_IF_ERROR(row.Check());
  }
  return lines;
}

}  // namespace taanu
