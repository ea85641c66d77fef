#include "service/cli/words.h"

#include <google/protobuf/util/json_util.h>

#include <array>
#include <ctime>

#include "enroll/load/finger_column.h"

namespace taanu::cli {
namespace {

// A value that this program does not know is shown as its number: the daemon may be newer.
std::string Word(std::string name, std::string_view prefix, int value) {
  if (name.empty()) return std::to_string(value);
  if (name.starts_with(prefix)) name.erase(0, prefix.size());
  return name;
}

}  // namespace

std::string OutcomeWord(v1::Outcome outcome) {
  return Word(v1::Outcome_Name(outcome), "OUTCOME_", outcome);
}

std::string MethodWord(v1::IdentificationMethod method) {
  return Word(v1::IdentificationMethod_Name(method), "IDENTIFICATION_METHOD_", method);
}

std::string PollsWord(v1::PollsState state) {
  return Word(v1::PollsState_Name(state), "POLLS_STATE_", state);
}

std::string FallbackWord(v1::FallbackReason reason) {
  return Word(v1::FallbackReason_Name(reason), "FALLBACK_REASON_", reason);
}

std::string CorrectionWord(v1::TotalsCorrectionReason reason) {
  return Word(v1::TotalsCorrectionReason_Name(reason), "TOTALS_CORRECTION_REASON_", reason);
}

std::string SessionWord(v1::SessionState state) {
  return Word(v1::SessionState_Name(state), "SESSION_STATE_", state);
}

std::string CaseKindWord(v1::CaseKind kind) {
  return Word(v1::CaseKind_Name(kind), "CASE_KIND_", kind);
}

std::string CaseStateWord(v1::CaseState state) {
  return Word(v1::CaseState_Name(state), "CASE_STATE_", state);
}

std::string CaseDecisionWord(v1::CaseDecision decision) {
  return Word(v1::CaseDecision_Name(decision), "CASE_DECISION_", decision);
}

std::string FingerWord(v1::FingerPosition position) {
  if (!v1::FingerPosition_IsValid(position)) return std::to_string(position);
  return std::string(FingerColumn(static_cast<FingerPosition>(position)));
}

std::string QualityWords(v1::QualityReason reason) {
  switch (reason) {
    case v1::QUALITY_REASON_GOOD:
      return "good";
    case v1::QUALITY_REASON_NO_FINGER:
      return "no finger: place the finger on the sensor";
    case v1::QUALITY_REASON_TOO_SMALL:
      return "too small: press more of the finger on the glass";
    case v1::QUALITY_REASON_OFF_CENTRE:
      return "off centre: centre the finger";
    case v1::QUALITY_REASON_TOO_DRY:
      return "too dry: moisten the finger slightly, or press harder";
    case v1::QUALITY_REASON_TOO_WET:
      return "too wet: dry the finger, or press less";
    case v1::QUALITY_REASON_SMUDGED:
      return "smudged: clean the sensor and hold the finger still";
    default:
      return "no reason was determined";
  }
}

// The contract counts reasons from 1, since 0 is "unspecified" there.
static_assert(static_cast<int>(QualityReason::kGood) + 1 == v1::QUALITY_REASON_GOOD);
static_assert(static_cast<int>(QualityReason::kSmudged) + 1 == v1::QUALITY_REASON_SMUDGED);

std::string QualityWords(QualityReason reason) {
  return QualityWords(static_cast<v1::QualityReason>(static_cast<int>(reason) + 1));
}

std::string TimeWord(const google::protobuf::Timestamp& time) {
  const auto seconds = static_cast<time_t>(time.seconds());
  std::tm utc{};
  std::array<char, 32> text{};
  if (gmtime_r(&seconds, &utc) == nullptr ||
      std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%SZ", &utc) == 0) {
    return std::to_string(time.seconds());
  }
  return text.data();
}

Result<google::protobuf::Timestamp> ParseTime(std::string_view text) {
  const std::string terminated(text);
  for (const char* format :
       {"%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%d"}) {
    std::tm utc{};
    const char* end = strptime(terminated.c_str(), format, &utc);
    if (end == nullptr) continue;
    if (*end == 'Z') ++end;
    if (*end != '\0') continue;
    google::protobuf::Timestamp time;
    time.set_seconds(timegm(&utc));
    return time;
  }
  return Fail(ErrorCode::kBadInput, "TIME_NOT_UNDERSTOOD",
              "\"" + terminated + "\" is no time; write it in UTC, such as 2026-11-22T09:00");
}

std::string ToJson(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) {
    return "{}";
  }
  return json;
}

}  // namespace taanu::cli
