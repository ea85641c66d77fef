// A connection to the SQLite file, and prepared statements with typed parameters and columns.
//
// SQL text is always a constant; what varies is bound. An error carries SQLite's extended result
// code and never a bound value.
// Thread-safety: a Connection, and every Statement of it, belongs to one thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "matcher/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace taanu {

class Connection;

// How long a connection waits for another one's lock. Only a reader that starts while the writer
// resets the WAL ever waits.
inline constexpr int kBusyTimeoutMs = 5000;

// A prepared statement with its parameters bound. It must not outlive its Connection.
//
// A column that is not of the type it is read as, which only a damaged file can hold, reads as an
// empty value and makes Check() and every later Step() fail: call Check() before a row is used.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;
  ~Statement();

  // Moves to the next row; false after the last one.
  Result<bool> Step();

  bool IsNull(int column) const;
  int64_t Int64(int column);
  double Double(int column);
  std::string Text(int column);
  std::vector<uint8_t> Blob(int column);
  std::optional<int64_t> OptionalInt64(int column);
  // A BLOB of exactly N bytes.
  template <size_t N>
  std::array<uint8_t, N> Bytes(int column) {
    std::array<uint8_t, N> bytes{};
    CopyBytes(column, bytes);
    return bytes;
  }
  // The error of a column read since the last step, if there was one.
  Status Check() const;

 private:
  friend class Connection;
  Statement(Connection* connection, std::string_view sql, sqlite3_stmt* handle);

  template <typename T>
  void Bind(int index, const T& value) {
    if constexpr (std::is_same_v<T, std::nullopt_t>) {
      BindNull(index);
    } else if constexpr (std::is_same_v<T, bool>) {
      BindInt64(index, value ? 1 : 0);
    } else if constexpr (std::is_enum_v<T>) {
      BindInt64(index, static_cast<int64_t>(value));
    } else if constexpr (std::is_integral_v<T>) {
      std::in_range<int64_t>(value) ? BindInt64(index, static_cast<int64_t>(value))
                                    : RefuseParameter(index);
    } else if constexpr (std::is_floating_point_v<T>) {
      BindDouble(index, value);
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      BindText(index, value);
    } else {
      BindBlob(index, value);
    }
  }
  template <typename T>
  void Bind(int index, const std::optional<T>& value) {
    value.has_value() ? Bind(index, *value) : BindNull(index);
  }
  void BindNull(int index);
  void BindInt64(int index, int64_t value);
  void BindDouble(int index, double value);
  void BindText(int index, std::string_view value);
  void BindBlob(int index, std::span<const uint8_t> value);
  void RefuseParameter(int index);
  void NoteBind(int code);
  bool Expect(int column, int type);
  void CopyBytes(int column, std::span<uint8_t> out);

  Connection* connection_;
  std::string_view sql_;  // the cache's key, or the caller's constant
  sqlite3_stmt* handle_;
  std::optional<Error> fault_;
};

class Connection {
 public:
  enum class Mode { kReadWrite, kReadOnly };

  // Opens an existing file with the settings that every connection has. Errors: kUnavailable,
  // kBadInput (NOT_A_REGISTER: not an SQLite file).
  static Result<std::unique_ptr<Connection>> Open(const std::filesystem::path& path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Prepares one statement (or takes it from the cache) and binds parameters 1, 2, ... to `args`:
  // integers, enums, double, text, byte arrays, std::nullopt, std::optional of these. `sql` must be
  // a constant of static lifetime.
  template <typename... Args>
  Result<Statement> Query(std::string_view sql, const Args&... args) {
    TAANU_ASSIGN_OR_RETURN(Statement statement, Prepare(sql));
    int index = 0;
    (statement.Bind(++index, args), ...);
    TAANU_RETURN_IF_ERROR(statement.Check());
    return statement;
  }

  // Runs one statement to its end. Errors: kConflict with reason EXISTS (a primary key or UNIQUE),
  // kConflict with reason FOREIGN_KEY, kUnavailable (STORAGE_FULL, STORAGE_FAILED, STORAGE_BUSY),
  // kInternal.
  template <typename... Args>
  Status Run(std::string_view sql, const Args&... args) {
    TAANU_ASSIGN_OR_RETURN(Statement statement, Query(sql, args...));
    return RunToEnd(&statement);
  }

  // Runs several statements without parameters, such as a migration.
  Status RunScript(std::string_view sql);

  // Rows that the last INSERT, UPDATE or DELETE touched, and the rowid of the last INSERT.
  int64_t changes() const;
  int64_t last_insert_id() const;
  // False also where SQLite has rolled a transaction back by itself.
  bool in_transaction() const;

  // The first error since the last reset that makes the file itself doubtful: disk full, I/O error,
  // damage. A transaction that met one must not be committed.
  const std::optional<Error>& storage_fault() const { return storage_fault_; }
  void ResetStorageFault() { storage_fault_.reset(); }

 private:
  friend class Statement;
  struct SqlHash {
    using is_transparent = void;
    size_t operator()(std::string_view sql) const { return std::hash<std::string_view>()(sql); }
  };

  explicit Connection(sqlite3* handle) : handle_(handle) {}
  Status Configure(Mode mode);
  Result<Statement> Prepare(std::string_view sql);
  Status RunToEnd(Statement* statement);
  void GiveBack(std::string_view sql, sqlite3_stmt* handle);
  // The error for SQLite's result `code`, noted as a storage fault where it is one.
  Error MakeError(int code);

  sqlite3* handle_;
  std::unordered_map<std::string_view, std::vector<sqlite3_stmt*>, SqlHash, std::equal_to<>> idle_;
  size_t idle_count_ = 0;
  std::optional<Error> storage_fault_;
};

}  // namespace taanu
