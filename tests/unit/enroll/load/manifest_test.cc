#include "enroll/load/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <fstream>
#include <sstream>

#include "enroll/load/csv.h"
#include "enroll/load/csv_manifest.h"
#include "enroll/load/finger_column.h"
#include "enroll/load/manifest_columns.h"
#include "tests/support/temp_dir.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kHeader = "voter_number,family_name,given_names,birth_year,sex,precinct";

class Manifest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::canonical(temp_.path());
    Write("a.png", "image");
  }
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  Result<std::unique_ptr<ManifestReader>> Open(const std::string& text) {
    Write("manifest.csv", text);
    return OpenManifest(folder_ / "manifest.csv", {.this_year = 2026});
  }
  std::vector<LoadRow> ReadAll(ManifestReader& reader) {
    std::vector<LoadRow> rows;
    for (;;) {
      auto row = reader.Next();
      if (!row) {
        ADD_FAILURE() << row.error().message;
        return rows;
      }
      if (!*row) return rows;
      rows.push_back(std::move(**row));
    }
  }
  std::vector<LoadRow> ReadAll(const std::string& text) {
    auto reader = Open(text);
    if (!reader) {
      ADD_FAILURE() << reader.error().message;
      return {};
    }
    return ReadAll(**reader);
  }
  std::string HeaderReason(const std::string& text) {
    auto reader = Open(text);
    return reader ? "" : reader.error().reason;
  }
  std::string RowReason(const std::string& row, const std::string& extra_columns = "") {
    const auto rows = ReadAll(kHeader + extra_columns + "\n" + row + "\n");
    if (rows.size() != 1) return "not one row";
    return rows[0].problem ? rows[0].problem->field + ":" + rows[0].problem->reason : "";
  }

  test::TempDir temp_;
  fs::path folder_;
};

TEST_F(Manifest, ColumnsMayStandInAnyOrder) {
  const auto rows = ReadAll(
      "left_index,precinct,sex,birth_year,right_thumb,given_names,family_name,voter_number\r\n"
      "a.png,P-01,F,1985,,\"Айгүл, Б.\",Асанова,000123\r\n");
  ASSERT_EQ(rows.size(), 1u);
  const LoadRow& row = rows[0];
  ASSERT_FALSE(row.problem) << row.problem->message;
  EXPECT_EQ(row.line, 2u);
  EXPECT_EQ(row.voter.voter_number, "000123");
  EXPECT_EQ(row.voter.family_name, "Асанова");
  EXPECT_EQ(row.voter.given_names, "Айгүл, Б.");
  EXPECT_EQ(row.voter.birth_year, 1985);
  EXPECT_EQ(row.voter.sex, Sex::kFemale);
  EXPECT_EQ(row.voter.precinct_id, "P-01");
  ASSERT_EQ(row.samples.size(), 1u);
  EXPECT_EQ(row.samples[0].position, FingerPosition::kLeftIndex);
  EXPECT_EQ(row.samples[0].name, "a.png");
}

TEST_F(Manifest, EachBadHeaderIsRefusedWithItsReason) {
  EXPECT_EQ(HeaderReason(""), "MANIFEST_EMPTY");
  EXPECT_EQ(HeaderReason("voter_number,\"\n"), "MANIFEST_HEADER");
  EXPECT_EQ(HeaderReason("voter_number,voter_number\n"), "COLUMN_TWICE");
  EXPECT_EQ(HeaderReason("voter_number,family_name,given_names,birth_year,sex\n"),
            "COLUMN_MISSING");
  EXPECT_EQ(HeaderReason(std::string(kHeader) + ",right_indx\n"), "COLUMN_UNKNOWN");
  auto semicolons = Open("voter_number;family_name;given_names\n");
  ASSERT_FALSE(semicolons);
  EXPECT_THAT(semicolons.error().message, HasSubstr("semicolons"));
}

