// ANSI/NIST-ITL files in traditional encoding: Type-1 (what follows, clause 8.1), Type-4 (binary,
// 500 dpi class, clause 8.4), Type-13 (latent) and Type-14 (finger, clauses 8.13 and 8.14).
//
// Source: NIST SP 500-290, ANSI/NIST-ITL 1-2011, annex B (traditional encoding).
#include <charconv>
#include <cmath>
#include <string_view>

#include "enroll/image/finger_record.h"
#include "enroll/image/formats.h"

namespace taanu::image_internal {
namespace {

constexpr std::string_view kName = "ANSI/NIST-ITL";
// Separators of a record, of fields, of repeated subfields and of items.
constexpr char kFs = 0x1C;
constexpr char kGs = 0x1D;
constexpr char kRs = 0x1E;
constexpr char kUs = 0x1F;

// An ITL file holds at most 1,000 records; more are not followed.
constexpr size_t kRecordsMax = 1000;
constexpr double kMillimetresPerCentimetre = 10;
// Type-4 images are of the 500 dpi class unless they say "native".
constexpr double kClassDpi = 500;
constexpr uint32_t kDataField = 999;

std::string_view Text(Bytes bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// A decimal number that is the whole of `text`.
std::optional<uint32_t> Number(std::string_view text) {
  uint32_t value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<double> Decimal(std::string_view text) {
  double value = 0;
  const auto parsed =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (parsed.ec != std::errc{} || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

// The part of `text` before the first separator `at`.
std::string_view Before(std::string_view text, char separator) {
  return text.substr(0, text.find(separator));
}

// The first item of the first subfield.
std::string_view FirstItem(std::string_view value) { return Before(Before(value, kRs), kUs); }

struct Tag {
  uint32_t type = 0;
  uint32_t field = 0;
  size_t bytes = 0;  // with its colon
};

// "14.999:" at the start of `text`.
std::optional<Tag> ReadTag(std::string_view text) {
  constexpr size_t kTagMax = 16;
  const std::string_view head = text.substr(0, kTagMax);
  const size_t dot = head.find('.');
  const size_t colon = head.find(':');
  if (dot == head.npos || colon == head.npos || dot > colon) return std::nullopt;
  const auto type = Number(head.substr(0, dot));
  const auto field = Number(head.substr(dot + 1, colon - dot - 1));
  if (!type || !field) return std::nullopt;
  return Tag{*type, *field, colon + 1};
}

// Calls `visit(field, value, offset)` for each field of a tagged record that ends with FS. Field
// 999 is binary and reaches to the end.
template <typename Visit>
Status VisitFields(Bytes bytes, size_t start, size_t length, uint32_t type, Visit visit) {
  const std::string_view record = Text(bytes.subspan(start, length));
  if (record.back() != kFs) return Damaged(kName, start + length - 1, "no FS at a record's end");
  const size_t end = record.size() - 1;
  for (size_t at = 0; at < end;) {
    const auto tag = ReadTag(record.substr(at, end - at));
    if (!tag || tag->type != type) {
      return Damaged(kName, start + at, "no tag of a field where one must be");
    }
    const size_t value_at = at + tag->bytes;
    size_t value_end = end;
    if (tag->field != kDataField) value_end = std::min(record.find(kGs, value_at), end);
    visit(tag->field, record.substr(value_at, value_end - value_at), start + value_at);
    at = value_end + 1;
  }
  return {};
}

struct FileContents {
  std::vector<uint32_t> types;  // of the records after Type-1
  std::optional<double> native_dpi;
  size_t end = 0;  // of the Type-1 record
};

// Reads "1.003:CNT": subfields of a type and a number; the first is "1" and how many follow.
Status ReadContents(std::string_view value, size_t at, std::vector<uint32_t>& types) {
  std::string_view rest = value;
  bool first = true;
  std::optional<uint32_t> stated;
  while (true) {
    const std::string_view subfield = Before(rest, kRs);
    const auto type = Number(Before(subfield, kUs));
    if (!type) return Damaged(kName, at, "a list of records (1.003) that is no list");
    if (first) {
      const size_t us = subfield.find(kUs);
      if (us != subfield.npos) stated = Number(subfield.substr(us + 1));
      if (*type != 1 || !stated) return Damaged(kName, at, "a list of records without its count");
      first = false;
    } else {
      if (types.size() == kRecordsMax) return Damaged(kName, at, "more records than are read");
      types.push_back(*type);
    }
    if (subfield.size() == rest.size()) break;
    rest.remove_prefix(subfield.size() + 1);
  }
  if (*stated != types.size()) {
    return Damaged(kName, at, "a count of records (1.003) that is not that of its list");
  }
  return {};
}

// The length of a tagged record by its first field, "N.001:LEN", of a record of type `type`.
Result<size_t> TaggedLength(Bytes bytes, size_t at, uint32_t type) {
  const auto tag = ReadTag(Text(bytes.subspan(at)));
  if (!tag || tag->type != type || tag->field != 1) {
    return Damaged(kName, at, "no length field where a record must start");
  }
  constexpr size_t kDigitsMax = 10;
  const std::string_view value = Text(bytes.subspan(at + tag->bytes)).substr(0, kDigitsMax + 1);
  const auto length = Number(value.substr(0, value.find_first_of("\x1D\x1C")));
  if (!length || *length <= tag->bytes || !Has(bytes, at, *length)) {
    return Damaged(kName, at, "a record length past the end");
  }
  return size_t{*length};
}

Result<FileContents> ReadType1(Bytes bytes) {
  TAANU_ASSIGN_OR_RETURN(const size_t length, TaggedLength(bytes, 0, 1));
  FileContents contents;
  contents.end = length;
  Status listed = Damaged(kName, 0, "no list of records (1.003)");
  TAANU_RETURN_IF_ERROR(
      VisitFields(bytes, 0, length, 1, [&](uint32_t field, std::string_view value, size_t at) {
        if (field == 3) {
          contents.types.clear();
          listed = ReadContents(value, at, contents.types);
        }
        if (field == 11) {  // NSR, pixels per millimetre
          const auto nsr = Decimal(value);
          if (nsr) contents.native_dpi = DpiOfPixelsPerCentimetre(*nsr * kMillimetresPerCentimetre);
        }
      }));
  TAANU_RETURN_IF_ERROR(listed);
  return contents;
}

// One record's image, and its position code as it stands in the file.
struct Found {
  RecordImage image;
  uint32_t position = 0;
};

Result<Found> ReadType4(Bytes bytes, size_t at, size_t length, const FileContents& contents) {
  constexpr size_t kHeader = 18;
  if (length < kHeader) return Damaged(kName, at, "a Type-4 record too short");
  Found found;
  found.image.impression_type = bytes[at + 5];
  found.position = bytes[at + 6];
  const uint8_t native = bytes[at + 12];
  if (native > 1) return Damaged(kName, at + 12, "a scanning resolution that is neither 0 nor 1");
  found.image.dpi = native == 1 ? contents.native_dpi : kClassDpi;
  found.image.width = Be16(bytes, at + 13);
  found.image.height = Be16(bytes, at + 15);
  found.image.raw = bytes[at + 17] == 0;
  found.image.data = bytes.subspan(at + kHeader, length - kHeader);
  found.image.offset = at;
  return found;
}

// Types 13 and 14 share these fields. Empty where the record holds no image, as one of an
// amputated finger does not.
Result<std::optional<Found>> ReadType14(Bytes bytes, size_t start, size_t length, uint32_t type) {
  Found found;
  found.image.offset = start;
  bool have_data = false;
  bool good = true;
  uint32_t unit = 0;
  uint32_t depth = 8;
  double x = 0;
  double y = 0;
  const auto number = [&](std::string_view value) {
    const auto parsed = Number(FirstItem(value));
    if (!parsed) good = false;
    return parsed.value_or(0);
  };
  TAANU_RETURN_IF_ERROR(VisitFields(
      bytes, start, length, type, [&](uint32_t field, std::string_view value, size_t at) {
        switch (field) {
          case 3: {
            const uint32_t impression = number(value);
            if (impression > UINT8_MAX) good = false;
            found.image.impression_type = static_cast<uint8_t>(impression);
            break;
          }
          case 6:
            found.image.width = number(value);
            break;
          case 7:
            found.image.height = number(value);
            break;
          case 8:
            unit = number(value);
            break;
          case 9:
            x = number(value);
            break;
          case 10:
            y = number(value);
            break;
          case 11:
            found.image.raw = value == "NONE";
            break;
          case 12:
            depth = number(value);
            break;
          case 13:
            found.position = number(value);
            break;
          case kDataField:
            have_data = true;
            found.image.data = bytes.subspan(at, value.size());
            break;
          default:
            break;
        }
      }));
  if (!good) return Damaged(kName, start, "a field of the image that is no number");
  if (!have_data) return std::optional<Found>();
  if (found.image.raw && depth != 8) {
    return Unsupported(kName, "a raw image of other than 8 bits a pixel");
  }
  if (unit == 1) found.image.dpi = SameDpi(x, y);
  if (unit == 2)
    found.image.dpi = SameDpi(DpiOfPixelsPerCentimetre(x), DpiOfPixelsPerCentimetre(y));
  return std::optional<Found>(found);
}

// Types 3 to 8 are binary and begin with a length of four bytes.
bool IsBinary(uint32_t type) { return type >= 3 && type <= 8; }

Result<size_t> RecordLength(Bytes bytes, size_t at, uint32_t type) {
  if (!IsBinary(type)) return TaggedLength(bytes, at, type);
  constexpr size_t kLengthField = 4;
  if (!Has(bytes, at, kLengthField)) return Damaged(kName, at, "a record is missing");
  const size_t length = Be32(bytes, at);
  if (length < kLengthField || !Has(bytes, at, length)) {
    return Damaged(kName, at, "a record length past the end");
  }
  return length;
}

}  // namespace

bool IsAnsiNist(Bytes bytes) {
  const auto tag = ReadTag(Text(bytes.first(std::min<size_t>(bytes.size(), 16))));
  return tag && tag->type == 1 && tag->field == 1;
}

Result<std::vector<RecordImage>> ListAnsiNistImages(Bytes bytes) {
  TAANU_ASSIGN_OR_RETURN(const FileContents contents, ReadType1(bytes));
  std::vector<RecordImage> images;
  size_t at = contents.end;
  for (const uint32_t type : contents.types) {
    if (at >= bytes.size()) return Damaged(kName, at, "a record is missing");
    TAANU_ASSIGN_OR_RETURN(const size_t length, RecordLength(bytes, at, type));
    std::optional<Found> found;
    if (type == 4) {
      TAANU_ASSIGN_OR_RETURN(found, ReadType4(bytes, at, length, contents));
    } else if (type == 13 || type == 14) {
      TAANU_ASSIGN_OR_RETURN(found, ReadType14(bytes, at, length, type));
    }
    const auto finger = found ? SingleFinger(found->position) : std::nullopt;
    if (finger) {
      if (images.size() == kRecordImagesMax) return Damaged(kName, at, "more images than are read");
      found->image.position = *finger;
      images.push_back(found->image);
    }
    at += length;
  }
  return images;
}

}  // namespace taanu::image_internal
