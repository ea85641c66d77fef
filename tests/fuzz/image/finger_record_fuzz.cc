// Feeds arbitrary bytes to the readers of ISO/IEC 19794-4 and ANSI/NIST-ITL records.
#include <cstdlib>

#include "enroll/image/image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const taanu::ImageFormat format = taanu::SniffImageFormat({data, size});
  if (format != taanu::ImageFormat::kIsoFingerImage && format != taanu::ImageFormat::kAnsiNist) {
    return 0;
  }
  const auto fingers = taanu::DecodeImages({data, size}, 500);
  const auto only = taanu::DecodeImage({data, size}, 500);
  if (!fingers) {
    if (fingers.error().reason.empty() || fingers.error().message.empty()) std::abort();
    return 0;
  }
  if (fingers->empty() || fingers->size() > taanu::kRecordImagesMax) std::abort();
  if (only.has_value() != (fingers->size() == 1)) std::abort();
  if (only && only->pixels != fingers->front().image.pixels) std::abort();
  const auto chosen = taanu::DecodeFinger({data, size}, 500, fingers->front().position);
  if (chosen && chosen->front().image.pixels != fingers->front().image.pixels) std::abort();
  for (const taanu::FingerImage& finger : *fingers) {
    const taanu::GrayImage& image = finger.image;
    if (static_cast<int>(finger.position) > taanu::kFingerPositionMax ||
        image.width < taanu::kImageSideMin || image.width > taanu::kImageSideMax ||
        image.height < taanu::kImageSideMin || image.height > taanu::kImageSideMax ||
        !(image.dpi >= taanu::kDpiMin && image.dpi <= taanu::kDpiMax) ||
        image.pixels.size() != static_cast<size_t>(image.width) * image.height) {
      std::abort();
    }
  }
  return 0;
}
