#include "service/watch/tried_fingers.h"

#include <algorithm>
#include <set>
#include <utility>

#include "matcher/compare/comparator.h"

namespace taanu {
namespace {

// Attempts that are remembered of one precinct, some 1 ms to compare with, and precincts.
constexpr size_t kTriedMax = 64;
constexpr size_t kPrecinctsMax = 4096;

// Two attempts are of one finger at a false match rate of 1e-5 for a pair: three strangers of 64
// who look like one are then rarer than one in ten million.
constexpr double kSameFingerScore = 50;

}  // namespace

std::vector<TriedFingers::Tried> TriedFingers::Remembered(std::string_view precinct_id,
                                                          Clock::time_point now) {
  const std::lock_guard lock(mutex_);
  const auto it = precincts_.find(precinct_id);
  if (it == precincts_.end()) return {};
  std::deque<Tried>& tried = it->second;
  while (!tried.empty() && now - tried.front().time > options_.window) tried.pop_front();
  return {tried.begin(), tried.end()};
}

TriedFingers::Suspicion TriedFingers::Note(std::string_view precinct_id,
                                           const KeyedReference& voter, std::string_view request_id,
                                           std::span<const FingerView> views,
                                           Clock::time_point now) {
  if (options_.identities <= 0 || views.empty()) return {};
  // Its scratch memory is large; each worker keeps one.
  thread_local Comparator comparator;
  std::vector<Prepared> probes;
  for (const FingerView& view : views) probes.emplace_back(view);

  Suspicion suspicion;
  std::set<KeyedReference> voters = {voter};
  for (const Tried& tried : Remembered(precinct_id, now)) {
    if (tried.voter == voter) continue;
    const Prepared earlier(tried.view);
    const bool same = std::ranges::any_of(probes, [&](const Prepared& probe) {
      return comparator.Compare(probe, earlier) >= kSameFingerScore;
    });
    if (!same) continue;
    voters.insert(tried.voter);
    suspicion.request_ids.push_back(tried.request_id);
  }
  // The best view stands for the attempt.
  const auto best = std::ranges::max_element(views, {}, [](const FingerView& view) {
    return std::pair(view.quality, view.minutiae.size());
  });
  {
    const std::lock_guard lock(mutex_);
    if (precincts_.contains(precinct_id) || precincts_.size() < kPrecinctsMax) {
      std::deque<Tried>& tried = precincts_[std::string(precinct_id)];
      tried.push_back({now, voter, std::string(request_id), *best});
      if (tried.size() > kTriedMax) tried.pop_front();
    }
  }
  if (voters.size() < static_cast<size_t>(options_.identities)) return {};
  suspicion.identities = voters.size();
  suspicion.request_ids.emplace_back(request_id);
  return suspicion;
}

size_t TriedFingers::size() const {
  const std::lock_guard lock(mutex_);
  size_t count = 0;
  for (const auto& [precinct, tried] : precincts_) count += tried.size();
  return count;
}

}  // namespace taanu
