// Seals voters again whose data key is sealed with an earlier key of the register, or who have
// none: in the background, a few in one transaction, so that the daemon goes on serving.
//
// What is done is known from the rows alone (key_epoch), so that a run that was killed is gone on
// with by the next one.
//
// Thread-safety: may be used from any thread.
#pragma once

#include <cstdint>
#include <memory>

#include "enroll/store/database.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu {

class Resealer {
 public:
  // Neither is owned; both must outlive the resealer. The vault is bound to the database.
  Resealer(Database* database, const Vault* vault);
  // Stops between two transactions.
  ~Resealer();
  Resealer(const Resealer&) = delete;
  Resealer& operator=(const Resealer&) = delete;

  // Whether the vault has the keys of all that is to be sealed again: a voter of each earlier key
  // is tried. Errors: kRefused (KEY_MISSING), those of the store.
  Status CheckKeys() const;

  // Begins, or begins again after the vault took a new key into use; returns at once. An error,
  // such as a full disk, is tried again until it works.
  void Start();

  // Voters who are still to be sealed again. Errors: those of the store.
  Result<uint64_t> Remaining() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace taanu
