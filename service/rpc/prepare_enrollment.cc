#include "service/rpc/prepare_enrollment.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "service/rpc/convert.h"
#include "service/rpc/samples.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

int ThisYear() {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<int>(std::chrono::year_month_day(today).year());
}

// BLAKE2b over messages, each with its length before it, serialised the same way every time.
class ContentHash {
 public:
  ContentHash() { crypto_generichash_init(&state_, nullptr, 0, crypto_generichash_BYTES); }

  void Add(const google::protobuf::Message& message) {
    std::string bytes;
    {
      google::protobuf::io::StringOutputStream stream(&bytes);
      google::protobuf::io::CodedOutputStream out(&stream);
      out.SetSerializationDeterministic(true);
      message.SerializeToCodedStream(&out);
    }
    const uint64_t length = bytes.size();
    std::array<uint8_t, 8> prefix{};
    for (size_t i = 0; i < prefix.size(); ++i) {
      prefix[i] = static_cast<uint8_t>(length >> (8 * i));
    }
    crypto_generichash_update(&state_, prefix.data(), prefix.size());
    crypto_generichash_update(&state_, reinterpret_cast<const uint8_t*>(bytes.data()),
                              bytes.size());
  }

  std::string Final() {
    std::string digest(crypto_generichash_BYTES, '\0');
    crypto_generichash_final(&state_, reinterpret_cast<uint8_t*>(digest.data()), digest.size());
    return digest;
  }

 private:
  crypto_generichash_state state_{};
};

// Keyed, since the bare digest of a voter without samples would let anyone who has the file guess
// names and numbers.
std::array<uint8_t, 32> ContentDigest(
    const Vault& vault, const v1::Voter& voter,
    const google::protobuf::RepeatedPtrField<v1::FingerSample>& samples) {
  ContentHash hash;
  hash.Add(voter);
  for (const v1::FingerSample& sample : samples) hash.Add(sample);
  const std::string digest = hash.Final();
  const KeyedReference low = vault.Reference("enrolment content, first half", digest);
  const KeyedReference high = vault.Reference("enrolment content, second half", digest);
  std::array<uint8_t, 32> out{};
  std::ranges::copy(low, out.begin());
  std::ranges::copy(high, out.begin() + low.size());
  return out;
}

// ValidateVoterData begins its messages with the name of the field, which is that of the contract
// too.
Error VoterFieldError(const Error& error) {
  const std::string field = error.message.substr(0, error.message.find(' '));
  if (v1::Voter::descriptor()->FindFieldByName(field) == nullptr) return InField("voter", error);
  return FieldError("voter." + field, error.reason, error.message.substr(field.size() + 1));
}

Status ValidateVoter(const v1::Voter& voter) {
  if (!v1::Sex_IsValid(voter.sex())) {
    return tl::make_unexpected(FieldError("voter.sex", "BAD_SEX", "must be 0, 1 or 2"));
  }
  const Status status = ValidateVoterData(ToVoterData(voter), ThisYear());
  if (!status) return tl::make_unexpected(VoterFieldError(status.error()));
  return {};
}

Error SampleTooPoor(const PreparedSample& sample) {
  return {ErrorCode::kBadInput, "LOW_QUALITY",
          "quality " + std::to_string(sample.quality) + " with " +
              std::to_string(sample.minutia_count) + " minutiae (" +
              std::string(QualityReasonName(sample.reason)) + "): capture this finger again"};
}

// Makes one sample into references, and says what became of it.
Status AddSample(const v1::FingerSample& sample, int quality_min, PreparedEnrollment* out) {
  v1::FingerReport& report = out->reports.emplace_back();
  if (v1::FingerPosition_IsValid(sample.position())) report.set_position(sample.position());
  auto prepared = PrepareSample(sample, quality_min);
  if (!prepared) return tl::make_unexpected(std::move(prepared).error());
  report.set_position(ToProto(prepared->position()));
  report.set_quality(static_cast<uint32_t>(prepared->quality));
  report.set_reason(ToProto(prepared->reason));
  report.set_minutia_count(static_cast<uint32_t>(prepared->minutia_count));
  if (!prepared->usable) return tl::make_unexpected(SampleTooPoor(*prepared));
  report.set_enrolled(true);
  for (FingerView& view : prepared->views) {
    out->record.fingers.push_back({std::move(view), prepared->extractor_version});
  }
  return {};
}

// Each known position at most once, as stated or as the minutiae record says.
Status CheckPositions(const std::vector<v1::FingerReport>& reports) {
  std::set<int> seen;
  for (size_t i = 0; i < reports.size(); ++i) {
    const int position = reports[i].position();
    if (position != v1::FINGER_POSITION_UNSPECIFIED && !seen.insert(position).second) {
      return tl::make_unexpected(
          FieldError("samples[" + std::to_string(i) + "].position", "DUPLICATE_POSITION",
                     "each finger may be sent once; send the best capture of it"));
    }
  }
  return {};
}

// A finger cannot be missing and sent.
Status CheckMissing(const v1::Voter& voter, const std::vector<v1::FingerReport>& reports) {
  for (const v1::MissingFinger& finger : voter.missing_fingers()) {
    for (size_t i = 0; i < reports.size(); ++i) {
      if (reports[i].position() != finger.position()) continue;
      return tl::make_unexpected(
          FieldError("samples[" + std::to_string(i) + "].position", "FINGER_MISSING_AND_SENT",
                     "this finger is among the missing ones too; take it out there or here"));
    }
  }
  return {};
}

}  // namespace

Result<PreparedEnrollment> PrepareEnrollment(
    const Backend& backend, const v1::Voter& voter,
    const google::protobuf::RepeatedPtrField<v1::FingerSample>& samples) {
  TAANU_RETURN_IF_ERROR(ValidateVoter(voter));
  if (samples.size() > kEnrollmentSamplesMax) {
    return tl::make_unexpected(FieldError("samples", "BAD_SAMPLE_COUNT", "must be 0 to 20"));
  }
  PreparedEnrollment out;
  for (int i = 0; i < samples.size(); ++i) {
    const Status added = AddSample(samples[i], backend.quality_min, &out);
    if (!added) {
      *out.reports.back().mutable_error() =
          ToRpcStatus(InField("samples[" + std::to_string(i) + "]", added.error()));
    }
  }
  TAANU_RETURN_IF_ERROR(CheckPositions(out.reports));
  TAANU_RETURN_IF_ERROR(CheckMissing(voter, out.reports));
  out.record.data = ToVoterData(voter);
  out.record.content_digest = ContentDigest(*backend.vault, voter, samples);
  return out;
}

Status RequireAllSamples(const std::vector<v1::FingerReport>& reports) {
  for (size_t i = 0; i < reports.size(); ++i) {
    if (reports[i].enrolled()) continue;
    return tl::make_unexpected(FieldError("samples[" + std::to_string(i) + "]", "UNUSABLE_FINGER",
                                          reports[i].error().message()));
  }
  return {};
}

}  // namespace taanu::rpc
