#include "enroll/dedup/duplicate_search.h"

#include <algorithm>
#include <functional>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>

#include "enroll/register/byte_io.h"
#include "matcher/compare/comparator.h"
#include "matcher/gallery/on_threads.h"

namespace taanu {
namespace {

constexpr double kFalsePairsMax = 1'000'000;
constexpr uint64_t kSampleMax = 10'000;
// People that are added, and that are searched, at once.
constexpr size_t kBatch = 4096;
constexpr int kPage = 256;
// Scores of strangers below this are not kept: one in ten reaches it.
constexpr double kStrangerScoreLeast = 10;
// More than so many likely duplicates of one person are one case for a human all the same.
constexpr size_t kPairsEach = 100;

SubjectId IdOf(const KeyedReference& voter) {
  ByteReader bytes(voter);
  const auto high = bytes.Int<uint64_t>();
  const auto low = bytes.Int<uint64_t>();
  return {high, low};
}

KeyedReference ReferenceOf(const SubjectId& id) {
  std::vector<uint8_t> bytes;
  PutInt(&bytes, id.high);
  PutInt(&bytes, id.low);
  KeyedReference voter{};
  std::ranges::copy(bytes, voter.begin());
  return voter;
}

// Nobody is looked for among those who were taken off the roll, some of them as duplicates.
std::vector<FingerView> ViewsOf(const EnrolledVoter& voter) {
  std::vector<FingerView> views;
  if (voter.inactive) return views;
  for (const FingerReference& finger : voter.fingers) {
    if (!finger.view.minutiae.empty()) views.push_back(finger.view);
  }
  return views;
}

bool Before(const LikelyDuplicate& a, const LikelyDuplicate& b) {
  if (a.score != b.score) return a.score > b.score;
  return std::tie(a.first, a.second) < std::tie(b.first, b.second);
}

// Each pair once: one of the two who was enrolled again meanwhile has found it again, perhaps at
// another score, of which the higher one stands.
void KeepEachOnce(std::vector<LikelyDuplicate>* pairs) {
  std::ranges::sort(*pairs, [](const LikelyDuplicate& a, const LikelyDuplicate& b) {
    return std::tie(a.first, a.second, b.score) < std::tie(b.first, b.second, a.score);
  });
  const auto same = [](const LikelyDuplicate& a, const LikelyDuplicate& b) {
    return a.first == b.first && a.second == b.second;
  };
  pairs->erase(std::unique(pairs->begin(), pairs->end(), same), pairs->end());
  std::ranges::sort(*pairs, Before);
}

bool Cancelled(const DuplicateSearchOptions& options) {
  return options.cancelled != nullptr && *options.cancelled;
}

// People at equal distances in the order of their references, which means nothing.
Result<std::vector<EnrolledVoter>> Sample(const Register& voters, uint64_t people,
                                          const DuplicateSearchOptions& options) {
  std::vector<EnrolledVoter> sample;
  const uint64_t step = std::max<uint64_t>(1, people / std::max<uint64_t>(1, options.sample));
  std::optional<KeyedReference> after;
  for (uint64_t k = 0; !Cancelled(options);) {
    TAANU_ASSIGN_OR_RETURN(const std::vector<VoterSummary> page,
                           voters.List("", false, after, kPage));
    if (page.empty()) break;
    after = page.back().reference;
    for (const VoterSummary& summary : page) {
      if (!summary.active || summary.reference_count == 0 || k++ % step != 0) continue;
      auto voter = voters.Find(summary.reference);
      if (voter) sample.push_back(*std::move(voter));
    }
  }
  return sample;
}

// Everybody of a register against a search, a page at a time: a search takes hours, for which no
// snapshot of the store may be held.
class Pass {
 public:
  Pass(const DuplicateSearch& search, const Register& voters, const DuplicateSearchOptions& options)
      : search_(search), voters_(voters), options_(options) {
    result_.people = search.people();
    result_.fmr = DuplicateFmr(options.false_pairs, result_.people);
  }

