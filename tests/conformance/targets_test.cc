// Every target that can run here gives what the scalar one gives, to the last bit: the raw and the
// calibrated score, and the pairs, of whole preparations and comparisons.
//
// TAANU_PAIRS_EVERY=n compares only every nth pair of views, for emulated processors.
//
// CTest runs each target as a case of its own (CMakeLists.txt); one that was not built, or that
// this processor lacks, is shown as skipped.
#include <gtest/gtest.h>

#include <hwy/targets.h>

#include <bit>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "matcher/compare/comparator.h"
#include "matcher/compare/engine.h"
#include "matcher/compare/kernels.h"
#include "tests/conformance/degenerate_views.h"
#include "tests/conformance/golden_scores.h"
#include "tests/conformance/synthetic_views.h"
#include "tests/support/data.h"
#include "tests/support/kernel_target.h"
#include "tests/support/real_views.h"

namespace taanu {
namespace {

using test::KernelTargetChoice;

// Views, and which of them to compare.
struct Material {
  std::vector<test::NamedView> views;
  std::vector<std::pair<size_t, size_t>> pairs;
};

// Made-up prints of 1 to 255 minutiae, so that vectors end at every place, each with itself, a
// mate and a stranger, both ways.
Material SyntheticMaterial() {
  Material m;
  for (const int count : {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 40, 63, 100, 254, 255}) {
    for (uint64_t finger = 0; finger < 3; ++finger) {
      const std::string name =
          std::to_string(count) + " minutiae, finger " + std::to_string(finger);
      const FingerView view = test::SyntheticView(finger, count);
      const size_t at = m.views.size();
      m.views.push_back({name, view});
      m.views.push_back({name + ", mate", test::Impression(view, finger + 99, 30)});
      m.views.push_back({name + ", stranger", test::SyntheticView(finger + 1'000, 41)});
      for (size_t k = 0; k < 3; ++k) {
        m.pairs.emplace_back(at, at + k);
        m.pairs.emplace_back(at + k, at);
      }
    }
  }
  return m;
}

Material DegenerateMaterial() {
  Material m;
  m.views = test::DegenerateViews();
  m.views.push_back({"40 minutiae", test::SyntheticView(3, 40)});
  // Crowds of which nothing is lost, so that they are aligned and paired, which takes longest.
  for (const int side_um : {3'000, 8'000, 20'000}) {
    for (const int directions : {3, kFullCircle}) {
      const FingerView crowd = test::CrowdView(side_um, directions);
      const std::string name = "crowd in " + std::to_string(side_um) + " um, " +
                               std::to_string(directions) + " directions";
      m.views.push_back({name, crowd});
      m.views.push_back({name + ", mate", test::Impression(crowd, 5, 0)});
    }
  }
  for (size_t a = 0; a < m.views.size(); ++a) {
    for (size_t b = 0; b < m.views.size(); ++b) m.pairs.emplace_back(a, b);
  }
  return m;
}

// Some pairs of every impression of every set: the next impression of its finger, and a print of
// another finger further on.
Material RealMaterial() {
  Material m;
  for (const test::RealSet& set : test::ReadRealSets(test::DataDir() / "templates" / "fvc")) {
    const size_t first = m.views.size();
    for (const test::RealView& v : set.views) {
      m.views.push_back(
          {set.name + " " + std::to_string(v.finger) + "_" + std::to_string(v.impression), v.view});
    }
    const size_t count = set.views.size();
    for (size_t k = 0; k < count; ++k) {
      for (const size_t step : {1, 11}) m.pairs.emplace_back(first + k, first + (k + step) % count);
    }
  }
  return m;
}

struct Found {
  uint64_t raw = 0;    // the bits of the raw score
  uint64_t score = 0;  // and of the calibrated one
  std::vector<std::pair<int, int>> pairs;
  friend bool operator==(const Found&, const Found&) = default;
};

// How many pairs of views to go on by.
size_t Stride() {
  const char* named = std::getenv("TAANU_PAIRS_EVERY");
  const int stride = named == nullptr ? 1 : std::atoi(named);
  return stride > 0 ? static_cast<size_t>(stride) : 1;
}

std::vector<Found> Results(const Material& material, int64_t target) {
  const KernelTargetChoice choice(target);
  std::vector<std::optional<Prepared>> prepared(material.views.size());
  Comparator comparator;
  const auto engine = std::make_unique<compare::Engine>();
  std::vector<MinutiaPair> corresponding;
  std::vector<Found> found;
  for (const auto& [a, b] : material.pairs) {
    for (const size_t k : {a, b}) {
      if (!prepared[k]) prepared[k].emplace(material.views[k].view);
    }
    Found f;
    f.raw = std::bit_cast<uint64_t>(engine->Run(prepared[a]->data(), prepared[b]->data()).raw);
    f.score =
        std::bit_cast<uint64_t>(comparator.Explain(*prepared[a], *prepared[b], &corresponding));
    for (const MinutiaPair& p : corresponding) f.pairs.emplace_back(p.probe, p.reference);
    found.push_back(std::move(f));
  }
  return found;
}

// Names as Highway has them, but for the scalar target, of which there are two kinds.
std::vector<std::string> KnownTargets() {
#if HWY_ARCH_X86
  return {"SCALAR", "SSSE3", "SSE4", "AVX2", "AVX3", "AVX3_DL"};
#elif HWY_ARCH_ARM
  return {"SCALAR", "NEON"};
#else
  return {"SCALAR"};
#endif
}

class OnTarget : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    std::string names;
    for (const int64_t target : compare::KernelTargets()) {
      names += std::string(" ") + hwy::TargetName(target);
    }
    std::printf("targets that were built and can run here, the best first:%s\n", names.c_str());
  }

  void SetUp() override {
    scalar_ = test::ScalarKernelTarget();
    ASSERT_NE(scalar_, 0) << "the scalar reference was not built; see kernels.h";
    for (const int64_t target : compare::KernelTargets()) {
      if (hwy::TargetName(target) == GetParam()) target_ = target;
    }
    if (GetParam() == "SCALAR") target_ = scalar_;
    if (target_ == 0) {
      GTEST_SKIP() << "SKIPPED CASE: " << GetParam()
                   << " was not built, or this processor lacks it";
    }
    const KernelTargetChoice choice(target_);
    ASSERT_STREQ(compare::KernelTarget(), hwy::TargetName(target_));
  }

  // Runs the material on both targets.
  void Check(const char* what, Material material) {
    const size_t stride = Stride();
    size_t kept = 0;
    for (size_t k = 0; k < material.pairs.size(); k += stride) {
      material.pairs[kept++] = material.pairs[k];
    }
    material.pairs.resize(kept);
    const std::vector<Found> expected = Results(material, scalar_);
    const std::vector<Found> actual = Results(material, target_);
    ASSERT_EQ(actual.size(), material.pairs.size());
    size_t paired = 0;
    size_t different = 0;
    for (size_t k = 0; k < actual.size(); ++k) {
      paired += actual[k].pairs.empty() ? 0 : 1;
      if (actual[k] == expected[k]) continue;
      // The first few say enough.
      if (++different > 5) continue;
      const auto& [a, b] = material.pairs[k];
      ADD_FAILURE() << material.views[a].name << " against " << material.views[b].name << ": raw "
                    << std::bit_cast<double>(actual[k].raw) << " and " << actual[k].pairs.size()
                    << " pairs where the scalar target has "
                    << std::bit_cast<double>(expected[k].raw) << " and "
                    << expected[k].pairs.size();
    }
    EXPECT_EQ(different, 0u);
    // Material in which nothing is ever found would prove little.
    EXPECT_GT(paired, 0u);
    std::printf("%s on %s and on %s: %zu prints, %zu comparisons, %zu of them with pairs\n", what,
                hwy::TargetName(target_), hwy::TargetName(scalar_), material.views.size(),
                actual.size(), paired);
  }

  int64_t scalar_ = 0;
  int64_t target_ = 0;
};

TEST_P(OnTarget, SyntheticPrintsCompareAsOnTheScalarOne) {
  Check("synthetic prints", SyntheticMaterial());
}

TEST_P(OnTarget, DegeneratePrintsCompareAsOnTheScalarOne) {
  Check("degenerate prints", DegenerateMaterial());
}

TEST_P(OnTarget, RealPrintsCompareAsOnTheScalarOne) {
  TAANU_REQUIRE_DATA();
  Check("real prints", RealMaterial());
}

TEST_P(OnTarget, GoldenScoresAreTheSame) {
  const auto lines_of = [](int64_t target) {
    const KernelTargetChoice choice(target);
    return test::GoldenLines();
  };
  EXPECT_EQ(lines_of(target_), lines_of(scalar_));
}

INSTANTIATE_TEST_SUITE_P(All, OnTarget, testing::ValuesIn(KnownTargets()),
                         [](const testing::TestParamInfo<std::string>& name) {
                           return name.param;
                         });

}  // namespace
}  // namespace taanu
