#include "service/cli/sample.h"

#include <string>
#include <utility>

#include "enroll/image/image.h"
#include "enroll/load/finger_column.h"
#include "enroll/load/sample_file.h"
#include "matcher/codec/codec.h"

namespace taanu::cli {

FingerArgument ParseFingerArgument(std::string_view text) {
  const size_t equals = text.find('=');
  if (equals != std::string_view::npos) {
    if (const auto position = FingerOfColumn(text.substr(0, equals))) {
      return {*position, text.substr(equals + 1)};
    }
  }
  return {FingerPosition::kUnknown, text};
}

v1::FingerSample MakeSample(FingerPosition position, const std::vector<uint8_t>& bytes,
                            double dpi) {
  v1::FingerSample sample;
  sample.set_position(static_cast<v1::FingerPosition>(position));
  if (LooksLikeTemplate(bytes)) {
    sample.set_minutiae_record(bytes.data(), bytes.size());
  } else {
    sample.mutable_image()->set_data(bytes.data(), bytes.size());
    sample.mutable_image()->set_fallback_dpi(dpi);
  }
  return sample;
}

Result<v1::FingerSample> ReadSample(const FingerArgument& finger, double dpi) {
  Result<std::vector<uint8_t>> bytes = ReadSampleFile(finger.file, kImageBytesMax);
  if (!bytes) {
    Error error = std::move(bytes).error();
    error.message = finger.file.string() + ": " + error.message;
    return tl::make_unexpected(std::move(error));
  }
  return MakeSample(finger.position, *bytes, dpi);
}

v1::Voter ToProto(const VoterData& voter) {
  v1::Voter message;
  message.set_voter_number(voter.voter_number);
  message.set_family_name(voter.family_name);
  message.set_given_names(voter.given_names);
  message.set_birth_year(static_cast<uint32_t>(voter.birth_year));
  message.set_sex(static_cast<v1::Sex>(voter.sex));
  message.set_precinct_id(voter.precinct_id);
  for (const MissingFinger& finger : voter.missing_fingers) {
    v1::MissingFinger* const missing = message.add_missing_fingers();
    missing->set_position(static_cast<v1::FingerPosition>(finger.position));
    missing->set_reason(static_cast<v1::MissingFingerReason>(finger.reason));
  }
  return message;
}

}  // namespace taanu::cli
