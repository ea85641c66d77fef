#include "enroll/register/voter_codec.h"

#include <algorithm>
#include <string>

#include "enroll/register/byte_io.h"

namespace taanu {
namespace {

constexpr uint8_t kVersion = 1;
constexpr size_t kPadding = 64;

tl::unexpected<Error> Bad(const std::string& what) {
  return Fail(ErrorCode::kBadInput, "BAD_VOTER_RECORD", "a voter's record is malformed: " + what);
}

}  // namespace

std::vector<uint8_t> EncodeVoterData(const VoterData& voter) {
  std::vector<uint8_t> out;
  PutInt(&out, kVersion);
  PutInt(&out, static_cast<uint16_t>(voter.birth_year));
  PutInt(&out, static_cast<uint8_t>(voter.sex));
  PutText(&out, voter.voter_number);
  PutText(&out, voter.family_name);
  PutText(&out, voter.given_names);
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
  if (version != kVersion) return Bad("it is empty or of format 0");
  VoterData voter;
  voter.birth_year = in.Int<uint16_t>();
  const auto sex = in.Int<uint8_t>();
  voter.voter_number = in.Text();
  voter.family_name = in.Text();
  voter.given_names = in.Text();
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
