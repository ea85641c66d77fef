#include "service/reconcile/compare.h"

#include <algorithm>
#include <map>
#include <optional>

namespace taanu::reconcile {
namespace {

using Count = std::optional<uint64_t>;

// What the precinct states of its ballots: the hand count's protocol comes first.
Count Stated(const PrecinctFigures& precinct, Count Protocol::*figure) {
  if (precinct.Hand() != nullptr && precinct.Hand()->*figure) return precinct.Hand()->*figure;
  return precinct.Machine() != nullptr ? precinct.Machine()->*figure : std::nullopt;
}

Count Sum(Count a, Count b) {
  if (!a || !b) return std::nullopt;
  return *a + *b;
}

class Comparer {
 public:
  Comparer(const PrecinctFigures& precinct, const Tolerance& tolerance)
      : precinct_(precinct), tolerance_(tolerance) {}

  Comparison Run() {
    // Nothing was reported: there is nothing to lay beside the log but the log's own figures.
    const bool reported = precinct_.Machine() != nullptr || precinct_.Hand() != nullptr;
    if (reported && precinct_.polls != rules::PollsState::kClosed) {
      result_.differences.push_back({.kind = Kind::kPollsNotClosed});
    }

    // The log against itself. Nothing excuses a difference here: it means that a figure was moved
    // without an entry.
    Exactly(Kind::kSealedNotLog, precinct_.sealed, precinct_.Accredited());
    Exactly(Kind::kSlipsNotLog, precinct_.Accredited(), precinct_.slip_count);
    if (!reported) return std::move(result_);

    // The ballots. Every voter identified got one; each is in the box or was spoiled; what is in
    // the box was counted.
    const Count issued = Stated(precinct_, &Protocol::issued);
    const Count spoiled = Stated(precinct_, &Protocol::spoiled);
    const Count in_box = Stated(precinct_, &Protocol::in_box);
    Equal(Kind::kIssuedNotIdentified, precinct_.Identified(), issued);
    Equal(Kind::kBallotsUnaccounted, issued, Sum(in_box, spoiled));
    Equal(Kind::kBoxNotCounted, in_box, ByHand() ? ByHand() : ByMachine());

    // The two counts.
    Equal(Kind::kMachineNotHand, ByMachine(), ByHand());
    CompareVotes();
    for (const Protocol* protocol : {precinct_.Machine(), precinct_.Hand()}) {
      if (protocol != nullptr) CheckVotes(*protocol);
    }

    // What both protocols state, they state alike.
    CompareStatement("issued", &Protocol::issued);
    CompareStatement("spoiled", &Protocol::spoiled);
    CompareStatement("found_in_box", &Protocol::in_box);
    return std::move(result_);
  }

 private:
  Count ByMachine() const {
    return precinct_.Machine() != nullptr ? precinct_.Machine()->by_machine : std::nullopt;
  }
  Count ByHand() const {
    return precinct_.Hand() != nullptr ? precinct_.Hand()->by_hand : std::nullopt;
  }

  void NotApplied(Kind kind) {
    if (std::ranges::find(result_.not_applied, kind) == result_.not_applied.end()) {
      result_.not_applied.push_back(kind);
    }
  }

  void Add(Kind kind, std::string subject, uint64_t expected, uint64_t found, uint64_t allowed) {
    Difference difference{kind, std::move(subject), expected, found, allowed, false};
    difference.tolerated = difference.Magnitude() <= allowed;
    result_.differences.push_back(std::move(difference));
  }

  void Equal(Kind kind, Count expected, Count found, std::string subject = {}) {
    if (!expected || !found) return NotApplied(kind);
    if (*expected == *found) return;
    Add(kind, std::move(subject), *expected, *found, tolerance_.Allowed(*expected, *found));
  }

  void Exactly(Kind kind, Count expected, Count found) {
    if (!expected || !found) return NotApplied(kind);
    if (*expected != *found) Add(kind, {}, *expected, *found, 0);
  }

  // Choice by choice, where both counts have the contest. A choice that one of them does not know
  // has no votes there.
  void CompareVotes() {
    const Protocol* const machine = precinct_.Machine();
    const Protocol* const hand = precinct_.Hand();
    if (machine == nullptr || hand == nullptr) return NotApplied(Kind::kVotesNotEqual);
    const auto find = [](const Protocol& protocol, const ChoiceVotes& choice) {
      const auto same = [&](const ChoiceVotes& other) {
        return other.contest == choice.contest && other.choice == choice.choice;
      };
      const auto at = std::ranges::find_if(protocol.votes, same);
      return at == protocol.votes.end() ? nullptr : &*at;
    };
    const auto has_contest = [](const Protocol& protocol, const std::string& contest) {
      return std::ranges::find(protocol.votes, contest, &ChoiceVotes::contest) !=
             protocol.votes.end();
    };
    bool applied = false;
    for (const ChoiceVotes& choice : machine->votes) {
      if (!has_contest(*hand, choice.contest)) continue;
      applied = true;
      const ChoiceVotes* const other = find(*hand, choice);
      Equal(Kind::kVotesNotEqual, choice.votes, other != nullptr ? other->votes : 0,
            choice.contest + "/" + choice.choice);
    }
    for (const ChoiceVotes& choice : hand->votes) {
      if (!has_contest(*machine, choice.contest) || find(*machine, choice) != nullptr) continue;
      Equal(Kind::kVotesNotEqual, 0, choice.votes, choice.contest + "/" + choice.choice);
    }
    if (!applied) NotApplied(Kind::kVotesNotEqual);
  }

