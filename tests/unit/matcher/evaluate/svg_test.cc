// Pictures are well-formed whatever they are given, and show what they are given.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "matcher/evaluate/svg/base64.h"
#include "matcher/evaluate/svg/det_plot.h"
#include "matcher/evaluate/svg/discard_plot.h"
#include "matcher/evaluate/svg/pair_picture.h"
#include "matcher/evaluate/svg/svg_writer.h"
#include "tests/support/xml_check.h"

namespace taanu::svg {
namespace {

using test::XmlFault;
using ::testing::HasSubstr;
using ::testing::Not;

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// What no name in a picture may break.
const std::string kHostile =
    "<a href=\"x\">&amp;\xFF\x01\xED\xA0\x80"
    "é</svg>";

TEST(XmlChecker, FindsWhatIsNotWellFormed) {
  EXPECT_EQ(XmlFault("<?xml version=\"1.0\"?>\n<a b=\"c\"><d/>e&lt;</a>\n"), "");
  for (const char* text : {"", "<a>", "<a></b>", "<a/><a/>", "<a b=c/>", "<a b=\"1\" b=\"2\"/>",
                           "<a>&</a>", "x<a/>", "<a b=\"<\"/>", "<a>\x01</a>", "</a>"}) {
    EXPECT_NE(XmlFault(text), "") << text;
  }
}

TEST(Number, IsShortAndNeverAnythingButANumber) {
  EXPECT_EQ(Number(1.5), "1.5");
  EXPECT_EQ(Number(-0.001), "0");
  EXPECT_EQ(Number(100), "100");
  EXPECT_EQ(Number(1.0 / 3, 4), "0.3333");
  EXPECT_EQ(Number(std::numeric_limits<double>::infinity()), "0");
  EXPECT_EQ(Number(std::numeric_limits<double>::quiet_NaN()), "0");
  EXPECT_THAT(Number(std::numeric_limits<double>::max()), Not(HasSubstr("e")));
}

TEST(Percent, HasThreeSignificantDigits) {
  EXPECT_EQ(Percent(0.0416), "4.16 %");
  EXPECT_EQ(Percent(0.000125), "0.0125 %");
  EXPECT_EQ(Percent(1), "100 %");
  EXPECT_EQ(Percent(0.001), "0.1 %");
  EXPECT_EQ(Percent(0), "0 %");
}

TEST(EscapeXml, KeepsWordsOfEveryScriptAndNothingThatXmlForbids) {
  EXPECT_EQ(EscapeXml("таануу & <b> \"c\""), "таануу &amp; &lt;b&gt; &quot;c&quot;");
  EXPECT_EQ(EscapeXml("a\xC3"), "a?");
  EXPECT_EQ(EscapeXml("\xC0\xAF"), "??");
  EXPECT_EQ(EscapeXml("\xEF\xBF\xBF"), "???");
  EXPECT_EQ(EscapeXml("\x01\n"), "??");
}

TEST(Base64, MatchesTheExamplesOfRfc4648) {
  const auto encode = [](const std::string& s) {
    return Base64({reinterpret_cast<const uint8_t*>(s.data()), s.size()});
  };
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foo"), "Zm9v");
  EXPECT_EQ(encode("foob"), "Zm9vYg==");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
  EXPECT_EQ(encode("\xFF\xFE\xFD"), "//79");
}

DetSeries Series(const std::string& name) {
  DetSeries series;
  series.name = name;
  series.curve = DetCurve({3, 2, 3, 5}, {2, 0, 1, 3});
  series.eer = 0.25;
  series.mated = 280;
  series.non_mated = 2880;
  return series;
}

TEST(DetPlot, IsWellFormedWithBothAxesNamedAndACurveForEachSet) {
  const std::vector<DetSeries> series = {Series("fvc2002/DB1_B"), Series(kHostile)};
  const std::string svg = DetPlot("Two sets " + kHostile, series);
  EXPECT_EQ(XmlFault(svg), "");
  EXPECT_THAT(svg, HasSubstr("False match rate (FMR)"));
  EXPECT_THAT(svg, HasSubstr("False non-match rate (FNMR)"));
  EXPECT_THAT(svg, HasSubstr("fvc2002/DB1_B"));
  EXPECT_EQ(Count(svg, "<path "), 2u);
  EXPECT_EQ(Count(svg, ">25 %<"), 2u);
  // 2,880 non-mated pairs tell rates of down to 0.0347 %, so the axis begins at 0.01 %.
  EXPECT_EQ(Count(svg, ">0.01 %<"), 1u);
  EXPECT_EQ(Count(svg, ">0.001 %<"), 0u);
}

TEST(DetPlot, TakesSetsWithoutErrorsAndWithoutScores) {
  DetSeries perfect = Series("perfect");
  perfect.curve = DetCurve({5, 6}, {1, 2});
  perfect.eer = 0;
  DetSeries empty;
  const std::vector<DetSeries> series = {perfect, empty};
  EXPECT_EQ(XmlFault(DetPlot("x", series)), "");
  EXPECT_EQ(XmlFault(DetPlot("", {})), "");
}

TEST(DetPlot, StaysSmallHoweverManyScoresThereAre) {
  std::vector<double> mated;
  std::vector<double> non_mated;
  for (int i = 0; i < 100'000; ++i) {
    mated.push_back(i + 40'000.5);
    non_mated.push_back(i);
  }
  DetSeries many = Series("many");
  many.curve = DetCurve(mated, non_mated);
  many.mated = many.non_mated = mated.size();
  const std::vector<DetSeries> series = {many};
  const std::string svg = DetPlot("x", series);
  EXPECT_LT(svg.size(), 100'000u);
  EXPECT_GT(Count(svg, "V"), 100u);
}

TEST(DetPlot, ALongNameIsCutToItsEnd) {
  const std::vector<DetSeries> series = {Series("éééééééééééééééééééééééééééééé-the-end")};
  const std::string svg = DetPlot("x", series);
  EXPECT_EQ(XmlFault(svg), "");
  EXPECT_THAT(svg, HasSubstr("…ééééééééééééééééé-the-end<"));
}

// Twenty prints in ten mated pairs; the worst two prints are one pair, which fails as one other
// does.
DiscardSeries Discard(const std::string& name) {
  RatedPrints prints;
  for (uint32_t i = 0; i < 20; i += 2) {
    prints.qualities.insert(prints.qualities.end(), 2, static_cast<uint8_t>(i + 10));
    prints.mated.push_back({i, i + 1, i == 0 || i == 16});
  }
  return {name, DiscardCurve(prints)};
}

TEST(DiscardPlot, IsWellFormedWithBothAxesNamedAndACurveForEachSet) {
  std::vector<DiscardSeries> series = {Discard("fvc2002/DB1_B"), Discard(kHostile)};
  series[1].pooled = true;
  const std::string svg = DiscardPlot("Two sets " + kHostile, series);
  EXPECT_EQ(XmlFault(svg), "");
  EXPECT_THAT(svg, HasSubstr("Prints discarded"));
  EXPECT_THAT(svg, HasSubstr("False non-match rate (FNMR)"));
  EXPECT_THAT(svg, HasSubstr("fvc2002/DB1_B"));
  EXPECT_EQ(Count(svg, "<path "), 2u);
  EXPECT_EQ(Count(svg, "stroke=\"#000\" stroke-width=\"3.5\""), 2u);  // its curve and its legend
  EXPECT_EQ(Count(svg, "end\">50 %<"), 2u);  // one of two failures goes with the worst tenth
}

TEST(DiscardPlot, StepsDownWhereADiscardedPrintTakesAFailureWithIt) {
  const std::vector<DiscardSeries> series = {Discard("a")};
  // FNMR is 2 of 10 until the first print of twenty goes, and with it one failure of the ten pairs:
  // then 1 of 9, 1 of 8 after the third, 1 of 7 after the fifth, 1 of 6, 1 of 5 after the ninth.
  // The frame is 520 units wide for half of the prints, and as high for 20 %.
  EXPECT_THAT(DiscardPlot("x", series),
              HasSubstr("M92,58H144V289.11H248V253H352V206.57H456V144.67H560V58H612\""));
}

TEST(DiscardPlot, TakesSetsWithoutErrorsAndWithoutQualities) {
  DiscardSeries perfect = Discard("perfect");
  for (DiscardPoint& p : perfect.curve) p.false_non_matches = 0;
  const std::vector<DiscardSeries> series = {perfect, {"no quality", {}}};
  const std::string svg = DiscardPlot("x", series);
  EXPECT_EQ(XmlFault(svg), "");
  EXPECT_EQ(Count(svg, "<path "), 1u);
  EXPECT_EQ(Count(svg, ">-<"), 2u);
  EXPECT_EQ(XmlFault(DiscardPlot("", {})), "");
}

FingerView View() {
  FingerView view;
  view.width_um = 19'000;
  view.height_um = 22'000;
  view.minutiae = {{5'000, 6'000, 0, MinutiaType::kRidgeEnding, 50},
                   {9'000, 9'000, kFullCircle / 4, MinutiaType::kBifurcation, 50},
                   {12'000, 4'000, 100, MinutiaType::kOther, 0}};
  return view;
}

TEST(PairPicture, JoinsThePairsAndShowsBothPrints) {
  const FingerView view = View();
  const std::vector<MinutiaPair> pairs = {{0, 1}, {2, 2}};
  const std::string svg =
      PairPicture("Non-mated " + kHostile, {"101_1", &view, {}}, {kHostile, &view, {}}, pairs);
  EXPECT_EQ(XmlFault(svg), "");
  EXPECT_EQ(Count(svg, "stroke-opacity"), 2u);
  EXPECT_THAT(svg, HasSubstr("101_1: 3 minutiae, 2 matched"));
  EXPECT_THAT(svg, Not(HasSubstr("<image")));
}

TEST(PairPicture, ADirectionPointsUpWhereItsAngleIsAQuarterTurn) {
  FingerView view = View();
  view.minutiae = {{0, 11'000, kFullCircle / 4, MinutiaType::kRidgeEnding, 0}};
  view.width_um = view.height_um = 22'000;
  const std::string svg = PairPicture("x", {"a", &view, {}}, {"b", &view, {}}, {});
  // The minutia lies at (24, 316) on the page; its tail runs from 4.5 to 14 units above it.
  EXPECT_THAT(svg, HasSubstr("<line x1=\"24\" y1=\"311.5\" x2=\"24\" y2=\"302\""));
}

TEST(PairPicture, HoldsTheImageOnlyWhereItIsGiven) {
  const FingerView view = View();
  const std::vector<uint8_t> png = {'f', 'o', 'o'};
  const std::string svg = PairPicture("x", {"a", &view, png}, {"b", &view, {}}, {});
  EXPECT_EQ(XmlFault(svg), "");
  EXPECT_EQ(Count(svg, "<image "), 1u);
  EXPECT_THAT(svg, HasSubstr("data:image/png;base64,Zm9v\""));
}

TEST(PairPicture, TakesViewsWithNothingInThemAndPairsOutOfRange) {
  const FingerView none;
  FingerView unsized = View();
  unsized.width_um = unsized.height_um = 0;
  const std::vector<MinutiaPair> pairs = {{7, 7}, {0, 0}};
  const std::string svg = PairPicture("x", {"a", &none, {}}, {"b", &unsized, {}}, pairs);
  EXPECT_EQ(XmlFault(svg), "");
  EXPECT_EQ(Count(svg, "stroke-opacity"), 0u);
}

}  // namespace
}  // namespace taanu::svg
