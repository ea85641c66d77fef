// A slip as bytes for a receipt printer that speaks ESC/POS.
//
// Source: Epson, "ESC/POS Command Reference" (ESC @, ESC t, ESC a, ESC E, GS !, GS v 0, GS ( k,
// GS V), of which only what cheap printers of other makers have too is used. Text goes out in code
// page 866 (ESC t 17): Latin and Russian letters as they are, the Kyrgyz letters that it lacks as
// the nearest Russian ones (ң н, ө о, ү у), anything else as "?". What is signed is in the QR code,
// which a printer cannot change.
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/slip/slip_code.h"
#include "service/slip/slip_text.h"

namespace taanu::slip {

// Printable dots across a roll, at 8 a millimetre.
inline constexpr int kDots58mm = 384;
inline constexpr int kDots80mm = 576;

enum class QrMode : uint8_t {
  kRaster,  // a picture (GS v 0): every printer has it
  kNative,  // drawn by the printer itself (GS ( k): fewer bytes, not on every printer
};

// The columns of `options` are kColumns58mm or kColumns80mm. Errors: kInternal.
Result<std::string> EscPosSlip(const SignedSlip& slip, const TextOptions& options, QrMode mode);

// UTF-8 in code page 866, as above.
std::string ToCodePage866(std::string_view text);

}  // namespace taanu::slip
