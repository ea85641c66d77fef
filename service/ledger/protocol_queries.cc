#include "service/ledger/protocol_queries.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

namespace taanu {
namespace {

using nlohmann::json;
using reconcile::ImportedProtocol;
using reconcile::PrecinctFigures;
using reconcile::Protocol;

tl::unexpected<Error> Damaged() {
  return Fail(ErrorCode::kInternal, "PROTOCOL_DAMAGED",
              "a protocol in the store cannot be read; restore it from a backup");
}

// Polls are what their changes up to the moment say; the roll is the one that the last of them
// states. ?1 is the moment.
constexpr std::string_view kPrecincts =
    "SELECT p.precinct_id, o.open_time_us, c.close_time_us, coalesce(c.event_index, 0), "
    "coalesce(c.voter_count, o.voter_count, 0), c.accredited_count "
    "FROM precinct_polls AS p "
    "LEFT JOIN polls_change AS o "
    "ON o.precinct_id = p.precinct_id AND o.state = 2 AND o.open_time_us <= ?1 "
    "LEFT JOIN polls_change AS c "
    "ON c.precinct_id = p.precinct_id AND c.state = 3 AND c.close_time_us <= ?1 "
    "ORDER BY p.precinct_id";
// Outcomes 1 and 11 accredit. Answered from the index attempt_figures.
constexpr std::string_view kAccredited =
    "SELECT precinct_id, method, count(*), max(time_us) FROM attempt "
    "WHERE outcome IN (1, 11) AND time_us <= ?1 GROUP BY precinct_id, method";
constexpr std::string_view kSlips =
    "SELECT precinct_id, count(*) FROM accreditation "
    "GROUP BY precinct_id";
constexpr std::string_view kSlipsUntil =
    "SELECT precinct_id, count(*) FROM accreditation WHERE time_us <= ?1 GROUP BY precinct_id";

constexpr std::string_view kProtocols =
    "SELECT p.precinct_id, p.source, p.issued, p.spoiled, p.in_box, p.by_machine, p.by_hand, "
    "p.votes, p.import_id, i.time_us, i.event_index, i.file_sha256, i.operator_ref, i.reason "
    "FROM protocol AS p JOIN protocol_import AS i USING (import_id) WHERE i.time_us <= ?1 "
    "ORDER BY p.precinct_id, p.source, p.import_id";
constexpr std::string_view kLatest =
    "SELECT precinct_id, source, issued, spoiled, in_box, by_machine, by_hand, votes "
    "FROM protocol WHERE precinct_id = ?1 AND source = ?2 ORDER BY import_id DESC LIMIT 1";

PrecinctFigures* Find(std::vector<PrecinctFigures>* precincts, const std::string& id) {
  const auto at = std::ranges::lower_bound(*precincts, id, {}, &PrecinctFigures::precinct_id);
  return at != precincts->end() && at->precinct_id == id ? &*at : nullptr;
}

std::optional<uint64_t> OptionalCount(Statement* row, int column) {
  const auto value = row->OptionalInt64(column);
  return value ? std::optional<uint64_t>(static_cast<uint64_t>(*value)) : std::nullopt;
}

Status ReadPrecincts(Connection& connection, int64_t until_us,
                     std::vector<PrecinctFigures>* precincts) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kPrecincts, until_us));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    PrecinctFigures precinct;
    precinct.precinct_id = row.Text(0);
    precinct.open_time_us = row.OptionalInt64(1);
    precinct.close_time_us = row.OptionalInt64(2);
    precinct.close_event_index = static_cast<uint64_t>(row.Int64(3));
    precinct.voter_count = static_cast<uint64_t>(row.Int64(4));
    precinct.sealed = OptionalCount(&row, 5);
    if (precinct.open_time_us) precinct.polls = rules::PollsState::kOpen;
    if (precinct.close_time_us) precinct.polls = rules::PollsState::kClosed;
    TAANU_RETURN_IF_ERROR(row.Check());
    precincts->push_back(std::move(precinct));
  }
}

Status ReadAccredited(Connection& connection, int64_t until_us,
                      std::vector<PrecinctFigures>* precincts) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kAccredited, until_us));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    PrecinctFigures* const precinct = Find(precincts, row.Text(0));
    const auto method = static_cast<rules::Method>(row.Int64(1));
    const auto count = static_cast<uint64_t>(row.Int64(2));
    const int64_t last_us = row.Int64(3);
    TAANU_RETURN_IF_ERROR(row.Check());
    if (precinct == nullptr) return Damaged();
    precinct->last_accreditation_us = std::max(precinct->last_accreditation_us, last_us);
    switch (method) {
      case rules::Method::kFinger:
        precinct->by_finger = count;
        break;
      case rules::Method::kFallback:
        precinct->by_fallback = count;
        break;
      case rules::Method::kFingerSearch:
        precinct->by_finger_search = count;
        break;
    }
  }
}

