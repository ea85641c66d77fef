#include "service/rpc/validate.h"

#include <algorithm>

#include "enroll/register/register.h"
#include "enroll/text/utf8.h"
#include "service/rpc/status.h"

namespace taanu::rpc {
namespace {

constexpr size_t kUuidLength = 36;
constexpr size_t kIdentifierBytesMax = 64;
constexpr int kPageSizeDefault = 100;
constexpr int kPageSizeMax = 1000;
// google.protobuf.Timestamp: 0001-01-01T00:00:00Z to 9999-12-31T23:59:59Z.
constexpr int64_t kSecondsMin = -62135596800;
constexpr int64_t kSecondsMax = 253402300799;

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool IsUuid(std::string_view text) {
  if (text.size() != kUuidLength) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !IsHex(text[i])) return false;
  }
  return true;
}

}  // namespace

bool IsPlainUtf8(std::string_view text) {
  while (!text.empty()) {
    uint32_t code_point = 0;
    const size_t length = DecodeUtf8(text, &code_point);
    if (length == 0 || code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0)) return false;
    text.remove_prefix(length);
  }
  return true;
}

Result<std::string> CanonicalRequestId(std::string_view request_id) {
  if (!IsUuid(request_id)) {
    return tl::make_unexpected(FieldError("request_id", "BAD_REQUEST_ID",
                                          "must be a UUID of 36 characters, made by the caller"));
  }
  std::string canonical(request_id);
  std::ranges::transform(canonical, canonical.begin(), [](char c) {
    return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return canonical;
}

Status ValidateIdentifier(std::string_view field, std::string_view reason, std::string_view value) {
  if (value.empty() || value.size() > kIdentifierBytesMax || !IsPlainUtf8(value)) {
    return tl::make_unexpected(
        FieldError(field, reason, "must be 1 to 64 bytes of UTF-8 without control characters"));
  }
  return {};
}

Status ValidatePrecinctField(std::string_view precinct_id, bool optional) {
  if (optional && precinct_id.empty()) return {};
  if (!ValidatePrecinctId(precinct_id)) {
    return tl::make_unexpected(FieldError("precinct_id", "BAD_PRECINCT_ID",
                                          "must be 1 to 32 characters of A-Z a-z 0-9 . _ -"));
  }
  return {};
}

Status ValidateSampleCount(int count, int samples_max) {
  if (count >= 1 && count <= samples_max) return {};
  return tl::make_unexpected(
      FieldError("samples", "BAD_SAMPLE_COUNT", "must be 1 to " + std::to_string(samples_max)));
}

Result<int> PageSize(int32_t page_size) {
  if (page_size == 0) return kPageSizeDefault;
  if (page_size < 0 || page_size > kPageSizeMax) {
    return tl::make_unexpected(
        FieldError("page_size", "BAD_PAGE_SIZE", "must be 1 to 1,000, or 0 for 100"));
  }
  return page_size;
}

Result<int64_t> TimeUs(std::string_view field, const google::protobuf::Timestamp& time) {
  if (time.seconds() < kSecondsMin || time.seconds() > kSecondsMax || time.nanos() < 0 ||
      time.nanos() > 999'999'999) {
    return tl::make_unexpected(
        FieldError(field, "BAD_TIME", "must be a time from year 1 to 9999, nanos from 0"));
  }
  return time.seconds() * 1'000'000 + time.nanos() / 1000;
}

}  // namespace taanu::rpc
