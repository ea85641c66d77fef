// Some hundreds of views of the gallery in one immutable piece, laid out for screening, or some
// thousands with an index.
//
// A writer never changes a segment: it builds another and publishes it in its place, so that
// searches that hold the old one go on undisturbed. All views of a subject are in one segment.
//
// Thread-safety: a Segment is immutable; a SegmentBuilder belongs to one thread.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "matcher/gallery/packed_view.h"
#include "matcher/gallery/screen.h"
#include "matcher/gallery/segment_index.h"
#include "matcher/gallery/subject_id.h"

namespace taanu::gallery {

// A segment is closed once it holds this many views: about 300 KB, which a writer copies in some
// tens of microseconds.
inline constexpr size_t kSegmentViews = 256;

// A person as given to the gallery, packed.
struct PackedSubject {
  SubjectId id;
  uint32_t group = 0;
  uint32_t number = 0;
  std::vector<PackedView> views;
};

class Segment {
 public:
  struct Subject {
    SubjectId id;
    uint32_t group = 0;
    uint32_t number = 0;
    uint32_t first_view = 0;
    uint32_t view_count = 0;
  };
  struct View {
    uint32_t first = 0;  // of its minutiae among the segment's
    uint8_t count = 0;
    FingerPosition position = FingerPosition::kUnknown;
  };

  std::span<const Subject> subjects() const { return subjects_; }
  std::span<const View> views() const { return views_; }
  size_t block_count() const { return blocks_.size(); }
  const uint8_t* block(size_t k) const { return blocks_[k].bytes; }

  // Null where there is none.
  const SegmentIndex* index() const { return index_.get(); }

  // Fills `view` with the minutiae of view `k`, reusing its memory. Their quality is not kept.
  void Unpack(size_t k, FingerView* view) const;
  // The descriptors of view `k` as the kernels take them: BlocksOf(k) blocks of its own, filled up
  // with zeros.
  size_t BlocksOf(size_t k) const { return (size_t{views_[k].count} + kBlock - 1) / kBlock; }
  void CopyPlanes(size_t k, uint8_t* planes) const;
  // Asks the processor for what is read of view `k`, which takes longer to come than to check.
  void Fetch(size_t k) const;
  std::span<const Place> PlacesOf(size_t k) const {
    return std::span(places_).subspan(views_[k].first, views_[k].count);
  }
  // Subject `k` as it was given.
  PackedSubject Extract(size_t k) const;
  // The position of a subject, or subjects().size().
  size_t Find(const SubjectId& id) const;
  // Memory that the segment holds.
  size_t bytes() const;

 private:
  friend class SegmentBuilder;
  Descriptor DescriptorAt(size_t minutia) const;

  struct alignas(kBlock) Block {
    uint8_t bytes[kBlockBytes];
  };

  std::vector<Subject> subjects_;
  std::vector<View> views_;
  std::vector<Block> blocks_;
  std::vector<Place> places_;
  std::vector<uint8_t> types_;
  std::shared_ptr<const SegmentIndex> index_;
};

class SegmentBuilder {
 public:
  SegmentBuilder() : segment_(std::make_unique<Segment>()) {}
  // Begins with all that `base` holds, which must have no index.
  explicit SegmentBuilder(const Segment& base) : segment_(std::make_unique<Segment>(base)) {}

  void Append(const PackedSubject& subject);
  // Appends the subjects of `segment`, without the one at `except`, if any.
  void AppendAll(const Segment& segment, size_t except = SIZE_MAX);
  size_t view_count() const { return segment_->views_.size(); }
  std::shared_ptr<const Segment> Build();
  // With an index; of at most kIndexedViewsMax views.
  std::shared_ptr<const Segment> BuildIndexed();

 private:
  std::unique_ptr<Segment> segment_;
};

}  // namespace taanu::gallery
