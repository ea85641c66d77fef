#include "matcher/gallery/index_lookup.h"

#include "matcher/gallery/screening_score.h"

namespace taanu::gallery {

void IndexLookup::Run(const Segment& segment, uint32_t part, const ProbeView& probe,
                      std::span<const ViewAt> views, Shortlist* shortlist) {
  segment.index()->Count(probe.lookups, probe.position, &votes_);
  for (const ViewAt& at : views) {
    const uint32_t score = ScreeningScore(votes_[at.view], segment.views()[at.view].count);
    if (shortlist->Rejects(score)) continue;
    const Segment::Subject& subject = segment.subjects()[at.subject];
    shortlist->Add({score, part, at.subject, at.view - subject.first_view, subject.id});
  }
}

}  // namespace taanu::gallery
