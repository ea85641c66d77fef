// A file that holds a finger: a template or an image, told apart by its content.
//
// Thread-safety: pure functions of the file system.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "enroll/extract/explain.h"
#include "enroll/extract/extractor.h"
#include "enroll/image/image.h"
#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu::cli {

// An image with what was extracted from it.
struct ExtractedImage {
  Extraction extraction;
  Template value;
};

// `dpi` is for images that carry none. Errors: kNotFound, kBadInput, kUnsupported (a template:
// there is nothing to extract), kUnavailable; the messages do not name the file.
Result<ExtractedImage> ExtractImageFile(const std::filesystem::path& path,
                                        std::optional<double> dpi);

// The same, with pictures of what each stage made of the image.
Result<ExtractedImage> ExplainImageFile(const std::filesystem::path& path,
                                        std::optional<double> dpi,
                                        std::vector<StagePicture>* pictures);

// The template in the file, or that of the image in it. Errors: as above.
Result<Template> LoadTemplate(const std::filesystem::path& path, std::optional<double> dpi);

}  // namespace taanu::cli
