// What is drawn is read back by a scanner's own decoder, zbar.
#include <gmock/gmock.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "service/slip/escpos.h"
#include "service/slip/qr_code.h"
#include "tests/unit/service/slip/slip_fixture.h"

namespace taanu::test {
namespace {

// Dots, true where black.
struct Picture {
  int width = 0;
  std::vector<bool> dots;

  int height() const { return static_cast<int>(dots.size()) / width; }
};

class SlipQrTest : public SlipTest {
 protected:
  // What the scanner reads; empty where it reads nothing.
  std::string Scan(const Picture& picture) const {
    const std::string path = folder_ / "code.pgm";
    std::ofstream out(path, std::ios::binary);
    out << "P5\n" << picture.width << " " << picture.height() << "\n255\n";
    for (const bool black : picture.dots) out.put(black ? '\0' : '\xff');
    out.close();
    FILE* const scanner = popen((ZBARIMG " --quiet --raw " + path + " 2>/dev/null").c_str(), "r");
    std::string text;
    std::array<char, 256> part{};
    while (std::fgets(part.data(), part.size(), scanner) != nullptr) text += part.data();
    pclose(scanner);
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }

  static Picture Draw(const slip::QrCode& code, int scale) {
    const int side = (code.size + 2 * slip::kQuietZone) * scale;
    Picture picture{side, {}};
    for (int y = 0; y < side; ++y) {
      for (int x = 0; x < side; ++x) {
        picture.dots.push_back(code.At(x / scale - slip::kQuietZone, y / scale - slip::kQuietZone));
      }
    }
    return picture;
  }

