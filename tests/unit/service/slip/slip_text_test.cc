#include "service/slip/slip_text.h"

#include <gmock/gmock.h>

#include <sstream>
#include <vector>

#include "service/slip/escpos.h"
#include "tests/unit/service/slip/slip_fixture.h"

namespace taanu::test {
namespace {

using slip::SlipText;
using testing::HasSubstr;
using testing::Not;

size_t Width(const std::string& line) {
  size_t width = 0;
  for (const char c : line) width += (c & 0xC0) != 0x80 ? 1U : 0U;
  return width;
}

std::vector<std::string> Lines(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

class SlipTextTest : public SlipTest {};

TEST_F(SlipTextTest, SaysNumberPrecinctTimeVoterElectionAndSignature) {
  const slip::SignedSlip signed_slip = Sign(Facts());
  const std::string text = SlipText(signed_slip, {});
  const auto lines = Lines(text);
  ASSERT_EQ(lines.size(), 14U) << text;
  EXPECT_EQ(lines[0], "          Шайлоо 2026");
  EXPECT_EQ(lines[2], "Slip                          17");
  EXPECT_EQ(lines[3], "Precinct                   P0001");
  EXPECT_EQ(lines[4], "Date                  2026-10-02");
  EXPECT_EQ(lines[5], "Time                00:15:07 UTC");
  EXPECT_EQ(lines[6], "Voter          00112233 44556677");
  EXPECT_EQ(lines[7], "               8899aabb ccddeeff");
  EXPECT_EQ(lines[9], "Signed with key " + ToHex(signed_slip.key_hash));
  EXPECT_EQ(lines[10] + lines[11] + lines[12],
            note::ToBase64(signed_slip.signature.data(), signed_slip.signature.size()));
}

TEST_F(SlipTextTest, NoLineIsWiderThanThePaper) {
  slip::SlipFacts long_name = Facts();
  long_name.election = "Выборы депутатов Жогорку Кенеша 2026 года";
  for (const auto& facts : {Facts(), LargestFacts(), long_name}) {
    for (const int columns : {slip::kColumns58mm, slip::kColumns80mm}) {
      const std::string text =
          SlipText(Sign(facts), {.columns = columns, .issue_number = 4'000'000'000U});
      for (const std::string& line : Lines(text)) {
        EXPECT_LE(Width(line), static_cast<size_t>(columns)) << line;
      }
    }
  }
  EXPECT_THAT(SlipText(Sign(long_name), {}),
              testing::StartsWith("Выборы депутатов Жогорку Кенеша\n           2026 года\n"));
}

TEST_F(SlipTextTest, ACopySaysWhichOneItIsAndNothingElseChanges) {
  const slip::SignedSlip signed_slip = Sign(Facts());
  std::string first = SlipText(signed_slip, {});
  const std::string copy = SlipText(signed_slip, {.issue_number = 3});
  EXPECT_THAT(first, Not(HasSubstr("COPY")));
  const std::string mark = "         *** COPY 3 ***\n";
  ASSERT_THAT(copy, HasSubstr(mark));
  first.insert(copy.find(mark), mark);
  EXPECT_EQ(copy, first);
}

TEST_F(SlipTextTest, TimesAreWrittenInTheOffsetOfTheElection) {
  const auto at = [&](int minutes) {
    return SlipText(Sign(Facts()), {.utc_offset_minutes = minutes});
  };
  EXPECT_THAT(at(6 * 60), HasSubstr("06:15:07 +06:00"));
  EXPECT_THAT(at(-60), HasSubstr("2026-10-01"));
  EXPECT_THAT(at(-(3 * 60 + 30)), HasSubstr("20:45:07 -03:30"));
}

TEST_F(SlipTextTest, LettersGoOutInTheCodePageOfThePrinter) {
  EXPECT_EQ(slip::ToCodePage866("Aя№"), "A\xef\xfc");
  EXPECT_EQ(slip::ToCodePage866("Жаңы өлкө Үй ё"), slip::ToCodePage866("Жаны олко Уй ") + "\xf1");
  EXPECT_EQ(slip::ToCodePage866("日\xff"), "??");
}

TEST_F(SlipTextTest, APrinterGetsTheTextAndTheNativeCodeByteForByte) {
  const slip::SignedSlip signed_slip = Sign(Facts());
  const auto bytes = slip::EscPosSlip(signed_slip, {.issue_number = 2}, slip::QrMode::kNative);
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_THAT(*bytes, testing::StartsWith("\x1b@\x1c.\x1bt\x11"));
  EXPECT_THAT(*bytes, HasSubstr("*** COPY 2 ***\n"));
  EXPECT_THAT(*bytes, HasSubstr("Slip                          17\n"));
  const std::string code = slip::FormatSlipCode(signed_slip);
  const size_t stored = code.size() + 3;
  EXPECT_THAT(*bytes, HasSubstr(std::string("\x1d(k") + static_cast<char>(stored & 0xff) +
                                static_cast<char>(stored >> 8) + "1P0" + code + "\x1d(k\x03" +
                                std::string(1, '\0') + "1Q0"));
  EXPECT_THAT(*bytes, testing::EndsWith(std::string("\x1dV\x42\x00", 4)));
}

}  // namespace
}  // namespace taanu::test
