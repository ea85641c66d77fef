#include "service/slip/escpos.h"

#include <algorithm>
#include <string_view>

#include "enroll/text/utf8.h"
#include "service/slip/qr_code.h"

namespace taanu::slip {
namespace {

constexpr std::string_view kReset = "\x1b@";
constexpr std::string_view kNoChinese = "\x1c.";  // else some take two Cyrillic bytes for one sign
constexpr std::string_view kCodePage866 = "\x1bt\x11";
constexpr std::string_view kBoldOn = "\x1b\x45\x01";
constexpr std::string_view kBoldOff = {"\x1b\x45\x00", 3};
constexpr std::string_view kCentre = "\x1b\x61\x01";
constexpr std::string_view kLeft = {"\x1b\x61\x00", 3};
constexpr std::string_view kTall = "\x1d\x21\x01";
constexpr std::string_view kUsualSize = {"\x1d\x21\x00", 3};
constexpr std::string_view kRaster = {"\x1dv0\x00", 4};
constexpr std::string_view kFeedAndCut = {"\n\n\n\x1dV\x42\x00", 7};

// A module is at most this many dots, 1 mm: a larger code is no easier to read.
constexpr int kModuleDotsMax = 8;
// Rows of one picture: small printers take no more at a time. Pictures follow without a gap.
constexpr int kBandRows = 128;

void PutShort(int value, std::string* out) {
  out->push_back(static_cast<char>(value & 0xff));
  out->push_back(static_cast<char>(value >> 8 & 0xff));
}

// GS v 0 m xL xH yL yH, then the dots: eight to a byte, the leftmost the highest bit.
void PutRaster(const QrCode& code, int dots, std::string* out) {
  const int side = code.size + 2 * kQuietZone;
  const int scale = std::clamp(dots / side, 1, kModuleDotsMax);
  const int width = side * scale;
  const int row_bytes = (width + 7) / 8;
  for (int top = 0; top < width; top += kBandRows) {
    const int rows = std::min(kBandRows, width - top);
    out->append(kRaster);
    PutShort(row_bytes, out);
    PutShort(rows, out);
    for (int y = top; y < top + rows; ++y) {
      for (int byte = 0; byte < row_bytes; ++byte) {
        int bits = 0;
        for (int bit = 0; bit < 8; ++bit) {
          const int x = byte * 8 + bit;
          const bool black = x < width && code.At(x / scale - kQuietZone, y / scale - kQuietZone);
          bits = bits << 1 | (black ? 1 : 0);
        }
        out->push_back(static_cast<char>(bits));
      }
    }
  }
}

// GS ( k pL pH cn fn parameters: symbol 49 is QR.
void PutQrFunction(int function, std::string_view parameters, std::string* out) {
  out->append("\x1d(k");
  PutShort(static_cast<int>(parameters.size()) + 2, out);
  out->push_back('1');
  out->push_back(static_cast<char>(function));
  out->append(parameters);
}

void PutNative(const QrCode& code, std::string_view digits, int dots, std::string* out) {
  const int scale = std::clamp(dots / (code.size + 2 * kQuietZone), 1, kModuleDotsMax);
  PutQrFunction(65, {"2\x00", 2}, out);                              // model 2
  PutQrFunction(67, std::string(1, static_cast<char>(scale)), out);  // dots of a module
  PutQrFunction(69, "1", out);                                       // error correction M
  PutQrFunction(80, std::string("0").append(digits), out);           // store
  PutQrFunction(81, "0", out);                                       // print
}

// The byte of code page 866; 0 where it has none.
int ByteFor(uint32_t character) {
  if (character < 0x80) return static_cast<int>(character);
  if (character >= 0x410 && character <= 0x43f) return static_cast<int>(character - 0x410 + 0x80);
  if (character >= 0x440 && character <= 0x44f) return static_cast<int>(character - 0x440 + 0xe0);
  switch (character) {
    case 0x401:  // Ё
      return 0xf0;
    case 0x451:  // ё
      return 0xf1;
    case 0x4a2:  // Ң, as Н
      return 0x8d;
    case 0x4a3:  // ң
      return 0xad;
    case 0x4e8:  // Ө, as О
      return 0x8e;
    case 0x4e9:  // ө
      return 0xae;
    case 0x4ae:  // Ү, as У
      return 0x93;
    case 0x4af:  // ү
      return 0xe3;
    case 0x2116:  // №
      return 0xfc;
    default:
      return 0;
  }
}

}  // namespace

std::string ToCodePage866(std::string_view text) {
  std::string bytes;
  while (!text.empty()) {
    uint32_t character = 0;
    const size_t size = DecodeUtf8(text, &character);
    const int byte = size == 0 ? 0 : ByteFor(character);
    bytes.push_back(byte == 0 ? '?' : static_cast<char>(byte));
    text.remove_prefix(std::max<size_t>(1, size));
  }
  return bytes;
}

Result<std::string> EscPosSlip(const SignedSlip& slip, const TextOptions& options, QrMode mode) {
  const std::string digits = FormatSlipCode(slip);
  TAANU_ASSIGN_OR_RETURN(const QrCode code, MakeQrCode(digits));
  const int dots = options.columns >= kColumns80mm ? kDots80mm : kDots58mm;
  const SlipLines lines = LayOutSlip(slip, options);

  std::string out;
  out.append(kReset).append(kNoChinese).append(kCodePage866).append(kCentre);
  out.append(kBoldOn).append(kTall);
  for (const auto* part : {&lines.title, &lines.copy}) {
    for (const std::string& line : *part) out.append(ToCodePage866(line)).append("\n");
  }
  out.append(kUsualSize).append(kBoldOff).append(kLeft);
  for (const std::string& line : lines.body) out.append(ToCodePage866(line)).append("\n");
  out.append(kCentre);
  if (mode == QrMode::kRaster) {
    PutRaster(code, dots, &out);
  } else {
    PutNative(code, digits, dots, &out);
  }
  return out.append(kLeft).append(kFeedAndCut);
}

}  // namespace taanu::slip
