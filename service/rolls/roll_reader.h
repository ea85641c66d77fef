// What rolls in memory are read from: the register and the ledger on the SQLite file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/register/register.h"
#include "enroll/store/database.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu {

// Thread-safety: may be used from any thread. Errors of all: those of the store, kBadInput
// (SEAL_BROKEN).
class RollReader {
 public:
  // Neither is owned; both must outlive the reader.
  RollReader(Database* database, const Vault* vault) : database_(*database), vault_(*vault) {}

  // All precincts of the election.
  Result<std::vector<std::string>> Precincts() const;
  // Voters who are on a roll, after `after` in the order of their references, at most `limit`.
  Result<std::vector<EnrolledVoter>> Voters(std::string_view precinct_id,
                                            const std::optional<KeyedReference>& after,
                                            int limit) const;
  // None where no such voter is in the register.
  Result<std::optional<EnrolledVoter>> Find(const KeyedReference& voter) const;
  // Voters who were accredited in a precinct.
  Result<std::vector<KeyedReference>> Accredited(std::string_view precinct_id) const;

 private:
  Database& database_;
  const Vault& vault_;
};

}  // namespace taanu
