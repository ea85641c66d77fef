#include "service/cases/background_search.h"

#include <pthread.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "enroll/dedup/duplicate_search.h"

namespace taanu {
namespace {

// Below bulk loads; voters at the polls never wait for a search. See setpriority(2).
constexpr int kNiceness = 19;
constexpr double kFalsePairsMax = 1'000'000;
// How a search ended is written again at this interval where it cannot be, such as on a full disk.
constexpr std::chrono::seconds kRetryInterval{1};

SearchFigures FiguresOf(const DuplicateSearchResult& result, uint64_t cases) {
  return {.people = result.people,
          .searched = result.searched,
          .unsearched = result.unsearched,
          .arrived = result.arrived,
          .fmr = result.fmr,
          .score_min = result.score_min,
          .times_claimed = result.times_claimed,
          .strangers = result.strangers,
          .pairs = result.pairs.size(),
          .cases = cases};
}

}  // namespace

class BackgroundSearch::Impl {
 public:
  Impl(const Register* voters, CaseBook* cases, SearchLog* log, BackgroundSearchOptions options)
      : voters_(*voters), cases_(*cases), log_(*log), options_(std::move(options)) {}

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      cancelled_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
  }

  Result<SearchRecord> Start(const std::string& request_id, const KeyedReference& operator_ref,
                             double false_pairs) {
    if (!(false_pairs > 0 && false_pairs <= kFalsePairsMax)) {
      return Fail(ErrorCode::kBadInput, "BAD_FALSE_PAIRS",
                  "false_pairs must be above 0 and at most 1,000,000");
    }
    // Over the whole of it, so that no two searches share the thread.
    const std::lock_guard one(starting_);
    bool begun = false;
    TAANU_ASSIGN_OR_RETURN(SearchRecord search,
                           log_.Begin(request_id, operator_ref, false_pairs, &begun));
    if (!begun) return Get(search.search_id);
    // The one before has written its end, or Begin would have refused.
    if (thread_.joinable()) thread_.join();
    const std::lock_guard lock(mutex_);
    cancelled_ = stopping_;
    running_ = search;
    running_->figures = SearchFigures();
    try {
      thread_ = std::thread([this, search] { Run(search); });
    } catch (const std::exception&) {
      search = *std::exchange(running_, std::nullopt);
      search.end_reason = "NO_THREAD";
      TAANU_RETURN_IF_ERROR(log_.End(search));
      return Fail(ErrorCode::kUnavailable, "NO_THREAD",
                  "the system gives the daemon no further thread; try again later");
    }
    return *running_;
  }

  Result<SearchRecord> Get(uint64_t search_id) const {
    // First what is kept: a search that ends meanwhile is then told as running, and not as unknown.
    TAANU_ASSIGN_OR_RETURN(SearchRecord search, log_.Find(search_id));
    const std::lock_guard lock(mutex_);
    if (!search.ended() && running_ && running_->search_id == search.search_id) return *running_;
    return search;
  }

  Result<SearchRecord> Cancel(uint64_t search_id, const KeyedReference& operator_ref) {
    TAANU_ASSIGN_OR_RETURN(SearchRecord search, Get(search_id));
    const std::lock_guard lock(mutex_);
    if (!search.ended() && running_ && running_->search_id == search.search_id && !cancelled_) {
      running_->cancelled_by = operator_ref;
      cancelled_ = true;
    }
    return search;
  }

 private:
  void Run(const SearchRecord& search) {
    pthread_setname_np(pthread_self(), "dedup");
    // Of the calling thread alone, and of those that it starts.
    (void)setpriority(PRIO_PROCESS, 0, kNiceness);
    std::string reason;
    try {
      const Result<bool> complete = Search(search);
      if (!complete) {
        reason = complete.error().reason;
      } else {
        reason = *complete ? kSearchComplete : kSearchCancelled;
      }
    } catch (const std::exception&) {
      reason = "OUT_OF_MEMORY";
    }
    WriteEnd(std::move(reason));
  }

  // True where everybody was searched.
  Result<bool> Search(const SearchRecord& search) {
    DuplicateSearch searcher;
    TAANU_RETURN_IF_ERROR(searcher.Load(voters_, &cancelled_));
    DuplicateSearchOptions options;
    options.false_pairs = search.false_pairs;
    options.threads = options_.threads;
    options.cancelled = &cancelled_;
    size_t seen = 0;
    uint64_t opened = 0;
    options.progress = [&](const DuplicateSearchResult& so_far) -> Status {
      TAANU_ASSIGN_OR_RETURN(const uint64_t more, OpenCases(so_far, &seen));
      opened += more;
      Show(FiguresOf(so_far, opened));
      return {};
    };
    TAANU_ASSIGN_OR_RETURN(const DuplicateSearchResult result, searcher.Run(voters_, options));
    Show(FiguresOf(result, opened));
    return result.complete;
  }

  // Opens cases for the pairs after the first `*seen`.
  Result<uint64_t> OpenCases(const DuplicateSearchResult& so_far, size_t* seen) {
    std::vector<RegisterPair> fresh;
    for (const LikelyDuplicate& pair : std::span(so_far.pairs).subspan(*seen)) {
      fresh.push_back({.first = pair.first,
                       .second = pair.second,
                       .score = pair.score,
                       .threshold_score = so_far.score_min,
                       .threshold_fmr = so_far.fmr,
                       .algorithm_version = options_.algorithm_version});
    }
    *seen = so_far.pairs.size();
    return cases_.OpenForPairs(fresh);
  }

  void Show(const SearchFigures& figures) {
    const std::lock_guard lock(mutex_);
    running_->figures = figures;
  }

  // A search whose end cannot be written stays one that runs; the next start of the daemon ends it.
  void WriteEnd(std::string reason) {
    std::unique_lock lock(mutex_);
    if (reason == kSearchCancelled && !running_->cancelled_by) reason = kSearchInterrupted;
    running_->end_reason = std::move(reason);
    for (;;) {
      const SearchRecord ended = *running_;
      lock.unlock();
      const Status written = log_.End(ended);
      lock.lock();
      if (written || wake_.wait_for(lock, kRetryInterval, [this] { return stopping_; })) break;
    }
    running_.reset();
  }

  const Register& voters_;
  CaseBook& cases_;
  SearchLog& log_;
  const BackgroundSearchOptions options_;

  std::mutex starting_;
  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::optional<SearchRecord> running_;  // guarded by mutex_
  bool stopping_ = false;                // guarded by mutex_
  std::atomic<bool> cancelled_ = false;
  std::thread thread_;  // guarded by starting_
};

BackgroundSearch::BackgroundSearch(const Register* voters, CaseBook* cases, SearchLog* log,
                                   BackgroundSearchOptions options)
    : impl_(std::make_unique<Impl>(voters, cases, log, std::move(options))) {}
BackgroundSearch::~BackgroundSearch() = default;

Result<SearchRecord> BackgroundSearch::Start(const std::string& request_id,
                                             const KeyedReference& operator_ref,
                                             double false_pairs) {
  return impl_->Start(request_id, operator_ref, false_pairs);
}

Result<SearchRecord> BackgroundSearch::Get(uint64_t search_id) const {
  return impl_->Get(search_id);
}

Result<SearchRecord> BackgroundSearch::Cancel(uint64_t search_id,
                                              const KeyedReference& operator_ref) {
  return impl_->Cancel(search_id, operator_ref);
}

}  // namespace taanu
