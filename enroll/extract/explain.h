// Pictures of what each stage of an extraction made of an image, for whoever wants to know why a
// minutia was found or lost.
//
// An extraction that nobody looks into pays nothing for this: Extract and ExtractExplained run the
// same stages, and only the latter draws what they leave behind. It is a library of its own, so
// that a program that draws nothing does not link the drawing either.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "enroll/extract/extractor.h"
#include "enroll/image/image.h"
#include "matcher/error.h"

namespace taanu {

struct StagePicture {
  std::string_view stage;    // such as "3-orientation"; names sort in the order of the stages
  std::vector<uint8_t> png;  // 8-bit colour
};

struct ExplainedExtraction {
  Extraction extraction;  // what Extract gives, bit for bit
  // The part of the image that was worked on, at 500 dpi:
  //   1-grey         as it was taken
  //   2-mask         what was left out is red; the rest from dark (unreliable) to bright
  //   3-orientation  lines along the ridges over the image: green where the gradients agree, red
  //                  where they do not; twice the size
  //   4-frequency    from blue (4.5 pixels from ridge to ridge) over green to red (16)
  //   5-enhanced     ridges dark, valleys bright, mid-grey where nothing was filtered
  //   6-skeleton     black: what was left of the thinned ridges; light red: what the cleaning
  //                  took; light blue: what it added to close a break
  //   7-minutiae     over the image, twice the size: a circle for an ending, a square for a
  //                  bifurcation, a line in its direction; from red (quality 0) to green (100)
  std::vector<StagePicture> pictures;
};

// Extracts, and draws every stage. Errors: as Extract; kInternal where a picture cannot be encoded.
// Thread-safety: may be called from any thread.
Result<ExplainedExtraction> ExtractExplained(const GrayImage& image);

}  // namespace taanu
