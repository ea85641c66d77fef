#include "matcher/gallery/segment_screener.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace taanu::gallery {
namespace {

// Pairs of minutiae between two looks at the clock: some 100 microseconds.
constexpr size_t kPairsAtOnce = 1 << 18;
// Views with fewer minutiae than this count as having so many.
constexpr int kFew = 8;

// By the number of minutiae n: 2^20 / n^0.75. A large print has more chances to look like anything,
// and a print of which only part overlaps must not lose by what lies elsewhere; 0.75 was the best
// of 0.25, 0.5, 0.75, 0.85 and 1. Square roots only, which are the same on every machine.
std::array<uint32_t, kMinutiaeMax + 1> MakeScales() {
  std::array<uint32_t, kMinutiaeMax + 1> scales{};
  for (int n = 0; n <= kMinutiaeMax; ++n) {
    const double root = std::sqrt(static_cast<double>(std::max(n, kFew)));
    scales[n] = static_cast<uint32_t>(1'048'576.0 / (root * std::sqrt(root)));
  }
  return scales;
}

}  // namespace

uint32_t ScreeningScore(const uint8_t* strengths, size_t count) {
  static const std::array<uint32_t, kMinutiaeMax + 1> scales = MakeScales();
  uint32_t sum = 0;
  for (size_t k = 0; k < count; ++k) sum += strengths[k];
  // At most 255 * 77 * 2^20 / 255^0.75, which is below 2^29.
  return static_cast<uint32_t>(uint64_t{sum} * scales[count] >> 4);
}

size_t SegmentScreener::Run(const Segment& segment, uint32_t segment_number, const ProbeCode& probe,
                            FingerPosition position, const Restriction& restriction,
                            StopCheck* stop, Shortlist* shortlist) {
  Choose(segment, position, restriction);
  if (allowed_.empty()) return 0;
  if (!RunKernel(segment, probe, stop)) return 0;
  for (const Allowed& a : allowed_) {
    const Segment::View& view = segment.views()[a.view];
    const uint32_t score = ScreeningScore(strengths_.data() + view.first, view.count);
    if (shortlist->Rejects(score)) continue;
    const Segment::Subject& subject = segment.subjects()[a.subject];
    shortlist->Add({score, segment_number, a.subject, a.view - subject.first_view, subject.id});
  }
  return allowed_.size();
}

void SegmentScreener::Choose(const Segment& segment, FingerPosition position,
                             const Restriction& restriction) {
  allowed_.clear();
  needed_.assign(segment.block_count(), 0);
  for (size_t s = 0; s < segment.subjects().size(); ++s) {
    const Segment::Subject& subject = segment.subjects()[s];
    if (!restriction.Allows(subject)) continue;
    for (uint32_t v = subject.first_view; v < subject.first_view + subject.view_count; ++v) {
      const Segment::View& view = segment.views()[v];
      if (!MayBeSameFinger(view.position, position)) continue;
      allowed_.push_back({static_cast<uint32_t>(s), v});
      if (view.count == 0) continue;
      const size_t last = (size_t{view.first} + view.count - 1) / kBlock;
      for (size_t b = view.first / kBlock; b <= last; ++b) needed_[b] = 1;
    }
  }
}

bool SegmentScreener::RunKernel(const Segment& segment, const ProbeCode& probe, StopCheck* stop) {
  const size_t blocks = segment.block_count();
  strengths_.resize(std::max(strengths_.size(), blocks * kBlock));
  const size_t piece = kPairsAtOnce / (kBlock * std::max<size_t>(1, probe.padded_count()));
  for (size_t b = 0; b < blocks;) {
    if (!needed_[b]) {
      ++b;
      continue;
    }
    size_t end = b + 1;
    while (end < blocks && end - b < piece && needed_[end]) ++end;
    if (stop->ShouldStop()) return false;
    Screen(segment.block(b), end - b, probe, strengths_.data() + b * kBlock);
    b = end;
  }
  return true;
}

}  // namespace taanu::gallery
