#include "tests/accuracy/interop.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "enroll/extract/extractor.h"
#include "enroll/image/image.h"
#include "matcher/evaluate/protocol.h"
#include "tests/bench/libfprint_gallery.h"

namespace taanu::accuracy {
namespace {

namespace fs = std::filesystem;
using bench::LibfprintMatcher;

struct Impression {
  PrintName name;
  GrayImage image;
  std::optional<size_t> own;  // places in libfprint's gallery
  std::optional<size_t> ours;
};

Result<GrayImage> ReadImage(const fs::path& path, double dpi) {
  std::ifstream in(path, std::ios::binary);
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
  return DecodeImage(bytes, dpi);
}

// In the order of their names.
Result<std::vector<Impression>> ReadImpressions(const fs::path& folder, double dpi,
                                                size_t fingers_max) {
  std::vector<std::pair<PrintName, fs::path>> files;
  std::error_code missing;
  for (const auto& entry : fs::directory_iterator(folder, missing)) {
    const auto name = ParsePrintName(entry.path().stem().string());
    if (name) files.emplace_back(*name, entry.path());
  }
  if (files.empty()) {
    return Fail(ErrorCode::kNotFound, "NO_IMAGES",
                folder.string() + " holds no images named <finger>_<impression>");
  }
  std::sort(files.begin(), files.end());
  std::vector<Impression> impressions;
  size_t fingers = 0;
  for (const auto& [name, path] : files) {
    if (impressions.empty() || impressions.back().name.finger != name.finger) ++fingers;
    if (fingers_max != 0 && fingers > fingers_max) break;
    Impression& impression = impressions.emplace_back();
    impression.name = name;
    TAANU_ASSIGN_OR_RETURN(impression.image, ReadImage(path, dpi));
  }
  return impressions;
}

void CountReference(const LibfprintMatcher& matcher, size_t place, InteropCount* count) {
  ++count->references;
  count->minutiae += matcher.MinutiaeAt(place);
}

Status MakeReferences(LibfprintMatcher* matcher, Impression* impression, InteropResult* result) {
  const Result<size_t> own = matcher->AddPressed(impression->image);
  if (own) {
    impression->own = *own;
    CountReference(*matcher, *own, &result->own);
  } else if (own.error().code != ErrorCode::kBadInput) {
    return tl::unexpected(own.error());
  } else {
    ++result->probes_refused;
  }
  TAANU_ASSIGN_OR_RETURN(const Extraction extraction, Extract(impression->image));
  TAANU_ASSIGN_OR_RETURN(impression->ours, matcher->Add(extraction.view, impression->image.dpi));
  CountReference(*matcher, *impression->ours, &result->ours);
  return {};
}

// Identification ends at the first match, so it is done again behind each match.
Status CountMatches(LibfprintMatcher* matcher, const Impression& probe,
                    std::span<const Impression> references, std::optional<size_t> Impression::*kind,
                    InteropCount* count) {
  std::vector<size_t> places;
  std::vector<bool> mated;
  for (const Impression& reference : references) {
    if (!(reference.*kind)) continue;
    places.push_back(*(reference.*kind));
    mated.push_back(reference.name.finger == probe.name.finger);
  }
  size_t next = 0;
  while (next < places.size()) {
    TAANU_ASSIGN_OR_RETURN(const LibfprintMatcher::Identified identified,
                           matcher->Identify(probe.image, std::span(places).subspan(next)));
    if (identified.match < 0) break;
    while (places[next] != static_cast<size_t>(identified.match)) ++next;
    ++(mated[next] ? count->mated_matches : count->non_mated_matches);
    ++next;
  }
  return {};
}

}  // namespace

Result<InteropResult> MeasureInterop(const fs::path& folder, double dpi, size_t fingers_max) {
  TAANU_ASSIGN_OR_RETURN(std::vector<Impression> impressions,
                         ReadImpressions(folder, dpi, fingers_max));
  TAANU_ASSIGN_OR_RETURN(const std::unique_ptr<LibfprintMatcher> matcher, LibfprintMatcher::Open());
  InteropResult result;
  for (Impression& impression : impressions) {
    TAANU_RETURN_IF_ERROR(MakeReferences(matcher.get(), &impression, &result));
  }
  for (size_t i = 0; i < impressions.size(); ++i) {
    const auto references = std::span<const Impression>(impressions).subspan(i + 1);
    for (const Impression& reference : references) {
      ++(reference.name.finger == impressions[i].name.finger ? result.mated : result.non_mated);
    }
    // Without minutiae enough for a reference there are none for a probe.
    if (!impressions[i].own) continue;
    TAANU_RETURN_IF_ERROR(
        CountMatches(matcher.get(), impressions[i], references, &Impression::own, &result.own));
    TAANU_RETURN_IF_ERROR(
        CountMatches(matcher.get(), impressions[i], references, &Impression::ours, &result.ours));
  }
  return result;
}

}  // namespace taanu::accuracy
