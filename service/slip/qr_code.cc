#include "service/slip/qr_code.h"

#include <qrencode.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <sstream>

#include "service/slip/slip_code.h"

namespace taanu::slip {
namespace {

struct FreeInput {
  void operator()(QRinput* input) const { QRinput_free(input); }
};
struct FreeCode {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

tl::unexpected<Error> NotMade() {
  return Fail(ErrorCode::kInternal, "QR_NOT_MADE",
              std::string("the QR code cannot be made: ") + std::strerror(errno));
}

std::string Number(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.2f", value);
  return text.data();
}

}  // namespace

Result<QrCode> MakeQrCode(std::string_view digits) {
  if (digits.empty() || digits.size() > kCodeDigitsMax ||
      !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
    return Fail(ErrorCode::kBadInput, "BAD_QR_TEXT", "the code of a slip is digits");
  }
  // Version 0: the smallest that holds it.
  const std::unique_ptr<QRinput, FreeInput> input(QRinput_new2(0, QR_ECLEVEL_M));
  if (input == nullptr || QRinput_append(input.get(), QR_MODE_NUM, static_cast<int>(digits.size()),
                                         reinterpret_cast<const uint8_t*>(digits.data())) != 0) {
    return NotMade();
  }
  const std::unique_ptr<QRcode, FreeCode> made(QRcode_encodeInput(input.get()));
  if (made == nullptr) return NotMade();
  QrCode code;
  code.size = made->width;
  const size_t modules = static_cast<size_t>(made->width) * static_cast<size_t>(made->width);
  for (size_t i = 0; i < modules; ++i) code.black.push_back((made->data[i] & 1) != 0);
  return code;
}

std::string QrSvg(const QrCode& code, double module_mm) {
  const int side = code.size + 2 * kQuietZone;
  const std::string mm = Number(side * module_mm);
  const std::string modules = std::to_string(side);
  std::ostringstream svg;
  svg << "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" << mm << "mm\" height=\"" << mm
      << "mm\" viewBox=\"0 0 " << modules << " " << modules
      << "\" shape-rendering=\"crispEdges\"><rect width=\"" << modules << "\" height=\"" << modules
      << "\" fill=\"#fff\"/><path d=\"";
  for (int y = 0; y < code.size; ++y) {
    for (int x = 0; x < code.size;) {
      int end = x;
      while (code.At(end, y)) ++end;
      if (end > x) {
        svg << "M" << x + kQuietZone << " " << y + kQuietZone << "h" << end - x << "v1h-" << end - x
            << "z";
      }
      x = end + 1;
    }
  }
  svg << "\"/></svg>\n";
  return svg.str();
}

std::string QrBlocks(const QrCode& code) {
  // Light modules are drawn, dark ones are the ground.
  constexpr std::array<const char*, 4> kBlocks = {"\u2588", "\u2584", "\u2580", " "};
  std::string text;
  for (int y = -kQuietZone; y < code.size + kQuietZone; y += 2) {
    for (int x = -kQuietZone; x < code.size + kQuietZone; ++x) {
      text += kBlocks[(code.At(x, y) ? 1U : 0U) + (code.At(x, y + 1) ? 2U : 0U)];
    }
    text += "\n";
  }
  return text;
}

}  // namespace taanu::slip
