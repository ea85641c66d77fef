// A gallery to search one print, or several of one person, among many people's (1:N).
//
// A search finds the views that are most alike by compact descriptors, among all or among those
// that an index gives, then compares the best ones in full with the Comparator, so that every score
// given is a calibrated one. It works on the gallery as it was when the search began: changes made
// meanwhile neither delay it nor show in it.
//
// Thread-safety: all methods may be called from any thread at any time. A search never waits for a
// change; changes wait for each other. Nothing is kept on disk. Templates are kept in the clear in
// memory, and are overwritten by nothing when they go.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "matcher/error.h"
#include "matcher/gallery/subject_id.h"
#include "matcher/template.h"

namespace taanu {

// Views of one person, or in a probe, at most.
inline constexpr size_t kSubjectViewsMax = 255;
inline constexpr size_t kSearchThreadsMax = 256;
inline constexpr size_t kSearchClustersMax = 256;

struct GallerySubject {
  SubjectId id;
  // What searches can be restricted by: a group, such as a precinct, and a number, such as a row of
  // the register, by which a bitmap names the person. Neither need be unique.
  uint32_t group = 0;
  uint32_t number = 0;
  std::vector<FingerView> views;  // 1 to kSubjectViewsMax, of any fingers
};

// What is compared in full. Speeds and losses of each are in matcher/README.md.
enum class SearchMode : uint8_t {
  // Of all views those whose descriptors are most alike and agree about one motion.
  kExhaustive,
  // The same of the views that the index finds, and of the last ones, which it does not hold yet.
  // Some mates are missed that the other modes find, and which ones may depend on the order in
  // which the gallery came about. Only where the gallery has an index.
  kIndexed,
  // Everything.
  kFull,
};

struct SearchOptions {
  SearchMode mode = SearchMode::kExhaustive;
  // How many candidates to give, at most.
  size_t top_k = 10;
  // The lowest score of a candidate, 0 to kScoreMax.
  double score_min = 0;
  // When to stop, and a flag that anyone may set to stop at once. A search stops within about a
  // millisecond, or within one comparison where that takes longer (at most 5 ms).
  std::optional<std::chrono::steady_clock::time_point> deadline;
  const std::atomic<bool>* cancelled = nullptr;  // must outlive the search
  // Only these groups, in any order, where it is set.
  std::optional<std::vector<uint32_t>> groups;
  // Only people whose number has its bit set (number % 64 of word number / 64), where it is set;
  // numbers beyond the end are not searched. The words must not change during the search.
  std::optional<std::span<const uint64_t>> members;
  // Only people whose number is lower, where it is set. Where people are numbered as they come, a
  // search of each among those before it looks at every pair once.
  std::optional<uint32_t> numbers_below;
  // By how many views of the probe people are looked for, the first ones; whoever is found is
  // compared by all.
  size_t probe_views_screened = kSubjectViewsMax;
  // Of the views searched, the share that is best by its descriptors, or by its votes in an index,
  // is checked for whether the minutiae that are alike agree about one motion; and how many at
  // least, for each view of the probe. Never fewer than are compared. Where no share is set it is
  // kCheckShare, or kCheckShareIndexed of kIndexed.
  static constexpr double kCheckShare = 0.02;
  static constexpr double kCheckShareIndexed = 0.01;
  std::optional<double> check_share;
  size_t check_min = 128;
  // The share of the views searched that is best by that check is compared in full, and how many at
  // least, for each view of the probe.
  double shortlist_share = 0.0005;
  size_t shortlist_min = 16;
  // In how many clusters of an index neighbours are looked for of each minutia of the probe, 1 to
  // kSearchClustersMax: more are slower and miss fewer.
  size_t clusters = 6;
  // Views whose check finds less agreement than this are not compared, in any mode that checks. The
  // coherence is about the number of minutiae that agree about one motion. Fingers whose score is
  // high are never below some coherence, and strangers hardly ever above: so a search with a high
  // score_min spares nearly all comparisons (matcher/README.md).
  double coherence_min = 0;
  // 1 to kSearchThreadsMax. The answer does not depend on it.
  size_t threads = 1;
};

struct Candidate {
  SubjectId id;
  // Calibrated as a comparison's (-10 log10(FMR)) over all views of the probe and of the person:
  // the chance that one given other person scores as high. In a gallery of N people the chance that
  // anyone does is about N times as large.
  double score = 0;

