#include "enroll/store/connection.h"

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>

namespace taanu {
namespace {

// Prepared statements kept for use again. Far above the number of distinct statements in the
// program; a limit all the same, because everything has one.
constexpr size_t kIdleStatementsMax = 256;

std::string CodeText(int code) {
  return std::string(sqlite3_errstr(code)) + " (SQLite code " + std::to_string(code) + ")";
}

Error StorageError(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::kUnavailable, "STORAGE_FULL",
              "the disk of the register's file is full, " + CodeText(code) + "; free some space"};
    case SQLITE_IOERR:
      return {ErrorCode::kUnavailable, "STORAGE_FAILED",
              "the register's file cannot be read or written, " + CodeText(code) +
                  "; check the disk and the system's log"};
    case SQLITE_NOTADB:
      return {ErrorCode::kBadInput, "NOT_A_REGISTER",
              "this file is not a register of Taanu: it is no SQLite file, or its beginning is "
              "damaged; nothing in it was changed; check the path, or restore it from a backup"};
    case SQLITE_CORRUPT:
      return {ErrorCode::kInternal, "STORAGE_DAMAGED",
              "the register's file is damaged, " + CodeText(code) + "; restore it from a backup"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::kUnavailable, "STORAGE_BUSY",
              "the register's file is locked by another program, " + CodeText(code) +
                  "; stop what else has it open"};
    case SQLITE_CANTOPEN:
      return {ErrorCode::kUnavailable, "STORAGE_FAILED",
              "the register's file cannot be opened, " + CodeText(code) +
                  "; check that it exists and its permissions"};
    case SQLITE_READONLY:
      return {ErrorCode::kUnavailable, "STORAGE_READ_ONLY",
              "the register's file, or its file system, is read-only, " + CodeText(code) +
                  "; a system makes it so after an error of the disk: see the system's log"};
    case SQLITE_NOMEM:
      return {ErrorCode::kUnavailable, "OUT_OF_MEMORY", "no memory left for the register's file"};
    default:
      return {ErrorCode::kInternal, "STORAGE_FAULT", "the store failed: " + CodeText(code)};
  }
}

bool IsWantOfRoom(int system_errno) { return system_errno == EDQUOT || system_errno == EFBIG; }

// Why the system last refused to write the log of the database, or the database.
int WriteErrno(sqlite3* handle) {
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    const int found = sqlite3_file_control(handle, "main", which, &file);
    if (found != SQLITE_OK || file == nullptr || file->pMethods == nullptr) continue;
    int last = 0;
    const int told = file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &last);
    if (told == SQLITE_OK && IsWantOfRoom(last)) return last;
  }
  return 0;
}

// SQLite tells a full disk from every other failed write by ENOSPC alone. A quota, or a limit of
// the file's size, is also a want of room.
std::optional<Error> WantOfRoom(sqlite3* handle, int code) {
  if (code != SQLITE_IOERR_WRITE) return std::nullopt;
  const int system_errno = WriteErrno(handle);
  if (system_errno == 0) return std::nullopt;
  const std::string what = system_errno == EDQUOT ? "the disk quota of the daemon's user is used up"
                                                  : "the limit of the file's size is reached";
  return Error{ErrorCode::kUnavailable, "STORAGE_FULL",
               "there is no room for the register's file: " + what + ", " + CodeText(code) +
                   "; raise it, or free some space"};
}

bool IsStorageFault(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
    case SQLITE_READONLY:
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_NOMEM:
      return true;
    default:
      return false;
  }
}

Error WrongType(int column) {
  return {ErrorCode::kInternal, "STORAGE_DAMAGED",
          "a row of the register's file holds a value of the wrong type or length in column " +
              std::to_string(column) + "; restore the file from a backup"};
}

}  // namespace

Statement::Statement(Connection* connection, std::string_view sql, sqlite3_stmt* handle)
    : connection_(connection), sql_(sql), handle_(handle) {}

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      sql_(other.sql_),
      handle_(std::exchange(other.handle_, nullptr)),
      fault_(std::move(other.fault_)) {}

Statement::~Statement() {
  if (handle_ != nullptr) connection_->GiveBack(sql_, handle_);
}

Result<bool> Statement::Step() {
  TAANU_RETURN_IF_ERROR(Check());
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return tl::make_unexpected(connection_->MakeError(code));
}

bool Statement::IsNull(int column) const {
  return sqlite3_column_type(handle_, column) == SQLITE_NULL;
}

bool Statement::Expect(int column, int type) {
  if (sqlite3_column_type(handle_, column) == type) return true;
  if (!fault_) fault_ = WrongType(column);
  return false;
}

int64_t Statement::Int64(int column) {
  return Expect(column, SQLITE_INTEGER) ? sqlite3_column_int64(handle_, column) : 0;
}

double Statement::Double(int column) {
  return Expect(column, SQLITE_FLOAT) ? sqlite3_column_double(handle_, column) : 0;
}

std::string Statement::Text(int column) {
  if (!Expect(column, SQLITE_TEXT)) return {};
  const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(handle_, column));
  if (text == nullptr) return {};
  return {text, static_cast<size_t>(sqlite3_column_bytes(handle_, column))};
}

