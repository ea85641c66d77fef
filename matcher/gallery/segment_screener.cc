#include "matcher/gallery/segment_screener.h"

#include <algorithm>
#include <numeric>

#include "matcher/gallery/screening_score.h"

namespace taanu::gallery {
namespace {

// Pairs of minutiae between two looks at the clock: some 100 microseconds.
constexpr size_t kPairsAtOnce = 1 << 18;

}  // namespace

bool SegmentScreener::Run(const Segment& segment, uint32_t part, const ProbeCode& probe,
                          std::span<const ViewAt> views, StopCheck* stop, Shortlist* shortlist) {
  needed_.assign(segment.block_count(), 0);
  for (const ViewAt& at : views) {
    const Segment::View& view = segment.views()[at.view];
    if (view.count == 0) continue;
    const size_t last = (size_t{view.first} + view.count - 1) / kBlock;
    for (size_t b = view.first / kBlock; b <= last; ++b) needed_[b] = 1;
  }
  if (!RunKernel(segment, probe, stop)) return false;
  for (const ViewAt& at : views) {
    const Segment::View& view = segment.views()[at.view];
    const uint8_t* own = strengths_.data() + view.first;
    const uint32_t score = ScreeningScore(std::accumulate(own, own + view.count, 0U), view.count);
    if (shortlist->Rejects(score)) continue;
    const Segment::Subject& subject = segment.subjects()[at.subject];
    shortlist->Add({score, part, at.subject, at.view - subject.first_view, subject.id});
  }
  return true;
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
