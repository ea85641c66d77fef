#include "service/cli/finger_capture.h"

#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "service/cli/words.h"

namespace taanu::cli {
namespace {

Result<CapturedFinger> CaptureOne(Reader& reader, const CaptureOptions& options) {
  CapturedFinger captured;
  TAANU_ASSIGN_OR_RETURN(captured.capture, reader.CaptureImage(options));
  TAANU_ASSIGN_OR_RETURN(captured.extraction, Extract(captured.capture.image));
  return captured;
}

void ShowQuality(const CaptureRequest& request, int touch, const Extraction& extraction) {
  const std::string which = request.touches > 1 ? "Touch " + std::to_string(touch) + " of " +
                                                      std::to_string(request.touches) + ": "
                                                : "";
  std::fprintf(stderr, "%squality %d of 100, %s.\n", which.c_str(), extraction.view.quality,
               QualityWords(extraction.reason).c_str());
}

bool Better(const FingerView& a, const FingerView& b) {
  return std::pair(a.quality, a.minutiae.size()) > std::pair(b.quality, b.minutiae.size());
}

}  // namespace

void AddCaptureOptions(CLI::App* command, const std::string& timeout, CaptureRequest* request) {
  command->add_option("--device", request->device,
                      "The reader's number in the list of taanu capture --list (default: the first "
                      "that gives images)");
  command->add_option(timeout, request->timeout_s, "Seconds to wait for each touch")
      ->check(CLI::Range(static_cast<int>(kCaptureTimeoutMin.count()),
                         static_cast<int>(kCaptureTimeoutMax.count())))
      ->capture_default_str();
  command->add_option("--touches", request->touches, "Touches of the finger; the best is taken")
      ->check(CLI::Range(1, kTouchesMax))
      ->capture_default_str();
}

Result<CapturedFinger> CaptureBest(const CaptureRequest& request) {
  SilenceReaderMessages();
  const Readers readers;
  size_t index = 0;
  if (request.device) {
    index = *request.device;
  } else {
    TAANU_ASSIGN_OR_RETURN(index, readers.FirstWithImages());
  }
  TAANU_ASSIGN_OR_RETURN(const std::unique_ptr<Reader> reader, readers.Open(index));
  CaptureOptions options;
  options.timeout = std::chrono::seconds(request.timeout_s);
  options.dpi = request.dpi;
  options.prompt = [](CapturePrompt prompt) {
    std::fprintf(stderr, "%s\n", std::string(CapturePromptText(prompt)).c_str());
  };
  std::optional<CapturedFinger> best;
  for (int touch = 1; touch <= request.touches; ++touch) {
    Result<CapturedFinger> captured = CaptureOne(*reader, options);
    if (!captured) {
      if (!best || captured.error().code != ErrorCode::kCancelled) {
        return tl::make_unexpected(std::move(captured).error());
      }
      std::fprintf(stderr, "No further touch; the best so far is taken.\n");
      break;
    }
    ShowQuality(request, touch, captured->extraction);
    if (!best || Better(captured->extraction.view, best->extraction.view)) {
      best = *std::move(captured);
    }
  }
  return *std::move(best);
}

}  // namespace taanu::cli
