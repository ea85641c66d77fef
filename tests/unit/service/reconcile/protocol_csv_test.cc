// Files of protocols: what is taken, and every way in which one is refused, with line and field.
#include "service/reconcile/protocol_csv.h"

#include <gtest/gtest.h>

#include <string>

namespace taanu::reconcile {
namespace {

constexpr const char* kHeader =
    "precinct,source,issued,spoiled,found_in_box,counted_by_machine,counted_by_hand,"
    "President/A,President/B\n";

// The one problem that the file has.
ProtocolProblem ProblemOf(const std::string& text) {
  const ProtocolFile file = ReadProtocols(text);
  EXPECT_EQ(file.problems.size(), 1U) << text;
  EXPECT_FALSE(file.Check().has_value());
  return file.problems.empty() ? ProtocolProblem() : file.problems.front();
}

void ExpectProblem(const std::string& rows, uint64_t line, const std::string& field,
                   const std::string& reason) {
  const ProtocolProblem problem = ProblemOf(kHeader + rows);
  EXPECT_EQ(problem.line, line) << rows;
  EXPECT_EQ(problem.field, field) << rows;
  EXPECT_EQ(problem.reason, reason) << rows;
}

TEST(ProtocolCsvTest, AReportAndAProtocolOfOnePrecinctAreRead) {
  const ProtocolFile file = ReadProtocols(std::string(kHeader) +
                                          "P1,machine,,,,498,,301,190\r\n"
                                          "\n"
                                          "P1,hand,500,2,498,,498,301,190\n");
  ASSERT_TRUE(file.Check().has_value()) << file.Check().error().message;
  ASSERT_EQ(file.rows.size(), 2U);
  const Protocol& machine = file.rows[0].protocol;
  EXPECT_EQ(machine.source, Source::kMachine);
  EXPECT_FALSE(machine.issued.has_value()) << "an empty field is not zero";
  EXPECT_EQ(machine.Counted(), 498U);
  const Protocol& hand = file.rows[1].protocol;
  EXPECT_EQ(file.rows[1].line, 4U);
  EXPECT_EQ(hand.issued, 500U);
  EXPECT_EQ(hand.spoiled, 2U);
  EXPECT_EQ(hand.in_box, 498U);
  EXPECT_EQ(hand.Counted(), 498U);
  const std::vector<ChoiceVotes> votes = {{"President", "A", 301}, {"President", "B", 190}};
  EXPECT_EQ(hand.votes, votes);
}

TEST(ProtocolCsvTest, ColumnsMayStandInAnyOrderAndAChoiceMayHoldStrokesAndCommas) {
  const ProtocolFile file = ReadProtocols(
      "\"Кеңеш/А, Б/В\",counted_by_hand,source,precinct\n"
      "7,9,hand,P-2\n");
  ASSERT_TRUE(file.Check().has_value()) << file.Check().error().message;
  const std::vector<ChoiceVotes> votes = {{"Кеңеш", "А, Б/В", 7}};
  EXPECT_EQ(file.rows[0].protocol.votes, votes);
}

TEST(ProtocolCsvTest, AContestThatIsNotOnThisPrecinctsBallotIsLeftEmpty) {
  const ProtocolFile file =
      ReadProtocols("precinct,source,counted_by_hand,Mayor/A,Mayor/B,President/A\nP1,hand,5,,,5\n");
  ASSERT_TRUE(file.Check().has_value()) << file.Check().error().message;
  EXPECT_EQ(file.rows[0].protocol.votes.size(), 1U);
}

TEST(ProtocolCsvTest, AHeaderIsRefusedWithTheColumn) {
  EXPECT_EQ(ProblemOf("").reason, "FILE_EMPTY");
  EXPECT_EQ(ProblemOf(kHeader).reason, "FILE_EMPTY");
  EXPECT_EQ(ProblemOf("precinct,counted_by_hand\nP1,1\n").Text(),
            "line 1, source: COLUMN_MISSING: the header has no column of this name");
  EXPECT_EQ(ProblemOf("precinct,source,source\n").reason, "COLUMN_TWICE");
  EXPECT_EQ(ProblemOf("precinct,source,X/A,X/A\n").reason, "COLUMN_TWICE");
  for (const char* column : {"Issued", "total", "/A", "X/", "", "X/\x01"}) {
    EXPECT_EQ(ProblemOf("precinct,source," + std::string(column) + "\n").reason, "COLUMN_UNKNOWN")
        << column;
  }
  EXPECT_EQ(ProblemOf("precinct,source,X/\xff\n").reason, "CSV_NOT_UTF8");
}

TEST(ProtocolCsvTest, ARowIsRefusedWithLineAndField) {
  ExpectProblem("P 1,hand,,,,,1,,\n", 2, "precinct", "PRECINCT_BAD");
  ExpectProblem("P1,Hand,,,,,1,,\n", 2, "source", "SOURCE_UNKNOWN");
  ExpectProblem("P1,hand,,,,,1,,\nP1,hand,,,,,2,,\n", 3, "precinct", "PRECINCT_TWICE");
  ExpectProblem("P1,hand,,,,,1,\n", 2, "", "FIELD_COUNT");
  ExpectProblem("P1,hand,,,,,,,\n", 2, "counted_by_hand", "COUNT_MISSING");
  ExpectProblem("P1,machine,,,,,,,\n", 2, "counted_by_machine", "COUNT_MISSING");
  ExpectProblem("P1,machine,,,,5,5,,\n", 2, "counted_by_hand", "COUNT_OF_THE_OTHER_SOURCE");
  ExpectProblem("P1,hand,,,,,5,3,\n", 2, "President/B", "CONTEST_INCOMPLETE");
  ExpectProblem("\"P1,hand,,,,,5,3,2\n", 2, "", "CSV_UNCLOSED_QUOTE");
  ExpectProblem("P1,hand,,,,,5,3,2\r\rP2", 2, "", "CSV_STRAY_RETURN");
}

TEST(ProtocolCsvTest, ANumberIsDigitsAndNothingElse) {
  for (const char* number : {"-1", "+1", " 1", "1 ", "1.0", "1e3", "0x1", "1000000001",
                             "18446744073709551616", "one", "1\xC2\xA0"}) {
    ExpectProblem("P1,hand," + std::string(number) + ",,,,5,,\n", 2, "issued", "NUMBER_BAD");
  }
  const ProtocolFile file = ReadProtocols(std::string(kHeader) + "P1,hand,1000000000,0,,,007,,\n");
  ASSERT_TRUE(file.Check().has_value()) << file.Check().error().message;
  EXPECT_EQ(file.rows[0].protocol.issued, kCountMax);
  EXPECT_EQ(file.rows[0].protocol.Counted(), 7U);
}

TEST(ProtocolCsvTest, EveryProblemIsToldUpToALimit) {
  const ProtocolFile few =
      ReadProtocols(std::string(kHeader) + "P1,hand,x,y,,,5,,\nP2,robot,,,,,1,,\n");
  EXPECT_EQ(few.problems.size(), 3U);
  EXPECT_NE(few.Check().error().message.find("and 2 other problems"), std::string::npos);
  std::string text = kHeader;
  for (int i = 0; i < 1000; ++i) text += "P1,robot,,,,,1,,\n";
  EXPECT_EQ(ReadProtocols(text).problems.size(), kProtocolProblemsMax);
}

TEST(ProtocolCsvTest, AFileBeyondTheLimitsIsRefused) {
  EXPECT_EQ(ProblemOf(std::string(kProtocolFileBytesMax + 1, 'x')).reason, "FILE_TOO_LARGE");
  std::string columns = "precinct,source";
  for (size_t i = 0; i < kProtocolColumnsMax; ++i) columns.append(",X/").append(std::to_string(i));
  EXPECT_EQ(ProblemOf(columns + "\n").reason, "CSV_TOO_MANY_FIELDS");
  std::string rows = "precinct,source,counted_by_hand\n";
  for (size_t i = 0; i <= kProtocolsMax; ++i)
    rows.append("P").append(std::to_string(i)).append(",hand,1\n");
  EXPECT_EQ(ProblemOf(rows).reason, "TOO_MANY_ROWS");
}

}  // namespace
}  // namespace taanu::reconcile
