#include "enroll/image/image.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <set>
#include <string>

#include "enroll/image/finger_record.h"
#include "enroll/image/formats.h"

namespace taanu {
namespace image_internal {

std::optional<double> SameDpi(double x_dpi, double y_dpi) {
  if (!(x_dpi > 0) || std::abs(x_dpi - y_dpi) > 0.01 * x_dpi) return std::nullopt;
  return x_dpi;
}

}  // namespace image_internal

namespace {

using image_internal::Bytes;
using image_internal::ImageHeader;
using image_internal::Pixels;
using image_internal::RecordImage;

struct Codec {
  ImageFormat format;
  std::string_view name;
  std::string_view magic;
  Result<ImageHeader> (*read_header)(Bytes);
  Result<Pixels> (*decode)(Bytes, const ImageHeader&);
};

// A bare JPEG 2000 codestream begins with SOC and SIZ, a JP2 file with its signature box.
constexpr Codec kCodecs[] = {
    {ImageFormat::kPng, "PNG", std::string_view("\x89PNG\r\n\x1a\n", 8),
     image_internal::ReadPngHeader, image_internal::DecodePng},
    {ImageFormat::kBmp, "BMP", std::string_view("BM", 2), image_internal::ReadBmpHeader,
     image_internal::DecodeBmp},
    {ImageFormat::kTiff, "TIFF", std::string_view("II*\0", 4), image_internal::ReadTiffHeader,
     image_internal::DecodeTiff},
    {ImageFormat::kTiff, "TIFF", std::string_view("MM\0*", 4), image_internal::ReadTiffHeader,
     image_internal::DecodeTiff},
    {ImageFormat::kPgm, "PGM", std::string_view("P5", 2), image_internal::ReadPgmHeader,
     image_internal::DecodePgm},
    {ImageFormat::kPgm, "PGM", std::string_view("P2", 2), image_internal::ReadPgmHeader,
     image_internal::DecodePgm},
    {ImageFormat::kJpeg, "JPEG", std::string_view("\xFF\xD8\xFF", 3),
     image_internal::ReadJpegHeader, image_internal::DecodeJpeg},
    {ImageFormat::kJpeg2000, "JPEG 2000", std::string_view("\0\0\0\x0CjP  \r\n\x87\n", 12),
     image_internal::ReadJpeg2000Header, image_internal::DecodeJpeg2000},
    {ImageFormat::kJpeg2000, "JPEG 2000", std::string_view("\xFF\x4F\xFF\x51", 4),
     image_internal::ReadJpeg2000Header, image_internal::DecodeJpeg2000},
    {ImageFormat::kWsq, "WSQ", std::string_view("\xFF\xA0\xFF", 3), image_internal::ReadWsqHeader,
     image_internal::DecodeWsq},
};

const Codec* FindCodec(Bytes bytes) {
  for (const Codec& codec : kCodecs) {
    if (bytes.size() < codec.magic.size()) continue;
    if (std::memcmp(bytes.data(), codec.magic.data(), codec.magic.size()) != 0) continue;
    // PGM's magic is two letters of any text; the format demands whitespace or a comment next.
    if (codec.format == ImageFormat::kPgm &&
        (bytes.size() < 3 || std::strchr(" \t\r\n\v\f#", bytes[2]) == nullptr || bytes[2] == 0)) {
      continue;
    }
    return &codec;
  }
  return nullptr;
}

Status CheckSize(int64_t width, int64_t height) {
  if (width >= kImageSideMin && width <= kImageSideMax && height >= kImageSideMin &&
      height <= kImageSideMax) {
    return {};
  }
  return Fail(ErrorCode::kBadInput, "BAD_IMAGE_SIZE",
              "the image is " + std::to_string(width) + " x " + std::to_string(height) +
                  " pixels; each side must be " + std::to_string(kImageSideMin) + " to " +
                  std::to_string(kImageSideMax));
}

bool Plausible(double dpi) { return dpi >= kDpiMin && dpi <= kDpiMax; }

Status CheckDpi(double dpi) {
  if (Plausible(dpi)) return {};
  char message[120];
  std::snprintf(message, sizeof message, "a resolution of %g dpi was given; it must be %g to %g",
                dpi, kDpiMin, kDpiMax);
  return Fail(ErrorCode::kBadInput, "BAD_RESOLUTION", message);
}

// A format that holds images of other formats.
struct Container {
  ImageFormat format;
  std::string_view name;
  bool (*matches)(Bytes);
  Result<std::vector<RecordImage>> (*list)(Bytes);
};

bool IsIsoFingerImage(Bytes bytes) {
  constexpr std::string_view kMagic("FIR\0", 4);
  return bytes.size() >= kMagic.size() &&
         std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) == 0;
}

constexpr Container kContainers[] = {
    {ImageFormat::kIsoFingerImage, "ISO/IEC 19794-4", IsIsoFingerImage,
     image_internal::ListIsoFingerImages},
    {ImageFormat::kAnsiNist, "ANSI/NIST-ITL", image_internal::IsAnsiNist,
     image_internal::ListAnsiNistImages},
};

const Container* FindContainer(Bytes bytes) {
  for (const Container& container : kContainers) {
    if (container.matches(bytes)) return &container;
  }
  return nullptr;
}

// The first plausible resolution of those in order of trust. Many programs write 72 or 96 dpi into
// every file, so what is not plausible counts as unstated.
Result<double> ChooseDpi(const RecordImage* record, const std::optional<double>& file,
                         const std::optional<double>& caller, std::string_view format) {
  if (record != nullptr && record->dpi && Plausible(*record->dpi)) return *record->dpi;
  if (file && Plausible(*file)) return *file;
  if (!caller) {
    return Fail(
        ErrorCode::kBadInput, "NO_RESOLUTION",
        std::string(format) + " image that states no plausible resolution; give the scanner's dpi");
  }
  TAANU_RETURN_IF_ERROR(CheckDpi(*caller));
  return *caller;
}

Status CheckBytes(Bytes bytes) {
  if (bytes.size() <= kImageBytesMax) return {};
  return Fail(ErrorCode::kBadInput, "IMAGE_TOO_LARGE",
              "the image has " + std::to_string(bytes.size()) + " bytes; at most " +
                  std::to_string(kImageBytesMax) + " are read");
}

// An image that is not in a record, or is the encoded image of `record`.
Result<GrayImage> DecodePlain(const Codec& codec, Bytes bytes, const RecordImage* record,
                              std::optional<double> dpi) {
  TAANU_ASSIGN_OR_RETURN(const ImageHeader header, codec.read_header(bytes));
  TAANU_RETURN_IF_ERROR(CheckSize(header.width, header.height));
  if (record != nullptr && (record->width != header.width || record->height != header.height)) {
    return Fail(ErrorCode::kBadInput, "BAD_IMAGE",
                "the record states " + std::to_string(record->width) + " x " +
                    std::to_string(record->height) + " pixels, its image has " +
                    std::to_string(header.width) + " x " + std::to_string(header.height));
  }
  GrayImage image;
  image.width = static_cast<int>(header.width);
  image.height = static_cast<int>(header.height);
  TAANU_ASSIGN_OR_RETURN(image.dpi, ChooseDpi(record, header.dpi, dpi, codec.name));
  TAANU_ASSIGN_OR_RETURN(image.pixels, codec.decode(bytes, header));
  return image;
}

bool MayBeInRecord(ImageFormat format) {
  return format == ImageFormat::kWsq || format == ImageFormat::kJpeg ||
         format == ImageFormat::kJpeg2000 || format == ImageFormat::kPng;
}

Result<FingerImage> DecodeInRecord(const RecordImage& record, std::optional<double> dpi) {
  FingerImage finger;
  finger.position = record.position;
  finger.impression_type = record.impression_type;
  if (record.raw) {
    TAANU_RETURN_IF_ERROR(CheckSize(record.width, record.height));
    TAANU_ASSIGN_OR_RETURN(const double chosen, ChooseDpi(&record, std::nullopt, dpi, "raw"));
    TAANU_ASSIGN_OR_RETURN(finger.image, ImageFromRaw(record.data, static_cast<int>(record.width),
                                                      static_cast<int>(record.height), chosen));
    return finger;
  }
  const Codec* codec = FindCodec(record.data);
  if (codec == nullptr || !MayBeInRecord(codec->format)) {
    return Fail(ErrorCode::kUnsupported, "UNKNOWN_IMAGE_FORMAT",
                "the image in the record is none of WSQ, JPEG, JPEG 2000 and PNG");
  }
  TAANU_ASSIGN_OR_RETURN(finger.image, DecodePlain(*codec, record.data, &record, dpi));
  return finger;
}

// The images of single fingers in the record; at least one.
Result<std::vector<RecordImage>> ListRecord(const Container& container, Bytes bytes) {
  TAANU_ASSIGN_OR_RETURN(std::vector<RecordImage> records, container.list(bytes));
  if (records.empty()) {
    return Fail(ErrorCode::kNotFound, "NO_FINGER_IMAGE",
                std::string(container.name) +
                    " record that holds no image of a single finger; slaps and palms must be "
                    "cut into fingers first");
  }
  return records;
}

Result<std::vector<FingerImage>> DecodeRecords(const Container& container,
                                               const std::vector<RecordImage>& records,
                                               std::optional<double> dpi) {
  std::vector<FingerImage> fingers;
  for (const RecordImage& record : records) {
    auto finger = DecodeInRecord(record, dpi);
    if (!finger) {
      Error error = std::move(finger).error();
      error.message = std::string(container.name) + ", image at byte " +
                      std::to_string(record.offset) + ": " + error.message;
      return tl::make_unexpected(std::move(error));
    }
    fingers.push_back(*std::move(finger));
  }
  return fingers;
}

// The fingers of the record by their numbers, each once, such as "1, 2, 7".
std::string FingerNumbers(const std::vector<RecordImage>& records) {
  std::set<int> numbers;
  for (const RecordImage& record : records) numbers.insert(static_cast<int>(record.position));
  std::string text;
  for (const int number : numbers) text += (text.empty() ? "" : ", ") + std::to_string(number);
  return text;
}

// Those of the one finger that is asked for.
Result<std::vector<RecordImage>> ChooseFinger(const std::vector<RecordImage>& records,
                                              FingerPosition asked) {
  const auto matches = [&](FingerPosition wanted) {
    std::vector<RecordImage> chosen;
    for (const RecordImage& record : records) {
      if (record.position == wanted) chosen.push_back(record);
    }
    return chosen;
  };
  // Images that state no finger may be of different ones.
  if (records.size() == 1 && records.front().position == FingerPosition::kUnknown) return records;
  const FingerPosition wanted =
      asked == FingerPosition::kUnknown ? records.front().position : asked;
  std::vector<RecordImage> chosen = matches(wanted);
  const bool only = chosen.size() == records.size() && wanted != FingerPosition::kUnknown;
  if (asked == FingerPosition::kUnknown && !only) {
    return Fail(ErrorCode::kBadInput, "MIXED_FINGERS",
                "the record holds " + std::to_string(records.size()) + " images of fingers (" +
                    FingerNumbers(records) + " of ISO/IEC 19794-2); say which finger is meant");
  }
  if (chosen.empty()) {
    return Fail(ErrorCode::kBadInput, "POSITION_MISMATCH",
                "the record holds no image of finger " + std::to_string(static_cast<int>(asked)) +
                    ", but of " + FingerNumbers(records) + " (as in ISO/IEC 19794-2, 0 unknown)");
  }
  if (chosen.size() > kFingerImagesMax) {
    return Fail(ErrorCode::kBadInput, "TOO_MANY_VIEWS",
                "the record holds " + std::to_string(chosen.size()) +
                    " images of this finger; at most " + std::to_string(kFingerImagesMax) +
                    " are taken");
  }
  return chosen;
}

tl::unexpected<Error> UnknownFormat() {
  return Fail(
      ErrorCode::kUnsupported, "UNKNOWN_IMAGE_FORMAT",
      "not an image of a kind that is read; give PNG, BMP, TIFF, PGM, JPEG, JPEG 2000, WSQ, "
      "ISO/IEC 19794-4 or ANSI/NIST-ITL (traditional encoding)");
}

}  // namespace

