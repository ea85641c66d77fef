#include "matcher/gallery/search.h"

#include <cmath>
#include <functional>
#include <string>
#include <system_error>
#include <thread>

#include "matcher/compare/comparator.h"
#include "matcher/compare/prepared.h"
#include "matcher/gallery/fusion.h"
#include "matcher/gallery/segment_screener.h"

namespace taanu::gallery {
namespace {

// A subject that is to be compared in full.
struct Chosen {
  uint32_t segment = 0;
  uint32_t subject = 0;

  friend auto operator<=>(const Chosen&, const Chosen&) = default;
};

// Calls work(0) to work(threads - 1), each on a thread, the last ones on the caller's where the
// system gives no more threads. The work shares itself out, so fewer threads only take longer.
void OnThreads(size_t threads, const std::function<void(size_t)>& work) {
  std::vector<std::thread> running;
  running.reserve(threads);
  try {
    for (size_t t = 1; t < threads; ++t) running.emplace_back(work, t);
  } catch (const std::system_error&) {
    // The threads that did start share the work with this one.
  }
  work(0);
  for (std::thread& thread : running) thread.join();
}

// One view of the probe.
struct ProbeView {
  explicit ProbeView(const FingerView& view)
      : position(view.position), prepared(view), code(Describe(prepared.data())) {}

  FingerPosition position;
  Prepared prepared;
  ProbeCode code;
};

class Searcher {
 public:
  Searcher(const State& state, std::span<const FingerView> probe, const SearchOptions& options)
      : state_(state),
        options_(options),
        restriction_(options),
        stop_(options.deadline, options.cancelled) {
    probe_.reserve(probe.size());
    for (const FingerView& view : probe) probe_.emplace_back(view);
    result_.views_total = state.views;
  }

  SearchResult Run() {
    std::vector<Chosen> chosen = options_.shortlist_share >= 1 ? Everyone() : ScreenAll();
    result_.subjects_shortlisted = chosen.size();
    CompareAll(chosen);
    std::sort(result_.candidates.begin(), result_.candidates.end(),
              [](const Candidate& a, const Candidate& b) {
                return a.score != b.score ? a.score > b.score : a.id < b.id;
              });
    if (result_.candidates.size() > options_.top_k) result_.candidates.resize(options_.top_k);
    result_.end = stop_.end();
    return std::move(result_);
  }

 private:
  size_t ShortlistSize(size_t views) const {
    const double share = std::ceil(options_.shortlist_share * static_cast<double>(views));
    return std::min(views, std::max(options_.shortlist_min, static_cast<size_t>(share)));
  }

  std::vector<Chosen> Everyone() {
    std::vector<Chosen> chosen;
    for (uint32_t k = 0; k < state_.segments.size() && !stop_.ShouldStop(); ++k) {
      const auto subjects = state_.segments[k]->subjects();
      for (uint32_t s = 0; s < subjects.size(); ++s) {
        if (restriction_.Allows(subjects[s])) chosen.push_back({k, s});
      }
    }
    return chosen;
  }

  std::vector<Chosen> ScreenAll() {
    const size_t threads = std::min(options_.threads, std::max<size_t>(1, state_.segments.size()));
    // How many views may be searched is known at the end; the whole gallery bounds it.
    const size_t most = ShortlistSize(state_.views);
    std::vector<std::vector<Shortlist>> lists(
        threads, std::vector<Shortlist>(probe_.size(), Shortlist(most)));
    std::vector<std::vector<size_t>> screened(threads, std::vector<size_t>(probe_.size(), 0));
    std::atomic<uint32_t> next{0};
    OnThreads(threads, [&](size_t t) {
      SegmentScreener screener;
      for (uint32_t k = next++; k < state_.segments.size() && !stop_.ShouldStop(); k = next++) {
        for (size_t p = 0; p < probe_.size(); ++p) {
          screened[t][p] += screener.Run(*state_.segments[k], k, probe_[p].code, probe_[p].position,
                                         restriction_, &stop_, &lists[t][p]);
        }
      }
    });
    std::vector<Chosen> chosen;
    for (size_t p = 0; p < probe_.size(); ++p) {
      size_t views = screened[0][p];
      for (size_t t = 1; t < threads; ++t) {
        lists[0][p].Merge(lists[t][p]);
        views += screened[t][p];
      }
      result_.views_screened += views;
      std::vector<Screened> best = lists[0][p].Sorted();
      best.resize(std::min(best.size(), ShortlistSize(views)));
      for (const Screened& entry : best) chosen.push_back({entry.segment, entry.subject});
    }
    // A subject that was found by several views is compared once.
    std::sort(chosen.begin(), chosen.end());
    chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
    return chosen;
  }

