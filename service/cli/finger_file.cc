#include "service/cli/finger_file.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "matcher/codec/codec.h"
#include "service/cli/file_io.h"

namespace taanu::cli {
namespace {

// The codecs have limits of their own below this.
constexpr size_t kFileBytesMax = std::max(kImageBytesMax, kTemplateBytesMax);

Result<std::vector<uint8_t>> ReadImageFile(const std::filesystem::path& path) {
  TAANU_ASSIGN_OR_RETURN(std::vector<uint8_t> bytes, ReadFile(path, kFileBytesMax));
  if (LooksLikeTemplate(bytes)) {
    return Fail(ErrorCode::kUnsupported, "IS_A_TEMPLATE",
                "is a template already, not an image; use it as it is");
  }
  return bytes;
}

}  // namespace

Result<ExtractedImage> ExtractImageFile(const std::filesystem::path& path,
                                        std::optional<double> dpi) {
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> bytes, ReadImageFile(path));
  TAANU_ASSIGN_OR_RETURN(const std::vector<FingerImage> images, DecodeImages(bytes, dpi));
  ExtractedImage extracted;
  for (const FingerImage& image : images) {
    TAANU_ASSIGN_OR_RETURN(extracted.fingers.emplace_back(), Extract(image));
  }
  extracted.value = ToTemplate(extracted.fingers, images);
  return extracted;
}

Result<ExtractedImage> ExplainImageFile(const std::filesystem::path& path,
                                        std::optional<double> dpi,
                                        std::vector<std::vector<StagePicture>>* pictures) {
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> bytes, ReadImageFile(path));
  TAANU_ASSIGN_OR_RETURN(const std::vector<FingerImage> images, DecodeImages(bytes, dpi));
  ExtractedImage extracted;
  for (const FingerImage& image : images) {
    TAANU_ASSIGN_OR_RETURN(ExplainedExtraction explained, ExtractExplained(image.image));
    SetFinger(image, &explained.extraction.view);
    pictures->push_back(std::move(explained.pictures));
    extracted.fingers.push_back(std::move(explained.extraction));
  }
  extracted.value = ToTemplate(extracted.fingers, images);
  return extracted;
}

Result<Template> LoadTemplate(const std::filesystem::path& path, std::optional<double> dpi) {
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> bytes, ReadFile(path, kFileBytesMax));
  if (!LooksLikeTemplate(bytes)) {
    TAANU_ASSIGN_OR_RETURN(const GrayImage image, DecodeImage(bytes, dpi));
    TAANU_ASSIGN_OR_RETURN(const Extraction extraction, Extract(image));
    return ToTemplate(extraction, image);
  }
  TAANU_ASSIGN_OR_RETURN(DecodedTemplate decoded, DecodeTemplate(bytes));
  return std::move(decoded.value);
}

}  // namespace taanu::cli