std::string_view ImageFormatName(ImageFormat format) {
  for (const Codec& codec : kCodecs) {
    if (codec.format == format) return codec.name;
  }
  for (const Container& container : kContainers) {
    if (container.format == format) return container.name;
  }
  return "unknown";
}

ImageFormat SniffImageFormat(std::span<const uint8_t> bytes) {
  if (const Codec* codec = FindCodec(bytes)) return codec->format;
  if (const Container* container = FindContainer(bytes)) return container->format;
  return ImageFormat::kUnknown;
}

Result<GrayImage> DecodeImage(std::span<const uint8_t> bytes, std::optional<double> dpi) {
  TAANU_RETURN_IF_ERROR(CheckBytes(bytes));
  if (const Codec* codec = FindCodec(bytes)) return DecodePlain(*codec, bytes, nullptr, dpi);
  const Container* container = FindContainer(bytes);
  if (container == nullptr) return UnknownFormat();
  TAANU_ASSIGN_OR_RETURN(const auto records, ListRecord(*container, bytes));
  if (records.size() > 1) {
    return Fail(ErrorCode::kBadInput, "SEVERAL_FINGERS",
                std::string(container->name) + " record of " + std::to_string(records.size()) +
                    " finger images (fingers " + FingerNumbers(records) +
                    " of ISO/IEC 19794-2) where one is taken; extract it, or name the finger");
  }
  TAANU_ASSIGN_OR_RETURN(auto fingers, DecodeRecords(*container, records, dpi));
  return std::move(fingers.front().image);
}