TEST_F(Manifest, AFileThatIsNotThereOrNoFileIsRefused) {
  auto absent = OpenManifest(folder_ / "absent.csv", {});
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::kNotFound);
  auto directory = OpenManifest(folder_, {});
  ASSERT_FALSE(directory);
  EXPECT_EQ(directory.error().reason, "MANIFEST_NOT_REGULAR");
}

TEST_F(Manifest, EachBadValueIsRefusedWithItsColumn) {
  EXPECT_EQ(RowReason("1,A,B,1985,F,P1"), "");
  EXPECT_EQ(RowReason("1,A,B,,,P1"), "");
  EXPECT_EQ(RowReason("1,A,B,1985.0,F,P1"), "birth_year:BIRTH_YEAR_NOT_A_NUMBER");
  EXPECT_EQ(RowReason("1,A,B,-1,F,P1"), "birth_year:BIRTH_YEAR_NOT_A_NUMBER");
  EXPECT_EQ(RowReason("1,A,B,99999999999,F,P1"), "birth_year:BIRTH_YEAR_NOT_A_NUMBER");
  EXPECT_EQ(RowReason("1,A,B,1985,X,P1"), "sex:SEX_UNKNOWN");
  EXPECT_THAT(RowReason("1,A,B,1492,F,P1"), HasSubstr("birth_year:"));
  EXPECT_THAT(RowReason("1,A,B,2027,F,P1"), HasSubstr("birth_year:"));
  EXPECT_THAT(RowReason(",A,B,1985,F,P1"), HasSubstr("voter_number:"));
  EXPECT_THAT(RowReason("1,A,B,1985,F,"), HasSubstr("precinct:"));
  EXPECT_THAT(RowReason("1,A,B,1985,F,P 1"), HasSubstr("precinct:"));
  EXPECT_THAT(RowReason("1," + std::string(201, 'x') + ",B,1985,F,P1"), HasSubstr("family_name:"));
  EXPECT_THAT(RowReason("1,A," + std::string(201, 'x') + ",1985,F,P1"), HasSubstr("given_names:"));
  EXPECT_EQ(RowReason("1,A,B,1985,F"), ":FIELD_COUNT");
  EXPECT_EQ(RowReason("1,A,B,1985,F,P1,extra"), ":FIELD_COUNT");
  EXPECT_EQ(RowReason("1,A,B,1985,F,P1,../a.png", ",left_ring"), "left_ring:PATH_LEAVES_FOLDER");
  EXPECT_EQ(RowReason("1,A,B,1985,F,P1,/a.png", ",left_ring"), "left_ring:PATH_ABSOLUTE");
}

TEST_F(Manifest, ABadRowDoesNotCostTheRest) {
  const auto rows =
      ReadAll(std::string(kHeader) + "\n1,A,B,1985,F,P1\n2,A\"B,,,,P1\n3,A,B,1985,M,P1\n");
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_FALSE(rows[0].problem);
  ASSERT_TRUE(rows[1].problem);
  EXPECT_EQ(rows[1].problem->reason, "CSV_STRAY_QUOTE");
  EXPECT_EQ(rows[1].line, 3u);
  EXPECT_EQ(rows[2].voter.voter_number, "3");
}

