// Captures one finger for the commands that need one: prompts in plain words and the quality of
// each touch on standard error, and the best of several touches as the result.
//
// Thread-safety: from the main thread only, as enroll/capture/capture.h says.
#pragma once

#include <CLI/CLI.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "enroll/capture/capture.h"
#include "enroll/extract/extractor.h"
#include "matcher/error.h"

namespace taanu::cli {

inline constexpr int kTouchesMax = 10;

struct CaptureRequest {
  std::optional<size_t> device;  // the first that gives images where it is not set
  int timeout_s = 30;            // for each touch
  std::optional<double> dpi;     // of a reader whose driver states none
  int touches = 1;
};
// Adds --device, --touches, and the timeout under the name given.
void AddCaptureOptions(CLI::App* command, const std::string& timeout, CaptureRequest* request);

// A capture with what the extractor says of it.
struct CapturedFinger {
  Capture capture;
  Extraction extraction;
};

// The touch of the highest quality. Errors: as Readers and Reader::CaptureImage; a timeout after
// the first touch is none, and the best so far is taken.
Result<CapturedFinger> CaptureBest(const CaptureRequest& request);

}  // namespace taanu::cli
