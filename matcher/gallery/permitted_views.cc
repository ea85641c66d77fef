#include "matcher/gallery/permitted_views.h"

namespace taanu::gallery {

void FindPermittedViews(const Part& part, FingerPosition position, const Restriction& restriction,
                        std::vector<ViewAt>* views) {
  views->clear();
  const Segment& segment = *part.segment;
  for (uint32_t s = 0; s < segment.subjects().size(); ++s) {
    const Segment::Subject& subject = segment.subjects()[s];
    if (!part.Holds(s) || !restriction.Allows(subject)) continue;
    for (uint32_t v = subject.first_view; v < subject.first_view + subject.view_count; ++v) {
      if (MayBeSameFinger(segment.views()[v].position, position)) views->push_back({s, v});
    }
  }
}

}  // namespace taanu::gallery