std::vector<uint8_t> Statement::Blob(int column) {
  if (!Expect(column, SQLITE_BLOB)) return {};
  const auto* bytes = static_cast<const uint8_t*>(sqlite3_column_blob(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, bytes + sqlite3_column_bytes(handle_, column)};
}

std::optional<int64_t> Statement::OptionalInt64(int column) {
  if (IsNull(column)) return std::nullopt;
  return Int64(column);
}

void Statement::CopyBytes(int column, std::span<uint8_t> out) {
  if (!Expect(column, SQLITE_BLOB)) return;
  const auto* bytes = static_cast<const uint8_t*>(sqlite3_column_blob(handle_, column));
  if (static_cast<size_t>(sqlite3_column_bytes(handle_, column)) != out.size()) {
    if (!fault_) fault_ = WrongType(column);
    return;
  }
  if (bytes != nullptr) std::copy_n(bytes, out.size(), out.begin());
}

Status Statement::Check() const {
  if (fault_) return tl::make_unexpected(*fault_);
  return {};
}

void Statement::NoteBind(int code) {
  if (code != SQLITE_OK && !fault_) fault_ = connection_->MakeError(code);
}

void Statement::RefuseParameter(int index) {
  if (fault_) return;
  fault_ = Error{ErrorCode::kInternal, "STORAGE_FAULT",
                 "parameter " + std::to_string(index) + " does not fit in 64 bits"};
}

void Statement::BindNull(int index) { NoteBind(sqlite3_bind_null(handle_, index)); }

void Statement::BindInt64(int index, int64_t value) {
  NoteBind(sqlite3_bind_int64(handle_, index, value));
}

void Statement::BindDouble(int index, double value) {
  NoteBind(sqlite3_bind_double(handle_, index, value));
}

void Statement::BindText(int index, std::string_view value) {
  // A null pointer would be bound as NULL, and an empty string is not NULL.
  const char* text = value.data() != nullptr ? value.data() : "";
  NoteBind(sqlite3_bind_text64(handle_, index, text, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Statement::BindBlob(int index, std::span<const uint8_t> value) {
  if (value.empty()) return NoteBind(sqlite3_bind_zeroblob(handle_, index, 0));
  NoteBind(sqlite3_bind_blob64(handle_, index, value.data(), value.size(), SQLITE_TRANSIENT));
}

Result<std::unique_ptr<Connection>> Connection::Open(const std::filesystem::path& path, Mode mode) {
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE |
                    (mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  if (handle == nullptr) {
    return Fail(ErrorCode::kUnavailable, "OUT_OF_MEMORY", "no memory left for the register's file");
  }
  std::unique_ptr<Connection> connection(new Connection(handle));
  if (code != SQLITE_OK) {
    return tl::make_unexpected(connection->MakeError(sqlite3_extended_errcode(handle)));
  }
  TAANU_RETURN_IF_ERROR(connection->Configure(mode));
  return connection;
}

Status Connection::Configure(Mode mode) {
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, kBusyTimeoutMs);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  // The writer checkpoints when it means to (file_format.h); a reader never does.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  TAANU_RETURN_IF_ERROR(
      RunScript("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
                "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"));
  if (mode == Mode::kReadOnly)
    return RunScript("PRAGMA query_only=ON; PRAGMA wal_autocheckpoint=0;");
  // What is deleted is overwritten, so that a voter who was erased is not left in a free page.
  // Keyed references are written all over their indexes: 64 MiB of pages stay in memory, and a
  // checkpoint, which syncs both files, waits until 64 MiB (journal_size_limit) are to be written
  // back, by when most pages have changed more than once.
  return RunScript(
      "PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA cache_size=-65536;"
      "PRAGMA wal_autocheckpoint=16384;");
}

Connection::~Connection() {
  for (auto& [sql, handles] : idle_) {
    for (sqlite3_stmt* statement : handles) sqlite3_finalize(statement);
  }
  sqlite3_close_v2(handle_);
}

Result<Statement> Connection::Prepare(std::string_view sql) {
  if (auto idle = idle_.find(sql); idle != idle_.end() && !idle->second.empty()) {
    sqlite3_stmt* statement = idle->second.back();
    idle->second.pop_back();
    --idle_count_;
    return Statement(this, sql, statement);
  }
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return tl::make_unexpected(MakeError(code));
  return Statement(this, sql, statement);
}

void Connection::GiveBack(std::string_view sql, sqlite3_stmt* statement) {
  // The result of the reset repeats the error of the last step, which was reported then.
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  if (idle_count_ >= kIdleStatementsMax) {
    sqlite3_finalize(statement);
    return;
  }
  idle_[sql].push_back(statement);
  ++idle_count_;
}

Status Connection::RunToEnd(Statement* statement) {
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool row, statement->Step());
    if (!row) return {};
  }
}

Status Connection::RunScript(std::string_view sql) {
  const int code = sqlite3_exec(handle_, std::string(sql).c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return tl::make_unexpected(MakeError(code));
  return {};
}

int64_t Connection::changes() const { return sqlite3_changes64(handle_); }
int64_t Connection::last_insert_id() const { return sqlite3_last_insert_rowid(handle_); }
bool Connection::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Error Connection::MakeError(int code) {
  if ((code & 0xff) == SQLITE_CONSTRAINT) {
    // SQLite's message names the table and the column, and no value.
    const std::string where = sqlite3_errmsg(handle_);
    switch (code) {
      case SQLITE_CONSTRAINT_PRIMARYKEY:
      case SQLITE_CONSTRAINT_UNIQUE:
      case SQLITE_CONSTRAINT_ROWID:
        return {ErrorCode::kConflict, "EXISTS", "it exists already: " + where};
      case SQLITE_CONSTRAINT_FOREIGNKEY:
        return {ErrorCode::kConflict, "FOREIGN_KEY", "what it refers to does not exist"};
      default:
        return {ErrorCode::kInternal, "CONSTRAINT", "a rule of the store was broken: " + where};
    }
  }
  Error error = WantOfRoom(handle_, code).value_or(StorageError(code));
  if (IsStorageFault(code) && !storage_fault_) storage_fault_ = error;
  return error;
}

}  // namespace taanu
