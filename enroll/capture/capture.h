// Captures the image of a finger from a reader, through libfprint.
//
// Readers that give images are used; readers that compare on their own chip never let the image
// out, so that they are listed but refused, with the reason.
//
// Thread-safety: libfprint delivers its events on GLib's default main context. Use a Readers, and
// every Reader that it opened, from one thread only, which should be the main thread; one Readers
// at a time. A Reader must not outlive its Readers. Nothing here throws.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/image/image.h"
#include "matcher/error.h"

namespace taanu {

struct ReaderInfo {
  std::string name;    // for a person, such as "Digital Persona U.are.U 4000/4000B/4500"
  std::string driver;  // libfprint's driver, such as "uru4000"
  std::string id;      // what the driver calls this one; unique among the readers of a driver
  bool gives_images = false;
  bool swipe = false;  // the finger is drawn over it, not laid on it
};

// What the person at the reader is to do now.
enum class CapturePrompt : uint8_t {
  kPlaceFinger,
  kSwipeFinger,
  kTryAgain,
  kTooShort,  // of a swipe
  kCentreFinger,
  kRemoveFinger,  // lift it, then place it again
};
std::string_view CapturePromptText(CapturePrompt prompt);  // one plain sentence

// The longest wait for a finger that is taken, and the shortest.
inline constexpr std::chrono::seconds kCaptureTimeoutMax{600};
inline constexpr std::chrono::seconds kCaptureTimeoutMin{1};
// Retries that the reader asks for before the capture is given up.
inline constexpr int kCaptureRetriesMax = 10;

struct CaptureOptions {
  // For the whole capture, retries included.
  std::chrono::seconds timeout{30};
  // Used where the driver does not state the reader's resolution; libfprint's documentation has 500
  // assumed there (FpImage, fp_image_get_ppmm), which is what is assumed without this.
  std::optional<double> dpi;
  // Called, if set, each time that the person has to do something.
  std::function<void(CapturePrompt)> prompt;
  // Asked, if set, about ten times a second: true ends the wait for a finger.
  std::function<bool()> stop;
};

struct Capture {
  // The pixels that the sensor saw, upright, ridges dark, at the sensor's own resolution.
  GrayImage image;
  bool dpi_stated = false;  // the driver stated the resolution; otherwise it was assumed
};

// Keeps libfprint's own messages, which name its functions, from standard error; what they mean to
// a person comes as prompts and errors. For programs, once, at their start: the setting is GLib's
// and of the whole process. Where G_MESSAGES_DEBUG is set somebody wants them, and they stay.
void SilenceReaderMessages();

// A reader that has been opened. It is closed with the object.
class Reader {
 public:
  ~Reader();
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  const ReaderInfo& info() const;

  // Waits for a finger and captures it. Errors: kCancelled (TIMEOUT, STOPPED), kUnavailable
  // (READER_REMOVED, READER_BUSY, READER_FAILED, TOO_MANY_RETRIES), kBadInput (an image of a size
  // or resolution that is not taken, see image.h).
  Result<Capture> CaptureImage(const CaptureOptions& options);

 private:
  friend class Readers;
  struct Device;
  explicit Reader(std::unique_ptr<Device> device);
  std::unique_ptr<Device> device_;
};

// The readers that are plugged in.
class Readers {
 public:
  // Looks for readers, which takes as long as their drivers take to answer.
  Readers();
  ~Readers();
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;

  const std::vector<ReaderInfo>& list() const { return list_; }

  // Opens the reader with that index in list(). Errors: kNotFound (no such reader), kUnsupported
  // (MATCHES_ON_CHIP), kUnavailable (it is in use, or may not be opened by this account).
  Result<std::unique_ptr<Reader>> Open(size_t index) const;

  // The index of the first reader that gives images. Errors: kUnavailable (NO_READER, with what to
  // do), kUnsupported (MATCHES_ON_CHIP: there are readers, but none gives images).
  Result<size_t> FirstWithImages() const;

 private:
  struct Context;
  std::unique_ptr<Context> context_;
  std::vector<ReaderInfo> list_;
};

}  // namespace taanu
