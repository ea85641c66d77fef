// A copy of the store, made while the daemon serves, and the note that says what it is.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "enroll/store/sealing.h"
#include "matcher/error.h"
#include "service/audit/signer.h"

namespace taanu::rpc {

// Copies that an earlier run left beside the database are removed: nobody waits for them.
void RemoveStaleCopies(const std::filesystem::path& database);

// Thread-safety: belongs to one thread at a time.
class Backup {
 public:
  // The copy is made beside `database`, where there is room for it or for nothing.
  Backup(const std::filesystem::path& database, const Signer* signer, const Vault* vault);
  // Removes the copy.
  ~Backup();
  Backup(const Backup&) = delete;
  Backup& operator=(const Backup&) = delete;

  // To be called first. Errors: kUnavailable (disk), those of the store.
  Status Make();
  // The next bytes; empty at the end. Errors: kUnavailable.
  Result<std::string> Read(size_t size_max);
  // Once all is read: the signed note (service/audit/backup_note.h).
  Result<std::string> SignNote() const;

 private:
  struct Hash;
  const std::filesystem::path database_;
  const Signer& signer_;
  const Vault& vault_;
  std::filesystem::path copy_;
  int fd_ = -1;
  uint64_t bytes_ = 0;
  std::string digest_;  // of the whole, in hexadecimal, once it was read
  std::unique_ptr<Hash> hash_;
};

}  // namespace taanu::rpc
