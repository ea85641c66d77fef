#include "matcher/gallery/shortlister.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <tuple>

#include "matcher/gallery/index_lookup.h"
#include "matcher/gallery/on_threads.h"
#include "matcher/gallery/segment_screener.h"

namespace taanu::gallery {
namespace {

// Where no more views of an indexed segment than this are permitted, screening them takes less time
// than counting votes does.
constexpr size_t kWorthLookup = 128;

size_t Share(double share, size_t least, size_t views) {
  const double part = std::ceil(share * static_cast<double>(views));
  return std::min(views, std::max(least, static_cast<size_t>(part)));
}

}  // namespace

Shortlister::Found::Found(const Shortlister& all)
    // How many views may be searched is known at the end; the whole gallery bounds it.
    : by_votes(all.LookupSize(all.state_.views)),
      by_descriptors(all.ShortlistSize(all.state_.views)) {}

struct Shortlister::Worker {
  explicit Worker(const Shortlister& all) : found(all.probe_.size(), Found(all)) {}

  std::vector<Found> found;  // by view of the probe
  SegmentScreener screener;
  IndexLookup lookup;
  std::vector<ViewAt> views;
};

size_t Shortlister::LookupSize(size_t views) const {
  return Share(options_.lookup_share, options_.lookup_min, views);
}

size_t Shortlister::ShortlistSize(size_t views) const {
  return Share(options_.shortlist_share, options_.shortlist_min, views);
}

size_t Shortlister::Threads(size_t pieces) const {
  return std::min(options_.threads, std::max<size_t>(1, pieces));
}

std::vector<Chosen> Shortlister::Run(SearchResult* counts) {
  std::vector<Found> found = LookAtAll();
  std::vector<Chosen> chosen;
  for (size_t p = 0; p < probe_.size(); ++p) {
    const size_t views = found[p].looked_up + found[p].screened;
    if (found[p].looked_up > 0) ScreenLookedUp(p, &found[p]);
    counts->views_looked_up += found[p].looked_up;
    counts->views_screened += found[p].screened;
    std::vector<Screened> best = found[p].by_descriptors.Sorted();
    best.resize(std::min(best.size(), ShortlistSize(views)));
    for (const Screened& entry : best) chosen.push_back({entry.part, entry.subject});
  }
  // A subject that was found by several views is compared once.
  std::sort(chosen.begin(), chosen.end());
  chosen.erase(std::unique(chosen.begin(), chosen.end()), chosen.end());
  return chosen;
}

void Shortlister::LookAt(uint32_t part, size_t probe, Worker* worker) const {
  const Segment& segment = *state_.parts[part].segment;
  FindPermittedViews(state_.parts[part], probe_[probe].position, restriction_, &worker->views);
  if (worker->views.empty() || stop_->ShouldStop()) return;
  Found& found = worker->found[probe];
  if (options_.mode == SearchMode::kIndexed && segment.index() != nullptr &&
      worker->views.size() > kWorthLookup) {
    worker->lookup.Run(segment, part, probe_[probe].lookups, worker->views, &found.by_votes);
    found.looked_up += worker->views.size();
  } else if (worker->screener.Run(segment, part, probe_[probe].code, worker->views, stop_,
                                  &found.by_descriptors)) {
    found.screened += worker->views.size();
  }
}

std::vector<Shortlister::Found> Shortlister::LookAtAll() const {
  const size_t threads = Threads(state_.parts.size());
  std::vector<std::unique_ptr<Worker>> workers;
  for (size_t t = 0; t < threads; ++t) workers.push_back(std::make_unique<Worker>(*this));
  std::atomic<uint32_t> next{0};
  OnThreads(threads, [&](size_t t) {
    for (uint32_t k = next++; k < state_.parts.size(); k = next++) {
      for (size_t p = 0; p < probe_.size(); ++p) LookAt(k, p, workers[t].get());
    }
  });
  std::vector<Found> found = std::move(workers[0]->found);
  for (size_t t = 1; t < threads; ++t) {
    for (size_t p = 0; p < probe_.size(); ++p) {
      const Found& other = workers[t]->found[p];
      found[p].by_votes.Merge(other.by_votes);
      found[p].by_descriptors.Merge(other.by_descriptors);
      found[p].looked_up += other.looked_up;
      found[p].screened += other.screened;
    }
  }
  return found;
}

void Shortlister::ScreenLookedUp(size_t probe, Found* found) const {
  std::vector<Screened> best = found->by_votes.Sorted();
  best.resize(std::min(best.size(), LookupSize(found->looked_up)));
  std::sort(best.begin(), best.end(), [](const Screened& a, const Screened& b) {
    return std::tie(a.part, a.subject, a.view) < std::tie(b.part, b.subject, b.view);
  });
  // Where those of each part begin.
  std::vector<size_t> starts;
  for (size_t k = 0; k < best.size(); ++k) {
    if (k == 0 || best[k].part != best[k - 1].part) starts.push_back(k);
  }
  starts.push_back(best.size());
  const size_t threads = Threads(starts.size() - 1);
  std::vector<std::unique_ptr<Worker>> workers;
  for (size_t t = 0; t < threads; ++t) workers.push_back(std::make_unique<Worker>(*this));
  std::atomic<size_t> next{0};
  OnThreads(threads, [&](size_t t) {
    Worker& worker = *workers[t];
    Found& own = worker.found[probe];
    for (size_t g = next++; g + 1 < starts.size() && !stop_->ShouldStop(); g = next++) {
      const Segment& segment = *state_.parts[best[starts[g]].part].segment;
      worker.views.clear();
      for (size_t k = starts[g]; k < starts[g + 1]; ++k) {
        worker.views.push_back(
            {best[k].subject, segment.subjects()[best[k].subject].first_view + best[k].view});
      }
      if (worker.screener.Run(segment, best[starts[g]].part, probe_[probe].code, worker.views,
                              stop_, &own.by_descriptors)) {
        own.screened += worker.views.size();
      }
    }
  });
  for (const auto& worker : workers) {
    found->by_descriptors.Merge(worker->found[probe].by_descriptors);
    found->screened += worker->found[probe].screened;
  }
}

}  // namespace taanu::gallery
