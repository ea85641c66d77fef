#include "enroll/capture/reader.h"

#include <fprint.h>

#include <algorithm>
#include <string>
#include <utility>

#include "enroll/capture/capture.h"
#include "enroll/capture/glib_handles.h"

namespace taanu {
namespace {

using capture::GErrorPtr;
using capture::GObjectPtr;

constexpr double kMillimetresPerInch = 25.4;
constexpr double kDpiAssumed = 500;

constexpr guint kStopAskedEveryMs = 100;

// Cancels an operation when the time is up, or when the caller wants it stopped. libfprint's calls
// that wait run GLib's default main context, on which these timers are.
class Deadline {
 public:
  Deadline(std::chrono::seconds timeout, const std::function<bool()>& stop)
      : cancellable_(g_cancellable_new()), stop_(stop) {
    expiry_ = g_timeout_add_seconds(static_cast<guint>(timeout.count()), &Deadline::Expire, this);
    if (stop_) asking_ = g_timeout_add(kStopAskedEveryMs, &Deadline::AskToStop, this);
  }
  ~Deadline() {
    if (expiry_ != 0) g_source_remove(expiry_);
    if (asking_ != 0) g_source_remove(asking_);
  }
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

  GCancellable* cancellable() const { return cancellable_.get(); }
  bool stopped() const { return stopped_; }

 private:
  static gboolean Expire(gpointer self) {
    auto* deadline = static_cast<Deadline*>(self);
    deadline->expiry_ = 0;  // GLib removes the timer itself when FALSE is returned.
    g_cancellable_cancel(deadline->cancellable_.get());
    return G_SOURCE_REMOVE;
  }

  static gboolean AskToStop(gpointer self) {
    auto* deadline = static_cast<Deadline*>(self);
    if (!deadline->stop_()) return G_SOURCE_CONTINUE;
    deadline->asking_ = 0;
    deadline->stopped_ = true;
    g_cancellable_cancel(deadline->cancellable_.get());
    return G_SOURCE_REMOVE;
  }

  GObjectPtr<GCancellable> cancellable_;
  const std::function<bool()>& stop_;
  guint expiry_ = 0;
  guint asking_ = 0;
  bool stopped_ = false;
};

CapturePrompt FirstPrompt(const ReaderInfo& info) {
  return info.swipe ? CapturePrompt::kSwipeFinger : CapturePrompt::kPlaceFinger;
}

CapturePrompt RetryPrompt(const GError& error) {
  switch (error.code) {
    case FP_DEVICE_RETRY_TOO_SHORT:
      return CapturePrompt::kTooShort;
    case FP_DEVICE_RETRY_CENTER_FINGER:
      return CapturePrompt::kCentreFinger;
    case FP_DEVICE_RETRY_REMOVE_FINGER:
      return CapturePrompt::kRemoveFinger;
    default:
      return CapturePrompt::kTryAgain;
  }
}

// What a failure that no further try on this reader would mend means to the person.
tl::unexpected<Error> CaptureFailure(const ReaderInfo& info, const GError& error,
                                     const CaptureOptions& options) {
  if (g_error_matches(&error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
    return Fail(ErrorCode::kCancelled, "TIMEOUT",
                "no finger was read by " + info.name + " within " +
                    std::to_string(options.timeout.count()) + " s; start again, or wait longer");
  }
  if (g_error_matches(&error, FP_DEVICE_ERROR, FP_DEVICE_ERROR_REMOVED)) {
    return Fail(ErrorCode::kUnavailable, "READER_REMOVED",
                info.name + " was unplugged; plug it in and start again");
  }
  if (g_error_matches(&error, FP_DEVICE_ERROR, FP_DEVICE_ERROR_BUSY)) {
    return Fail(ErrorCode::kUnavailable, "READER_BUSY",
                info.name + " is in use; close the other program and start again");
  }
  if (g_error_matches(&error, FP_DEVICE_ERROR, FP_DEVICE_ERROR_TOO_HOT)) {
    return Fail(ErrorCode::kUnavailable, "READER_TOO_HOT",
                info.name + " is too hot; let it cool for some minutes and start again");
  }
  return Fail(ErrorCode::kUnavailable, "READER_FAILED",
              info.name + " failed (" + (error.message != nullptr ? error.message : "no reason") +
                  "); unplug it, plug it in and start again");
}

// libfprint has turned the image upright, and its ridges dark, by the time it is handed over.
Result<Capture> FromImage(FpImage* image, const CaptureOptions& options) {
  gsize size = 0;
  const guchar* pixels = fp_image_get_data(image, &size);
  const double ppmm = fp_image_get_ppmm(image);
  Capture capture;
  capture.dpi_stated = ppmm > 0;
  const double dpi =
      capture.dpi_stated ? ppmm * kMillimetresPerInch : options.dpi.value_or(kDpiAssumed);
  TAANU_ASSIGN_OR_RETURN(capture.image,
                         ImageFromRaw({pixels, size}, static_cast<int>(fp_image_get_width(image)),
                                      static_cast<int>(fp_image_get_height(image)), dpi));
  return capture;
}

}  // namespace

Reader::Reader(std::unique_ptr<Device> device) : device_(std::move(device)) {}

Reader::~Reader() {
  // A reader that has been unplugged cannot be closed; there is nobody left to tell.
  GError* raw_error = nullptr;
  fp_device_close_sync(device_->device.get(), nullptr, &raw_error);
  const GErrorPtr error(raw_error);
}

const ReaderInfo& Reader::info() const { return device_->info; }

Result<Capture> Reader::CaptureImage(const CaptureOptions& options) {
  const Deadline deadline(std::clamp(options.timeout, kCaptureTimeoutMin, kCaptureTimeoutMax),
                          options.stop);
  CapturePrompt prompt = FirstPrompt(info());
  for (int attempt = 0; attempt <= kCaptureRetriesMax; ++attempt) {
    if (options.prompt) options.prompt(prompt);
    GError* raw_error = nullptr;
    const GObjectPtr<FpImage> image(
        fp_device_capture_sync(device_->device.get(), TRUE, deadline.cancellable(), &raw_error));
    const GErrorPtr error(raw_error);
    if (image != nullptr) return FromImage(image.get(), options);
    if (deadline.stopped()) {
      return Fail(ErrorCode::kCancelled, "STOPPED", "the capture was stopped");
    }
    if (error == nullptr) {
      return Fail(ErrorCode::kInternal, "READER_FAILED",
                  info().name + " gave neither an image nor an error; start again");
    }
    if (error->domain != FP_DEVICE_RETRY) return CaptureFailure(info(), *error, options);
    prompt = RetryPrompt(*error);
  }
  return Fail(ErrorCode::kUnavailable, "TOO_MANY_RETRIES",
              "no usable image after " + std::to_string(kCaptureRetriesMax) +
                  " retries; clean the reader and the finger, or use another finger");
}

}  // namespace taanu
