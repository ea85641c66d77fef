#include "enroll/register/voter_rows.h"

#include <algorithm>
#include <string>
#include <utility>

namespace taanu {
namespace {

Status InsertFingers(Connection& connection, int64_t voter_id,
                     const std::vector<SealedFinger>& fingers) {
  for (const SealedFinger& finger : fingers) {
    TAANU_RETURN_IF_ERROR(InsertFinger(connection, voter_id, finger));
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

// `sql` selects one table's columns in the order of this function.
Status ReadFingers(Connection& connection, std::string_view sql, int64_t voter_id,
                   std::vector<SealedFinger>* fingers) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(sql, voter_id));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    SealedFinger finger;
    finger.ordinal = row.Int64(0);
    finger.position = static_cast<FingerPosition>(row.Int64(1));
    finger.view_number = static_cast<int>(row.Int64(2));
    finger.extractor_version = row.Text(3);
    finger.sealed = row.Blob(4);
    finger.quality = static_cast<int>(row.Int64(5));
    finger.minutia_count = static_cast<size_t>(row.Int64(6));
    TAANU_RETURN_IF_ERROR(row.Check());
    fingers->push_back(std::move(finger));
  }
}

constexpr std::string_view kListAll =
    "SELECT reference, precinct_id, reference_count, inactive_reason IS NULL FROM voter "
    "WHERE reference > ?1 ORDER BY reference LIMIT ?2";
constexpr std::string_view kListRoll =
    "SELECT reference, precinct_id, reference_count, inactive_reason IS NULL FROM voter "
    "WHERE reference > ?1 AND precinct_id = ?3 ORDER BY reference LIMIT ?2";
constexpr std::string_view kListAllUnreferenced =
    "SELECT reference, precinct_id, reference_count, inactive_reason IS NULL FROM voter "
    "WHERE reference > ?1 AND reference_count = 0 AND inactive_reason IS NULL ORDER BY reference "
    "LIMIT ?2";
constexpr std::string_view kListRollUnreferenced =
    "SELECT reference, precinct_id, reference_count, inactive_reason IS NULL FROM voter "
    "WHERE reference > ?1 AND reference_count = 0 AND inactive_reason IS NULL AND precinct_id = ?3 "
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

Status AddToRoll(Connection& connection, std::string_view precinct_id, int voters) {
  TAANU_RETURN_IF_ERROR(
      connection.Run("UPDATE precinct SET voter_count = voter_count + ?2 WHERE precinct_id = ?1",
                     precinct_id, voters));
  if (connection.changes() != 0) return {};
  return NoSuchPrecinct(precinct_id);
}

Status InsertFinger(Connection& connection, int64_t voter_id, const SealedFinger& finger) {
  return connection.Run(
      "INSERT INTO finger_reference(voter_id, ordinal, position, view_number, quality, "
      "minutia_count, extractor_version, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      voter_id, finger.ordinal, finger.position, finger.view_number, finger.quality,
      finger.minutia_count, finger.extractor_version, finger.sealed);
}

Status InsertVoter(Connection& connection, const SealedEnrollment& voter, int64_t now_us) {
  TAANU_RETURN_IF_ERROR(AddToRoll(connection, voter.precinct_id, 1));
  TAANU_RETURN_IF_ERROR(connection.Run(
      "INSERT INTO voter(reference, precinct_id, sealed, content_digest, reference_count, "
      "enroll_time_us, data_key, key_epoch) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      voter.reference, voter.precinct_id, voter.sealed, voter.content, voter.fingers.size(), now_us,
      voter.data_key.bytes, voter.data_key.epoch));
  return InsertFingers(connection, connection.last_insert_id(), voter.fingers);
}

Status UpdateVoterRow(Connection& connection, const StoredVoter& stored) {
  const SealedEnrollment& voter = stored.voter;
  return connection.Run(
      "UPDATE voter SET precinct_id = ?2, sealed = ?3, reference_count = ?4, data_key = ?5, "
      "key_epoch = ?6, inactive_reason = ?7 WHERE voter_id = ?1",
      stored.voter_id, voter.precinct_id, voter.sealed, voter.fingers.size(), voter.data_key.bytes,
      voter.data_key.epoch, voter.inactive);
}

Status UpdateFingerSeals(Connection& connection, const StoredVoter& stored) {
  for (const SealedFinger& finger : stored.voter.fingers) {
    TAANU_RETURN_IF_ERROR(connection.Run(
        "UPDATE finger_reference SET sealed = ?3 WHERE voter_id = ?1 AND ordinal = ?2",
        stored.voter_id, finger.ordinal, finger.sealed));
  }
  for (const SealedFinger& finger : stored.history) {
    TAANU_RETURN_IF_ERROR(
        connection.Run("UPDATE finger_history SET sealed = ?3 WHERE voter_id = ?1 AND ordinal = ?2",
                       stored.voter_id, finger.ordinal, finger.sealed));
  }
  return {};
}

Status ReadVoter(Connection& connection, const KeyedReference& reference, StoredVoter* stored) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT voter_id, precinct_id, sealed, enroll_time_us, content_digest, "
                       "coalesce(data_key, x''), key_epoch, inactive_reason "
                       "FROM voter WHERE reference = ?1",
                       reference));
  TAANU_ASSIGN_OR_RETURN(const bool exists, row.Step());
  if (!exists) return NoSuchVoter();
  SealedEnrollment& voter = stored->voter;
  stored->voter_id = row.Int64(0);
  voter.reference = reference;
  voter.precinct_id = row.Text(1);
  voter.sealed = row.Blob(2);
  stored->enroll_time_us = row.Int64(3);
  voter.content = row.Bytes<16>(4);
  voter.data_key.bytes = row.Blob(5);
  voter.data_key.epoch = row.Int64(6);
  if (const auto reason = row.OptionalInt64(7)) {
    voter.inactive = static_cast<DeactivationReason>(*reason);
  }
  TAANU_RETURN_IF_ERROR(row.Check());
  TAANU_RETURN_IF_ERROR(
      ReadFingers(connection,
                  "SELECT ordinal, position, view_number, extractor_version, sealed, quality, "
                  "minutia_count FROM finger_reference WHERE voter_id = ?1 ORDER BY ordinal",
                  stored->voter_id, &voter.fingers));
  return ReadFingers(connection,
                     "SELECT ordinal, position, view_number, extractor_version, sealed, quality, "
                     "minutia_count FROM finger_history WHERE voter_id = ?1 ORDER BY ordinal",
                     stored->voter_id, &stored->history);
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
    VoterSummary voter{row.Bytes<16>(0), row.Text(1), static_cast<int>(row.Int64(2)),
                       row.Int64(3) != 0};
    TAANU_RETURN_IF_ERROR(row.Check());
    voters.push_back(std::move(voter));
  }
}

Result<std::vector<KeyedReference>> ListRoll(Connection& connection, std::string_view precinct_id,
                                             const std::optional<KeyedReference>& after,
                                             int limit) {
  std::vector<uint8_t> from;
  if (after) from.assign(after->begin(), after->end());
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      precinct_id.empty()
          ? connection.Query("SELECT reference FROM voter WHERE reference > ?1 "
                             "AND inactive_reason IS NULL ORDER BY reference LIMIT ?2",
                             from, limit)
          : connection.Query("SELECT reference FROM voter WHERE reference > ?1 "
                             "AND inactive_reason IS NULL AND precinct_id = ?3 "
                             "ORDER BY reference LIMIT ?2",
                             from, limit, precinct_id));
  std::vector<KeyedReference> voters;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return voters;
    voters.push_back(row.Bytes<16>(0));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

}  // namespace taanu
