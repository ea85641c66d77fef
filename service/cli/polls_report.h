// What precincts' files say, as a table, as CSV and as JSON.
//
// Thread-safety: pure functions.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>

#include "service/cli/table.h"
#include "service/polls/merge.h"
#include "service/polls/polls_file.h"

namespace taanu::cli {

// A row to a precinct and, where `merged` is given, one with the totals.
Table PollsTable(std::span<const polls::PollsReport> reports, const polls::MergedPolls* merged);

nlohmann::json PollsJson(const polls::PollsReport& report);
nlohmann::json MergedJson(const polls::MergedPolls& merged);

// Voters who were accredited more than once, each with its places; empty where there is none.
std::string MultipleText(const polls::MergedPolls& merged);

}  // namespace taanu::cli
