// Chooses whom a search compares in full.
//
// First every permitted view is screened by its descriptors, or, where the options say so and there
// is an index, its votes are counted. The best of each have their structure checked, and the best
// by that are chosen. Whatever the threads, each step ends before the next begins, and keeps the
// best of all views, so that the same are chosen.
//
// Thread-safety: belongs to one thread, and uses others of its own.
#pragma once

#include <span>
#include <vector>

#include "matcher/gallery/permitted_views.h"
#include "matcher/gallery/probe_view.h"
#include "matcher/gallery/shortlist.h"
#include "matcher/gallery/stop_check.h"

namespace taanu::gallery {

// A subject that is to be compared in full.
struct Chosen {
  uint32_t part = 0;
  uint32_t subject = 0;

  friend auto operator<=>(const Chosen&, const Chosen&) = default;
};

class Shortlister {
 public:
  Shortlister(const State& state, std::span<const ProbeView> probe, const SearchOptions& options,
              const Restriction& restriction, StopCheck* stop)
      : state_(state), probe_(probe), options_(options), restriction_(restriction), stop_(stop) {}

  // Each subject once. Adds what was done to `counts`.
  std::vector<Chosen> Run(SearchResult* counts);

 private:
  struct Worker;
  // What one view of the probe has found.
  struct Found {
    explicit Found(const Shortlister& all);

    Shortlist by_votes;
    Shortlist by_descriptors;
    size_t looked_up = 0;
    size_t screened = 0;
  };

  size_t CheckSize(size_t views) const;
  size_t ShortlistSize(size_t views) const;
  size_t Threads(size_t pieces) const;
  void LookAt(uint32_t part, size_t probe, Worker* worker) const;
  std::vector<Found> LookAtAll() const;
  // The best of what was found by their structure, and how many were checked.
  std::vector<Screened> Check(size_t probe, const Found& found, size_t* checked) const;

  const State& state_;
  const std::span<const ProbeView> probe_;
  const SearchOptions& options_;
  const Restriction& restriction_;
  StopCheck* const stop_;
};

}  // namespace taanu::gallery
