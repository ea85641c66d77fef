// What a manifest says of one finger: where its sample is, the sample itself, or why there is none.
//
//   prints/0001-ri.png       a file of an image or a template, in the folder or archive of samples
//   base64:Rk1SACAyMAA...    the same bytes in the row (RFC 4648, section 4)
//   missing:amputated        no sample; also missing:bandaged, missing:damaged
//
// Thread-safety: pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/error.h"

namespace taanu {

// A name below the folder or archive, or bytes, or the reason.
using FingerValue = std::variant<std::string, std::vector<uint8_t>, MissingReason>;

// `bytes_max` bounds the bytes that base64 stands for.
// Errors: kBadInput with reason SAMPLE_NOT_BASE64, SAMPLE_EMPTY, SAMPLE_TOO_LARGE,
// MISSING_REASON_UNKNOWN, or those of CheckSampleName.
Result<FingerValue> ParseFingerValue(std::string_view text, size_t bytes_max);

// A relative path without "..", which can name nothing outside of the folder that it is in by
// itself. Errors: kBadInput with reason PATH_ABSOLUTE, PATH_LEAVES_FOLDER, PATH_NOT_USABLE (a zero
// byte, or longer than 1,024 bytes).
Status CheckSampleName(std::string_view name);

// "amputated", "bandaged" or "damaged".
std::string_view MissingReasonName(MissingReason reason);

}  // namespace taanu
