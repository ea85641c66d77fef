// The rules by which the log, the ballot counter and the count by hand are compared, in plain
// words. Each rule compares two figures that should be equal, or one that must not exceed another.
//
// A rule is applied where both of its figures are stated, and named as not applied otherwise. What
// the precinct states of its ballots (issued, spoiled, found in the box) is taken from the protocol
// of the hand count; what that leaves open, from the counter's report.
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "service/reconcile/figures.h"

namespace taanu::reconcile {

// Kinds of difference. Numbers as in taanu/v1/reconciliation_service.proto.
enum class Kind : uint8_t {
  // A protocol was imported of a precinct whose polls were never closed.
  kPollsNotClosed = 1,
  // The accreditations in the log are not the total that closing sealed.
  kSealedNotLog = 2,
  // Slips given are not the accreditations in the log.
  kSlipsNotLog = 3,
  // Ballots issued are not the voters identified.
  kIssuedNotIdentified = 4,
  // Ballots issued are not those found in the box and those spoiled.
  kBallotsUnaccounted = 5,
  // Ballots counted (by hand where there is such a count) are not those found in the box.
  kBoxNotCounted = 6,
  // Ballots counted by the machine are not those counted by hand.
  kMachineNotHand = 7,
  // Votes for a choice by the machine are not those by hand.
  kVotesNotEqual = 8,
  // A contest has more votes than ballots were counted (one vote to a ballot and contest).
  kVotesAboveBallots = 9,
  // The two protocols state different numbers of ballots issued, spoiled or found.
  kStatementsDiffer = 10,
};
inline constexpr Kind kKinds[] = {Kind::kPollsNotClosed,     Kind::kSealedNotLog,
                                  Kind::kSlipsNotLog,        Kind::kIssuedNotIdentified,
                                  Kind::kBallotsUnaccounted, Kind::kBoxNotCounted,
                                  Kind::kMachineNotHand,     Kind::kVotesNotEqual,
                                  Kind::kVotesAboveBallots,  Kind::kStatementsDiffer};
std::string_view KindName(Kind kind);   // "ISSUED_NOT_IDENTIFIED"
std::string_view KindTitle(Kind kind);  // "ballots issued / voters identified"

// By how much two figures may differ before the precinct counts as not agreeing: the larger of a
// number of ballots and a share of the larger figure, rounded down. The election sets it.
struct Tolerance {
  uint64_t ballots = 0;
  uint32_t share_ppm = 0;  // in millionths, at most a million

  uint64_t Allowed(uint64_t a, uint64_t b) const;
  friend bool operator==(const Tolerance&, const Tolerance&) = default;
};

struct Difference {
  Kind kind = Kind::kPollsNotClosed;
  std::string subject = {};  // which figure, contest or choice, where the kind has several
  uint64_t expected = 0;     // the first figure of the rule
  uint64_t found = 0;        // the second
  uint64_t allowed = 0;      // what the tolerance allows here; 0 for what no tolerance excuses
  bool tolerated = false;

  int64_t Size() const { return static_cast<int64_t>(found) - static_cast<int64_t>(expected); }
  uint64_t Magnitude() const { return found > expected ? found - expected : expected - found; }
};
// A sentence that names both figures.
std::string Explain(const Difference& difference);

struct Comparison {
  std::vector<Difference> differences;  // in the order of the rules; tolerated ones too
  std::vector<Kind> not_applied;        // rules that lacked a figure
};

Comparison Compare(const PrecinctFigures& precinct, const Tolerance& tolerance);

}  // namespace taanu::reconcile