  friend bool operator==(const Candidate&, const Candidate&) = default;
};

enum class SearchEnd : uint8_t { kComplete, kDeadline, kCancelled };

struct SearchResult {
  // By score, the highest first, then by identifier, the lowest first. Where the search did not end
  // complete, what was found until then.
  std::vector<Candidate> candidates;
  SearchEnd end = SearchEnd::kComplete;
  size_t views_total = 0;  // in the gallery
  // Counted once for each view of the probe: those whose votes in an index were counted, those
  // whose descriptors were all screened, and those of both that were checked further.
  size_t views_looked_up = 0;
  size_t views_screened = 0;
  size_t views_checked = 0;
  size_t subjects_shortlisted = 0;
  size_t subjects_compared = 0;
  size_t comparisons = 0;

  // Only a complete search without candidates says that nobody was found; another one says nothing.
  bool complete() const { return end == SearchEnd::kComplete; }
};

struct GallerySize {
  size_t subjects = 0;
  size_t views = 0;
  size_t minutiae = 0;
  size_t bytes = 0;  // of memory, the index by identifier estimated
};

// An index takes some 1.2 KB a view, and makes insertions slower.
enum class GalleryKind : uint8_t { kPlain, kIndexed };

class Gallery {
 public:
  explicit Gallery(GalleryKind kind = GalleryKind::kPlain);
  ~Gallery();
  Gallery(const Gallery&) = delete;
  Gallery& operator=(const Gallery&) = delete;

  // Each change is seen by every search that begins after it returned, and by none in part.
  // Errors of all that take views: kBadInput (NO_VIEWS, BAD_POSITION), kExhausted (TOO_MANY_VIEWS),
  // kUnsupported (VIEW_TOO_LARGE: minutiae more than 65 mm apart). The gallery is then as before.

  // Errors: kConflict (SUBJECT_EXISTS), also where an identifier comes twice in `subjects`.
  Status Insert(const GallerySubject& subject);
  // All or none, in one step; the way to load many, since each change costs a copy of a segment.
  Status InsertAll(std::span<const GallerySubject> subjects);
  // Puts the subject in the place of the one of that identifier; inserts where there is none.
  Status Replace(const GallerySubject& subject);
  // Errors: kNotFound (NO_SUBJECT).
  Status AddViews(const SubjectId& id, std::span<const FingerView> views);
  // Removes the views of one finger, and the subject with its last view. Errors: kNotFound
  // (NO_SUBJECT, NO_VIEWS).
  Status RemoveViews(const SubjectId& id, FingerPosition position);
  // Errors: kNotFound (NO_SUBJECT).
  Status Remove(const SubjectId& id);
  // All or none, in one step. Errors: kNotFound (NO_SUBJECT), also where one comes twice.
  Status RemoveAll(std::span<const SubjectId> ids);

  bool Contains(const SubjectId& id) const;
  // What the person was inserted with, if they are there.
  std::optional<uint32_t> NumberOf(const SubjectId& id) const;
  GallerySize size() const;

  // Views of the probe and of a person are compared where their positions are the same or either is
  // unknown. Errors: kBadInput (NO_VIEWS, BAD_POSITION, BAD_OPTION), kExhausted (TOO_MANY_VIEWS).
  Result<SearchResult> Search(std::span<const FingerView> probe,
                              const SearchOptions& options = {}) const;

 private:
  struct Contents;
  std::unique_ptr<Contents> contents_;
};

}  // namespace taanu
