#include "service/rpc/samples.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <utility>

#include "enroll/image/image.h"
#include "matcher/codec/codec.h"
#include "service/rpc/status.h"

namespace taanu::rpc {
namespace {

std::span<const uint8_t> Bytes(const std::string& text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// Of views of equal worth the first.
auto Worth(const FingerView& view) { return std::pair(view.quality, view.minutiae.size()); }

// Images of one finger; at least one.
Result<PreparedSample> FromImages(const std::vector<FingerImage>& images) {
  PreparedSample out;
  out.extractor_version = ExtractorVersion();
  for (const FingerImage& finger : images) {
    TAANU_ASSIGN_OR_RETURN(Extraction extraction, Extract(finger));
    const bool best = std::ranges::all_of(
        out.views, [&](const FingerView& view) { return Worth(view) < Worth(extraction.view); });
    if (best) {
      out.reason = extraction.reason;
      out.wanting = extraction.wanting;
    }
    out.views.push_back(std::move(extraction.view));
  }
  return out;
}

Result<PreparedSample> FromEncodedImage(const v1::EncodedImage& image, FingerPosition position) {
  const double dpi = image.fallback_dpi();
  if (dpi != 0 && !(dpi >= kDpiMin && dpi <= kDpiMax)) {
    return tl::make_unexpected(
        FieldError("fallback_dpi", "BAD_RESOLUTION", "must be 250 to 1,200, or 0 for none"));
  }
  if (image.data().size() > kImageBytesMax) {
    return tl::make_unexpected(FieldError("data", "TOO_LARGE", "must be at most 16 MiB"));
  }
  const auto decoded = DecodeFinger(Bytes(image.data()),
                                    dpi == 0 ? std::nullopt : std::optional<double>(dpi), position);
  if (!decoded) return tl::make_unexpected(InField("data", decoded.error()));
  return FromImages(*decoded);
}

Result<PreparedSample> FromRawImage(const v1::RawImage& raw) {
  // Checked before they are narrowed to int, so that a huge width cannot become a small one.
  if (raw.width() > kImageSideMax || raw.height() > kImageSideMax) {
    return tl::make_unexpected(
        FieldError("width", "BAD_SIZE", "width and height must be 100 to 2,000 pixels"));
  }
  auto image = ImageFromRaw(Bytes(raw.pixels()), static_cast<int>(raw.width()),
                            static_cast<int>(raw.height()), raw.dpi());
  if (!image) return tl::make_unexpected(std::move(image).error());
  std::vector<FingerImage> images(1);
  images.front().image = *std::move(image);
  return FromImages(images);
}

Result<PreparedSample> FromRecord(const std::string& record) {
  if (record.size() > kTemplateBytesMax) {
    return tl::make_unexpected(FieldError("minutiae_record", "TOO_LARGE", "must be at most 1 MiB"));
  }
  auto decoded = DecodeTemplate(Bytes(record));
  if (!decoded) return tl::make_unexpected(InField("minutiae_record", decoded.error()));
  PreparedSample out;
  out.extractor_version = kForeignExtractor;
  out.views = std::move(decoded->value.views);
  if (out.views.empty() || out.views.size() > kViewsPerSampleMax) {
    return tl::make_unexpected(
        FieldError("minutiae_record", "TOO_MANY_VIEWS",
                   "must have 1 to 16 views; send fingers as samples apart"));
  }
  for (const FingerView& view : out.views) {
    if (view.position != out.views.front().position) {
      return tl::make_unexpected(
          FieldError("minutiae_record", "MIXED_FINGERS",
                     "must be of one finger; send fingers as samples apart"));
    }
  }
  return out;
}

Result<PreparedSample> FromContent(const v1::FingerSample& sample, FingerPosition position) {
  switch (sample.content_case()) {
    case v1::FingerSample::kImage: {
      auto out = FromEncodedImage(sample.image(), position);
      if (!out) return tl::make_unexpected(InField("image", out.error()));
      return out;
    }
    case v1::FingerSample::kRaw: {
      auto out = FromRawImage(sample.raw());
      if (!out) return tl::make_unexpected(InField("raw", out.error()));
      return out;
    }
    case v1::FingerSample::kMinutiaeRecord:
      return FromRecord(sample.minutiae_record());
    case v1::FingerSample::CONTENT_NOT_SET:
      break;
  }
  return tl::make_unexpected(
      FieldError("content", "SAMPLE_MISSING", "one of image, raw, minutiae_record must be set"));
}

Result<FingerPosition> StatedPosition(v1::FingerPosition stated) {
  if (v1::FingerPosition_IsValid(stated)) return static_cast<FingerPosition>(stated);
  return tl::make_unexpected(FieldError("position", "BAD_POSITION", "must be 0 to 10"));
}

Status SetPosition(FingerPosition position, PreparedSample* out) {
  if (position == FingerPosition::kUnknown) return {};
  for (FingerView& view : out->views) {
    if (view.position != FingerPosition::kUnknown && view.position != position) {
      return tl::make_unexpected(FieldError("position", "POSITION_MISMATCH",
                                            "the minutiae record says that it is another finger"));
    }
    view.position = position;
  }
  return {};
}

// Judges the best view. What is refused is told why: an image that the extractor finds good, where
// the election asks for more, by what it wants most; a record, which states no reason, by its
// figures.
void Judge(int quality_min, bool foreign, PreparedSample* out) {
  const auto best = std::ranges::max_element(out->views, {}, Worth);
  out->quality = best->quality;
  out->minutia_count = static_cast<int>(best->minutiae.size());
  const bool quality_reported = !foreign || out->quality > 0;
  out->usable = out->minutia_count >= kUsableMinutiaeMin &&
                (!quality_reported || out->quality >= quality_min);
  if (out->usable) return;
  if (!foreign) {
    if (out->reason == QualityReason::kGood) out->reason = out->wanting;
    return;
  }
  out->reason = out->minutia_count == 0                   ? QualityReason::kNoFinger
                : out->minutia_count < kUsableMinutiaeMin ? QualityReason::kTooSmall
                                                          : QualityReason::kSmudged;
}

}  // namespace

Result<PreparedSample> PrepareSample(const v1::FingerSample& sample, int quality_min) {
  TAANU_ASSIGN_OR_RETURN(const FingerPosition position, StatedPosition(sample.position()));
  TAANU_ASSIGN_OR_RETURN(PreparedSample out, FromContent(sample, position));
  TAANU_RETURN_IF_ERROR(SetPosition(position, &out));
  Judge(quality_min, sample.has_minutiae_record(), &out);
  return out;
}

Result<std::vector<PreparedSample>> PrepareSamples(
    const google::protobuf::RepeatedPtrField<v1::FingerSample>& samples, int quality_min) {
  std::vector<PreparedSample> prepared;
  for (int i = 0; i < samples.size(); ++i) {
    auto sample = PrepareSample(samples[i], quality_min);
    if (!sample) {
      return tl::make_unexpected(InField("samples[" + std::to_string(i) + "]", sample.error()));
    }
    prepared.push_back(*std::move(sample));
  }
  return prepared;
}

std::vector<rules::Attempt::SampleReport> ReportsOf(const std::vector<PreparedSample>& samples) {
  std::vector<rules::Attempt::SampleReport> reports;
  for (const PreparedSample& sample : samples) {
    reports.push_back({.quality = static_cast<uint8_t>(sample.quality),
                       .reason = static_cast<uint8_t>(sample.reason),
                       .minutia_count = static_cast<uint8_t>(sample.minutia_count)});
  }
  return reports;
}

}  // namespace taanu::rpc
