#include "enroll/register/voter_editor.h"

#include <algorithm>
#include <utility>

#include "enroll/register/voter_requests.h"
#include "enroll/register/voter_rows.h"

namespace taanu {
namespace {

constexpr size_t kFingersMax = 20;

template <typename T>
void Take(const std::optional<T>& value, T* field) {
  if (value) *field = *value;
}

}  // namespace

Status VoterEditor::Load(const KeyedReference& voter) {
  stored_ = {};
  return ReadVoter(connection_, voter, &stored_);
}

Result<std::optional<KeyedReference>> VoterEditor::FindReenroller(FingerPosition position) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection_.Query("SELECT operator_ref FROM finger_history "
                                           "WHERE voter_id = ?1 AND position = ?2 LIMIT 1",
                                           stored_.voter_id, position));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  const KeyedReference operator_ref = row.Bytes<16>(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return operator_ref;
}

Result<DataKey> VoterEditor::Key() {
  if (stored_.voter.data_key.bytes.empty()) {
    TAANU_RETURN_IF_ERROR(Reseal(vault_, &stored_));
    TAANU_RETURN_IF_ERROR(UpdateVoterRow(connection_, stored_));
    TAANU_RETURN_IF_ERROR(UpdateFingerSeals(connection_, stored_));
  }
  return OpenDataKey(vault_, stored_.voter);
}

Status VoterEditor::Write(const DataKey& key, const VoterData& data) {
  SealData(key, data, &stored_.voter);
  return UpdateVoterRow(connection_, stored_);
}

int64_t VoterEditor::NextOrdinal() const {
  int64_t next = 0;
  for (const auto* fingers : {&stored_.voter.fingers, &stored_.history}) {
    for (const SealedFinger& finger : *fingers) next = std::max(next, finger.ordinal + 1);
  }
  return next;
}

Status VoterEditor::Update(const VoterDataPatch& patch, int this_year) {
  TAANU_ASSIGN_OR_RETURN(const DataKey key, Key());
  TAANU_ASSIGN_OR_RETURN(VoterData data, OpenData(key, stored_.voter));
  Take(patch.family_name, &data.family_name);
  Take(patch.given_names, &data.given_names);
  Take(patch.birth_year, &data.birth_year);
  Take(patch.sex, &data.sex);
  TAANU_RETURN_IF_ERROR(ValidateVoterData(data, this_year));
  return Write(key, data);
}

Status VoterEditor::Move(std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(const DataKey key, Key());
  TAANU_ASSIGN_OR_RETURN(const VoterData data, OpenData(key, stored_.voter));
  if (!stored_.voter.inactive) {
    TAANU_RETURN_IF_ERROR(AddToRoll(connection_, stored_.voter.precinct_id, -1));
    TAANU_RETURN_IF_ERROR(AddToRoll(connection_, precinct_id, 1));
  }
  stored_.voter.precinct_id = precinct_id;
  return Write(key, data);
}

Status VoterEditor::Deactivate(DeactivationReason reason) {
  TAANU_ASSIGN_OR_RETURN(const DataKey key, Key());
  TAANU_ASSIGN_OR_RETURN(const VoterData data, OpenData(key, stored_.voter));
  TAANU_RETURN_IF_ERROR(AddToRoll(connection_, stored_.voter.precinct_id, -1));
  stored_.voter.inactive = reason;
  return Write(key, data);
}

Status VoterEditor::Reactivate() {
  TAANU_ASSIGN_OR_RETURN(const DataKey key, Key());
  TAANU_ASSIGN_OR_RETURN(const VoterData data, OpenData(key, stored_.voter));
  TAANU_RETURN_IF_ERROR(AddToRoll(connection_, stored_.voter.precinct_id, 1));
  stored_.voter.inactive.reset();
  return Write(key, data);
}

