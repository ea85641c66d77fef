#include "enroll/register/voter_sealing.h"

#include <chrono>
#include <span>
#include <utility>

#include "enroll/register/byte_io.h"
#include "enroll/register/finger_codec.h"
#include "enroll/register/voter_codec.h"

namespace taanu {
namespace {

constexpr std::string_view kContentDomain = "enrolment";
constexpr size_t kFingersMax = 20;
constexpr size_t kExtractorVersionMax = 64;

// The first byte of associated data, by which one kind of sealed value cannot pass for another.
enum SealKind : uint8_t { kVoterSeal = 1, kFingerSeal = 2, kDataKeySeal = 3 };
// The second: 1 is sealed with the register's key, 2 with the voter's own.
enum SealVersion : uint8_t { kRegisterKeyed = 1, kVoterKeyed = 2 };

int ThisYear() {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<int>(std::chrono::year_month_day(today).year());
}

SealVersion VersionOf(const SealedEnrollment& voter) {
  return voter.data_key.bytes.empty() ? kRegisterKeyed : kVoterKeyed;
}

std::vector<uint8_t> BeginAssociated(SealKind kind, SealVersion version,
                                     const KeyedReference& reference) {
  std::vector<uint8_t> out;
  out.reserve(128);
  PutInt(&out, static_cast<uint8_t>(kind));
  PutInt(&out, static_cast<uint8_t>(version));
  for (const uint8_t byte : reference) out.push_back(byte);
  return out;
}

// Binds the personal data to the voter, to the voter's references, so that none can be taken away
// or put back, to the roll that the voter is on, and to whether the voter is on it.
std::vector<uint8_t> VoterAssociated(const SealedEnrollment& voter) {
  const SealVersion version = VersionOf(voter);
  std::vector<uint8_t> out = BeginAssociated(kVoterSeal, version, voter.reference);
  PutInt(&out, static_cast<uint16_t>(voter.fingers.size()));
  PutText(&out, voter.precinct_id);
  if (version == kRegisterKeyed) return out;
  for (const SealedFinger& finger : voter.fingers) PutInt(&out, finger.ordinal);
  PutInt(&out, voter.inactive ? static_cast<uint8_t>(*voter.inactive) : uint8_t{0});
  return out;
}

// Binds a template to the voter, the finger, its place and the extractor that made it.
std::vector<uint8_t> FingerAssociated(SealVersion version, const KeyedReference& voter,
                                      const SealedFinger& finger) {
  std::vector<uint8_t> out = BeginAssociated(kFingerSeal, version, voter);
  PutInt(&out, finger.ordinal);
  PutInt(&out, static_cast<int64_t>(finger.position));
  PutInt(&out, static_cast<int64_t>(finger.view_number));
  PutText(&out, finger.extractor_version);
  return out;
}

std::vector<uint8_t> KeyAssociated(const KeyedReference& voter) {
  return BeginAssociated(kDataKeySeal, kVoterKeyed, voter);
}

// Opens with the register's key or with a voter's: both have Open.
template <typename Key>
Result<FingerReference> OpenFinger(const Key& key, SealVersion version, const KeyedReference& voter,
                                   const SealedFinger& finger) {
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> plain,
                         key.Open(finger.sealed, FingerAssociated(version, voter, finger)));
  TAANU_ASSIGN_OR_RETURN(FingerView view, DecodeFingerView(plain));
  return FingerReference{std::move(view), finger.extractor_version};
}

template <typename Key>
Result<EnrolledVoter> OpenWith(const Key& key, const StoredVoter& stored) {
  const SealedEnrollment& voter = stored.voter;
  const SealVersion version = VersionOf(voter);
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> plain,
                         key.Open(voter.sealed, VoterAssociated(voter)));
  EnrolledVoter out;
  TAANU_ASSIGN_OR_RETURN(out.data, DecodeVoterData(plain));
  out.data.precinct_id = voter.precinct_id;
  out.reference = voter.reference;
  out.inactive = voter.inactive;
  out.enroll_time_us = stored.enroll_time_us;
  for (const SealedFinger& finger : voter.fingers) {
    TAANU_ASSIGN_OR_RETURN(out.fingers.emplace_back(),
                           OpenFinger(key, version, voter.reference, finger));
  }
  for (const SealedFinger& finger : stored.history) {
    TAANU_ASSIGN_OR_RETURN(out.superseded.emplace_back(),
                           OpenFinger(key, version, voter.reference, finger));
  }
  return out;
}

