// Interoperability: how often libfprint's own probe, that is its own extraction of an image, its
// matcher and its threshold, matches references of the project's making, beside references that
// libfprint makes itself of the same images.
//
// Everything goes through libfprint's public API and its virtual image device; see
// tests/bench/libfprint_gallery.h. Not thread-safe.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>

#include "matcher/error.h"

namespace taanu::accuracy {

// Comparisons of one kind of reference with libfprint's probes.
struct InteropCount {
  size_t mated_matches = 0;
  size_t non_mated_matches = 0;
  size_t references = 0;  // that could be made
  size_t minutiae = 0;    // of all references
};

struct InteropResult {
  size_t mated = 0;           // pairs
  size_t non_mated = 0;       // pairs
  size_t probes_refused = 0;  // images of which libfprint asks for another try
  InteropCount own;           // references by libfprint
  InteropCount ours;          // references by the project
};

// Compares all pairs of images in `folder`, each once (protocol.h). A pair of which a probe or a
// reference cannot be made does not match. Where `fingers_max` is not 0, only the first so many
// fingers are used. Images that state no resolution are taken at `dpi`.
//
// Errors: kNotFound (no images), kUnavailable (no virtual image device), kBadInput, kInternal.
Result<InteropResult> MeasureInterop(const std::filesystem::path& folder, double dpi,
                                     size_t fingers_max);

}  // namespace taanu::accuracy
