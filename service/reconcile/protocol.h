// What a ballot counter, or a count by hand, states about one precinct.
//
// A figure that is not stated is absent, which is not the same as zero: a rule that needs it is
// then not applied, and the report says so.
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace taanu::reconcile {

// Who counted. Numbers as in taanu/v1/reconciliation_service.proto; they are kept in the store, and
// never change their meaning.
enum class Source : uint8_t { kMachine = 1, kHand = 2 };
std::string_view SourceName(Source source);  // "machine"

// No precinct has more ballots; a larger number is a slip of the pen.
inline constexpr uint64_t kCountMax = 1'000'000'000;

struct ChoiceVotes {
  std::string contest;
  std::string choice;
  uint64_t votes = 0;

  friend bool operator==(const ChoiceVotes&, const ChoiceVotes&) = default;
};

struct Protocol {
  std::string precinct_id;
  Source source = Source::kMachine;
  std::optional<uint64_t> issued;      // ballots handed out to voters
  std::optional<uint64_t> spoiled;     // of these, given back spoiled and cancelled
  std::optional<uint64_t> in_box;      // found in the box when it was opened
  std::optional<uint64_t> by_machine;  // ballots that the counter counted
  std::optional<uint64_t> by_hand;     // ballots that people counted
  // In the order of the file's columns, all choices of a contest or none.
  std::vector<ChoiceVotes> votes;

  friend bool operator==(const Protocol&, const Protocol&) = default;

  // The ballots that whoever wrote this protocol counted.
  std::optional<uint64_t> Counted() const { return source == Source::kHand ? by_hand : by_machine; }
};

// A figure of a protocol with its name: "issued", "counted_by_hand", "President/A. Asanova".
struct NamedFigure {
  std::string name;
  std::optional<uint64_t> value;
};
// Every figure: the five counts, whether stated or not, then the votes.
std::vector<NamedFigure> FiguresOf(const Protocol& protocol);

}  // namespace taanu::reconcile
