// libfprint's own matcher, called through its public identify call on the virtual image device.
//
// The gallery is made of the very minutiae that the project's extractor found, given to libfprint
// in its serialised form (fp_print_deserialize), or of prints that libfprint made itself; the probe
// must come from the device, so that libfprint extracts its minutiae from the image itself. The
// time of one comparison is the slope of the time of identify over the size of the gallery, so that
// capture and extraction drop out.
//
// Not thread-safe: libfprint runs GLib's default main context.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "enroll/image/image.h"
#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu::bench {

class LibfprintMatcher {
 public:
  // Opens the virtual device. Errors: kUnavailable (this libfprint has none).
  static Result<std::unique_ptr<LibfprintMatcher>> Open();
  ~LibfprintMatcher();
  LibfprintMatcher(const LibfprintMatcher&) = delete;
  LibfprintMatcher& operator=(const LibfprintMatcher&) = delete;

  // Adds a print of one view, and gives its place in the gallery. `dpi` is that of the reader
  // whose images it will be compared with: libfprint compares pixels. Errors: kInternal.
  Result<size_t> Add(const FingerView& view, double dpi = 500);

  // Presses the image and adds the print that libfprint makes of it. Errors: kBadInput (libfprint
  // asks for another try: it found too few minutiae), kInternal.
  Result<size_t> AddPressed(const GrayImage& image);

  // Minutiae of the print at a place.
  size_t MinutiaeAt(size_t place) const;

  struct Identified {
    double cpu_seconds = 0;  // of the whole process
    // The place of the first print that matched, or -1.
    int match = -1;
    // Minutiae that libfprint found in the probe.
    size_t probe_minutiae = 0;
  };
  // Presses the image and compares it with the prints at `places`, which may repeat, until one
  // matches. Errors: as AddPressed.
  Result<Identified> Identify(const GrayImage& image, std::span<const size_t> places);

 private:
  struct Device;
  struct Pressed;
  Result<Pressed> Press(const GrayImage& image, std::span<const size_t> places);
  Result<Pressed> PressOnce(const GrayImage& image, std::span<const size_t> places);
  explicit LibfprintMatcher(std::unique_ptr<Device> device);
  std::unique_ptr<Device> device_;
};

}  // namespace taanu::bench
