// Records written out by hand, byte by byte from the standards, without the writer under test.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/codec/codec.h"

namespace taanu::test {

using Bytes = std::vector<uint8_t>;

inline void Append(Bytes& bytes, std::initializer_list<int> more) {
  for (const int byte : more) bytes.push_back(static_cast<uint8_t>(byte));
}

// ISO/IEC 19794-2:2005, one view, two minutiae, no extended data: 42 bytes.
inline Bytes IsoRecord() {
  return {
      'F',  'M',  'R',  0,     //  0 format identifier
      ' ',  '2',  '0',  0,     //  4 version
      0,    0,    0,    42,    //  8 length of the record, 4 bytes
      0x8A, 0xBC,              // 12 certification 8, device type 0xABC
      0x01, 0x2C,              // 14 width, 300 pixels
      0x01, 0x90,              // 16 height, 400 pixels
      0x00, 0xC5,              // 18 x resolution, 197 pixels per cm
      0x00, 0x64,              // 20 y resolution, 100 pixels per cm
      1,                       // 22 count of views
      0,                       // 23 reserved
      7,                       // 24 finger position: left index
      0x28,                    // 25 view number 2, impression type 8 (swipe)
      90,                      // 26 quality
      2,                       // 27 count of minutiae
      0x40, 0xC5, 0x00, 0x0A,  // 28 type 1 (ending), x 197; y 10
      64,   50,                // 32 angle 64 * 1.40625 = 90 degrees, quality 50
      0x81, 0x2B, 0x01, 0x8F,  // 34 type 2 (bifurcation), x 299; y 399: the last pixel
      255,  0,                 // 38 angle 358.59375 degrees, quality not reported
      0,    0,                 // 40 no extended data
  };
}

// ANSI INCITS 378-2004, two views, the first with extended data: 57 bytes.
inline Bytes AnsiRecord() {
  return {
      'F',  'M',  'R',  0,     //  0 format identifier
      ' ',  '2',  '0',  0,     //  4 version
      0,    57,                //  8 length of the record, 2 bytes
      0x00, 0x42, 0x00, 0x11,  // 10 product: owner 0x42, type 0x11
      0x10, 0xB5,              // 14 compliance 1, device 0x0B5
      0x02, 0x00,              // 16 width, 512
      0x02, 0x00,              // 18 height, 512
      0x00, 0xC5,              // 20 x resolution
      0x00, 0xC5,              // 22 y resolution
      2,                       // 24 count of views
      0,                       // 25 reserved
      2,                       // 26 finger position: right index
      0x00,                    // 27 view number 0, impression type 0 (live-scan plain)
      70,                      // 28 quality
      1,                       // 29 count of minutiae
      0x00, 0x64, 0x00, 0x0E,  // 30 type 0 (other), x 100; y 14
      179,  100,               // 34 angle 179 * 2 = 358 degrees, quality 100
      0,    13,                // 36 extended data: 13 bytes
      0x00, 0x01, 0x00, 0x08,  // 38 area: ridge counts, 8 bytes with these four
      0x01, 0x00, 0x01, 0x05,  // 42   method 1; between minutiae 0 and 1 are 5 ridges
      0x01, 0x07, 0x00, 0x05,  // 46 area: a vendor's own, 5 bytes with these four
      0xEE,                    // 50   its payload
      7,                       // 51 finger position: left index
      0x11,                    // 52 view number 1, impression type 1 (live-scan rolled)
      0,                       // 53 quality
      0,                       // 54 no minutiae
      0,    0,                 // 55 no extended data
  };
}

inline uint16_t ReadU16(const Bytes& bytes, size_t at) {
  return static_cast<uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

inline void PutU16(Bytes& bytes, size_t at, size_t number) {
  bytes[at] = static_cast<uint8_t>(number >> 8);
  bytes[at + 1] = static_cast<uint8_t>(number);
}

inline void PutU32(Bytes& bytes, size_t at, size_t number) {
  PutU16(bytes, at, number >> 16);
  PutU16(bytes, at + 2, number & 0xFFFF);
}

// The record with its ISO length field set to its true size.
inline Bytes WithIsoLength(Bytes bytes) {
  PutU32(bytes, 8, bytes.size());
  return bytes;
}

// IsoRecord() whose extended data block is `block`, length and all.
inline Bytes IsoRecordWithBlock(std::initializer_list<int> block) {
  Bytes bytes = IsoRecord();
  bytes.resize(40);
  Append(bytes, block);
  return WithIsoLength(std::move(bytes));
}

// Field by field; two templates are equal where they say the same.
inline bool SameTemplate(const Template& a, const Template& b) {
  return a.x_px_per_cm == b.x_px_per_cm && a.y_px_per_cm == b.y_px_per_cm && a.views == b.views;
}

}  // namespace taanu::test
