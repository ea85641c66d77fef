#include "matcher/gallery/search.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>
#include <vector>

#include "matcher/compare/comparator.h"
#include "matcher/gallery/fusion.h"
#include "matcher/gallery/on_threads.h"
#include "matcher/gallery/shortlister.h"

namespace taanu::gallery {
namespace {

class Searcher {
 public:
  Searcher(const State& state, std::span<const FingerView> probe, const SearchOptions& options)
      : state_(state),
        options_(options),
        restriction_(options),
        stop_(options.deadline, options.cancelled) {
    probe_.reserve(probe.size());
    for (const FingerView& view : probe) {
      probe_.emplace_back(view, options.mode == SearchMode::kIndexed ? options.clusters : 0);
    }
    result_.views_total = state.views;
  }

  SearchResult Run() {
    const std::vector<Chosen> chosen =
        options_.mode == SearchMode::kFull
            ? Everyone()
            : Shortlister(state_, LookedForBy(), options_, restriction_, &stop_).Run(&result_);
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
  std::span<const ProbeView> LookedForBy() const {
    return std::span(probe_).first(std::min(probe_.size(), options_.probe_views_screened));
  }

  std::vector<Chosen> Everyone() {
    std::vector<Chosen> chosen;
    for (uint32_t k = 0; k < state_.parts.size() && !stop_.ShouldStop(); ++k) {
      const Part& part = state_.parts[k];
      const auto subjects = part.segment->subjects();
      for (uint32_t s = 0; s < subjects.size(); ++s) {
        if (part.Holds(s) && restriction_.Allows(subjects[s])) chosen.push_back({k, s});
      }
    }
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
    const Segment& segment = *state_.parts[chosen.part].segment;
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
  if (options.check_share && !(*options.check_share >= 0 && *options.check_share <= 1)) {
    return BadOption("check_share must be from 0 to 1");
  }
  if (options.probe_views_screened < 1) {
    return BadOption("probe_views_screened must be at least 1");
  }
  if (options.clusters < 1 || options.clusters > kSearchClustersMax) {
    return BadOption("clusters must be from 1 to 256");
  }
  if (!(options.score_min >= 0 && options.score_min <= kScoreMax)) {
    return BadOption("score_min must be from 0 to 120");
  }
  if (!(options.coherence_min >= 0 && options.coherence_min <= kMinutiaeMax)) {
    return BadOption("coherence_min must be from 0 to 255");
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
