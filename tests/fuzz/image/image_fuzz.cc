// Feeds arbitrary bytes to the image decoder; every image that it takes must keep its promises.
#include <cstdlib>

#include "enroll/image/image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto image = taanu::DecodeImage({data, size}, 500);
  if (!image) {
    if (image.error().reason.empty() || image.error().message.empty()) std::abort();
    return 0;
  }
  if (image->width < taanu::kImageSideMin || image->width > taanu::kImageSideMax ||
      image->height < taanu::kImageSideMin || image->height > taanu::kImageSideMax ||
      !(image->dpi >= taanu::kDpiMin && image->dpi <= taanu::kDpiMax) ||
      image->pixels.size() != static_cast<size_t>(image->width) * image->height) {
    std::abort();
  }
  return 0;
}
