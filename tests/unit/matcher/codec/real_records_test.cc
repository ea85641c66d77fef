// Records of foreign extractors, of the standards' own examples, and what was broken of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

#include "matcher/codec/codec.h"
#include "tests/support/data.h"
#include "tests/unit/matcher/codec/record_bytes.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;
using test::Bytes;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<fs::path> FilesUnder(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  return files;
}

void ExpectReadAndWrittenAsItCame(const fs::path& path) {
  SCOPED_TRACE(path);
  const Bytes bytes = test::ReadFile(path);
  const auto decoded = DecodeTemplate(bytes);
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_THAT(decoded->remarks, IsEmpty());
  EXPECT_EQ(EncodeTemplate(decoded->value, decoded->format, decoded->origin).value(), bytes);
}

TEST(RealRecords, EveryRecordOfForeignExtractorsIsReadAndWrittenAsItCame) {
  TAANU_REQUIRE_DATA();
  size_t count = 0;
  for (const char* folder : {"templates/fvc", "templates/fingerjet/templates-iso"}) {
    for (const fs::path& path : FilesUnder(test::DataDir() / folder)) {
      ExpectReadAndWrittenAsItCame(path);
      ++count;
    }
  }
  EXPECT_GE(count, 1449u);
}

// Each impression has the resolution of its sensor, whichever extractor wrote the record, and the
// same image size but for SourceAFIS's scaling to 500 dpi.
TEST(RealRecords, ExtractorsAgreeOnTheSizeOfTheImage) {
  TAANU_REQUIRE_DATA();
  const fs::path fvc = test::DataDir() / "templates/fvc";
  size_t count = 0;
  for (const fs::path& path : FilesUnder(fvc / "mindtct")) {
    const fs::path name = fs::relative(path, fvc / "mindtct");
    const auto mindtct = DecodeTemplate(test::ReadFile(path));
    const auto fjfx = DecodeTemplate(test::ReadFile(fvc / "fjfx" / name));
    ASSERT_TRUE(mindtct.has_value() && fjfx.has_value()) << name;
    EXPECT_EQ(mindtct->value.views[0].width_um, fjfx->value.views[0].width_um) << name;
    EXPECT_EQ(mindtct->value.views[0].height_um, fjfx->value.views[0].height_um) << name;
    ++count;
  }
  EXPECT_EQ(count, 480u);
}

// manifest.tsv: file, size, origin, suggested verdict, how it was made. "policy" cases: 16 trailing
// bytes are refused, since one more than a block's padding is no padding (kTrailingBytesMax).
TEST(RealRecords, MalformedRecordsMeetTheVerdictOfTheManifest) {
  TAANU_REQUIRE_DATA();
  const fs::path folder = test::DataDir() / "malformed";
  std::ifstream manifest(folder / "manifest.tsv");
  std::map<std::string, int> verdicts;
  for (std::string line; std::getline(manifest, line);) {
    std::istringstream in(line);
    std::string file, size, origin, verdict, how;
    std::getline(in, file, '\t');
    std::getline(in, size, '\t');
    std::getline(in, origin, '\t');
    std::getline(in, verdict, '\t');
    std::getline(in, how, '\t');
    if (!file.starts_with("iso19794_2_2005/") && !file.starts_with("ansi378_2004/")) continue;
    const auto decoded = DecodeTemplate(test::ReadFile(folder / file));
    EXPECT_EQ(decoded.has_value(), verdict == "accept") << file << ": " << how;
    if (!decoded) {
      EXPECT_THAT(decoded.error().message, HasSubstr("byte ")) << file;
    }
    ++verdicts[verdict];
  }
  EXPECT_EQ(verdicts["accept"], 1);
  EXPECT_EQ(verdicts["reject"], 43);
  EXPECT_EQ(verdicts["policy: reject or ignore"], 1);
}

TEST(RealRecords, ExtendedAreasAreThoseThatFingerprintIoPrints) {
  TAANU_REQUIRE_DATA();
  const fs::path folder = test::DataDir() / "templates/fingerprintio";
  const Bytes payload = {0x01, 0x44, 0xBC, 0x36, 0x21, 0x43};
  const fs::path iso_path = folder / "iso19794p2v2005/iso19794p2v2005-sample.dat";
  const auto iso = DecodeTemplate(test::ReadFile(iso_path));
  ASSERT_TRUE(iso.has_value());
  EXPECT_THAT(iso->value.views[1].extended, ElementsAre(ExtendedData{545, payload}));
  ExpectReadAndWrittenAsItCame(iso_path);
  const auto ansi = DecodeTemplate(test::ReadFile(folder / "ansi378v2004/ansi378v2004-sample.dat"));
  ASSERT_TRUE(ansi.has_value());
  EXPECT_THAT(ansi->value.views[1].extended, ElementsAre(ExtendedData{1, payload}));
}

