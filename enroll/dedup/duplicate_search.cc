#include "enroll/dedup/duplicate_search.h"

#include <algorithm>
#include <mutex>
#include <optional>
#include <thread>
#include <tuple>
#include <utility>

#include "enroll/register/byte_io.h"
#include "matcher/compare/comparator.h"

namespace taanu {
namespace {

constexpr double kFalsePairsMax = 1'000'000;
// People that are added, and that are searched, at once.
constexpr size_t kBatch = 4096;
constexpr int kPage = 256;
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

std::vector<FingerView> ViewsOf(const EnrolledVoter& voter) {
  std::vector<FingerView> views;
  for (const FingerReference& finger : voter.fingers) {
    if (!finger.view.minutiae.empty()) views.push_back(finger.view);
  }
  return views;
}

GallerySubject SubjectOf(const EnrolledVoter& voter) {
  return {IdOf(voter.reference), 0, 0, ViewsOf(voter)};
}

bool Before(const LikelyDuplicate& a, const LikelyDuplicate& b) {
  if (a.score != b.score) return a.score > b.score;
  return std::tie(a.first, a.second) < std::tie(b.first, b.second);
}

// Each pair once: it may have been found from both sides, at scores that differ a little, of which
// the higher one stands.
void KeepEachOnce(std::vector<LikelyDuplicate>* pairs) {
  std::ranges::sort(*pairs, [](const LikelyDuplicate& a, const LikelyDuplicate& b) {
    return std::tie(a.first, a.second, b.score) < std::tie(b.first, b.second, a.score);
  });
  const auto rest = std::ranges::unique(*pairs, [](const auto& a, const auto& b) {
    return a.first == b.first && a.second == b.second;
  });
  pairs->erase(rest.begin(), rest.end());
  std::ranges::sort(*pairs, Before);
}

// Everybody of a register against a search, a page at a time: a search takes hours, for which no
// snapshot of the store may be held.
class Pass {
 public:
  Pass(const DuplicateSearch& search, const Register& voters, const DuplicateSearchOptions& options)
      : search_(search), voters_(voters), options_(options) {
    result_.people = search.people();
    result_.fmr = DuplicateFmr(options.false_pairs, result_.people);
    result_.score_min = ScoreForFmr(result_.fmr);
  }

  Result<DuplicateSearchResult> Run() {
    std::optional<KeyedReference> after;
    while (!Cancelled()) {
      TAANU_ASSIGN_OR_RETURN(const std::vector<VoterSummary> page,
                             voters_.List("", false, after, kPage));
      if (page.empty()) break;
      after = page.back().reference;
      TAANU_RETURN_IF_ERROR(SearchPage(page));
      if (options_.progress) options_.progress(result_.searched, result_.people);
    }
    KeepEachOnce(&result_.pairs);
    return std::move(result_);
  }

 private:
  bool Cancelled() const { return options_.cancelled != nullptr && *options_.cancelled; }

  Status SearchPage(const std::vector<VoterSummary>& page) {
    std::atomic<size_t> next{0};
    std::vector<std::thread> others;
    const auto work = [this, &page, &next] {
      for (size_t k = next++; k < page.size() && !Cancelled(); k = next++) SearchOne(page[k]);
    };
    for (size_t t = 1; t < options_.threads; ++t) others.emplace_back(work);
    work();
    for (std::thread& other : others) other.join();
    return std::exchange(failed_, {});
  }

  void SearchOne(const VoterSummary& summary) {
    const auto voter = voters_.Find(summary.reference);
    if (!voter) return Fails(voter.error());
    const auto found = search_.Find(*voter, result_.fmr, kPairsEach);
    if (!found) return Fails(found.error());
    const std::lock_guard lock(mutex_);
    ++(ViewsOf(*voter).empty() ? result_.unsearched : result_.searched);
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

Status DuplicateSearch::Load(const Register& voters) {
  std::vector<GallerySubject> batch;
  const auto insert = [this, &batch] {
    Status inserted = gallery_.InsertAll(batch);
    batch.clear();
    return inserted;
  };
  TAANU_RETURN_IF_ERROR(voters.ForEach([&](const EnrolledVoter& voter) -> Status {
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

void DuplicateSearch::Remove(const KeyedReference& voter) {
  // Who is not there need not be removed.
  (void)gallery_.Remove(IdOf(voter));
}

Result<std::vector<LikelyDuplicate>> DuplicateSearch::Find(const EnrolledVoter& voter, double fmr,
                                                           size_t limit) const {
  const std::vector<FingerView> views = ViewsOf(voter);
  if (views.empty()) return std::vector<LikelyDuplicate>();
  SearchOptions options;
  options.mode = SearchMode::kIndexed;
  // One more, for the voter.
  options.top_k = limit + 1;
  options.score_min = std::min(ScoreForFmr(fmr), kScoreMax);
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
  return Pass(*this, voters, options).Run();
}

}  // namespace taanu
