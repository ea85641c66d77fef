#include "matcher/gallery/shortlister.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>

#include "matcher/gallery/index_lookup.h"
#include "matcher/gallery/on_threads.h"
#include "matcher/gallery/segment_screener.h"
#include "matcher/gallery/structure_check.h"

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
    : by_votes(all.CheckSize(all.state_.views)), by_descriptors(all.CheckSize(all.state_.views)) {}

struct Shortlister::Worker {
  explicit Worker(const Shortlister& all) : found(all.probe_.size(), Found(all)) {}

  std::vector<Found> found;  // by view of the probe
  SegmentScreener screener;
  IndexLookup lookup;
  std::vector<ViewAt> views;
};

size_t Shortlister::CheckSize(size_t views) const {
  const double share = options_.check_share.value_or(options_.mode == SearchMode::kIndexed
                                                         ? SearchOptions::kCheckShareIndexed
                                                         : SearchOptions::kCheckShare);
  return Share(std::max(share, options_.shortlist_share),
               std::max(options_.check_min, options_.shortlist_min), views);
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
    counts->views_looked_up += found[p].looked_up;
    counts->views_screened += found[p].screened;
    for (const Screened& entry : Check(p, found[p], &counts->views_checked)) {
      chosen.push_back({entry.part, entry.subject});
    }
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
    worker->lookup.Run(segment, part, probe_[probe], worker->views, &found.by_votes);
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

std::vector<Screened> Shortlister::Check(size_t probe, const Found& found, size_t* checked) const {
  std::vector<Screened> candidates = found.by_votes.Sorted();
  candidates.resize(std::min(candidates.size(), CheckSize(found.looked_up)));
  std::vector<Screened> screened = found.by_descriptors.Sorted();
  screened.resize(std::min(screened.size(), CheckSize(found.screened)));
  candidates.insert(candidates.end(), screened.begin(), screened.end());

  // Some tens of microseconds of work at a time.
  constexpr size_t kPiece = 16;
  const size_t limit = ShortlistSize(found.looked_up + found.screened);
  const auto least = static_cast<uint32_t>(options_.coherence_min * 1e6);
  const size_t threads = Threads((candidates.size() + kPiece - 1) / kPiece);
  std::vector<Shortlist> best(threads, Shortlist(limit));
  std::atomic<size_t> next{0};
  std::atomic<size_t> count{0};
  const auto view_of = [&](const Screened& entry) {
    const Segment& segment = *state_.parts[entry.part].segment;
    return segment.subjects()[entry.subject].first_view + entry.view;
  };
  OnThreads(threads, [&](size_t t) {
    StructureCheck check;
    for (size_t first = next.fetch_add(kPiece); first < candidates.size() && !stop_->ShouldStop();
         first = next.fetch_add(kPiece)) {
      const size_t end = std::min(first + kPiece, candidates.size());
      for (size_t k = first; k < end; ++k) {
        Screened entry = candidates[k];
        if (k + 1 < end) {
          const Screened& next_entry = candidates[k + 1];
          state_.parts[next_entry.part].segment->Fetch(view_of(next_entry));
        }
        entry.score = check.Run(probe_[probe], *state_.parts[entry.part].segment, view_of(entry));
        if (entry.score >= least) best[t].Add(entry);
      }
      count += end - first;
    }
  });
  *checked += count;
  for (size_t t = 1; t < threads; ++t) best[0].Merge(best[t]);
  return best[0].Sorted();
}

}  // namespace taanu::gallery