TEST(RealRecords, LaterEditionsAreRefusedByName) {
  TAANU_REQUIRE_DATA();
  const fs::path folder = test::DataDir() / "templates";
  for (const char* path : {"fingerprintio/ansi378v2009/ansi378v2009-sample.dat",
                           "fingerprintio/ansi378v2009am1/ansi378v2009am1-sample.dat",
                           "fingerprintio/iso19794p2v2011/iso19794p2v2011-sample.dat",
                           "nist_libbiomeval/fmr.ansi2007"}) {
    const auto decoded = DecodeTemplate(test::ReadFile(folder / path));
    ASSERT_FALSE(decoded.has_value()) << path;
    EXPECT_EQ(decoded.error().code, ErrorCode::kUnsupported) << path;
    EXPECT_THAT(decoded.error().message, HasSubstr("378-2009")) << path;
  }
}

TEST(RealRecords, TheWorkedExamplesOfTheStandardsSayTheSame) {
  TAANU_REQUIRE_DATA();
  const fs::path folder = test::DataDir() / "templates/nist_biomdi";
  const fs::path ansi_path = folder / "ANSI-INCITS-378_2004/Appendix-B2_Example.raw";
  ExpectReadAndWrittenAsItCame(ansi_path);
  const auto ansi = DecodeTemplate(test::ReadFile(ansi_path));
  Bytes bytes = test::ReadFile(folder / "ISO-19794-2_2005/Appendix-C2_Example.raw");
  const auto iso = DecodeTemplate(bytes);
  ASSERT_TRUE(ansi.has_value() && iso.has_value());
  EXPECT_THAT(iso->remarks, ElementsAre(HasSubstr("it says 340 bytes")));
  bytes[11] = 0x55;  // 341, which it is
  EXPECT_EQ(EncodeTemplate(iso->value, iso->format, iso->origin).value(), bytes);

  // Both print the same two fingers; where an angle falls between two steps, ISO's is cut to the
  // lower one, so that they are within one step of ANSI, 2 degrees.
  const int ansi_step = kFullCircle / 180;
  ASSERT_EQ(iso->value.views.size(), 2u);
  ASSERT_EQ(ansi->value.views.size(), 2u);
  for (size_t v = 0; v < 2; ++v) {
    const FingerView& a = iso->value.views[v];
    const FingerView& b = ansi->value.views[v];
    EXPECT_EQ(a.position, b.position);
    EXPECT_EQ(a.quality, b.quality);
    EXPECT_EQ(a.extended, b.extended);
    ASSERT_EQ(a.minutiae.size(), b.minutiae.size());
    for (size_t m = 0; m < a.minutiae.size(); ++m) {
      EXPECT_EQ(a.minutiae[m].x_um, b.minutiae[m].x_um) << v << " " << m;
      EXPECT_EQ(a.minutiae[m].y_um, b.minutiae[m].y_um) << v << " " << m;
      EXPECT_EQ(a.minutiae[m].type, b.minutiae[m].type) << v << " " << m;
      const auto turn = static_cast<int16_t>(a.minutiae[m].angle - b.minutiae[m].angle);
      EXPECT_LT(std::abs(turn), ansi_step) << v << " " << m;
    }
  }
}

TEST(RealRecords, TheRecordsOfLibbiomevalAreReadWithoutTheirLastExtendedBlock) {
  TAANU_REQUIRE_DATA();
  const fs::path folder = test::DataDir() / "templates/nist_libbiomeval";
  const auto ansi = DecodeTemplate(test::ReadFile(folder / "fmr.ansi2004"));
  ASSERT_TRUE(ansi.has_value()) << ansi.error().message;
  EXPECT_THAT(ansi->remarks, ElementsAre(HasSubstr("view 3, extended data length")));
  ASSERT_EQ(ansi->value.views.size(), 3u);
  EXPECT_EQ(ansi->value.views[0].minutiae.size(), 27u);
  EXPECT_EQ(ansi->value.views[1].minutiae.size(), 22u);
  EXPECT_EQ(ansi->value.views[2].minutiae.size(), 28u);
  EXPECT_EQ(ansi->value.views[1].extended.size(), 1u);
  const auto iso = DecodeTemplate(test::ReadFile(folder / "fmr.iso2005"));
  ASSERT_TRUE(iso.has_value()) << iso.error().message;
  EXPECT_THAT(iso->remarks, ElementsAre(HasSubstr("view 2, extended data length")));
  ASSERT_EQ(iso->value.views.size(), 2u);
  EXPECT_EQ(iso->value.views[1].minutiae.size(), 22u);
  EXPECT_THAT(iso->value.views[1].extended, IsEmpty());
}

}  // namespace
}  // namespace taanu
