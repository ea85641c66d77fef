// One finger that is tried under many identities: attempts of late that matched nobody, each with
// its finger, so that the next one can be compared with them.
//
// Fingers are kept in memory alone, for a while, and as many as fit; nothing is written. Whose they
// are is not known and not asked: only that the same one came under several numbers. A mistyped
// number is forgiven, and a finger that fails again and again under one number is no concern.
//
// Thread-safety: may be used from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/store/sealing.h"
#include "matcher/template.h"

namespace taanu {

class TriedFingers {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    int identities = 3;                // from how many on it is suspicious; 0 for never
    std::chrono::seconds window{600};  // how long an attempt is remembered
  };

  // What the last attempt makes suspicious; empty where it does not.
  struct Suspicion {
    size_t identities = 0;                 // voters under whose numbers this finger came
    std::vector<std::string> request_ids;  // of those attempts, the last one included
  };

  explicit TriedFingers(const Options& options) : options_(options) {}

  // Notes an attempt that matched nobody, with its usable views.
  Suspicion Note(std::string_view precinct_id, const KeyedReference& voter,
                 std::string_view request_id, std::span<const FingerView> views,
                 Clock::time_point now);

  // Attempts that are remembered.
  size_t size() const;

 private:
  struct Tried {
    Clock::time_point time;
    KeyedReference voter{};
    std::string request_id;
    FingerView view;
  };

  std::vector<Tried> Remembered(std::string_view precinct_id, Clock::time_point now);

  const Options options_;
  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Tried>, std::less<>> precincts_;
};

}  // namespace taanu
