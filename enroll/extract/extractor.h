// From the image of a finger to its minutiae.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "enroll/image/image.h"
#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

// Names the extractor. It changes whenever a template can change.
std::string_view ExtractorVersion();

// Why an image is of low quality, in a form a person can act on.
enum class QualityReason : uint8_t {
  kGood,
  kNoFinger,   // nothing like ridges was found
  kTooSmall,   // too little of the finger touched the sensor
  kOffCentre,  // the finger lies at the border of the sensor
  kTooDry,     // broken, faint ridges
  kTooWet,     // ridges run together
  kSmudged,    // ridges that cannot be followed
};
std::string_view QualityReasonName(QualityReason reason);  // such as "TOO_DRY"

struct Extraction {
  // Minutiae in micrometres of the image; `quality` is 0-100, 100 the best.
  FingerView view;
  // kGood, or what a person should be told.
  QualityReason reason = QualityReason::kGood;
  // What is wanting most even where it is good enough, never kGood: the reason for whoever asks
  // more of a print than the extractor does.
  QualityReason wanting = QualityReason::kNoFinger;
};

// Extracts from an image of any plausible resolution (it is brought to 500 dpi within; coordinates
// are those of the image given).
//
// Never fails on a well-formed GrayImage except for kInternal: an image without a finger gives an
// empty view with quality 0. Deterministic. Thread-safety: may be called from any thread.
Result<Extraction> Extract(const GrayImage& image);

// The same of an image of a record, whose finger and impression type the view then has.
Result<Extraction> Extract(const FingerImage& finger);
// Gives a view the finger and the impression type that its record states.
void SetFinger(const FingerImage& finger, FingerView* view);

// The record that holds the extraction, one view, at the image's resolution.
Template ToTemplate(const Extraction& extraction, const GrayImage& image);

// The record that holds all of them, a view each, numbered for each finger (from 0), at the
// resolution of the first. Neither may be empty; both are of one length.
Template ToTemplate(const std::vector<Extraction>& extractions,
                    const std::vector<FingerImage>& images);

}  // namespace taanu
