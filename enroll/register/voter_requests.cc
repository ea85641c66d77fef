#include "enroll/register/voter_requests.h"

#include <utility>

namespace taanu {

Result<std::optional<VoterAnswer>> FindVoterAnswer(Connection& connection,
                                                   std::string_view request_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT kind, voter, content, event_index, time_us, state, precinct_id, "
                       "reference_count FROM voter_request WHERE request_id = ?1",
                       request_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  VoterAnswer answer;
  answer.kind = static_cast<VoterChangeKind>(row.Int64(0));
  answer.voter = row.Bytes<16>(1);
  answer.content = row.Bytes<16>(2);
  if (const auto index = row.OptionalInt64(3)) answer.event_index = static_cast<uint64_t>(*index);
  answer.time_us = row.Int64(4);
  answer.state = static_cast<VoterState>(row.Int64(5));
  answer.precinct_id = row.Text(6);
  answer.reference_count = static_cast<int>(row.Int64(7));
  answer.replayed = true;
  TAANU_RETURN_IF_ERROR(row.Check());
  return answer;
}

Status KeepVoterAnswer(Connection& connection, std::string_view request_id,
                       const VoterAnswer& answer) {
  return connection.Run(
      "INSERT INTO voter_request(request_id, kind, voter, content, event_index, time_us, state, "
      "precinct_id, reference_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      request_id, answer.kind, answer.voter, answer.content, answer.event_index, answer.time_us,
      answer.state, answer.precinct_id, answer.reference_count);
}

Status ForgetRequestContents(Connection& connection, const KeyedReference& voter) {
  return connection.Run("UPDATE voter_request SET content = ?2 WHERE voter = ?1", voter,
                        KeyedReference{});
}

}  // namespace taanu
