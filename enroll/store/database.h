// One SQLite file: one connection that writes, read-only connections that read.
//
// SQLite 3.40.1 carries the WAL-reset fault that upstream fixed in 3.51.3; it needs two connections
// that write or checkpoint. So one connection, owned by one writer thread, does both, and no second
// process may open the file for writing (an exclusive lock file beside it refuses one). The
// writer commits in groups: what is queued while a commit is on its way shares the next one.
//
// Thread-safety: Database may be used from any thread. A Connection belongs to the callback that
// received it, for the length of that call.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu {

class Connection;  // enroll/store/connection.h: prepared statements, typed columns

// A step from the schema before it. Numbers rise; the last one becomes PRAGMA user_version.
struct Migration {
  int number = 0;
  std::string_view sql;
};

struct DatabaseOptions {
  std::filesystem::path path;
  std::vector<Migration> migrations;
  // Writes that may wait; one more is refused with kExhausted.
  size_t write_queue_max = 4096;
  // Writes that share one commit at most.
  size_t group_max = 256;
  int readers = 4;
};

class Database {
 public:
  using Work = std::function<Status(Connection&)>;
  // Called on the writer thread after the commit is durable, or with the error; must not block.
  using Done = std::function<void(Status)>;

  // Errors: kUnavailable (another process has it open, disk), kBadInput (not a register of ours,
  // damaged), kUnsupported (a newer version wrote it).
  static Result<std::unique_ptr<Database>> Open(DatabaseOptions options);
  // Commits what is queued, checkpoints and closes.
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Queues `work`, which runs on the writer thread inside a savepoint of its own: its error undoes
  // its own effects alone. `done` gets the error of `work`, or of the commit. Where the disk is
  // full or a commit fails, nothing of the group is acknowledged. Errors: kExhausted (queue full),
  // kUnavailable (closing, or the file can no longer be written).
  Status Submit(Work work, Done done);

  // Submits and waits. Not to be called from `work` or `done`.
  Status Write(Work work);

  // Writes the log of writes (WAL) back into the file and empties it, on the writer thread, as soon
  // as nothing is queued and no reader is in the way; returns at once. What was erased is then no
  // longer in it.
  void EmptyLog();

  // Runs `work` on a read-only connection, on the calling thread, inside one read transaction, so
  // that it sees one state. Waits for a free connection.
  Status Read(const Work& work);

 private:
  class Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace taanu
