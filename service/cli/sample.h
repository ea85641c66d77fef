// Files of fingers as the contract carries them.
//
// Thread-safety: pure functions over the file system.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/error.h"
#include "matcher/template.h"
#include "taanu/v1/biometrics.pb.h"
#include "taanu/v1/enrollment_service.pb.h"

namespace taanu::cli {

// A finger as it is given on the command line: right_index=FILE, or FILE alone for a finger of
// which it is not known which one it is.
struct FingerArgument {
  FingerPosition position = FingerPosition::kUnknown;
  std::filesystem::path file;
};
FingerArgument ParseFingerArgument(std::string_view text);

// An image or a template, told by content. `dpi`, 0 for none, is for an image that states none.
v1::FingerSample MakeSample(FingerPosition position, const std::vector<uint8_t>& bytes, double dpi);

// Reads the file of an argument. Errors: as ReadSampleFile, the file named in the message.
Result<v1::FingerSample> ReadSample(const FingerArgument& finger, double dpi);

v1::Voter ToProto(const VoterData& voter);

}  // namespace taanu::cli
