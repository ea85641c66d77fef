#include "enroll/register/voter_sealing.h"

#include <chrono>
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
enum SealKind : uint8_t { kVoterSeal = 1, kFingerSeal = 2 };
constexpr uint8_t kSealVersion = 1;

int ThisYear() {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<int>(std::chrono::year_month_day(today).year());
}

std::vector<uint8_t> BeginAssociated(SealKind kind, const KeyedReference& reference) {
  std::vector<uint8_t> out;
  out.reserve(128);
  PutInt(&out, static_cast<uint8_t>(kind));
  PutInt(&out, kSealVersion);
  for (const uint8_t byte : reference) out.push_back(byte);
  return out;
}

// Binds the personal data to the voter, to the number of the voter's references, so that none can
// be taken away, and to the roll that the voter is on.
std::vector<uint8_t> VoterAssociated(const KeyedReference& reference, size_t reference_count,
                                     std::string_view precinct_id) {
  std::vector<uint8_t> out = BeginAssociated(kVoterSeal, reference);
  PutInt(&out, static_cast<uint16_t>(reference_count));
  PutText(&out, precinct_id);
  return out;
}

// Binds a template to the voter, the finger, its place and the extractor that made it.
std::vector<uint8_t> FingerAssociated(const KeyedReference& reference, int64_t ordinal,
                                      int64_t position, int64_t view_number,
                                      std::string_view extractor_version) {
  std::vector<uint8_t> out = BeginAssociated(kFingerSeal, reference);
  PutInt(&out, ordinal);
  PutInt(&out, position);
  PutInt(&out, view_number);
  PutText(&out, extractor_version);
  return out;
}

Result<SealedFinger> SealFinger(const Vault& vault, const KeyedReference& reference, size_t ordinal,
                                const FingerReference& finger) {
  if (finger.extractor_version.size() > kExtractorVersionMax) {
    return Fail(ErrorCode::kBadInput, "BAD_FINGER_VIEW", "extractor_version is above 64 bytes");
  }
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> plain, EncodeFingerView(finger.view));
  const FingerView& view = finger.view;
  return SealedFinger{
      view.position,
      view.view_number,
      view.quality,
      view.minutiae.size(),
      finger.extractor_version,
      vault.Seal(plain, FingerAssociated(reference, static_cast<int64_t>(ordinal),
                                         static_cast<int64_t>(view.position), view.view_number,
                                         finger.extractor_version))};
}

Result<FingerReference> OpenFinger(const Vault& vault, const KeyedReference& reference,
                                   int64_t ordinal, const SealedFinger& finger) {
  TAANU_ASSIGN_OR_RETURN(
      const std::vector<uint8_t> plain,
      vault.Open(finger.sealed,
                 FingerAssociated(reference, ordinal, static_cast<int64_t>(finger.position),
                                  finger.view_number, finger.extractor_version)));
  TAANU_ASSIGN_OR_RETURN(FingerView view, DecodeFingerView(plain));
  return FingerReference{std::move(view), finger.extractor_version};
}

}  // namespace

Result<SealedEnrollment> SealEnrollment(const Vault& vault, const EnrollmentRecord& record) {
  TAANU_RETURN_IF_ERROR(ValidateVoterData(record.data, ThisYear()));
  if (record.fingers.size() > kFingersMax) {
    return Fail(ErrorCode::kBadInput, "TOO_MANY_FINGERS", "a voter has at most 20 references");
  }
  SealedEnrollment out;
  out.reference = vault.Reference(kVoterDomain, record.data.voter_number);
  const auto* digest = reinterpret_cast<const char*>(record.content_digest.data());
  out.content = vault.Reference(kContentDomain, {digest, record.content_digest.size()});
  out.precinct_id = record.data.precinct_id;
  out.sealed = vault.Seal(EncodeVoterData(record.data),
                          VoterAssociated(out.reference, record.fingers.size(), out.precinct_id));
  for (size_t i = 0; i < record.fingers.size(); ++i) {
    TAANU_ASSIGN_OR_RETURN(SealedFinger finger,
                           SealFinger(vault, out.reference, i, record.fingers[i]));
    out.fingers.push_back(std::move(finger));
  }
  return out;
}

Result<EnrolledVoter> OpenVoter(const Vault& vault, const StoredVoter& stored) {
  const SealedEnrollment& voter = stored.voter;
  TAANU_ASSIGN_OR_RETURN(
      const std::vector<uint8_t> plain,
      vault.Open(voter.sealed,
                 VoterAssociated(voter.reference, voter.fingers.size(), voter.precinct_id)));
  EnrolledVoter out;
  TAANU_ASSIGN_OR_RETURN(out.data, DecodeVoterData(plain));
  out.data.precinct_id = voter.precinct_id;
  out.reference = voter.reference;
  out.enroll_time_us = stored.enroll_time_us;
  for (size_t i = 0; i < voter.fingers.size(); ++i) {
    TAANU_ASSIGN_OR_RETURN(
        FingerReference finger,
        OpenFinger(vault, voter.reference, stored.ordinals[i], voter.fingers[i]));
    out.fingers.push_back(std::move(finger));
  }
  return out;
}

}  // namespace taanu
