// The QR code of a slip, by libqrencode: ISO/IEC 18004 model 2, numeric mode, error correction M.
//
// M restores up to 15 % of the codewords: enough for a fold or a smear of a thermal slip. The
// smallest version that holds the code is taken, 8 to 11 for a slip, so that a module is at least
// five dots (0.62 mm) on the narrow roll.
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu::slip {

// Light modules that the standard wants around the code.
inline constexpr int kQuietZone = 4;

struct QrCode {
  int size = 0;             // modules a side
  std::vector<bool> black;  // size * size, row by row

  bool At(int x, int y) const {
    return x >= 0 && y >= 0 && x < size && y < size &&
           black[static_cast<size_t>(y) * static_cast<size_t>(size) + static_cast<size_t>(x)];
  }
};

// Errors: kBadInput (BAD_QR_TEXT) where it is not 1 to kCodeDigitsMax digits; kInternal.
Result<QrCode> MakeQrCode(std::string_view digits);

// Both with the quiet zone. The SVG is one path, `module_mm` a module.
std::string QrSvg(const QrCode& code, double module_mm);
// Two rows of modules to a line of a terminal with light letters on a dark ground.
std::string QrBlocks(const QrCode& code);

}  // namespace taanu::slip
