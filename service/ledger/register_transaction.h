// The register's transaction on a connection of the SQLite file: a change of a voter, its entry in
// the audit log and its answer are written together, or not at all.
#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "enroll/register/register.h"
#include "enroll/register/voter_editor.h"
#include "enroll/store/connection.h"
#include "enroll/store/sealing.h"
#include "matcher/error.h"
#include "service/rules/voter_change.h"

namespace taanu {

// What a change writes that the rules have no need to know: data of a voter, or references of a
// finger.
using VoterPayload = std::variant<std::monostate, VoterDataPatch, std::vector<FingerReference>>;

class SqliteRegisterTransaction : public rules::RegisterTransaction {
 public:
  // The connection is inside a transaction; all must outlive this.
  SqliteRegisterTransaction(Connection* connection, const Vault* vault,
                            const VoterPayload* payload);

  Result<std::optional<VoterAnswer>> FindAnswer(std::string_view request_id) override;
  Result<rules::VoterFacts> GatherFacts(const rules::VoterChange& change) override;
  // GatherFacts was called for the same change.
  Result<VoterAnswer> Apply(const rules::VoterChange& change) override;

 private:
  Result<std::optional<rules::PollsState>> FindPolls(std::string_view precinct_id);
  Status Edit(const rules::VoterChange& change);

  Connection& connection_;
  const VoterPayload& payload_;
  VoterEditor editor_;
};

// Logs an act of the office, once for each request id. Errors: kConflict (REQUEST_ID_REUSED) where
// the id was used for another type; those of the store.
Status LogOfficeAct(Connection& connection, std::string_view type, std::string_view request_id,
                    const KeyedReference& operator_ref, std::string_view precinct_id);

}  // namespace taanu