// From the register's key to one of the voter's own.
Status GiveDataKey(const Vault& vault, StoredVoter* stored) {
  SealedEnrollment& voter = stored->voter;
  TAANU_ASSIGN_OR_RETURN(const EnrolledVoter open, OpenWith(vault, *stored));
  const DataKey key;
  voter.data_key = vault.Wrap(key, KeyAssociated(voter.reference));
  SealData(key, open.data, &voter);
  for (size_t i = 0; i < voter.fingers.size(); ++i) {
    TAANU_ASSIGN_OR_RETURN(voter.fingers[i], SealFinger(key, voter.reference,
                                                        voter.fingers[i].ordinal, open.fingers[i]));
  }
  for (size_t i = 0; i < stored->history.size(); ++i) {
    TAANU_ASSIGN_OR_RETURN(
        stored->history[i],
        SealFinger(key, voter.reference, stored->history[i].ordinal, open.superseded[i]));
  }
  return {};
}

}  // namespace

Result<SealedFinger> SealFinger(const DataKey& key, const KeyedReference& voter, int64_t ordinal,
                                const FingerReference& finger) {
  if (finger.extractor_version.size() > kExtractorVersionMax) {
    return Fail(ErrorCode::kBadInput, "BAD_FINGER_VIEW", "extractor_version is above 64 bytes");
  }
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> plain, EncodeFingerView(finger.view));
  const FingerView& view = finger.view;
  SealedFinger out{ordinal,
                   view.position,
                   view.view_number,
                   view.quality,
                   view.minutiae.size(),
                   finger.extractor_version,
                   {}};
  out.sealed = key.Seal(plain, FingerAssociated(kVoterKeyed, voter, out));
  return out;
}

void SealData(const DataKey& key, const VoterData& data, SealedEnrollment* voter) {
  voter->sealed = key.Seal(EncodeVoterData(data), VoterAssociated(*voter));
}

Result<VoterData> OpenData(const DataKey& key, const SealedEnrollment& voter) {
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> plain,
                         key.Open(voter.sealed, VoterAssociated(voter)));
  TAANU_ASSIGN_OR_RETURN(VoterData data, DecodeVoterData(plain));
  data.precinct_id = voter.precinct_id;
  return data;
}

Result<SealedEnrollment> SealEnrollment(const Vault& vault, const EnrollmentRecord& record) {
  TAANU_RETURN_IF_ERROR(ValidateVoterData(record.data, ThisYear()));
  if (record.fingers.size() > kFingersMax) {
    return Fail(ErrorCode::kBadInput, "TOO_MANY_FINGERS", "a voter has at most 20 references");
  }
  const DataKey key;
  SealedEnrollment out;
  out.reference = vault.Reference(kVoterDomain, record.data.voter_number);
  const auto* digest = reinterpret_cast<const char*>(record.content_digest.data());
  out.content = vault.Reference(kContentDomain, {digest, record.content_digest.size()});
  out.precinct_id = record.data.precinct_id;
  out.data_key = vault.Wrap(key, KeyAssociated(out.reference));
  for (size_t i = 0; i < record.fingers.size(); ++i) {
    TAANU_ASSIGN_OR_RETURN(
        out.fingers.emplace_back(),
        SealFinger(key, out.reference, static_cast<int64_t>(i), record.fingers[i]));
  }
  SealData(key, record.data, &out);
  return out;
}

Result<DataKey> OpenDataKey(const Vault& vault, const SealedEnrollment& voter) {
  return vault.Unwrap(voter.data_key, KeyAssociated(voter.reference));
}

Result<EnrolledVoter> OpenVoter(const Vault& vault, const StoredVoter& stored) {
  if (VersionOf(stored.voter) == kRegisterKeyed) return OpenWith(vault, stored);
  TAANU_ASSIGN_OR_RETURN(const DataKey key, OpenDataKey(vault, stored.voter));
  return OpenWith(key, stored);
}

Status Rewrap(const Vault& vault, SealedEnrollment* voter) {
  if (voter->data_key.epoch == vault.epoch()) return {};
  TAANU_ASSIGN_OR_RETURN(const DataKey key, OpenDataKey(vault, *voter));
  voter->data_key = vault.Wrap(key, KeyAssociated(voter->reference));
  return {};
}

Status Reseal(const Vault& vault, StoredVoter* stored) {
  if (VersionOf(stored->voter) == kRegisterKeyed) return GiveDataKey(vault, stored);
  return Rewrap(vault, &stored->voter);
}

}  // namespace taanu
