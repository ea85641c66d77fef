#include "enroll/register/voter_codec.h"

#include <algorithm>
#include <string>

#include "enroll/register/byte_io.h"

namespace taanu {
namespace {

// A voter of whom no finger is missing is written as the first version was, so that a record is one
// and the same whichever version of the program wrote it.
constexpr uint8_t kVersion = 2;
constexpr uint8_t kVersionWithoutMissing = 1;
constexpr size_t kPadding = 64;

tl::unexpected<Error> Bad(const std::string& what) {
  return Fail(ErrorCode::kBadInput, "BAD_VOTER_RECORD", "a voter's record is malformed: " + what);
}

Status ReadMissing(ByteReader* in, std::vector<MissingFinger>* fingers) {
  const auto count = in->Int<uint8_t>();
  if (count == 0 || count > kFingerPositionMax)
    return Bad("its number of missing fingers is wrong");
  for (int i = 0; i < count; ++i) {
    const auto position = in->Int<uint8_t>();
    const auto reason = in->Int<uint8_t>();
    if (position == 0 || position > kFingerPositionMax) return Bad("a missing finger is unknown");
    if (reason == 0 || reason > static_cast<uint8_t>(MissingReason::kDamaged)) {
      return Bad("the reason of a missing finger is unknown");
    }
    fingers->push_back({static_cast<FingerPosition>(position), static_cast<MissingReason>(reason)});
  }
  return {};
}

}  // namespace

std::vector<uint8_t> EncodeVoterData(const VoterData& voter) {
  std::vector<uint8_t> out;
  const bool missing = !voter.missing_fingers.empty();
  PutInt(&out, missing ? kVersion : kVersionWithoutMissing);
  PutInt(&out, static_cast<uint16_t>(voter.birth_year));
  PutInt(&out, static_cast<uint8_t>(voter.sex));
  PutText(&out, voter.voter_number);
  PutText(&out, voter.family_name);
  PutText(&out, voter.given_names);
  if (missing) {
    PutInt(&out, static_cast<uint8_t>(voter.missing_fingers.size()));
    for (const MissingFinger& finger : voter.missing_fingers) {
      PutInt(&out, static_cast<uint8_t>(finger.position));
      PutInt(&out, static_cast<uint8_t>(finger.reason));
    }
  }
  out.resize((out.size() + kPadding - 1) / kPadding * kPadding);
  return out;
}

Result<VoterData> DecodeVoterData(std::span<const uint8_t> bytes) {
  ByteReader in(bytes);
  const auto version = in.Int<uint8_t>();
  if (!in.failed() && version > kVersion) {
    return Fail(ErrorCode::kUnsupported, "NEWER_VOTER_RECORD",
                "a newer version of Taanu wrote this voter's record (format " +
                    std::to_string(version) + "); use that version or a later one");
  }
  if (version == 0) return Bad("it is empty or of format 0");
  VoterData voter;
  voter.birth_year = in.Int<uint16_t>();
  const auto sex = in.Int<uint8_t>();
  voter.voter_number = in.Text();
  voter.family_name = in.Text();
  voter.given_names = in.Text();
  if (version == kVersion) TAANU_RETURN_IF_ERROR(ReadMissing(&in, &voter.missing_fingers));
  if (in.failed()) return Bad("it is cut off");
  if (sex > static_cast<uint8_t>(Sex::kMale)) return Bad("its sex is unknown");
  voter.sex = static_cast<Sex>(sex);
  const auto padding = in.Take(in.remaining());
  if (bytes.size() % kPadding != 0 || padding.size() >= kPadding ||
      std::any_of(padding.begin(), padding.end(), [](uint8_t byte) { return byte != 0; })) {
    return Bad("its padding is wrong");
  }
  return voter;
}

}  // namespace taanu