  // No tolerance excuses it: a ballot has one vote in a contest at most.
  void CheckVotes(const Protocol& protocol) {
    const Count counted = protocol.Counted();
    std::map<std::string, uint64_t> by_contest;
    for (const ChoiceVotes& choice : protocol.votes) by_contest[choice.contest] += choice.votes;
    if (!counted || by_contest.empty()) return NotApplied(Kind::kVotesAboveBallots);
    for (const auto& [contest, votes] : by_contest) {
      if (votes <= *counted) continue;
      Add(Kind::kVotesAboveBallots, contest + " by " + std::string(SourceName(protocol.source)),
          *counted, votes, 0);
    }
  }

  void CompareStatement(const char* name, Count Protocol::*figure) {
    if (precinct_.Machine() == nullptr || precinct_.Hand() == nullptr) return;
    const Count machine = precinct_.Machine()->*figure;
    const Count hand = precinct_.Hand()->*figure;
    if (machine && hand) Equal(Kind::kStatementsDiffer, machine, hand, name);
  }

  const PrecinctFigures& precinct_;
  const Tolerance& tolerance_;
  Comparison result_;
};

}  // namespace

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kPollsNotClosed:
      return "POLLS_NOT_CLOSED";
    case Kind::kSealedNotLog:
      return "SEALED_NOT_LOG";
    case Kind::kSlipsNotLog:
      return "SLIPS_NOT_LOG";
    case Kind::kIssuedNotIdentified:
      return "ISSUED_NOT_IDENTIFIED";
    case Kind::kBallotsUnaccounted:
      return "BALLOTS_UNACCOUNTED";
    case Kind::kBoxNotCounted:
      return "BOX_NOT_COUNTED";
    case Kind::kMachineNotHand:
      return "MACHINE_NOT_HAND";
    case Kind::kVotesNotEqual:
      return "VOTES_NOT_EQUAL";
    case Kind::kVotesAboveBallots:
      return "VOTES_ABOVE_BALLOTS";
    case Kind::kStatementsDiffer:
      return "STATEMENTS_DIFFER";
  }
  return "UNKNOWN";
}

std::string_view KindTitle(Kind kind) {
  switch (kind) {
    case Kind::kPollsNotClosed:
      return "protocol of a precinct that is not closed";
    case Kind::kSealedNotLog:
      return "sealed total / log";
    case Kind::kSlipsNotLog:
      return "log / slips given";
    case Kind::kIssuedNotIdentified:
      return "voters identified / ballots issued";
    case Kind::kBallotsUnaccounted:
      return "ballots issued / in the box and spoiled";
    case Kind::kBoxNotCounted:
      return "ballots in the box / counted";
    case Kind::kMachineNotHand:
      return "ballots by machine / by hand";
    case Kind::kVotesNotEqual:
      return "votes for a choice by machine / by hand";
    case Kind::kVotesAboveBallots:
      return "ballots counted / votes in a contest";
    case Kind::kStatementsDiffer:
      return "stated by machine / by hand";
  }
  return "unknown";
}

uint64_t Tolerance::Allowed(uint64_t a, uint64_t b) const {
  // Sums of counts stay far below what a million times would overflow; larger ones, which only a
  // fault could bring, are cut to it.
  const uint64_t larger = std::min(std::max(a, b), 10 * kCountMax);
  return std::max(ballots, larger * share_ppm / 1'000'000);
}

std::string Explain(const Difference& difference) {
  const std::string a = std::to_string(difference.expected);
  const std::string b = std::to_string(difference.found);
  switch (difference.kind) {
    case Kind::kPollsNotClosed:
      return "a protocol was imported, but the polls of this precinct were not closed";
    case Kind::kSealedNotLog:
      return "closing sealed " + a + " voters identified, and the log now has " + b;
    case Kind::kSlipsNotLog:
      return "the log has " + a + " accreditations, and " + b + " slips were given";
    case Kind::kIssuedNotIdentified:
      return a + " voters were identified, and " + b + " ballots issued";
    case Kind::kBallotsUnaccounted:
      return a + " ballots were issued, and " + b + " were in the box or spoiled";
    case Kind::kBoxNotCounted:
      return a + " ballots were in the box, and " + b + " were counted";
    case Kind::kMachineNotHand:
      return "the machine counted " + a + " ballots, and people " + b;
    case Kind::kVotesNotEqual:
      return difference.subject + " has " + a + " votes by machine, and " + b + " by hand";
    case Kind::kVotesAboveBallots:
      return difference.subject + " has " + b + " votes on " + a + " ballots";
    case Kind::kStatementsDiffer:
      return difference.subject + " is " + a + " in the machine's report, and " + b +
             " in the protocol of the hand count";
  }
  return "unknown difference";
}

Comparison Compare(const PrecinctFigures& precinct, const Tolerance& tolerance) {
  return Comparer(precinct, tolerance).Run();
}

}  // namespace taanu::reconcile
