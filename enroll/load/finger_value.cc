#include "enroll/load/finger_value.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

namespace taanu {
namespace {

constexpr std::string_view kBase64 = "base64:";
constexpr std::string_view kMissing = "missing:";
constexpr size_t kNameBytesMax = 1024;
// In the order of MissingReason, from 1.
constexpr std::array<std::string_view, 3> kReasons = {"amputated", "bandaged", "damaged"};

Result<std::vector<uint8_t>> DecodeBase64(std::string_view text, size_t bytes_max) {
  if (text.empty()) {
    return Fail(ErrorCode::kBadInput, "SAMPLE_EMPTY", "there is nothing after \"base64:\"");
  }
  // Before memory is taken for it.
  if (text.size() / 4 * 3 > bytes_max + 3) {
    return Fail(ErrorCode::kBadInput, "SAMPLE_TOO_LARGE",
                "the sample has more than " + std::to_string(bytes_max) + " bytes");
  }
  std::vector<uint8_t> bytes(text.size() / 4 * 3 + 3);
  size_t size = 0;
  const char* end = nullptr;
  if (sodium_base642bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &size, &end,
                        sodium_base64_VARIANT_ORIGINAL) != 0 ||
      end != text.data() + text.size()) {
    return Fail(ErrorCode::kBadInput, "SAMPLE_NOT_BASE64",
                "what follows \"base64:\" is not base64 with its padding (RFC 4648, section 4)");
  }
  bytes.resize(size);
  return bytes;
}

Result<MissingReason> ParseReason(std::string_view text) {
  const auto found = std::find(kReasons.begin(), kReasons.end(), text);
  if (found == kReasons.end()) {
    return Fail(ErrorCode::kBadInput, "MISSING_REASON_UNKNOWN",
                "a missing finger is missing:amputated, missing:bandaged or missing:damaged");
  }
  return static_cast<MissingReason>(found - kReasons.begin() + 1);
}

}  // namespace

Result<FingerValue> ParseFingerValue(std::string_view text, size_t bytes_max) {
  if (text.starts_with(kBase64)) {
    TAANU_ASSIGN_OR_RETURN(std::vector<uint8_t> bytes,
                           DecodeBase64(text.substr(kBase64.size()), bytes_max));
    return FingerValue(std::move(bytes));
  }
  if (text.starts_with(kMissing)) {
    TAANU_ASSIGN_OR_RETURN(const MissingReason reason, ParseReason(text.substr(kMissing.size())));
    return FingerValue(reason);
  }
  TAANU_RETURN_IF_ERROR(CheckSampleName(text));
  return FingerValue(std::string(text));
}

Status CheckSampleName(std::string_view name) {
  if (name.find('\0') != std::string_view::npos) {
    return Fail(ErrorCode::kBadInput, "PATH_NOT_USABLE", "the path has a zero byte in it");
  }
  if (name.empty() || name.size() > kNameBytesMax) {
    return Fail(ErrorCode::kBadInput, "PATH_NOT_USABLE",
                "the path must have 1 to " + std::to_string(kNameBytesMax) + " bytes");
  }
  const std::filesystem::path relative(name);
  if (relative.is_absolute()) {
    return Fail(ErrorCode::kBadInput, "PATH_ABSOLUTE",
                "the path must be relative to the folder or archive of the samples");
  }
  if (std::find(relative.begin(), relative.end(), "..") != relative.end()) {
    return Fail(ErrorCode::kBadInput, "PATH_LEAVES_FOLDER", "the path must not contain \"..\"");
  }
  return {};
}

std::string_view MissingReasonName(MissingReason reason) {
  const auto index = static_cast<size_t>(reason);
  return index >= 1 && index <= kReasons.size() ? kReasons[index - 1] : "unknown";
}

}  // namespace taanu