Result<std::vector<FingerImage>> DecodeImages(std::span<const uint8_t> bytes,
                                              std::optional<double> dpi) {
  TAANU_RETURN_IF_ERROR(CheckBytes(bytes));
  if (const Container* container = FindContainer(bytes)) {
    TAANU_ASSIGN_OR_RETURN(const auto records, ListRecord(*container, bytes));
    return DecodeRecords(*container, records, dpi);
  }
  TAANU_ASSIGN_OR_RETURN(GrayImage image, DecodeImage(bytes, dpi));
  std::vector<FingerImage> fingers(1);
  fingers.front().image = std::move(image);
  return fingers;
}

Result<std::vector<FingerImage>> DecodeFinger(std::span<const uint8_t> bytes,
                                              std::optional<double> dpi, FingerPosition position) {
  TAANU_RETURN_IF_ERROR(CheckBytes(bytes));
  const Container* container = FindContainer(bytes);
  if (container == nullptr) return DecodeImages(bytes, dpi);
  TAANU_ASSIGN_OR_RETURN(const auto records, ListRecord(*container, bytes));
  TAANU_ASSIGN_OR_RETURN(const auto chosen, ChooseFinger(records, position));
  return DecodeRecords(*container, chosen, dpi);
}

Result<GrayImage> ImageFromRaw(std::span<const uint8_t> pixels, int width, int height, double dpi) {
  TAANU_RETURN_IF_ERROR(CheckSize(width, height));
  TAANU_RETURN_IF_ERROR(CheckDpi(dpi));
  const size_t expected = static_cast<size_t>(width) * static_cast<size_t>(height);
  if (pixels.size() != expected) {
    return Fail(ErrorCode::kBadInput, "BAD_IMAGE",
                "raw image of " + std::to_string(pixels.size()) + " bytes; " +
                    std::to_string(width) + " x " + std::to_string(height) + " pixels need " +
                    std::to_string(expected));
  }
  return GrayImage{width, height, dpi, {pixels.begin(), pixels.end()}};
}

}  // namespace taanu
