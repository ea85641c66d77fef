// What is on record of a search of everybody against everybody.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "enroll/store/sealing.h"

namespace taanu {

struct SearchFigures {
  uint64_t people = 0;      // who had a usable reference when it began; 0 until they are in memory
  uint64_t searched = 0;    // of these
  uint64_t unsearched = 0;  // without a usable reference
  uint64_t arrived = 0;     // since it began
  // The threshold, and what it rests on (enroll/dedup/duplicate_search.h); 0 until it is known.
  double fmr = 0;
  double score_min = 0;
  double times_claimed = 0;
  uint64_t strangers = 0;
  uint64_t pairs = 0;  // found
  uint64_t cases = 0;  // opened
};

// Ends of a search. Others are reasons of errors.
inline constexpr std::string_view kSearchComplete = "COMPLETE";
inline constexpr std::string_view kSearchCancelled = "CANCELLED";
// The daemon was stopped or killed.
inline constexpr std::string_view kSearchInterrupted = "INTERRUPTED";

struct SearchRecord {
  uint64_t search_id = 0;
  std::string request_id;
  KeyedReference operator_ref{};
  double false_pairs = 0;
  int64_t start_time_us = 0;
  std::optional<int64_t> end_time_us;          // none while it runs
  std::string end_reason;                      // empty while it runs
  std::optional<KeyedReference> cancelled_by;  // told when it ends, and kept in the log alone
  // None where a daemon that was killed took them with it.
  std::optional<SearchFigures> figures;

  bool ended() const { return end_time_us.has_value(); }
};

}  // namespace taanu