Status VoterEditor::ReplaceFinger(FingerPosition position,
                                  const std::vector<FingerReference>& views,
                                  const KeyedReference& operator_ref) {
  TAANU_ASSIGN_OR_RETURN(const DataKey key, Key());
  TAANU_ASSIGN_OR_RETURN(VoterData data, OpenData(key, stored_.voter));
  // What is enrolled is missing no longer.
  std::erase_if(data.missing_fingers,
                [&](const MissingFinger& finger) { return finger.position == position; });
  int64_t ordinal = NextOrdinal();
  TAANU_RETURN_IF_ERROR(connection_.Run(
      "INSERT INTO finger_history(voter_id, ordinal, position, view_number, quality, "
      "minutia_count, extractor_version, sealed, operator_ref) "
      "SELECT voter_id, ordinal, position, view_number, quality, minutia_count, "
      "extractor_version, sealed, ?3 FROM finger_reference WHERE voter_id = ?1 AND position = ?2",
      stored_.voter_id, position, operator_ref));
  TAANU_RETURN_IF_ERROR(
      connection_.Run("DELETE FROM finger_reference WHERE voter_id = ?1 AND position = ?2",
                      stored_.voter_id, position));
  auto& fingers = stored_.voter.fingers;
  std::erase_if(fingers, [&](const SealedFinger& f) { return f.position == position; });
  for (const FingerReference& view : views) {
    TAANU_ASSIGN_OR_RETURN(SealedFinger finger,
                           SealFinger(key, stored_.voter.reference, ordinal++, view));
    TAANU_RETURN_IF_ERROR(InsertFinger(connection_, stored_.voter_id, finger));
    fingers.push_back(std::move(finger));
  }
  if (fingers.size() > kFingersMax) {
    return Fail(ErrorCode::kBadInput, "TOO_MANY_FINGERS", "a voter has at most 20 references");
  }
  return Write(key, data);
}

Status VoterEditor::ConfirmFinger(FingerPosition position) {
  return connection_.Run("DELETE FROM finger_history WHERE voter_id = ?1 AND position = ?2",
                         stored_.voter_id, position);
}

Status VoterEditor::RevertFinger(FingerPosition position) {
  TAANU_ASSIGN_OR_RETURN(const DataKey key, Key());
  TAANU_ASSIGN_OR_RETURN(const VoterData data, OpenData(key, stored_.voter));
  TAANU_RETURN_IF_ERROR(
      connection_.Run("DELETE FROM finger_reference WHERE voter_id = ?1 AND position = ?2",
                      stored_.voter_id, position));
  TAANU_RETURN_IF_ERROR(connection_.Run(
      "INSERT INTO finger_reference(voter_id, ordinal, position, view_number, quality, "
      "minutia_count, extractor_version, sealed) "
      "SELECT voter_id, ordinal, position, view_number, quality, minutia_count, "
      "extractor_version, sealed FROM finger_history WHERE voter_id = ?1 AND position = ?2",
      stored_.voter_id, position));
  TAANU_RETURN_IF_ERROR(ConfirmFinger(position));
  // Read again in the order of their ordinals, to which the voter's data are bound.
  const KeyedReference reference = stored_.voter.reference;
  TAANU_RETURN_IF_ERROR(Load(reference));
  return Write(key, data);
}

Status VoterEditor::Erase() {
  const bool on_roll = !stored_.voter.inactive.has_value();
  if (on_roll) TAANU_RETURN_IF_ERROR(AddToRoll(connection_, stored_.voter.precinct_id, -1));
  // Overwritten before the row goes; the writer's connection overwrites what it deletes as well.
  TAANU_RETURN_IF_ERROR(connection_.Run(
      "UPDATE voter SET data_key = zeroblob(72) WHERE voter_id = ?1", stored_.voter_id));
  TAANU_RETURN_IF_ERROR(
      connection_.Run("DELETE FROM finger_history WHERE voter_id = ?1", stored_.voter_id));
  TAANU_RETURN_IF_ERROR(
      connection_.Run("DELETE FROM finger_reference WHERE voter_id = ?1", stored_.voter_id));
  TAANU_RETURN_IF_ERROR(connection_.Run("DELETE FROM voter WHERE voter_id = ?1", stored_.voter_id));
  return ForgetRequestContents(connection_, stored_.voter.reference);
}

}  // namespace taanu
