#include <algorithm>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/imgcodecs.hpp>

#include "enroll/image/formats.h"

namespace taanu::image_internal {

Result<Pixels> DecodeByOpenCv(Bytes bytes, const ImageHeader& header, std::string_view format) {
  // What is wrong with an image is told by the error returned, not by lines on standard error.
  static const bool kSilenced = [] {
    cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
    return true;
  }();
  static_cast<void>(kSilenced);
  cv::Mat grey;
  try {
    // OpenCV does not write to an input array, but its wrapper takes only a mutable pointer.
    const cv::Mat encoded(1, static_cast<int>(bytes.size()), CV_8UC1,
                          const_cast<uint8_t*>(bytes.data()));
    // Orientation tags are ignored: coordinates must be those of the stored rows.
    grey = cv::imdecode(encoded, cv::IMREAD_GRAYSCALE | cv::IMREAD_IGNORE_ORIENTATION);
  } catch (const std::exception&) {
    // The text names OpenCV's source files, which helps nobody who holds a bad image.
    grey.release();
  }
  if (grey.empty()) return Damaged(format, 0, "its pixels cannot be decoded");
  if (grey.type() != CV_8UC1 || grey.cols != header.width || grey.rows != header.height) {
    return Damaged(format, 0, "its pixels do not have the size that its header states");
  }
  Pixels pixels(static_cast<size_t>(grey.cols) * grey.rows);
  for (int y = 0; y < grey.rows; ++y) {
    std::copy_n(grey.ptr<uint8_t>(y), grey.cols, pixels.begin() + int64_t{y} * grey.cols);
  }
  return pixels;
}

}  // namespace taanu::image_internal
