#include "enroll/load/json_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <sstream>
#include <utility>
#include <vector>

#include "enroll/load/json_row.h"

namespace taanu {
namespace {

using ::testing::HasSubstr;

std::unique_ptr<ManifestReader> Open(const std::string& text) {
  auto manifest = ReadManifest(std::make_unique<std::istringstream>(text), {.this_year = 2026});
  if (!manifest) throw std::runtime_error(manifest.error().message);
  return std::move(*manifest);
}

std::vector<LoadRow> ReadAll(ManifestReader& reader) {
  std::vector<LoadRow> rows;
  for (;;) {
    auto row = reader.Next();
    if (!row) throw std::runtime_error(row.error().message);
    if (!*row) return rows;
    rows.push_back(std::move(**row));
  }
}

std::string Row(const std::string& number, const std::string& more = "") {
  return "{\"voter_number\":\"" + number +
         "\",\"family_name\":\"A\",\"given_names\":\"B\",\"birth_year\":1985,\"sex\":\"F\","
         "\"precinct\":\"P1\"" +
         more + "}";
}

// "field:REASON" of the row, or nothing where it is good.
std::string ReasonOf(const std::string& line) {
  const auto rows = ReadAll(*Open(Row("0") + "\n" + line + "\n" + Row("9")));
  if (rows.size() != 3 || rows[2].problem) return "the rows beside it were lost";
  return rows[1].problem ? rows[1].problem->field + ":" + rows[1].problem->reason : "";
}

TEST(JsonManifest, IsToldFromCsvByItsContent) {
  EXPECT_EQ(Open(Row("1"))->file_ending(), ".jsonl");
  EXPECT_EQ(Open("\xEF\xBB\xBF\r\n  " + Row("1"))->file_ending(), ".jsonl");
  EXPECT_EQ(Open("voter_number,family_name,given_names,birth_year,sex,precinct\n")->file_ending(),
            ".csv");
}

TEST(JsonManifest, TakesEveryKindOfValueThatARowHas) {
  const auto rows = ReadAll(
      *Open("\xEF\xBB\xBF{ \"precinct\": \"P-01\", \"sex\":null, \"birth_year\":\"1985\",\r\n\r\n" +
            Row("7") + "\r\n\r\n" +
            "{\"left_ring\":\"missing:amputated\",\"right_thumb\":\"a.png\","
            "\"left_thumb\":\"base64:AAEC/w==\",\"left_little\":null,\"sex\":null,"
            "\"precinct\":\"P-01\",\"birth_year\":\"1985\",\"voter_number\":\"000123\","
            "\"family_name\":\"\\u0410санова\",\"given_names\":\"Айгүл, \\\"Б\\\"\"}"));
  ASSERT_EQ(rows.size(), 3u);
  ASSERT_TRUE(rows[0].problem);  // an object that goes on over two lines
  EXPECT_EQ(rows[0].problem->reason, "JSON_MALFORMED");
  EXPECT_EQ(rows[1].line, 3u);
  EXPECT_EQ(rows[1].voter.birth_year, 1985);
  const LoadRow& row = rows[2];
  ASSERT_FALSE(row.problem) << row.problem->message;
  EXPECT_EQ(row.line, 5u);
  EXPECT_EQ(row.voter.voter_number, "000123");
  EXPECT_EQ(row.voter.family_name, "Асанова");
  EXPECT_EQ(row.voter.given_names, "Айгүл, \"Б\"");
  EXPECT_EQ(row.voter.sex, Sex::kUnspecified);
  EXPECT_EQ(row.voter.missing_fingers,
            (std::vector<MissingFinger>{{FingerPosition::kLeftRing, MissingReason::kAmputated}}));
  ASSERT_EQ(row.samples.size(), 2u);
  EXPECT_EQ(row.samples[0].name, "a.png");
  EXPECT_EQ(row.samples[1].bytes, (std::vector<uint8_t>{0, 1, 2, 255}));
}

TEST(JsonManifest, EachBadRowHasItsReasonAndCostsNoOther) {
  EXPECT_EQ(ReasonOf(Row("1")), "");
  EXPECT_EQ(ReasonOf("nonsense"), ":JSON_MALFORMED");
  EXPECT_EQ(ReasonOf(Row("1") + Row("2")), ":JSON_MALFORMED");
  EXPECT_EQ(ReasonOf("{\"voter_number\":\"1\""), ":JSON_MALFORMED");
  EXPECT_EQ(ReasonOf(std::string("{\"a\":\"\0\"}", 9)), ":JSON_MALFORMED");
  EXPECT_EQ(ReasonOf("{\"a\":\"\\ud800\"}"), ":JSON_MALFORMED");
  EXPECT_EQ(ReasonOf("{\"a\":1e999}"), ":JSON_MALFORMED");
  EXPECT_EQ(ReasonOf("{\"a\":\"\xC0\xAF\"}"), ":JSON_NOT_UTF8");
  EXPECT_EQ(ReasonOf("[]"), ":JSON_NOT_AN_OBJECT");
  EXPECT_EQ(ReasonOf("\"text\""), ":JSON_NOT_AN_OBJECT");
  EXPECT_EQ(ReasonOf("null"), ":JSON_NOT_AN_OBJECT");
  EXPECT_EQ(ReasonOf(Row("1", ",\"left_ring\":{\"path\":\"a\"}")), ":JSON_NESTED");
  EXPECT_EQ(ReasonOf("{\"a\":" + std::string(1'000'000, '[')), ":JSON_NESTED");
  EXPECT_EQ(ReasonOf(Row("1", ",\"sex\":\"M\"")), ":JSON_FIELD_TWICE");
  EXPECT_EQ(ReasonOf(Row("1", ",\"right_indx\":\"a\"")), "right_indx:COLUMN_UNKNOWN");
  EXPECT_EQ(ReasonOf(Row("1", ",\"left_ring\":7")), "left_ring:JSON_NOT_A_STRING");
  EXPECT_EQ(ReasonOf("{\"voter_number\":\"1\"}"), "family_name:COLUMN_MISSING");
  EXPECT_EQ(ReasonOf(Row("")), "voter_number:BAD_VOTER_DATA");
  EXPECT_EQ(ReasonOf(Row("1", ",\"left_ring\":\"../a\"")), "left_ring:PATH_LEAVES_FOLDER");
  std::string many = "{\"voter_number\":\"1\"";
  for (int i = 0; i < 1'000'000; ++i) many += ",\"c" + std::to_string(i) + "\":1";
  EXPECT_EQ(ReasonOf(many + "}"), ":JSON_TOO_MANY_FIELDS");
  EXPECT_EQ(ReasonOf(std::string(kManifestRowBytesMax + 1, 'x')), ":LINE_TOO_LONG");
}

TEST(JsonManifest, ALineAtTheLimitIsTakenWholeAndTheNextOneIsNotLost) {
  const std::string frame = Row("1", ",\"reject_text\":\"\"");
  const std::string padding(kManifestRowBytesMax - frame.size(), 'x');
  const std::string longest = Row("1", ",\"reject_text\":\"" + padding + "\"");
  ASSERT_EQ(longest.size(), kManifestRowBytesMax);
  EXPECT_EQ(ReasonOf(longest), "");
  EXPECT_EQ(ReasonOf(longest + " "), ":LINE_TOO_LONG");
}

TEST(JsonManifest, RejectedRowsAreMendedAndLoaded) {
  const auto reader =
      Open(Row("7", ",\"right_indx\":\"a \\\"b\\\".png\"") + "\n{\"broken\xFF\n" + Row("8"));
  const auto rows = ReadAll(*reader);
  std::ostringstream out;
  const auto writer = reader->MakeRejectWriter(&out);
  ASSERT_TRUE(writer->Add(rows[0], *rows[0].problem));
  ASSERT_TRUE(writer->Add(rows[1], *rows[1].problem));
  ASSERT_TRUE(writer->Add(rows[2], {"precinct", "UNKNOWN_PRECINCT", "line\nfeed"}));
  const std::string text = out.str();
  EXPECT_THAT(text, HasSubstr("\"right_indx\":\"a \\\"b\\\".png\",\"reject_line\":1,"
                              "\"reject_field\":\"right_indx\",\"reject_reason\":\"COLUMN_UNKN"));
  EXPECT_THAT(text,
              HasSubstr("{\"reject_line\":2,\"reject_field\":\"\",\"reject_reason\":\"JSON_"));
  EXPECT_THAT(text, HasSubstr("\"reject_text\":\"{\\\"broken\xEF\xBF\xBD\"}\n"));
  EXPECT_THAT(text, HasSubstr("UNKNOWN_PRECINCT: line feed"));

  std::string mended = text;
  mended.replace(mended.find("right_indx"), 10, "right_index");
  const auto again = ReadAll(*Open(mended));
  ASSERT_EQ(again.size(), 3u);
  ASSERT_FALSE(again[0].problem) << again[0].problem->message;
  EXPECT_EQ(again[0].samples[0].name, "a \"b\".png");
  EXPECT_EQ(again[1].problem->reason, "COLUMN_MISSING");
  EXPECT_FALSE(again[2].problem);
}

TEST(JsonManifest, RejectsOfAnEarlierRunAreKeptUpToTheLineWhereItGoesOn) {
  const auto reader = Open(Row("1") + "\n" + Row("2") + "\n" + Row("3"));
  const auto rows = ReadAll(*reader);
  std::ostringstream out;
  const auto writer = reader->MakeRejectWriter(&out);
  for (const LoadRow& row : rows) ASSERT_TRUE(writer->Add(row, {"sex", "R", "why"}));
  const std::string whole = out.str();
  const auto kept = [&](const std::string& text, uint64_t line) {
    std::istringstream in(text);
    return reader->ReadRejects(&in, line);
  };
  EXPECT_EQ(kept(whole, 3)->count, 2u);
  EXPECT_EQ(kept(whole, 1)->count, 0u);
  EXPECT_EQ(kept(whole, 9)->text, whole);
  // Cut where the program was killed.
  EXPECT_EQ(kept(whole.substr(0, whole.size() - 5), 9)->count, 2u);
  EXPECT_EQ(kept(whole.substr(0, 5), 9)->count, 0u);
  EXPECT_EQ(kept(Row("1") + "\n" + Row("2") + "\n", 9).error().reason, "REJECTS_DAMAGED");
  EXPECT_EQ(kept("precious\nnotes\n", 9).error().reason, "REJECTS_DAMAGED");
  EXPECT_EQ(kept(Row("1") + "\n", 9).error().reason, "REJECTS_DAMAGED");
}

RC_GTEST_PROP(JsonRow, WhatIsWrittenIsReadBack, ()) {
  const auto texts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127)));
  std::vector<JsonField> fields;
  for (size_t i = 0; i < texts.size() && i < kJsonFieldsMax; ++i) {
    fields.push_back({std::string("f").append(std::to_string(i)), texts[i], true, false});
  }
  const std::string line = JsonLine(fields);
  RC_ASSERT(line.find('\n') == line.size() - 1);
  const auto read = ParseJsonRow(line);
  RC_ASSERT(read.has_value());
  RC_ASSERT(read->size() == fields.size());
  for (size_t i = 0; i < fields.size(); ++i) RC_ASSERT((*read)[i].text == fields[i].text);
}

}  // namespace
}  // namespace taanu
