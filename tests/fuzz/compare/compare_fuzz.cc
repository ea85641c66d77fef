// Any two prints at all, prepared and compared on every target that can run here: the scores and
// pairs are those of the scalar target, to the last bit; the score is on its scale, the pairs are
// one to one, and no comparison takes long. Large prints, which take long under the sanitizers, run
// on one other target each, which the bytes choose.
//
// Bytes that are a template give its first two views. Others are read as minutiae directly, which
// reaches what no record can hold; the first byte says how large a step of a coordinate is, and
// whether the reference is the probe turned and shifted, but for a few changes.
#include <ctime>

#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <span>
#include <vector>

#include "matcher/codec/codec.h"
#include "matcher/compare/comparator.h"
#include "matcher/compare/kernels.h"
#include "tests/support/kernel_target.h"

namespace taanu {
namespace {

void Check(bool holds, const char* what, int64_t target) {
  if (holds) return;
  std::fprintf(stderr, "compare_fuzz: %s on %s\n", what, hwy::TargetName(target));
  std::abort();
}

// Far beyond the goal of 5 ms, for the scalar target and the sanitizers.
constexpr double kSecondsMax = 2.0;

// Prints of more minutiae each than 24 or so.
constexpr size_t kLargeProduct = 24 * 24;

double ThreadSeconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

// Takes bytes from the front; zeros when they are used up.
class Source {
 public:
  explicit Source(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  bool empty() const { return bytes_.empty(); }
  uint8_t Byte() {
    if (bytes_.empty()) return 0;
    const uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  uint16_t Word() { return static_cast<uint16_t>(Byte() << 8 | Byte()); }

 private:
  std::span<const uint8_t> bytes_;
};

Minutia ReadMinutia(Source* source, int64_t step_um) {
  Minutia m;
  m.x_um = static_cast<int32_t>(static_cast<int16_t>(source->Word()) * step_um);
  m.y_um = static_cast<int32_t>(static_cast<int16_t>(source->Word()) * step_um);
  m.angle = source->Word();
  const uint8_t kind = source->Byte();
  m.type = static_cast<MinutiaType>(kind % 3);
  m.quality = static_cast<uint8_t>(kind % 101);
  return m;
}

struct TwoViews {
  FingerView probe;
  FingerView reference;
};

// The probe turned by quarters, so that nothing is rounded, and shifted; every other byte changes a
// minutia.
FingerView Mate(const FingerView& probe, Source* source) {
  FingerView mate = probe;
  const int quarters = source->Byte() % 4;
  const int shift_um = source->Byte() * 100;
  for (Minutia& m : mate.minutiae) {
    for (int k = 0; k < quarters; ++k) {
      const int32_t x = m.x_um;
      m.x_um = m.y_um;
      m.y_um = -x;
      m.angle = static_cast<uint16_t>(m.angle + kFullCircle / 4);
    }
    m.x_um += shift_um;
  }
  while (!source->empty() && !mate.minutiae.empty()) {
    Minutia& m = mate.minutiae[source->Byte() % mate.minutiae.size()];
    m.x_um += static_cast<int8_t>(source->Byte()) * 8;
    m.y_um += static_cast<int8_t>(source->Byte()) * 8;
    m.angle = static_cast<uint16_t>(m.angle + static_cast<int8_t>(source->Byte()) * 64);
  }
  return mate;
}

TwoViews FromBytes(std::span<const uint8_t> bytes) {
  TwoViews views;
  if (LooksLikeTemplate(bytes)) {
    const auto decoded = DecodeTemplate(bytes);
    if (!decoded || decoded->value.views.empty()) return views;
    views.probe = decoded->value.views.front();
    views.reference = decoded->value.views[decoded->value.views.size() > 1 ? 1 : 0];
    return views;
  }
  Source source(bytes);
  const uint8_t form = source.Byte();
  // From a micrometre to 32 mm, which takes coordinates to the ends of what they can be.
  const int64_t step_um = int64_t{1} << (form & 15);
  const bool mated = (form & 16) != 0;
  const int probe_count = source.Byte();
  const int reference_count = source.Byte();
  for (int k = 0; k < probe_count && !source.empty(); ++k) {
    views.probe.minutiae.push_back(ReadMinutia(&source, step_um));
  }
  if (mated && step_um <= 4096) {
    views.reference = Mate(views.probe, &source);
    return views;
  }
  for (int k = 0; k < reference_count && !source.empty(); ++k) {
    views.reference.minutiae.push_back(ReadMinutia(&source, step_um));
  }
  return views;
}

struct Found {
  double score = 0;
  std::vector<MinutiaPair> pairs;
};

Found CompareOn(int64_t target, const TwoViews& views) {
  const test::KernelTargetChoice choice(target);
  static Comparator comparator;
  const double start = ThreadSeconds();
  const Prepared probe(views.probe);
  const Prepared reference(views.reference);
  Found found;
  found.score = comparator.Explain(probe, reference, &found.pairs);
  Check(ThreadSeconds() - start < kSecondsMax, "a comparison took too long", target);
  Check(std::isfinite(found.score) && found.score >= 0.0 && found.score <= kScoreMax,
        "a score beyond its scale", target);
  std::vector<bool> probe_used(views.probe.minutiae.size());
  std::vector<bool> reference_used(views.reference.minutiae.size());
  for (const MinutiaPair& p : found.pairs) {
    Check(p.probe < probe_used.size() && p.reference < reference_used.size(),
          "a pair of minutiae that do not exist", target);
    Check(!probe_used[p.probe] && !reference_used[p.reference], "a minutia in two pairs", target);
    probe_used[p.probe] = reference_used[p.reference] = true;
  }
  return found;
}

void FuzzOne(std::span<const uint8_t> bytes) {
  const TwoViews views = FromBytes(bytes);
  static const int64_t scalar = test::ScalarKernelTarget();
  static const std::vector<int64_t> targets = compare::KernelTargets();
  Check(scalar != 0, "the scalar target was not built", scalar);
  const Found expected = CompareOn(scalar, views);
  const bool large = views.probe.minutiae.size() * views.reference.minutiae.size() > kLargeProduct;
  const size_t chosen = std::accumulate(bytes.begin(), bytes.end(), size_t{0}) % targets.size();
  for (const int64_t target : targets) {
    if (target == scalar || (large && target != targets[chosen])) continue;
    const Found actual = CompareOn(target, views);
    Check(std::bit_cast<uint64_t>(actual.score) == std::bit_cast<uint64_t>(expected.score),
          "another score than the scalar one", target);
    Check(actual.pairs.size() == expected.pairs.size(), "another number of pairs", target);
    for (size_t k = 0; k < actual.pairs.size(); ++k) {
      Check(actual.pairs[k].probe == expected.pairs[k].probe &&
                actual.pairs[k].reference == expected.pairs[k].reference,
            "other pairs", target);
    }
  }
}

}  // namespace
}  // namespace taanu

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  taanu::FuzzOne({data, size});
  return 0;
}
