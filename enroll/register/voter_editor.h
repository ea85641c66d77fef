// Changes a voter who is in the register, inside a transaction of its caller.
//
// Whether a change is allowed is not decided here (service/rules/voter_change.h), and what is
// written to the audit log is not known here. A voter who was sealed by a version before this one
// gets a data key first.
//
// Thread-safety: belongs to the thread of its connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/register/register.h"
#include "enroll/register/voter_sealing.h"
#include "enroll/store/connection.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"

namespace taanu {

// What is to be different; nothing stays as it is.
struct VoterDataPatch {
  std::optional<std::string> family_name;
  std::optional<std::string> given_names;
  std::optional<int> birth_year;
  std::optional<Sex> sex;
};

class VoterEditor {
 public:
  // Both must outlive the editor.
  VoterEditor(Connection* connection, const Vault* vault)
      : connection_(*connection), vault_(*vault) {}

  // Reads the voter; to be called first. Errors: kNotFound (UNKNOWN_VOTER), those of the store.
  Status Load(const KeyedReference& voter);
  const SealedEnrollment& voter() const { return stored_.voter; }

  // Who enrolled this finger again, where that waits to be confirmed.
  Result<std::optional<KeyedReference>> FindReenroller(FingerPosition position);

  // Errors of all: kBadInput (SEAL_BROKEN), those of the store, and what is said below.

  // Errors: kBadInput (BAD_VOTER_DATA).
  Status Update(const VoterDataPatch& patch, int this_year);
  // Errors: kNotFound (UNKNOWN_PRECINCT).
  Status Move(std::string_view precinct_id);
  Status Deactivate(DeactivationReason reason);
  Status Reactivate();
  // `views` become the references of the finger; those that it has become history. Errors:
  // kBadInput (TOO_MANY_FINGERS, BAD_FINGER_VIEW).
  Status ReplaceFinger(FingerPosition position, const std::vector<FingerReference>& views,
                       const KeyedReference& operator_ref);
  // The finger's history goes.
  Status ConfirmFinger(FingerPosition position);
  // The finger's references go, and its history becomes them again.
  Status RevertFinger(FingerPosition position);
  // Everything of the voter goes, the data key first of all. What a voter was asked about is
  // forgotten too; that there were requests is not.
  Status Erase();

 private:
  // The voter's data key, given to the voter now where there was none.
  Result<DataKey> Key();
  // Writes the voter's row after a change, sealed as it is now.
  Status Write(const DataKey& key, const VoterData& data);
  int64_t NextOrdinal() const;

  Connection& connection_;
  const Vault& vault_;
  StoredVoter stored_;
};

}  // namespace taanu
