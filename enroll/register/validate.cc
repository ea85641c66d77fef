#include <bitset>
#include <string>
#include <string_view>

#include "enroll/register/register.h"
#include "enroll/text/utf8.h"

namespace taanu {
namespace {

constexpr size_t kVoterNumberBytesMax = 64;
constexpr size_t kNameBytesMax = 200;
constexpr size_t kPrecinctIdMax = 32;
constexpr int kBirthYearMin = 1880;

// C0 and C1 controls, line and paragraph separators, and the marks that turn the direction of text,
// by which one name can be shown as another.
bool IsControl(uint32_t c) {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 ||
         (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

tl::unexpected<Error> BadField(std::string_view field, const std::string& what) {
  return Fail(ErrorCode::kBadInput, "BAD_VOTER_DATA", std::string(field) + " " + what);
}

Status CheckText(std::string_view field, std::string_view text, size_t bytes_max) {
  if (text.size() > bytes_max) {
    return BadField(field, "has " + std::to_string(text.size()) + " bytes; at most " +
                               std::to_string(bytes_max) + " are allowed");
  }
  for (size_t at = 0; at < text.size();) {
    uint32_t character = 0;
    const size_t size = DecodeUtf8(text.substr(at), &character);
    if (size == 0) return BadField(field, "is not UTF-8 at byte " + std::to_string(at));
    if (IsControl(character)) {
      return BadField(field, "has a control character at byte " + std::to_string(at));
    }
    at += size;
  }
  return {};
}

Status CheckMissing(const std::vector<MissingFinger>& fingers) {
  std::bitset<kFingerPositionMax + 1> seen;
  for (const MissingFinger& finger : fingers) {
    const auto position = static_cast<size_t>(finger.position);
    if (position == 0 || position > size_t{kFingerPositionMax}) {
      return BadField("missing_fingers", "must name a known finger, 1 to 10");
    }
    if (finger.reason < MissingReason::kAmputated || finger.reason > MissingReason::kDamaged) {
      return BadField("missing_fingers", "must say why: amputated, bandaged or damaged");
    }
    if (seen.test(position)) return BadField("missing_fingers", "must name each finger once");
    seen.set(position);
  }
  return {};
}

bool IsPrecinctCharacter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

Status ValidatePrecinctId(std::string_view precinct_id) {
  if (precinct_id.empty()) {
    return Fail(ErrorCode::kBadInput, "BAD_PRECINCT_ID", "precinct_id is empty");
  }
  if (precinct_id.size() > kPrecinctIdMax) {
    return Fail(
        ErrorCode::kBadInput, "BAD_PRECINCT_ID",
        "precinct_id has " + std::to_string(precinct_id.size()) + " bytes; at most 32 are allowed");
  }
  for (size_t at = 0; at < precinct_id.size(); ++at) {
    if (!IsPrecinctCharacter(precinct_id[at])) {
      return Fail(
          ErrorCode::kBadInput, "BAD_PRECINCT_ID",
          "precinct_id has another character than A-Z a-z 0-9 . _ - at byte " + std::to_string(at));
    }
  }
  return {};
}

Status ValidateVoterData(const VoterData& voter, int this_year) {
  if (voter.voter_number.empty()) return BadField("voter_number", "is empty");
  TAANU_RETURN_IF_ERROR(CheckText("voter_number", voter.voter_number, kVoterNumberBytesMax));
  TAANU_RETURN_IF_ERROR(CheckText("family_name", voter.family_name, kNameBytesMax));
  TAANU_RETURN_IF_ERROR(CheckText("given_names", voter.given_names, kNameBytesMax));
  if (voter.birth_year != 0 && (voter.birth_year < kBirthYearMin || voter.birth_year > this_year)) {
    return BadField("birth_year", "must be " + std::to_string(kBirthYearMin) + " to " +
                                      std::to_string(this_year) + ", or 0 where it is not known");
  }
  if (voter.sex > Sex::kMale) return BadField("sex", "is not one of unspecified, female, male");
  TAANU_RETURN_IF_ERROR(CheckMissing(voter.missing_fingers));
  return ValidatePrecinctId(voter.precinct_id);
}

}  // namespace taanu
