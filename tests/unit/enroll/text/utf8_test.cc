#include "enroll/text/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace taanu {
namespace {

// Encodes any value below 2^21 in the shortest form, surrogates included.
std::string Encode(uint32_t c) {
  const auto tail = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xc0 | c >> 6), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xe0 | c >> 12), tail(6), tail(0)};
  return {static_cast<char>(0xf0 | c >> 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8, EveryCodePointIsTakenAndNothingBeyondOrBetweenThem) {
  for (uint32_t c = 0; c < 0x200000; ++c) {
    const std::string text = Encode(c);
    const bool good = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    uint32_t decoded = 0;
    ASSERT_EQ(DecodeUtf8(text, &decoded), good ? text.size() : 0) << c;
    if (good) {
      ASSERT_EQ(decoded, c);
    }
  }
}

// Every sequence of up to three bytes is taken exactly where it is what Encode gives.
TEST(Utf8, EveryOtherSequenceIsRefused) {
  for (uint32_t bytes = 0; bytes < 0x1000000; bytes += 7) {
    const std::string text = {static_cast<char>(bytes >> 16), static_cast<char>(bytes >> 8),
                              static_cast<char>(bytes)};
    uint32_t decoded = 0;
    const size_t size = DecodeUtf8(text, &decoded);
    if (size == 0) {
      ASSERT_FALSE(IsUtf8(text));
      continue;
    }
    ASSERT_EQ(text.substr(0, size), Encode(decoded)) << bytes;
  }
}

TEST(Utf8, ABadByteIsFoundWhereverItStands) {
  for (size_t size = 0; size < 40; ++size) {
    const std::string good(size, 'a');
    EXPECT_TRUE(IsUtf8(good));
    EXPECT_TRUE(IsUtf8(good + "ө"));
    for (size_t at = 0; at < size; ++at) {
      std::string bad = good;
      bad[at] = '\x80';
      EXPECT_FALSE(IsUtf8(bad)) << at << " of " << size;
    }
    EXPECT_FALSE(IsUtf8(good + "\xd0"));
  }
  EXPECT_FALSE(IsUtf8("\xc0\xaf"));
  EXPECT_FALSE(IsUtf8("\xed\xa0\x80"));
  EXPECT_FALSE(IsUtf8("\xf4\x90\x80\x80"));
}

}  // namespace
}  // namespace taanu