TEST_F(Manifest, RejectedRowsAreAManifestThatSaysWhyAndCanBeMendedAndLoaded) {
  auto reader = Open(
      "precinct,voter_number,family_name,given_names,birth_year,sex,left_ring\n"
      "P1,7,\"A, \"\"B\"\"\",C,1985,Q,a.png\n");
  ASSERT_TRUE(reader);
  const auto rows = ReadAll(**reader);
  ASSERT_EQ(rows.size(), 1u);
  std::ostringstream out;
  ASSERT_TRUE((*reader)->MakeRejectWriter(&out)->Add(rows[0], *rows[0].problem));
  EXPECT_THAT(out.str(), HasSubstr("\"A, \"\"B\"\"\",C,1985,Q,a.png,2,sex,"));

  std::string mended = out.str();
  mended.replace(mended.find(",Q,"), 3, ",F,");
  auto again = Open(mended);
  ASSERT_TRUE(again) << again.error().message;
  const auto loaded = ReadAll(**again);
  ASSERT_EQ(loaded.size(), 1u);
  ASSERT_FALSE(loaded[0].problem) << loaded[0].problem->message;
  EXPECT_EQ(loaded[0].voter.family_name, "A, \"B\"");
  EXPECT_EQ(loaded[0].samples.size(), 1u);

  // Rejected a second time, the row carries the new reason alone.
  std::ostringstream second;
  ASSERT_TRUE((*again)->MakeRejectWriter(&second)->Add(loaded[0], {"precinct", "UNKNOWN", "why"}));
  EXPECT_THAT(second.str(), HasSubstr("reject_line,reject_field,reject_reason,reject_text\r\n"));
  EXPECT_THAT(second.str(), HasSubstr(",F,a.png,2,precinct,UNKNOWN: why,\r\n"));
  EXPECT_EQ(second.str().find("reject_line"), second.str().rfind("reject_line"));
}

TEST_F(Manifest, ARowThatCannotBeTakenApartIsRejectedWithItsLineAndText) {
  auto reader = Open(std::string(kHeader) + "\n1,A,B,1985,F,P1,one too many\n");
  ASSERT_TRUE(reader);
  const auto rows = ReadAll(**reader);
  ASSERT_EQ(rows.size(), 1u);
  std::ostringstream out;
  ASSERT_TRUE((*reader)->MakeRejectWriter(&out)->Add(rows[0], *rows[0].problem));
  EXPECT_THAT(out.str(), HasSubstr("\r\n,,,,,,2,,FIELD_COUNT: "));
  EXPECT_THAT(out.str(), HasSubstr(",\"1,A,B,1985,F,P1,one too many\"\r\n"));
}

TEST_F(Manifest, AFingerIsAFileOrBytesInTheRowOrMissing) {
  const auto rows = ReadAll(std::string(kHeader) +
                            ",right_thumb,left_thumb,left_ring\n"
                            "1,A,B,1985,F,P1,prints/a.png,base64:AAEC/w==,missing:bandaged\n");
  ASSERT_EQ(rows.size(), 1u);
  const LoadRow& row = rows[0];
  ASSERT_FALSE(row.problem) << row.problem->message;
  ASSERT_EQ(row.samples.size(), 2u);
  EXPECT_EQ(row.samples[0].name, "prints/a.png");
  EXPECT_EQ(row.samples[1].position, FingerPosition::kLeftThumb);
  EXPECT_EQ(row.samples[1].bytes, (std::vector<uint8_t>{0, 1, 2, 255}));
  EXPECT_EQ(row.voter.missing_fingers,
            (std::vector<MissingFinger>{{FingerPosition::kLeftRing, MissingReason::kBandaged}}));
}

TEST_F(Manifest, EachBadFingerHasItsReason) {
  const auto reason = [&](const std::string& value) {
    return RowReason("1,A,B,1985,F,P1," + value, ",left_ring");
  };
  EXPECT_EQ(reason("base64:AAEC/w="), "left_ring:SAMPLE_NOT_BASE64");
  EXPECT_EQ(reason("base64:AAEC /w=="), "left_ring:SAMPLE_NOT_BASE64");
  EXPECT_EQ(reason("base64:AAEC_w=="), "left_ring:SAMPLE_NOT_BASE64");
  EXPECT_EQ(reason("base64:"), "left_ring:SAMPLE_EMPTY");
  EXPECT_EQ(reason("base64:" + std::string(kSampleBytesMax / 3 * 4 + 8, 'A')),
            "left_ring:SAMPLE_TOO_LARGE");
  EXPECT_EQ(reason("missing:lost"), "left_ring:MISSING_REASON_UNKNOWN");
  EXPECT_EQ(reason("missing:"), "left_ring:MISSING_REASON_UNKNOWN");
  EXPECT_EQ(reason(std::string(1025, 'a')), "left_ring:PATH_NOT_USABLE");
  EXPECT_EQ(reason(".."), "left_ring:PATH_LEAVES_FOLDER");
}

