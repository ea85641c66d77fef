#include "enroll/load/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <streambuf>

namespace taanu {
namespace {

using ::testing::ElementsAre;

// The fields of each row, or {"!", reason} of a row that was refused.
std::vector<std::vector<std::string>> ReadAll(const std::string& text, CsvLimits limits = {}) {
  std::istringstream in(text);
  CsvReader reader(&in, limits);
  std::vector<std::vector<std::string>> rows;
  for (;;) {
    auto row = reader.Next();
    if (!row) {
      EXPECT_EQ(row.error().code, ErrorCode::kBadInput);
      rows.push_back({"!", row.error().reason});
    } else if (!*row) {
      return rows;
    } else {
      rows.push_back((*row)->fields);
    }
  }
}

TEST(Csv, TakesQuotesCommasAndLineBreaksInsideQuotedFields) {
  EXPECT_THAT(ReadAll("a,\"b,\r\n\"\"c\"\"\",d\r\n"),
              ElementsAre(ElementsAre("a", "b,\r\n\"c\"", "d")));
}

TEST(Csv, TakesEitherLineEndingAndALastLineWithoutOne) {
  EXPECT_THAT(ReadAll("a,b\r\nc,d\ne,f"),
              ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d"), ElementsAre("e", "f")));
}

TEST(Csv, KeepsEmptyFieldsAndPassesOverEmptyLines) {
  EXPECT_THAT(ReadAll("\r\n,\n\n\"\"\n"), ElementsAre(ElementsAre("", ""), ElementsAre("")));
}

TEST(Csv, DropsAByteOrderMarkAtTheBeginningOnly) {
  EXPECT_THAT(ReadAll("\xEF\xBB\xBFx,y\n"), ElementsAre(ElementsAre("x", "y")));
  EXPECT_THAT(ReadAll("x\n\xEF\xBB\xBFy\n"),
              ElementsAre(ElementsAre("x"), ElementsAre("\xEF\xBB\xBFy")));
}

TEST(Csv, AnEmptyFileHasNoRow) {
  EXPECT_TRUE(ReadAll("").empty());
  EXPECT_TRUE(ReadAll("\xEF\xBB\xBF").empty());
}

TEST(Csv, RefusesOneBadRowAndReadsTheNext) {
  EXPECT_THAT(ReadAll("a\"b,c\nok\n"),
              ElementsAre(ElementsAre("!", "CSV_STRAY_QUOTE"), ElementsAre("ok")));
  EXPECT_THAT(ReadAll("\"a\"b,c\nok\n"),
              ElementsAre(ElementsAre("!", "CSV_STRAY_QUOTE"), ElementsAre("ok")));
  EXPECT_THAT(ReadAll("a\rb\nok\n"),
              ElementsAre(ElementsAre("!", "CSV_STRAY_RETURN"), ElementsAre("ok")));
  EXPECT_THAT(ReadAll(std::string("a\0b\nok\n", 7)),
              ElementsAre(ElementsAre("!", "CSV_NUL_BYTE"), ElementsAre("ok")));
  EXPECT_THAT(ReadAll("\xC0\x80\nok\n"),
              ElementsAre(ElementsAre("!", "CSV_NOT_UTF8"), ElementsAre("ok")));
}

TEST(Csv, RefusesEveryKindOfIllFormedUtf8) {
  for (const char* bad : {"\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
                          "\xF4\x90\x80\x80", "\xFF", "\xE2\x82", "\xC3"}) {
    EXPECT_THAT(ReadAll(bad), ElementsAre(ElementsAre("!", "CSV_NOT_UTF8"))) << bad;
  }
  for (const char* good : {"\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
                           "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "Таануу"}) {
    EXPECT_THAT(ReadAll(good), ElementsAre(ElementsAre(good)));
  }
}

TEST(Csv, RefusesAFileThatEndsInsideAQuotedField) {
  EXPECT_THAT(ReadAll("a,\"b\nc"), ElementsAre(ElementsAre("!", "CSV_UNCLOSED_QUOTE")));
}

TEST(Csv, AMissingClosingQuoteCostsARowsLengthAndNotTheRestOfTheFile) {
  std::string text = "a,\"never closed\n";
  while (text.size() < 300) text += "lost,lost\n";
  text += "found,found\n";
  const auto rows = ReadAll(text, {.row_bytes_max = 100});
  ASSERT_GE(rows.size(), 2u);
  EXPECT_THAT(rows.front(), ElementsAre("!", "CSV_ROW_TOO_LONG"));
  EXPECT_THAT(rows.back(), ElementsAre("found", "found"));
}

TEST(Csv, ARowAtItsLimitsIsTakenAndOneBeyondIsRefused) {
  const CsvLimits limits{.row_bytes_max = 10, .fields_max = 3};
  EXPECT_THAT(ReadAll("12345,67890\n", limits), ElementsAre(ElementsAre("12345", "67890")));
  EXPECT_THAT(ReadAll("12345,678901\n", limits), ElementsAre(ElementsAre("!", "CSV_ROW_TOO_LONG")));
  EXPECT_THAT(ReadAll("1,2,3\n", limits), ElementsAre(ElementsAre("1", "2", "3")));
  EXPECT_THAT(ReadAll("1,2,3,4\n", limits), ElementsAre(ElementsAre("!", "CSV_TOO_MANY_FIELDS")));
}

TEST(Csv, TellsTheLineOnWhichEachRowBegins) {
  std::istringstream in("\na,\"x\ny\"\n\"bad\"row\nlast\n");
  CsvReader reader(&in);
  auto first = reader.Next();
  ASSERT_TRUE(first && *first);
  EXPECT_EQ((*first)->line, 2u);
  ASSERT_FALSE(reader.Next());
  EXPECT_EQ(reader.row_line(), 4u);
  auto last = reader.Next();
  ASSERT_TRUE(last && *last);
  EXPECT_EQ((*last)->line, 5u);
  EXPECT_EQ(reader.bytes_read(), 23u);
}

// A stream of one byte repeated, of any length, that takes no memory.
class Endless : public std::streambuf {
 public:
  Endless(char c, uint64_t bytes) : block_(1 << 16, c), left_(bytes) {}

 private:
  int_type underflow() override {
    if (left_ == 0) return traits_type::eof();
    const size_t n = static_cast<size_t>(std::min<uint64_t>(left_, block_.size()));
    left_ -= n;
    setg(block_.data(), block_.data(), block_.data() + n);
    return traits_type::to_int_type(block_[0]);
  }
  std::string block_;
  uint64_t left_;
};

TEST(Csv, ALineFarLongerThanTheLimitIsRefusedOnce) {
  Endless source('x', uint64_t{16} << 20);
  std::istream in(&source);
  CsvReader reader(&in);
  auto row = reader.Next();
  ASSERT_FALSE(row);
  EXPECT_EQ(row.error().reason, "CSV_ROW_TOO_LONG");
  EXPECT_EQ(reader.bytes_read(), uint64_t{16} << 20);
  auto end = reader.Next();
  ASSERT_TRUE(end);
  EXPECT_FALSE(*end);
}

// A disk that fails in the middle of a file.
class Failing : public std::streambuf {
 private:
  int_type underflow() override {
    if (given_) throw std::runtime_error("disk");
    given_ = true;
    setg(text_, text_, text_ + 4);
    return traits_type::to_int_type(text_[0]);
  }
  bool given_ = false;
  char text_[5] = "a\nb,";
};

TEST(Csv, AReadErrorIsNotTakenForTheEnd) {
  Failing source;
  std::istream in(&source);
  CsvReader reader(&in);
  for (int i = 0; i < 3; ++i) {
    auto row = reader.Next();
    if (row) {
      ASSERT_TRUE(*row) << "the end was reported";
      continue;
    }
    EXPECT_EQ(row.error().code, ErrorCode::kUnavailable);
    return;
  }
  FAIL() << "the error was never reported";
}

}  // namespace
}  // namespace taanu
