// How fast one terminal may make attempts: a bucket of tokens, which an attempt takes one of, and
// which fills at a steady rate.
//
// A queue of people is served at the pace of fingers on a scanner, several seconds to each, with
// captures that are repeated; the bucket is large enough for a morning's rush at one terminal, and
// a program that tries numbers runs into its bottom.
//
// Thread-safety: may be used from any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "enroll/store/sealing.h"
#include "service/rolls/subject.h"

namespace taanu {

class TerminalPace {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    double per_minute = 0;  // attempts, for long; 0 for no limit
    int burst = 1;          // attempts at once
  };

  struct Refusal {
    // When the next attempt is taken.
    std::chrono::milliseconds retry_delay{};
    // The first one since the terminal last rested, which is worth a line in the log.
    bool first = false;
  };

  explicit TerminalPace(const Options& options) : options_(options) {}

  // Takes a token of the terminal's, where there is one. `now` never goes back.
  std::optional<Refusal> Take(const KeyedReference& terminal, Clock::time_point now);

  // Terminals that are kept in mind: those that did not rest yet.
  size_t terminals() const;

 private:
  struct Bucket {
    double tokens = 0;
    Clock::time_point filled;
    bool told = false;
  };

  void Fill(Bucket* bucket, Clock::time_point now) const;
  void ForgetRested(Clock::time_point now);

  const Options options_;
  mutable std::mutex mutex_;
  std::unordered_map<KeyedReference, Bucket, KeyedReferenceHash> buckets_;
};

}  // namespace taanu