Status ReadSlips(Connection& connection, std::optional<int64_t> until_us,
                 std::vector<PrecinctFigures>* precincts) {
  TAANU_ASSIGN_OR_RETURN(Statement row, until_us ? connection.Query(kSlipsUntil, *until_us)
                                                 : connection.Query(kSlips));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    PrecinctFigures* const precinct = Find(precincts, row.Text(0));
    const auto count = static_cast<uint64_t>(row.Int64(1));
    TAANU_RETURN_IF_ERROR(row.Check());
    if (precinct == nullptr) return Damaged();
    precinct->slip_count = count;
  }
}

// Columns 0 to 7 of kProtocols and kLatest.
Result<Protocol> ReadProtocol(Statement* row) {
  Protocol protocol;
  protocol.precinct_id = row->Text(0);
  protocol.source = static_cast<reconcile::Source>(row->Int64(1));
  protocol.issued = OptionalCount(row, 2);
  protocol.spoiled = OptionalCount(row, 3);
  protocol.in_box = OptionalCount(row, 4);
  protocol.by_machine = OptionalCount(row, 5);
  protocol.by_hand = OptionalCount(row, 6);
  const std::string votes = row->Text(7);
  TAANU_RETURN_IF_ERROR(row->Check());
  TAANU_ASSIGN_OR_RETURN(protocol.votes, ParseVotes(votes));
  return protocol;
}

}  // namespace

std::string VotesText(const std::vector<reconcile::ChoiceVotes>& votes) {
  json text = json::array();
  for (const auto& choice : votes) text.push_back({choice.contest, choice.choice, choice.votes});
  // Names were checked to be UTF-8 when they were read; other bytes are replaced, not thrown.
  return text.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<std::vector<reconcile::ChoiceVotes>> ParseVotes(const std::string& text) {
  const json parsed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!parsed.is_array()) return Damaged();
  std::vector<reconcile::ChoiceVotes> votes;
  for (const json& choice : parsed) {
    if (!choice.is_array() || choice.size() != 3 || !choice[0].is_string() ||
        !choice[1].is_string() || !choice[2].is_number_unsigned()) {
      return Damaged();
    }
    votes.push_back(
        {choice[0].get<std::string>(), choice[1].get<std::string>(), choice[2].get<uint64_t>()});
  }
  return votes;
}

Result<std::vector<PrecinctFigures>> QueryLogFigures(Connection& connection,
                                                     std::optional<int64_t> until_us) {
  std::vector<PrecinctFigures> precincts;
  const int64_t until = until_us.value_or(std::numeric_limits<int64_t>::max());
  TAANU_RETURN_IF_ERROR(ReadPrecincts(connection, until, &precincts));
  TAANU_RETURN_IF_ERROR(ReadAccredited(connection, until, &precincts));
  TAANU_RETURN_IF_ERROR(ReadSlips(connection, until_us, &precincts));
  return precincts;
}

Status AddProtocols(Connection& connection, int64_t until_us,
                    std::vector<PrecinctFigures>* precincts) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kProtocols, until_us));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    ImportedProtocol version;
    TAANU_ASSIGN_OR_RETURN(version.protocol, ReadProtocol(&row));
    version.import_id = static_cast<uint64_t>(row.Int64(8));
    version.time_us = row.Int64(9);
    version.event_index = static_cast<uint64_t>(row.Int64(10));
    version.file_sha256 = row.Bytes<32>(11);
    version.operator_ref = row.Bytes<16>(12);
    version.reason = row.Text(13);
    TAANU_RETURN_IF_ERROR(row.Check());
    PrecinctFigures* const precinct = Find(precincts, version.protocol.precinct_id);
    // Figures of one precinct are asked for with only that one in the list.
    if (precinct == nullptr) continue;
    const bool hand = version.protocol.source == reconcile::Source::kHand;
    (hand ? precinct->hand : precinct->machine).push_back(std::move(version));
  }
}

Result<std::optional<Protocol>> LatestProtocol(Connection& connection, std::string_view precinct_id,
                                               reconcile::Source source) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kLatest, precinct_id, source));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  TAANU_ASSIGN_OR_RETURN(Protocol protocol, ReadProtocol(&row));
  return protocol;
}

Result<reconcile::Tolerance> QueryTolerance(Connection& connection, int64_t until_us) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT ballots, share_ppm FROM reconciliation_tolerance "
                                          "WHERE time_us <= ?1 ORDER BY event_index DESC LIMIT 1",
                                          until_us));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return reconcile::Tolerance();
  const reconcile::Tolerance tolerance{static_cast<uint64_t>(row.Int64(0)),
                                       static_cast<uint32_t>(row.Int64(1))};
  TAANU_RETURN_IF_ERROR(row.Check());
  return tolerance;
}

Result<std::vector<PollsEntry>> QueryPollsEntries(Connection& connection,
                                                  std::string_view precinct_id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT state, coalesce(close_time_us, open_time_us), event_index, "
                       "operator_ref, accredited_count FROM polls_change "
                       "WHERE precinct_id = ?1 ORDER BY event_index",
                       precinct_id));
  std::vector<PollsEntry> entries;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return entries;
    entries.push_back({static_cast<rules::PollsState>(row.Int64(0)), row.Int64(1),
                       static_cast<uint64_t>(row.Int64(2)), row.Bytes<16>(3),
                       static_cast<uint64_t>(row.Int64(4))});
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

}  // namespace taanu