  struct Worker {
    Comparator comparator;
    Fusion fusion;
    FingerView view;
    std::vector<Candidate> candidates;
    size_t subjects = 0;
    size_t comparisons = 0;
  };

  void CompareAll(const std::vector<Chosen>& chosen) {
    const size_t threads = std::min(options_.threads, std::max<size_t>(1, chosen.size()));
    std::vector<Worker> workers(threads);
    std::atomic<size_t> next{0};
    OnThreads(threads, [&](size_t t) {
      for (size_t k = next++; k < chosen.size(); k = next++) {
        if (!CompareOne(chosen[k], &workers[t])) return;
      }
    });
    for (Worker& worker : workers) {
      result_.subjects_compared += worker.subjects;
      result_.comparisons += worker.comparisons;
      result_.candidates.insert(result_.candidates.end(), worker.candidates.begin(),
                                worker.candidates.end());
    }
  }

  // False where the search has to stop; what was compared of the subject is then dropped, since a
  // score of some of its views would not mean what a candidate's score does.
  bool CompareOne(const Chosen& chosen, Worker* worker) {
    const Segment& segment = *state_.segments[chosen.segment];
    const Segment::Subject& subject = segment.subjects()[chosen.subject];
    worker->fusion.Clear();
    for (uint32_t v = subject.first_view; v < subject.first_view + subject.view_count; ++v) {
      std::optional<Prepared> reference;
      for (const ProbeView& probe : probe_) {
        if (!MayBeSameFinger(segment.views()[v].position, probe.position)) continue;
        if (stop_.ShouldStop()) return false;
        if (!reference) {
          segment.Unpack(v, &worker->view);
          reference.emplace(worker->view);
        }
        worker->fusion.Add(probe.position, worker->comparator.Compare(probe.prepared, *reference));
        ++worker->comparisons;
      }
    }
    ++worker->subjects;
    const double score = worker->fusion.Score();
    if (worker->fusion.comparisons() > 0 && score >= options_.score_min) {
      worker->candidates.push_back({subject.id, score});
    }
    return true;
  }

  const State& state_;
  const SearchOptions& options_;
  const Restriction restriction_;
  StopCheck stop_;
  std::vector<ProbeView> probe_;
  SearchResult result_;
};

tl::unexpected<Error> BadOption(const char* what) {
  return Fail(ErrorCode::kBadInput, "BAD_OPTION", what);
}

}  // namespace

Status CheckOptions(const SearchOptions& options) {
  if (!(options.shortlist_share >= 0 && options.shortlist_share <= 1)) {
    return BadOption("shortlist_share must be from 0 to 1");
  }
  if (!(options.score_min >= 0 && options.score_min <= kScoreMax)) {
    return BadOption("score_min must be from 0 to 120");
  }
  if (options.threads < 1 || options.threads > kSearchThreadsMax) {
    return BadOption("threads must be from 1 to 256");
  }
  return {};
}

SearchResult Search(const State& state, std::span<const FingerView> probe,
                    const SearchOptions& options) {
  return Searcher(state, probe, options).Run();
}

}  // namespace taanu::gallery
