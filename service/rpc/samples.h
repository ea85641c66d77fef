// A finger sample as it came from a client, made into what can be compared or enrolled.
//
// Thread-safety: pure functions. Every byte is hostile; the work is bounded by the limits of the
// decoders and by kViewsPerSampleMax.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "enroll/extract/extractor.h"
#include "matcher/error.h"
#include "matcher/template.h"
#include "service/rules/ledger.h"
#include "taanu/v1/biometrics.pb.h"

namespace taanu::rpc {

// Views that a minutiae record may have; each costs a comparison with each reference.
inline constexpr int kViewsPerSampleMax = 16;
// A sample of fewer minutiae is not compared: three or fewer fit onto any print by some rotation
// and shift, so that they tell nobody apart.
inline constexpr int kUsableMinutiaeMin = 4;
// The extractor_version of a template that came from outside.
inline constexpr std::string_view kForeignExtractor = "foreign";

struct PreparedSample {
  // Of one finger, at least one; each with the position of the sample, where it states one.
  std::vector<FingerView> views;
  std::string extractor_version;
  // Of the best view.
  int quality = 0;
  int minutia_count = 0;
  // Never kGood for a sample that is not usable.
  QualityReason reason = QualityReason::kGood;
  // Of an image, what is wanting most, however good it is.
  QualityReason wanting = QualityReason::kNoFinger;
  // Good enough to be compared, or to be a reference.
  bool usable = false;

  FingerPosition position() const { return views.front().position; }
};

// Decodes and extracts. A sample of low quality is not an error: it is told by `usable`. A minutiae
// record that reports no quality (0) is judged by its minutiae alone.
//
// Errors: kBadInput and kUnsupported with the field, such as SAMPLE_MISSING, BAD_POSITION,
// POSITION_MISMATCH (the record says it is another finger), MIXED_FINGERS, TOO_MANY_VIEWS (those
// three of records of minutiae and of images),
// NO_RESOLUTION, and those of the decoders.
Result<PreparedSample> PrepareSample(const v1::FingerSample& sample, int quality_min);

// All samples of an attempt. Errors: as PrepareSample, with the sample's number.
Result<std::vector<PreparedSample>> PrepareSamples(
    const google::protobuf::RepeatedPtrField<v1::FingerSample>& samples, int quality_min);

// What is told of each.
std::vector<rules::Attempt::SampleReport> ReportsOf(const std::vector<PreparedSample>& samples);

}  // namespace taanu::rpc
