// A log of numbered entries in an SQLite file, with a signed checkpoint after every few of them,
// for tests that tamper with the file.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>

#include "enroll/register/schema.h"
#include "enroll/store/connection.h"
#include "enroll/store/database.h"
#include "service/audit/note.h"
#include "service/audit/signer.h"
#include "service/ledger/audit_log.h"
#include "service/ledger/event_log.h"
#include "service/ledger/kept_checkpoints.h"
#include "service/ledger/sqlite_ledger.h"
#include "tests/unit/enroll/store/temp_folder.h"

namespace taanu::test {

inline std::string NumberedLeaf(uint64_t index) {
  return R"({"outcome":"ACCREDITED","time_us":)" + std::to_string(index) +
         R"(,"type":"attempt","v":1})";
}

class StoredLog {
 public:
  StoredLog() {
    EXPECT_TRUE(Signer::CreateKeyFile(folder_ / "key", "log.example/2026"));
    signer_ = std::move(*Signer::FromKeyFile(folder_ / "key"));
    Open();
  }

  std::filesystem::path path() const { return folder_ / "log.db"; }
  std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
  Database* database() { return database_.get(); }
  const Signer* signer() const { return signer_.get(); }
  note::VerifierKey key() const { return {signer_->name(), signer_->public_key()}; }

  void Open() {
    DatabaseOptions options;
    options.path = path();
    options.migrations = RegisterMigrations();
    for (const Migration& migration : ElectionMigrations()) options.migrations.push_back(migration);
    auto opened = Database::Open(std::move(options));
    ASSERT_TRUE(opened) << opened.error().message;
    database_ = std::move(*opened);
  }
  // Everything is in the file then, and the file may be copied or edited.
  void Close() { database_.reset(); }

  // Entries `from` up to `to`, with a checkpoint wherever `every` divides their number.
  void Append(uint64_t from, uint64_t to, uint64_t every) {
    const Status written = database_->Write([&](Connection& connection) -> Status {
      for (uint64_t index = from; index < to; ++index) {
        TAANU_RETURN_IF_ERROR(AppendEvent(connection, NumberedLeaf(index)));
        if ((index + 1) % every != 0) continue;
        TAANU_ASSIGN_OR_RETURN(const merkle::Hash root, LogRoot(connection, index + 1));
        const std::string text = note::CheckpointText(signer_->name(), index + 1, root);
        const Status kept = InsertCheckpoint(connection, {index + 1, 1, signer_->SignNote(text)});
        if (!kept) return kept;
      }
      return {};
    });
    ASSERT_TRUE(written) << written.error().message;
  }

  // A connection that may change anything, without the triggers that forbid it.
  std::unique_ptr<Connection> Edit() {
    Close();
    auto opened = Connection::Open(path(), Connection::Mode::kReadWrite);
    EXPECT_TRUE(opened);
    EXPECT_TRUE((*opened)->RunScript(
        "DROP TRIGGER event_no_update; DROP TRIGGER event_no_delete;"
        "DROP TRIGGER event_node_no_update; DROP TRIGGER event_node_no_delete;"
        "DROP TRIGGER checkpoint_no_update; DROP TRIGGER checkpoint_no_delete;"));
    return std::move(*opened);
  }

 private:
  TempFolder folder_;
  std::unique_ptr<Signer> signer_;
  std::unique_ptr<Database> database_;
};

}  // namespace taanu::test
