#include "service/terminal/reader_loop.h"

#include <chrono>
#include <utility>

#include "enroll/extract/extractor.h"

namespace taanu::terminal {
namespace {

constexpr std::chrono::milliseconds kLookAgain{1000};
// A capture that nobody laid a finger down for is begun again at once; the prompt stays.
constexpr std::chrono::seconds kCaptureTime{60};

v1::FingerSample ToSample(const GrayImage& image) {
  v1::FingerSample sample;
  v1::RawImage* const raw = sample.mutable_raw();
  raw->set_width(static_cast<uint32_t>(image.width));
  raw->set_height(static_cast<uint32_t>(image.height));
  raw->set_dpi(image.dpi);
  raw->set_pixels(image.pixels.data(), image.pixels.size());
  return sample;
}

}  // namespace

void ReaderLoop::Run() {
  SilenceReaderMessages();
  while (!agent_->stopped()) {
    if (reader_ == nullptr) {
      if (const Status opened = Open(); !opened) {
        Close(opened.error());
        continue;
      }
    }
    if (const auto ticket = agent_->WaitForCapture(kLookAgain)) CaptureFor(*ticket);
  }
}

Status ReaderLoop::Open() {
  readers_ = std::make_unique<Readers>();
  size_t index = 0;
  if (options_.device) {
    index = *options_.device;
  } else {
    TAANU_ASSIGN_OR_RETURN(index, readers_->FirstWithImages());
  }
  TAANU_ASSIGN_OR_RETURN(reader_, readers_->Open(index));
  agent_->OnReader(ReaderState::kReady, reader_->info().name, std::nullopt);
  return {};
}

void ReaderLoop::Close(const Error& why) {
  reader_.reset();
  readers_.reset();
  agent_->OnReader(ReaderState::kFailed, "", why);
  agent_->Sleep(kLookAgain);
}

void ReaderLoop::CaptureFor(uint64_t ticket) {
  const Status captured = CaptureOnce(ticket);
  if (captured || captured.error().code == ErrorCode::kCancelled) return;
  Close(captured.error());
}

Status ReaderLoop::CaptureOnce(uint64_t ticket) {
  CaptureOptions options;
  options.timeout = kCaptureTime;
  options.dpi = options_.dpi;
  options.prompt = [this, ticket](CapturePrompt prompt) { agent_->OnPrompt(ticket, prompt); };
  options.stop = [this, ticket] { return !agent_->IsCaptureWanted(ticket); };
  TAANU_ASSIGN_OR_RETURN(const Capture capture, reader_->CaptureImage(options));
  TAANU_ASSIGN_OR_RETURN(const Extraction extraction, Extract(capture.image));
  agent_->OnTouch(ticket, {.quality = extraction.view.quality, .reason = extraction.reason},
                  ToSample(capture.image));
  return {};
}

}  // namespace taanu::terminal
