// A slip as lines of text, for a printer or a person.
//
// Everything on it comes from the signed code, but for the number of the copy and the offset that
// the time is written in. Widths count characters, not bytes, of UTF-8.
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "service/slip/slip_code.h"

namespace taanu::slip {

// Columns of the usual font (12 x 24 dots) on rolls of 58 mm and 80 mm.
inline constexpr int kColumns58mm = 32;
inline constexpr int kColumns80mm = 48;
inline constexpr int kUtcOffsetMinutesMax = 14 * 60;

struct TextOptions {
  int columns = kColumns58mm;
  uint32_t issue_number = 1;   // from 2 on it says which copy it is
  int utc_offset_minutes = 0;  // of the time, to either side at most kUtcOffsetMinutesMax
};

// The name of the election, and what tells a copy, as it is broken into lines; then the rest.
struct SlipLines {
  std::vector<std::string> title;
  std::vector<std::string> copy;  // empty for the first issue
  std::vector<std::string> body;
};
SlipLines LayOutSlip(const SignedSlip& slip, const TextOptions& options);

// All of it, the title and the copy's line centred; every line ends in a line feed.
std::string SlipText(const SignedSlip& slip, const TextOptions& options);

}  // namespace taanu::slip
