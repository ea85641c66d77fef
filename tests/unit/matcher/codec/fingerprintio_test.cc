// Records that FingerprintIO ships with their fields as JSON are read as it prints them.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "matcher/codec/codec.h"
#include "tests/support/data.h"

namespace taanu {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

int Int(const json& object, const char* key) { return object.at(key).get<int>(); }
std::string Text(const json& object, const char* key) { return object.at(key).get<std::string>(); }

int PositionNumber(const std::string& name) {
  static const std::map<std::string, int> kNumbers = {
      {"UNKNOWN", 0},     {"RIGHT_THUMB", 1},  {"RIGHT_INDEX", 2}, {"RIGHT_MIDDLE", 3},
      {"RIGHT_RING", 4},  {"RIGHT_LITTLE", 5}, {"LEFT_THUMB", 6},  {"LEFT_INDEX", 7},
      {"LEFT_MIDDLE", 8}, {"LEFT_RING", 9},    {"LEFT_LITTLE", 10}};
  return kNumbers.at(name);
}

MinutiaType TypeOf(const std::string& name) {
  if (name == "ENDING") return MinutiaType::kRidgeEnding;
  if (name == "BIFURCATION") return MinutiaType::kBifurcation;
  EXPECT_EQ(name, "OTHER");
  return MinutiaType::kOther;
}

void ExpectMinutia(const Minutia& minutia, const json& printed, const json& record,
                   double degrees_per_step) {
  const double degrees = std::fmod(Int(printed, "angle") * degrees_per_step, 360);
  EXPECT_EQ(minutia.type, TypeOf(Text(printed, "type")));
  EXPECT_NEAR(minutia.x_um, Int(printed, "positionX") * 1e4 / Int(record, "resolutionX"), 0.5);
  EXPECT_NEAR(minutia.y_um, Int(printed, "positionY") * 1e4 / Int(record, "resolutionY"), 0.5);
  EXPECT_NEAR(minutia.angle * 360.0 / kFullCircle, degrees, 0.003);
  EXPECT_EQ(minutia.quality, Int(printed, "quality"));
}

void ExpectView(const FingerView& view, const json& printed, const json& record) {
  EXPECT_EQ(static_cast<int>(view.position), PositionNumber(Text(printed, "position")));
  EXPECT_EQ(view.view_number, Int(printed, "view"));
  EXPECT_EQ(Text(printed, "scanType"), "LIVE_PLAIN");
  EXPECT_EQ(view.impression_type, 0);
  EXPECT_EQ(view.quality, Int(printed, "quality"));
  EXPECT_NEAR(view.width_um, Int(record, "width") * 1e4 / Int(record, "resolutionX"), 0.5);
  EXPECT_NEAR(view.height_um, Int(record, "height") * 1e4 / Int(record, "resolutionY"), 0.5);
}

void ExpectHeader(const DecodedTemplate& decoded, const json& record) {
  EXPECT_EQ(decoded.origin.device_id, Int(record, "sensorId"));
  EXPECT_EQ(decoded.origin.certification, record.at("sensorCertified").get<bool>() ? 8 : 0);
  EXPECT_EQ(decoded.value.x_px_per_cm, Int(record, "resolutionX"));
  EXPECT_EQ(decoded.value.y_px_per_cm, Int(record, "resolutionY"));
  if (decoded.format == TemplateFormat::kAnsi378_2004) {
    EXPECT_EQ(static_cast<int>(decoded.origin.product_id >> 16), Int(record, "vendorId"));
    EXPECT_EQ(static_cast<int>(decoded.origin.product_id & 0xFFFF), Int(record, "subformat"));
  }
}

void ExpectFieldsOf(const std::string& name, TemplateFormat format, double degrees_per_step) {
  const fs::path stem = test::DataDir() / "templates/fingerprintio" / name / (name + "-sample");
  const auto decoded = DecodeTemplate(test::ReadFile(stem.string() + ".dat"));
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  EXPECT_EQ(decoded->format, format);
  std::ifstream in(stem.string() + ".json");
  const json record = json::parse(in);
  ExpectHeader(*decoded, record);
  const json& prints = record.at("fingerprints");
  ASSERT_EQ(decoded->value.views.size(), prints.size());
  for (size_t v = 0; v < prints.size(); ++v) {
    const FingerView& view = decoded->value.views[v];
    ExpectView(view, prints[v], record);
    const json& minutiae = prints[v].at("minutiae");
    ASSERT_EQ(view.minutiae.size(), minutiae.size());
    for (size_t m = 0; m < minutiae.size(); ++m) {
      SCOPED_TRACE(testing::Message() << name << ", view " << v << ", minutia " << m);
      ExpectMinutia(view.minutiae[m], minutiae[m], record, degrees_per_step);
    }
  }
}

TEST(FingerprintIo, IsoFieldsAreThoseThatItPrints) {
  TAANU_REQUIRE_DATA();
  ExpectFieldsOf("iso19794p2v2005", TemplateFormat::kIso19794_2_2005, 1.40625);
}

TEST(FingerprintIo, AnsiFieldsAreThoseThatItPrints) {
  TAANU_REQUIRE_DATA();
  ExpectFieldsOf("ansi378v2004", TemplateFormat::kAnsi378_2004, 2);
}

}  // namespace
}  // namespace taanu
