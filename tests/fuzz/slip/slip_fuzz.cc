// Reads any bytes as the code of a slip. What is taken is written as the same digits again, fits a
// QR code and the paper, and is not genuine under a key that did not sign it.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "service/slip/escpos.h"
#include "service/slip/slip_code.h"
#include "service/slip/slip_text.h"

namespace {

using namespace taanu;

void Check(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)slip::ToCodePage866(text);
  const auto parsed = slip::ParseSlipCode(text);
  if (!parsed) return 0;
  const std::string code = slip::FormatSlipCode(*parsed);
  std::string digits(text);
  std::erase_if(digits, [](char c) { return c < '0' || c > '9'; });
  Check(code == digits);
  const note::VerifierKey nobody{"nobody", {}};
  Check(!slip::VerifySlip(*parsed, nobody));
  for (const int columns : {slip::kColumns58mm, slip::kColumns80mm}) {
    const slip::TextOptions options{.columns = columns, .issue_number = 2};
    Check(!slip::SlipText(*parsed, options).empty());
    Check(slip::EscPosSlip(*parsed, options, slip::QrMode::kRaster).has_value());
  }
  return 0;
}
