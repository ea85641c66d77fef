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

// A file of images with what was extracted from it.
struct ExtractedImage {
  std::vector<Extraction> fingers;  // at least one; more of a record of several images
  Template value;                   // a view of each
};

// `dpi` is for images that carry none. Errors: kNotFound, kBadInput, kUnsupported (a template:
// there is nothing to extract), kUnavailable; the messages do not name the file.
Result<ExtractedImage> ExtractImageFile(const std::filesystem::path& path,
                                        std::optional<double> dpi);

// The same, with pictures of what each stage made of each image.
Result<ExtractedImage> ExplainImageFile(const std::filesystem::path& path,
                                        std::optional<double> dpi,
                                        std::vector<std::vector<StagePicture>>* pictures);

// The template in the file, or that of the one finger image in it. Errors: as above, and kBadInput
// (SEVERAL_FINGERS) of a record of several images, of which it is unknown which is meant.
Result<Template> LoadTemplate(const std::filesystem::path& path, std::optional<double> dpi);

}  // namespace taanu::cli
