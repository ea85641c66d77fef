// A small WSQ encoder for tests: no rate control, a fixed-length Huffman code. It is written apart
// from the decoder, from the analysis side of the specification, so that the two check each other.
//
// Source: FBI IAFIS-IC-0110 (V3), annexes A and B. Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace taanu::test {

struct WsqOptions {
  // Width of every quantiser bin in grey levels, a whole number of hundredths.
  int bin_hundredths = 100;
  // Whether subbands 60 to 63 are coded; common encoders leave them out.
  bool diagonal = false;
  // Symbols between restart markers; 0 for none.
  int restart_interval = 0;
  // The text of a comment segment; none where empty.
  std::string comment = {};
};

std::vector<uint8_t> EncodeWsq(const std::vector<uint8_t>& pixels, int width, int height,
                               const WsqOptions& options = {});

}  // namespace taanu::test
