#include "enroll/register/voter_rows.h"

#include <algorithm>
#include <string>
#include <utility>

namespace taanu {
namespace {

Status InsertFingers(Connection& connection, int64_t voter_id,
                     const std::vector<SealedFinger>& fingers) {
  for (size_t i = 0; i < fingers.size(); ++i) {
    const SealedFinger& finger = fingers[i];
    TAANU_RETURN_IF_ERROR(connection.Run(
        "INSERT INTO finger_reference(voter_id, ordinal, position, view_number, quality, "
        "minutia_count, extractor_version, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        voter_id, i, finger.position, finger.view_number, finger.quality, finger.minutia_count,
        finger.extractor_version, finger.sealed));
  }
  return {};
}

tl::unexpected<Error> NoSuchVoter() {
  return Fail(ErrorCode::kNotFound, "UNKNOWN_VOTER", "no such voter is in the register");
}

tl::unexpected<Error> NoSuchPrecinct(std::string_view precinct_id) {
  return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
              "precinct " + std::string(precinct_id) + " does not exist; create it first");
}

constexpr std::string_view kListAll =
    "SELECT reference, precinct_id, reference_count FROM voter "
    "WHERE reference > ?1 ORDER BY reference LIMIT ?2";
constexpr std::string_view kListRoll =
    "SELECT reference, precinct_id, reference_count FROM voter "
    "WHERE reference > ?1 AND precinct_id = ?3 ORDER BY reference LIMIT ?2";
constexpr std::string_view kListAllUnreferenced =
    "SELECT reference, precinct_id, reference_count FROM voter "
    "WHERE reference > ?1 AND reference_count = 0 ORDER BY reference LIMIT ?2";
constexpr std::string_view kListRollUnreferenced =
    "SELECT reference, precinct_id, reference_count FROM voter "
    "WHERE reference > ?1 AND reference_count = 0 AND precinct_id = ?3 "
    "ORDER BY reference LIMIT ?2";

Result<Statement> QueryList(Connection& connection, std::string_view precinct_id,
                            bool without_reference, const std::vector<uint8_t>& after, int limit) {
  if (precinct_id.empty()) {
    return connection.Query(without_reference ? kListAllUnreferenced : kListAll, after, limit);
  }
  return connection.Query(without_reference ? kListRollUnreferenced : kListRoll, after, limit,
                          precinct_id);
}

}  // namespace

// The content digest of the voter, where there is one.
Result<std::optional<KeyedReference>> FindContent(Connection& connection,
                                                  const KeyedReference& reference) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT content_digest FROM voter WHERE reference = ?1", reference));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  const auto content = row.Bytes<16>(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return content;
}

Status FindPrecinct(Connection& connection, std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT 1 FROM precinct WHERE precinct_id = ?1", precinct_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return NoSuchPrecinct(precinct_id);
  return {};
}

Status InsertVoter(Connection& connection, const SealedEnrollment& voter, int64_t now_us) {
  TAANU_RETURN_IF_ERROR(
      connection.Run("UPDATE precinct SET voter_count = voter_count + 1 WHERE precinct_id = ?1",
                     voter.precinct_id));
  if (connection.changes() == 0) return NoSuchPrecinct(voter.precinct_id);
  TAANU_RETURN_IF_ERROR(connection.Run(
      "INSERT INTO voter(reference, precinct_id, sealed, content_digest, reference_count, "
      "enroll_time_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      voter.reference, voter.precinct_id, voter.sealed, voter.content, voter.fingers.size(),
      now_us));
  return InsertFingers(connection, connection.last_insert_id(), voter.fingers);
}

Status ReadVoter(Connection& connection, const KeyedReference& reference, StoredVoter* stored) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT voter_id, precinct_id, sealed, enroll_time_us "
                                          "FROM voter WHERE reference = ?1",
                                          reference));
  TAANU_ASSIGN_OR_RETURN(const bool exists, row.Step());
  if (!exists) return NoSuchVoter();
  const int64_t voter_id = row.Int64(0);
  stored->voter.reference = reference;
  stored->voter.precinct_id = row.Text(1);
  stored->voter.sealed = row.Blob(2);
  stored->enroll_time_us = row.Int64(3);
  TAANU_RETURN_IF_ERROR(row.Check());

  TAANU_ASSIGN_OR_RETURN(
      Statement fingers,
      connection.Query("SELECT ordinal, position, view_number, extractor_version, sealed "
                       "FROM finger_reference WHERE voter_id = ?1 ORDER BY ordinal",
                       voter_id));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, fingers.Step());
    if (!more) return {};
    SealedFinger finger;
    stored->ordinals.push_back(fingers.Int64(0));
    finger.position = static_cast<FingerPosition>(fingers.Int64(1));
    finger.view_number = static_cast<int>(fingers.Int64(2));
    finger.extractor_version = fingers.Text(3);
    finger.sealed = fingers.Blob(4);
    TAANU_RETURN_IF_ERROR(fingers.Check());
    stored->voter.fingers.push_back(std::move(finger));
  }
}

Result<std::vector<VoterSummary>> ListVoters(Connection& connection, std::string_view precinct_id,
                                             bool without_reference,
                                             const std::optional<KeyedReference>& after,
                                             int limit) {
  // The empty BLOB comes before every reference.
  std::vector<uint8_t> from;
  if (after) from.assign(after->begin(), after->end());
  TAANU_ASSIGN_OR_RETURN(Statement row, QueryList(connection, precinct_id, without_reference, from,
                                                  std::max(0, limit)));
  std::vector<VoterSummary> voters;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return voters;
    VoterSummary voter{row.Bytes<16>(0), row.Text(1), static_cast<int>(row.Int64(2))};
    TAANU_RETURN_IF_ERROR(row.Check());
    voters.push_back(std::move(voter));
  }
}

}  // namespace taanu