  Result<DuplicateSearchResult> Run() {
    TAANU_ASSIGN_OR_RETURN(const StrangerScale scale,
                           MeasureStrangers(voters_, result_.people, options_));
    result_.strangers = scale.pairs();
    // No pair scores higher than this, so one that has to would never be found.
    result_.score_min = std::min(scale.ScoreAt(result_.fmr), kScoreMax);
    result_.times_claimed = scale.TimesClaimed(result_.score_min);
    std::optional<KeyedReference> after;
    TAANU_RETURN_IF_ERROR(Tell());
    while (!Cancelled(options_)) {
      TAANU_ASSIGN_OR_RETURN(const std::vector<VoterSummary> page,
                             voters_.List("", false, after, kPage));
      result_.complete = page.empty();
      if (result_.complete) break;
      after = page.back().reference;
      TAANU_RETURN_IF_ERROR(SearchPage(page));
      TAANU_RETURN_IF_ERROR(Tell());
    }
    KeepEachOnce(&result_.pairs);
    return std::move(result_);
  }

 private:
  Status Tell() const { return options_.progress ? options_.progress(result_) : Status(); }
  Status SearchPage(const std::vector<VoterSummary>& page) {
    std::atomic<size_t> next{0};
    gallery::OnThreads(options_.threads, [this, &page, &next](size_t /*thread*/) {
      for (size_t k = next++; k < page.size() && !Cancelled(options_); k = next++)
        SearchOne(page[k]);
    });
    return std::exchange(failed_, {});
  }

  void SearchOne(const VoterSummary& summary) {
    if (!summary.active) return;
    const auto voter = voters_.Find(summary.reference);
    if (!voter) return Fails(voter.error());
    const bool usable = !ViewsOf(*voter).empty() && !search_.LeftOut(summary.reference);
    if (!usable || !search_.Contains(summary.reference)) {
      const std::lock_guard lock(mutex_);
      ++(usable ? result_.arrived : result_.unsearched);
      return;
    }
    const auto found = search_.FindBefore(*voter, result_.score_min, kPairsEach);
    if (!found) return Fails(found.error());
    const std::lock_guard lock(mutex_);
    ++result_.searched;
    result_.pairs.insert(result_.pairs.end(), found->begin(), found->end());
  }

  void Fails(const Error& error) {
    // Who left the register meanwhile is not searched.
    if (error.code == ErrorCode::kNotFound) return;
    const std::lock_guard lock(mutex_);
    failed_ = tl::make_unexpected(error);
  }

