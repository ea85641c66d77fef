// Feeds arbitrary bytes to the WSQ decoder; what it takes must have the size that it states.
#include <cstdlib>

#include "enroll/image/image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (taanu::SniffImageFormat({data, size}) != taanu::ImageFormat::kWsq) return 0;
  const auto image = taanu::DecodeImage({data, size}, 500);
  if (!image) {
    if (image.error().reason.empty() || image.error().message.empty()) std::abort();
    return 0;
  }
  if (image->width < taanu::kImageSideMin || image->width > taanu::kImageSideMax ||
      image->height < taanu::kImageSideMin || image->height > taanu::kImageSideMax ||
      image->pixels.size() != static_cast<size_t>(image->width) * image->height) {
    std::abort();
  }
  // A decoder that reads memory it has not written gives itself away by a second answer.
  const auto again = taanu::DecodeImage({data, size}, 500);
  if (!again || again->pixels != image->pixels) std::abort();
  return 0;
}
