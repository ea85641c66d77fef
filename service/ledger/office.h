// What an office does with the register: changes of voters, acts on the register as a whole, and
// reading it out.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/register/register.h"
#include "enroll/register/register_observer.h"
#include "enroll/register/voter_answer.h"
#include "enroll/store/database.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"
#include "service/ledger/register_transaction.h"
#include "service/rules/voter_change.h"

namespace taanu {

// Thread-safety: may be used from any thread.
class Office {
 public:
  // None is owned; all must outlive the office. `observer`, which may be null, is told of voters
  // who were changed.
  Office(Database* database, const Vault* vault, RegisterObserver* observer = nullptr)
      : database_(*database), vault_(*vault), observer_(observer) {}

  // Queues the change; `done` is called, on another thread, once it is durable or has failed.
  // Errors: those of rules::ChangeVoter and of the payload; kExhausted, kUnavailable.
  Status ChangeVoter(rules::VoterChange change, VoterPayload payload,
                     std::function<void(Result<VoterAnswer>)> done);

  // Writes the act into the audit log, once for each request id, and waits until it is durable.
  // `type` is of static storage. Errors: kConflict (REQUEST_ID_REUSED), those of the store.
  Status LogAct(std::string_view type, const std::string& request_id,
                const KeyedReference& operator_ref, const std::string& precinct_id);

  // Voters who are on a roll, after `after` in the order of their references, at most `limit`, as
  // they are at one moment. Errors: kBadInput (SEAL_BROKEN), those of the store.
  Result<std::vector<EnrolledVoter>> ReadRoll(std::string_view precinct_id,
                                              const std::optional<KeyedReference>& after,
                                              int limit) const;

 private:
  Database& database_;
  const Vault& vault_;
  RegisterObserver* observer_;
};

}  // namespace taanu