TEST_F(Manifest, AMissingQuoteCostsFourLinesAtMost) {
  std::string text = std::string(kHeader) + "\n1,\"A,B,1985,F,P1\n";
  for (int i = 2; i < 20; ++i) text += std::to_string(i) + ",A,B,1985,F,P1\n";
  const auto rows = ReadAll(text);
  ASSERT_EQ(rows.size(), 16u);
  ASSERT_TRUE(rows[0].problem);
  EXPECT_EQ(rows[0].problem->reason, "CSV_UNCLOSED_QUOTE");
  EXPECT_THAT(rows[0].text, testing::StartsWith("1,\"A,B,1985,F,P1\n2,A"));
  EXPECT_FALSE(rows[1].problem);
  EXPECT_EQ(rows[1].voter.voter_number, "5");
  EXPECT_EQ(rows.back().voter.voter_number, "19");
}

TEST(VoterColumnOf, TakesTheFieldAtTheFrontOfAMessage) {
  EXPECT_EQ(VoterColumnOf("birth_year must be 1880 to 2026"), "birth_year");
  EXPECT_EQ(VoterColumnOf("voter.precinct_id: is empty"), "precinct");
  EXPECT_EQ(VoterColumnOf("samples[0].image: damaged"), "");
  EXPECT_EQ(VoterColumnOf(""), "");
}

TEST(FingerColumn, EachFingerHasANameThatFindsIt) {
  for (int i = 1; i <= kFingerPositionMax; ++i) {
    const auto position = static_cast<FingerPosition>(static_cast<uint8_t>(i));
    EXPECT_EQ(FingerOfColumn(FingerColumn(position)), position);
  }
  EXPECT_FALSE(FingerOfColumn("unknown"));
  EXPECT_FALSE(FingerOfColumn("Right_Index"));
}

RC_GTEST_PROP(ManifestProperty, EveryVoterThatIsWrittenIsReadBack, ()) {
  const auto name =
      rc::gen::map(rc::gen::container<std::vector<std::string>>(
                       rc::gen::element<std::string>("a", "Ө", "\"", ",", " ", "'", "-")),
                   [](const std::vector<std::string>& pieces) {
                     std::string joined;
                     for (size_t i = 0; i < pieces.size() && i < 90; ++i) joined += pieces[i];
                     return joined;
                   });
  const std::string family = *name;
  const std::string given = *name;
  const int year = *rc::gen::inRange(1880, 2027);
  const auto sex = *rc::gen::element<std::string>("F", "M", "");
  const std::string number = std::to_string(*rc::gen::arbitrary<uint64_t>());
  auto in = std::make_unique<std::istringstream>(
      CsvLine({"sex", "birth_year", "voter_number", "given_names", "precinct", "family_name"}) +
      CsvLine({sex, std::to_string(year), number, given, "P-1", family}));
  auto manifest = CsvManifest::Open(std::move(in), {.this_year = 2026});
  RC_ASSERT(manifest.has_value());
  auto row = (*manifest)->Next();
  RC_ASSERT(row.has_value());
  RC_ASSERT(row->has_value());
  RC_ASSERT(!(*row)->problem);
  RC_ASSERT((*row)->voter.voter_number == number);
  RC_ASSERT((*row)->voter.family_name == family);
  RC_ASSERT((*row)->voter.given_names == given);
  RC_ASSERT((*row)->voter.birth_year == year);
}

}  // namespace
}  // namespace taanu