  // The pictures (GS v 0) of what goes to a printer, one below the other.
  static Picture Printed(const std::string& bytes) {
    const std::string command("\x1dv0\x00", 4);
    Picture picture;
    const auto byte = [&](size_t at) { return static_cast<uint8_t>(bytes.at(at)); };
    size_t at = bytes.find(command);
    while (at != std::string::npos && bytes.compare(at, 4, command) == 0) {
      const int row_bytes = byte(at + 4) + byte(at + 5) * 256;
      const int rows = byte(at + 6) + byte(at + 7) * 256;
      at += 8;
      picture.width = row_bytes * 8;
      for (int i = 0; i < row_bytes * rows; ++i, ++at) {
        for (int bit = 7; bit >= 0; --bit) picture.dots.push_back((byte(at) >> bit & 1) != 0);
      }
    }
    return picture;
  }
};

TEST_F(SlipQrTest, ThePrintedPictureIsReadBackOnBothRolls) {
  for (const auto& facts : {Facts(), LargestFacts()}) {
    const slip::SignedSlip signed_slip = Sign(facts);
    for (const int columns : {slip::kColumns58mm, slip::kColumns80mm}) {
      const auto bytes = slip::EscPosSlip(signed_slip, {.columns = columns}, slip::QrMode::kRaster);
      ASSERT_TRUE(bytes) << bytes.error().message;
      const Picture picture = Printed(*bytes);
      ASSERT_GT(picture.width, 0);
      EXPECT_LE(picture.width, columns == slip::kColumns58mm ? slip::kDots58mm : slip::kDots80mm);
      EXPECT_EQ(Scan(picture), slip::FormatSlipCode(signed_slip));
    }
  }
}

TEST_F(SlipQrTest, AModuleIsFiveDotsOrMoreOnTheNarrowRoll) {
  const auto code = slip::MakeQrCode(slip::FormatSlipCode(Sign(LargestFacts())));
  ASSERT_TRUE(code) << code.error().message;
  EXPECT_EQ(code->size, 61);  // version 11
  EXPECT_GE(slip::kDots58mm / (code->size + 2 * slip::kQuietZone), 5);
}

TEST_F(SlipQrTest, AFoldOrASmearDoesNotMakeItUnreadable) {
  const std::string digits = slip::FormatSlipCode(Sign(Facts()));
  const auto code = slip::MakeQrCode(digits);
  ASSERT_TRUE(code);
  Picture picture = Draw(*code, 6);
  const int height = picture.height();
  // A white line across, as a fold or a dead dot of the printer's head leaves, and a black blot.
  for (int x = 0; x < picture.width; ++x) {
    for (int y = height * 55 / 100; y < height * 55 / 100 + 6; ++y) {
      picture.dots[static_cast<size_t>(y * picture.width + x)] = false;
    }
  }
  for (int y = height * 7 / 10; y < height * 7 / 10 + 24; ++y) {
    for (int x = picture.width * 6 / 10; x < picture.width * 6 / 10 + 24; ++x) {
      picture.dots[static_cast<size_t>(y * picture.width + x)] = true;
    }
  }
  EXPECT_EQ(Scan(picture), digits);
}

// Draws the path of the SVG: runs "Mx yhNv1h-Nz" of black modules.
TEST_F(SlipQrTest, TheSvgDrawsTheSameCode) {
  const std::string digits = slip::FormatSlipCode(Sign(Facts()));
  const auto code = slip::MakeQrCode(digits);
  ASSERT_TRUE(code);
  const std::string svg = slip::QrSvg(*code, 0.75);
  const int side = code->size + 2 * slip::kQuietZone;
  EXPECT_THAT(svg, testing::HasSubstr("viewBox=\"0 0 " + std::to_string(side) + " " +
                                      std::to_string(side) + "\""));
  constexpr int kScale = 5;
  Picture picture{side * kScale, {}};
  picture.dots.resize(static_cast<size_t>(picture.width * picture.width));
  const char* at = svg.c_str() + svg.find(" d=\"") + 4;
  int x = 0;
  int y = 0;
  int run = 0;
  int back = 0;
  int used = 0;
  while (std::sscanf(at, "M%d %dh%dv1h-%dz%n", &x, &y, &run, &back, &used) == 4) {
    ASSERT_EQ(run, back);
    for (int row = y * kScale; row < (y + 1) * kScale; ++row) {
      for (int dot = x * kScale; dot < (x + run) * kScale; ++dot) {
        picture.dots[static_cast<size_t>(row * picture.width + dot)] = true;
      }
    }
    at += used;
  }
  EXPECT_EQ(*at, '"');
  EXPECT_EQ(Scan(picture), digits);
}

TEST_F(SlipQrTest, ATerminalShowsTheSameCodeInHalfBlocks) {
  const std::string digits = slip::FormatSlipCode(Sign(Facts()));
  const auto code = slip::MakeQrCode(digits);
  ASSERT_TRUE(code);
  const int side = code->size + 2 * slip::kQuietZone;
  constexpr int kScale = 5;
  Picture picture{side * kScale, {}};
  const std::string text = slip::QrBlocks(*code);
  std::string upper;
  std::string lower;
  const auto draw_row = [&](const std::string& modules) {
    for (int i = 0; i < kScale; ++i) {
      for (const char module : modules) {
        picture.dots.insert(picture.dots.end(), kScale, module == '#');
      }
    }
  };
  for (size_t at = 0; at < text.size();) {
    if (text[at] == '\n') {
      ASSERT_EQ(upper.size(), static_cast<size_t>(side));
      draw_row(upper);
      draw_row(lower);
      upper.clear();
      lower.clear();
      ++at;
      continue;
    }
    // The ground is dark: what is not drawn is black.
    const std::string block = text.substr(at, text[at] == ' ' ? 1 : 3);
    at += block.size();
    upper += block == "\u2588" || block == "\u2580" ? '.' : '#';
    lower += block == "\u2588" || block == "\u2584" ? '.' : '#';
  }
  EXPECT_EQ(Scan(picture), digits);
}

TEST_F(SlipQrTest, AnythingButDigitsIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("12a"), std::string(slip::kCodeDigitsMax + 1, '1')}) {
    EXPECT_EQ(slip::MakeQrCode(text).error().reason, "BAD_QR_TEXT");
  }
}

}  // namespace
}  // namespace taanu::test
