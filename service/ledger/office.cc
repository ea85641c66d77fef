#include "service/ledger/office.h"

#include <memory>
#include <utility>

#include "enroll/register/voter_rows.h"
#include "enroll/register/voter_sealing.h"

namespace taanu {

Status Office::ChangeVoter(rules::VoterChange change, VoterPayload payload,
                           std::function<void(Result<VoterAnswer>)> done) {
  auto answer = std::make_shared<VoterAnswer>();
  const bool erases = change.kind == VoterChangeKind::kErased;
  const bool leaves = erases || change.kind == VoterChangeKind::kMoved;
  return database_.Submit(
      [this, change = std::move(change), payload = std::move(payload),
       answer](Connection& connection) -> Status {
        SqliteRegisterTransaction transaction(&connection, &vault_, &payload);
        TAANU_ASSIGN_OR_RETURN(*answer, rules::ChangeVoter(transaction, change));
        return {};
      },
      [this, answer, erases, leaves, done = std::move(done)](Status status) {
        if (status && observer_ != nullptr) {
          observer_->OnVoterChanged(answer->voter, answer->precinct_id, leaves);
        }
        // What was erased is still in the log of writes until that is emptied.
        if (status && erases) database_.EmptyLog();
        if (status) {
          done(*answer);
        } else {
          done(tl::make_unexpected(std::move(status).error()));
        }
      });
}

Status Office::LogAct(std::string_view type, const std::string& request_id,
                      const KeyedReference& operator_ref, const std::string& precinct_id) {
  return database_.Write([&](Connection& connection) {
    return LogOfficeAct(connection, type, request_id, operator_ref, precinct_id);
  });
}

Result<std::vector<EnrolledVoter>> Office::ReadRoll(std::string_view precinct_id,
                                                    const std::optional<KeyedReference>& after,
                                                    int limit) const {
  std::vector<StoredVoter> stored;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto voters, ListRoll(connection, precinct_id, after, limit));
    for (const KeyedReference& voter : voters) {
      TAANU_RETURN_IF_ERROR(ReadVoter(connection, voter, &stored.emplace_back()));
    }
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  std::vector<EnrolledVoter> voters;
  for (const StoredVoter& voter : stored) {
    TAANU_ASSIGN_OR_RETURN(voters.emplace_back(), OpenVoter(vault_, voter));
  }
  return voters;
}

}  // namespace taanu
