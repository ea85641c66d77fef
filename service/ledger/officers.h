// The officers of each precinct and their codes, by which two people prove that they are two.
//
// A code is kept as an Argon2id hash alone (libsodium's crypto_pwhash_str, interactive limits: 2
// passes over 64 MiB) and is never logged. A trial is counted before the code is looked at, so that
// neither many trials at once nor a crash give more of them: after kCodeTrialsMax wrong ones the
// officer is locked for kCodeLockUs, and after that every further wrong one locks again. A right
// one sets the count back; so does a new code from the administrator.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/store/database.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu {

inline constexpr int64_t kCodeTrialsMax = 5;
inline constexpr int64_t kCodeLockUs = int64_t{5} * 60 * 1'000'000;
inline constexpr size_t kCodeBytesMin = 6;
inline constexpr size_t kCodeBytesMax = 64;

// Asks for an officer to be added or taken off.
struct OfficerRequest {
  std::string request_id;  // canonical lower-case UUID
  std::string precinct_id;
  std::string officer_id;
  KeyedReference operator_ref{};  // who asks
};

struct OfficerChange {
  KeyedReference officer{};
  uint64_t event_index = 0;
  bool replayed = false;
};

struct OfficerRecord {
  KeyedReference reference{};
  std::string officer_id;  // empty where the key that sealed it is gone
  uint64_t failure_count = 0;
  std::optional<int64_t> locked_until_us;  // where that is still to come
};

// Thread-safety: may be used from any thread but the database's writer, for which it waits.
class OfficerList {
 public:
  // Neither is owned; both must outlive the list.
  OfficerList(Database* database, const Vault* vault) : database_(*database), vault_(*vault) {}

  // Registers the officer, or gives one who is registered a new code. A repeated request gets its
  // first answer. Errors: kBadInput (BAD_CODE), kNotFound (UNKNOWN_PRECINCT), kConflict
  // (REQUEST_ID_REUSED), those of the store.
  Result<OfficerChange> Add(const OfficerRequest& request, const std::string& code);
  // Errors: kNotFound (UNKNOWN_OFFICER), kConflict (REQUEST_ID_REUSED), those of the store.
  Result<OfficerChange> Remove(const OfficerRequest& request);

  // Officers after `after` in the order of their references.
  Result<std::vector<OfficerRecord>> List(std::string_view precinct_id,
                                          const std::optional<KeyedReference>& after,
                                          int limit) const;
  // Whether the precinct has officers, whose codes are then needed.
  Result<bool> HasAny(std::string_view precinct_id) const;

  // Takes about a tenth of a second. Errors: kRefused (UNKNOWN_OFFICER, WRONG_CODE, CODE_LOCKED),
  // those of the store. A wrong code is logged, with the terminal at which it was given.
  Status CheckCode(std::string_view precinct_id, std::string_view officer_id,
                   const KeyedReference& terminal, const std::string& code);

 private:
  KeyedReference ReferenceOf(std::string_view officer_id) const {
    return vault_.Reference("operator", officer_id);
  }

  Database& database_;
  const Vault& vault_;
};

}  // namespace taanu
