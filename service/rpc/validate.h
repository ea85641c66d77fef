// The limits of the contract on the fields of requests. Every function names the field in its
// error.
//
// Thread-safety: pure functions.
#pragma once

#include <google/protobuf/timestamp.pb.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/error.h"

namespace taanu::rpc {

// A UUID (RFC 4122, section 3: 36 characters, either case) in lower case, so that one id is one id
// however it was typed. Errors: kBadInput with reason BAD_REQUEST_ID.
Result<std::string> CanonicalRequestId(std::string_view request_id);

// 1 to 64 bytes of UTF-8 without control characters. Errors: kBadInput with `reason`.
Status ValidateIdentifier(std::string_view field, std::string_view reason, std::string_view value);

// 1 to 32 characters of A-Z a-z 0-9 . _ -; `optional` also takes an empty one. Errors: kBadInput
// with reason BAD_PRECINCT_ID.
Status ValidatePrecinctField(std::string_view precinct_id, bool optional = false);

// 1 to `samples_max` samples of an attempt. Errors: kBadInput with reason BAD_SAMPLE_COUNT.
Status ValidateSampleCount(int count, int samples_max);

// 1 to 1,000; 0 means 100. Errors: kBadInput with reason BAD_PAGE_SIZE.
Result<int> PageSize(int32_t page_size);

// Microseconds since 1970. Errors: kBadInput with reason BAD_TIME.
Result<int64_t> TimeUs(std::string_view field, const google::protobuf::Timestamp& time);

// True for well-formed UTF-8 (RFC 3629) without control characters (U+0000 to U+001F, U+007F to
// U+009F).
bool IsPlainUtf8(std::string_view text);

}  // namespace taanu::rpc
