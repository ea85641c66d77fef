#include "matcher/gallery/gallery.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <unordered_set>

#include "matcher/gallery/edit.h"
#include "matcher/gallery/search.h"
#include "matcher/gallery/snapshot_cell.h"

namespace taanu {
namespace {

using gallery::Edit;
using gallery::PackedSubject;
using gallery::PackedView;
using gallery::State;

// What an entry of the index takes: its node of 40 bytes with the allocator's header, and a bucket.
constexpr size_t kIndexEntryBytes = 56;

Status CheckPosition(FingerPosition position) {
  if (static_cast<int>(position) <= kFingerPositionMax) return {};
  return Fail(ErrorCode::kBadInput, "BAD_POSITION",
              "finger position " + std::to_string(static_cast<int>(position)) +
                  " is not one of 0 to " + std::to_string(kFingerPositionMax));
}

Status CheckViews(std::span<const FingerView> views) {
  if (views.empty()) {
    return Fail(ErrorCode::kBadInput, "NO_VIEWS", "there is no view: give at least one");
  }
  if (views.size() > kSubjectViewsMax) {
    return Fail(ErrorCode::kExhausted, "TOO_MANY_VIEWS",
                std::to_string(views.size()) + " views, and at most " +
                    std::to_string(kSubjectViewsMax) + " are allowed");
  }
  for (const FingerView& view : views) TAANU_RETURN_IF_ERROR(CheckPosition(view.position));
  return {};
}

Result<std::vector<PackedView>> PackAll(std::span<const FingerView> views) {
  TAANU_RETURN_IF_ERROR(CheckViews(views));
  std::vector<PackedView> packed;
  for (const FingerView& view : views) {
    TAANU_ASSIGN_OR_RETURN(packed.emplace_back(), gallery::Pack(view));
  }
  return packed;
}

Result<PackedSubject> PackSubject(const GallerySubject& subject) {
  TAANU_ASSIGN_OR_RETURN(auto views, PackAll(subject.views));
  return PackedSubject{subject.id, subject.group, subject.number, std::move(views)};
}

tl::unexpected<Error> NoSubject() {
  return Fail(ErrorCode::kNotFound, "NO_SUBJECT",
              "the gallery holds no subject of this identifier");
}

tl::unexpected<Error> SubjectExists() {
  return Fail(ErrorCode::kConflict, "SUBJECT_EXISTS",
              "the gallery holds a subject of this identifier already: replace it, or add views");
}

}  // namespace

struct Gallery::Contents {
  explicit Contents(GalleryKind kind) : indexed(kind == GalleryKind::kIndexed) {}

  const bool indexed;
  gallery::SnapshotCell<State> current{std::make_shared<const State>()};
  mutable std::mutex writing;  // guards the index, and serialises changes
  gallery::SubjectIndex index;