  const DuplicateSearch& search_;
  const Register& voters_;
  const DuplicateSearchOptions& options_;
  std::mutex mutex_;  // over the two below
  DuplicateSearchResult result_;
  Status failed_;
};

}  // namespace

double DuplicateFmr(double false_pairs, uint64_t people) {
  if (people < 2) return 1;
  const auto n = static_cast<double>(people);
  return std::min(1.0, false_pairs / (n * (n - 1) / 2));
}

Result<StrangerScale> MeasureStrangers(const Register& voters, uint64_t people,
                                       const DuplicateSearchOptions& options) {
  if (options.sample == 0) return StrangerScale();
  TAANU_ASSIGN_OR_RETURN(const std::vector<EnrolledVoter> sample, Sample(voters, people, options));
  Gallery gallery;
  std::vector<double> scores;
  uint64_t pairs = 0;
  for (const EnrolledVoter& voter : sample) {
    const GallerySubject subject{IdOf(voter.reference), 0, 0, ViewsOf(voter)};
    if (subject.views.empty()) continue;
    SearchOptions search;
    search.mode = SearchMode::kFull;
    search.top_k = SIZE_MAX;
    search.score_min = kStrangerScoreLeast;
    search.threads = options.threads;
    search.cancelled = options.cancelled;
    const auto searched = gallery.Search(subject.views, search);
    if (!searched) continue;
    const SearchResult& found = *searched;
    for (const Candidate& candidate : found.candidates) scores.push_back(candidate.score);
    pairs += found.subjects_compared;
    // One of no finger's size is nobody to measure by.
    (void)gallery.Insert(subject);
  }
  return StrangerScale(std::move(scores), pairs);
}

GallerySubject DuplicateSearch::SubjectOf(const EnrolledVoter& voter) {
  return {IdOf(voter.reference), 0, next_number_++, ViewsOf(voter)};
}

Status DuplicateSearch::InsertEach(std::span<const GallerySubject> subjects) {
  for (const GallerySubject& subject : subjects) {
    const Status inserted = gallery_.Insert(subject);
    if (inserted) continue;
    if (inserted.error().code != ErrorCode::kUnsupported) return inserted;
    left_out_.insert(ReferenceOf(subject.id));
  }
  return {};
}

Status DuplicateSearch::Load(const Register& voters, const std::atomic<bool>* cancelled) {
  std::vector<GallerySubject> batch;
  const auto insert = [this, &batch]() -> Status {
    Status inserted = gallery_.InsertAll(batch);
    // One reference that cannot be searched for must not keep all others from being.
    if (!inserted && inserted.error().code == ErrorCode::kUnsupported) {
      inserted = InsertEach(batch);
    }
    batch.clear();
    return inserted;
  };
  TAANU_RETURN_IF_ERROR(voters.ForEach([&](const EnrolledVoter& voter) -> Status {
    if (cancelled != nullptr && *cancelled) {
      return Fail(ErrorCode::kCancelled, "CANCELLED", "the search was ended before it began");
    }
    GallerySubject subject = SubjectOf(voter);
    if (subject.views.empty()) return {};
    batch.push_back(std::move(subject));
    return batch.size() < kBatch ? Status() : insert();
  }));
  return insert();
}

Status DuplicateSearch::Put(const EnrolledVoter& voter) {
  const GallerySubject subject = SubjectOf(voter);
  if (!subject.views.empty()) return gallery_.Replace(subject);
  Remove(voter.reference);
  return {};
}

bool DuplicateSearch::Contains(const KeyedReference& voter) const {
  return gallery_.Contains(IdOf(voter));
}

void DuplicateSearch::Remove(const KeyedReference& voter) {
  // Who is not there need not be removed.
  (void)gallery_.Remove(IdOf(voter));
}

Result<std::vector<LikelyDuplicate>> DuplicateSearch::Find(const EnrolledVoter& voter,
                                                           double score_min, size_t limit) const {
  SearchOptions options;
  options.score_min = score_min;
  return Search(voter, options, limit);
}

Result<std::vector<LikelyDuplicate>> DuplicateSearch::FindBefore(const EnrolledVoter& voter,
                                                                 double score_min,
                                                                 size_t limit) const {
  SearchOptions options;
  options.score_min = score_min;
  options.numbers_below = gallery_.NumberOf(IdOf(voter.reference));
  // Who was removed meanwhile has nobody before them.
  if (!options.numbers_below) return std::vector<LikelyDuplicate>();
  return Search(voter, options, limit);
}

Result<std::vector<LikelyDuplicate>> DuplicateSearch::Search(const EnrolledVoter& voter,
                                                             SearchOptions options,
                                                             size_t limit) const {
  std::vector<FingerView> views = ViewsOf(voter);
  if (views.empty()) return std::vector<LikelyDuplicate>();
  std::ranges::stable_sort(views, std::greater<>(), &FingerView::quality);
  options.mode = SearchMode::kIndexed;
  options.probe_views_screened = tuning_.fingers_screened;
  options.clusters = tuning_.clusters;
  options.check_share = tuning_.check_share;
  options.shortlist_share = tuning_.shortlist_share;
  options.shortlist_min = tuning_.shortlist_min;
  // One more, for the voter.
  options.top_k = limit + 1;
  options.score_min = std::clamp(options.score_min, 0.0, kScoreMax);
  TAANU_ASSIGN_OR_RETURN(const SearchResult found, gallery_.Search(views, options));
  std::vector<LikelyDuplicate> pairs;
  for (const Candidate& candidate : found.candidates) {
    const KeyedReference other = ReferenceOf(candidate.id);
    if (other == voter.reference || pairs.size() == limit) continue;
    pairs.push_back(
        {std::min(voter.reference, other), std::max(voter.reference, other), candidate.score});
  }
  return pairs;
}

Result<DuplicateSearchResult> DuplicateSearch::Run(const Register& voters,
                                                   const DuplicateSearchOptions& options) const {
  if (!(options.false_pairs > 0 && options.false_pairs <= kFalsePairsMax)) {
    return Fail(ErrorCode::kBadInput, "BAD_OPTION",
                "false_pairs must be above 0 and at most 1,000,000");
  }
  if (options.threads < 1 || options.threads > kSearchThreadsMax) {
    return Fail(ErrorCode::kBadInput, "BAD_OPTION", "threads must be from 1 to 256");
  }
  if (options.sample > kSampleMax) {
    return Fail(ErrorCode::kBadInput, "BAD_OPTION", "sample must be at most 10,000");
  }
  return Pass(*this, voters, options).Run();
}

}  // namespace taanu
