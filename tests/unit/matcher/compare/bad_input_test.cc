// Prints that no finger has, as views and as the bytes of a valid record: a score on the scale in
// bounded time, never a crash. That every target gives the same one is targets_test.cc's.
#include <gtest/gtest.h>

#include <ctime>

#include <algorithm>
#include <cmath>
#include <vector>

#include "matcher/codec/codec.h"
#include "matcher/compare/comparator.h"
#include "tests/conformance/degenerate_views.h"
#include "tests/conformance/synthetic_views.h"

namespace taanu {
namespace {

// Far beyond the goal of 5 ms (worst_case_test.cc), for unoptimised and instrumented builds.
constexpr double kSecondsMax = 2.0;

double ThreadSeconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// Compares both ways, and explains.
void ExpectScores(const Prepared& probe, size_t probe_count, const Prepared& reference,
                  size_t reference_count) {
  static Comparator comparator;
  const double start = ThreadSeconds();
  std::vector<MinutiaPair> pairs;
  const double score = comparator.Explain(probe, reference, &pairs);
  const double back = comparator.Compare(reference, probe);
  EXPECT_LT(ThreadSeconds() - start, kSecondsMax);
  for (const double s : {score, back}) {
    EXPECT_TRUE(std::isfinite(s));
    EXPECT_GE(s, 0);
    EXPECT_LE(s, kScoreMax);
  }
  EXPECT_LE(pairs.size(), std::min(probe_count, reference_count));
  for (const MinutiaPair& p : pairs) {
    EXPECT_LT(p.probe, probe_count);
    EXPECT_LT(p.reference, reference_count);
  }
}

void ExpectScores(const FingerView& a, const FingerView& b) {
  const double start = ThreadSeconds();
  const Prepared probe(a);
  const Prepared reference(b);
  EXPECT_LT(ThreadSeconds() - start, kSecondsMax);
  ExpectScores(probe, a.minutiae.size(), reference, b.minutiae.size());
}

TEST(BadInput, DegeneratePrintsGiveAScoreAgainstEachOther) {
  const std::vector<test::NamedView> views = test::DegenerateViews();
  std::vector<Prepared> prepared;
  for (const test::NamedView& v : views) prepared.emplace_back(v.view);
  for (size_t a = 0; a < views.size(); ++a) {
    for (size_t b = a; b < views.size(); ++b) {
      SCOPED_TRACE(views[a].name + " against " + views[b].name);
      ExpectScores(prepared[a], views[a].view.minutiae.size(), prepared[b],
                   views[b].view.minutiae.size());
    }
  }
}

TEST(BadInput, DegeneratePrintsGiveAScoreAgainstUsualOnes) {
  for (const test::NamedView& a : test::DegenerateViews()) {
    SCOPED_TRACE(a.name);
    for (const int count : {1, 2, 40, 255}) ExpectScores(a.view, test::SyntheticView(4, count));
  }
}

TEST(BadInput, FewMinutiaeProveNothingWhereverTheyLie) {
  for (const test::NamedView& a : test::DegenerateViews()) {
    if (a.view.minutiae.size() > 2) continue;
    SCOPED_TRACE(a.name);
    // No decision is ever taken at a false match rate as high as 1 %.
    EXPECT_LT(Comparator().Compare(Prepared(a.view), Prepared(a.view)), ScoreForFmr(0.01));
  }
}

TEST(BadInput, NothingIsLikeNothing) {
  for (const test::NamedView& a : test::DegenerateViews()) {
    SCOPED_TRACE(a.name);
    EXPECT_EQ(Comparator().Compare(Prepared(FingerView{}), Prepared(a.view)), 0);
    EXPECT_EQ(Comparator().Compare(Prepared(a.view), Prepared(FingerView{})), 0);
  }
}

TEST(BadInput, ArbitraryPrintsGiveAScore) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    SCOPED_TRACE(seed);
    test::Random random(seed);
    ExpectScores(test::ArbitraryView(seed, random.Below(256)),
                 test::ArbitraryView(seed + 1'000, random.Below(256)));
  }
}

// Random bytes in the place of every minutia under a header that the codec takes; mostly tamed so
// that type and quality are such as the codec takes as well.
TEST(BadInput, RandomBytesUnderAValidHeaderGiveAScore) {
  test::Random random(1);
  int decoded_records = 0;
  std::vector<FingerView> views;
  for (const TemplateFormat format :
       {TemplateFormat::kIso19794_2_2005, TemplateFormat::kAnsi378_2004}) {
    for (const int count : {0, 1, 2, 3, 40, 255}) {
      Template plain;
      plain.views.push_back(test::SyntheticView(2, count));
      plain.views[0].width_um = plain.views[0].height_um = test::kRecordReachUm;
      const auto record = EncodeTemplate(plain, format);
      ASSERT_TRUE(record.has_value()) << record.error().message;
      // The minutiae and the length of the extended data after them are at the end.
      const size_t body = record->size() - 2 - 6 * static_cast<size_t>(count);
      for (int k = 0; k < 3; ++k) {
        std::vector<uint8_t> bytes = *record;
        for (size_t at = body; at + 2 < bytes.size(); ++at) {
          bytes[at] = static_cast<uint8_t>(random.Next());
          if (k == 0) continue;
          const size_t field = (at - body) % 6;
          if (field == 0 && bytes[at] >= 0xC0) bytes[at] = static_cast<uint8_t>(bytes[at] & 0x3F);
          if (field == 5) bytes[at] = static_cast<uint8_t>(bytes[at] % 101);
        }
        const auto decoded = DecodeTemplate(bytes);
        if (!decoded) {
          EXPECT_FALSE(decoded.error().message.empty());
          continue;
        }
        ++decoded_records;
        views.push_back(decoded->value.views.at(0));
        EXPECT_EQ(views.back().minutiae.size(), static_cast<size_t>(count));
      }
    }
  }
  // Otherwise the bytes were not where a record has its minutiae.
  EXPECT_GE(decoded_records, 20);
  for (size_t a = 0; a < views.size(); ++a) {
    for (size_t b = a; b < views.size(); ++b) ExpectScores(views[a], views[b]);
  }
}

TEST(BadInput, MinutiaeOnTheBordersOfARecordAreComparedLikeAnyOthers) {
  // The largest coordinates that a record can hold are far from each other, but not cut: the same
  // print matches itself there as it does near the origin.
  FingerView far = test::SyntheticView(6, 40);
  const double near_score = Comparator().Compare(Prepared(far), Prepared(far));
  for (Minutia& m : far.minutiae) {
    m.x_um += test::kRecordReachUm - 16'000;
    m.y_um += test::kRecordReachUm - 20'000;
  }
  EXPECT_EQ(Comparator().Compare(Prepared(far), Prepared(far)), near_score);
}

}  // namespace
}  // namespace taanu