  Edit Begin() { return Edit(*current.Load(), &index, indexed); }
};

Gallery::Gallery(GalleryKind kind) : contents_(std::make_unique<Contents>(kind)) {}
Gallery::~Gallery() = default;

Status Gallery::Insert(const GallerySubject& subject) { return InsertAll({&subject, 1}); }

Status Gallery::InsertAll(std::span<const GallerySubject> subjects) {
  std::vector<PackedSubject> packed;
  packed.reserve(subjects.size());
  for (const GallerySubject& subject : subjects) {
    TAANU_ASSIGN_OR_RETURN(packed.emplace_back(), PackSubject(subject));
  }
  const std::lock_guard lock(contents_->writing);
  std::unordered_set<SubjectId, SubjectIdHash> seen;
  for (const PackedSubject& subject : packed) {
    if (contents_->index.contains(subject.id) || !seen.insert(subject.id).second) {
      return SubjectExists();
    }
  }
  Edit edit = contents_->Begin();
  for (const PackedSubject& subject : packed) edit.Append(subject);
  contents_->current.Store(edit.Finish());
  return {};
}

Status Gallery::Replace(const GallerySubject& subject) {
  TAANU_ASSIGN_OR_RETURN(const PackedSubject packed, PackSubject(subject));
  const std::lock_guard lock(contents_->writing);
  Edit edit = contents_->Begin();
  if (contents_->index.contains(subject.id)) edit.Remove(subject.id);
  edit.Append(packed);
  contents_->current.Store(edit.Finish());
  return {};
}

Status Gallery::AddViews(const SubjectId& id, std::span<const FingerView> views) {
  TAANU_ASSIGN_OR_RETURN(std::vector<PackedView> packed, PackAll(views));
  const std::lock_guard lock(contents_->writing);
  if (!contents_->index.contains(id)) return NoSubject();
  Edit edit = contents_->Begin();
  PackedSubject subject = edit.Extract(id);
  if (subject.views.size() + packed.size() > kSubjectViewsMax) {
    return Fail(ErrorCode::kExhausted, "TOO_MANY_VIEWS",
                "a subject can have at most " + std::to_string(kSubjectViewsMax) + " views");
  }
  for (PackedView& view : packed) subject.views.push_back(std::move(view));
  edit.Remove(id);
  edit.Append(subject);
  contents_->current.Store(edit.Finish());
  return {};
}

Status Gallery::RemoveViews(const SubjectId& id, FingerPosition position) {
  const std::lock_guard lock(contents_->writing);
  if (!contents_->index.contains(id)) return NoSubject();
  Edit edit = contents_->Begin();
  PackedSubject subject = edit.Extract(id);
  if (std::erase_if(subject.views,
                    [position](const PackedView& v) { return v.position == position; }) == 0) {
    return Fail(ErrorCode::kNotFound, "NO_VIEWS", "the subject has no view of this finger");
  }
  edit.Remove(id);
  if (!subject.views.empty()) edit.Append(subject);
  contents_->current.Store(edit.Finish());
  return {};
}

Status Gallery::Remove(const SubjectId& id) { return RemoveAll({&id, 1}); }

Status Gallery::RemoveAll(std::span<const SubjectId> ids) {
  const std::lock_guard lock(contents_->writing);
  std::unordered_set<SubjectId, SubjectIdHash> seen;
  for (const SubjectId& id : ids) {
    if (!contents_->index.contains(id) || !seen.insert(id).second) return NoSubject();
  }
  Edit edit = contents_->Begin();
  for (const SubjectId& id : ids) edit.Remove(id);
  contents_->current.Store(edit.Finish());
  return {};
}

bool Gallery::Contains(const SubjectId& id) const {
  const std::lock_guard lock(contents_->writing);
  return contents_->index.contains(id);
}

std::optional<uint32_t> Gallery::NumberOf(const SubjectId& id) const {
  const std::lock_guard lock(contents_->writing);
  const auto at = contents_->index.find(id);
  if (at == contents_->index.end()) return std::nullopt;
  const auto state = contents_->current.Load();
  const gallery::Segment& segment = *state->parts[at->second].segment;
  return segment.subjects()[segment.Find(id)].number;
}

GallerySize Gallery::size() const {
  const auto state = contents_->current.Load();
  return {state->subjects, state->views, state->minutiae,
          state->segment_bytes + state->parts.size() * sizeof(gallery::Part) +
              state->subjects * kIndexEntryBytes};
}

Result<SearchResult> Gallery::Search(std::span<const FingerView> probe,
                                     const SearchOptions& options) const {
  TAANU_RETURN_IF_ERROR(CheckViews(probe));
  TAANU_RETURN_IF_ERROR(gallery::CheckOptions(options));
  if (options.mode == SearchMode::kIndexed && !contents_->indexed) {
    return Fail(ErrorCode::kBadInput, "BAD_OPTION", "the gallery was made without an index");
  }
  return gallery::Search(*contents_->current.Load(), probe, options);
}

}  // namespace taanu
