#include "service/polls/merge.h"

#include <algorithm>
#include <set>
#include <utility>

namespace taanu::polls {
namespace {

Status CheckTogether(std::span<const PollsReport> reports) {
  std::set<std::string> precincts;
  for (const PollsReport& report : reports) {
    const PollsStatement& one = report.statement;
    const PollsStatement& first = reports.front().statement;
    if (!one.closed) {
      return Fail(ErrorCode::kRefused, "PRELIMINARY",
                  "the polls of precinct " + one.precinct_id +
                      " were not closed when its file was written; export it again");
    }
    if (one.references != first.references) {
      return Fail(ErrorCode::kRefused, "KEYS_DIFFER",
                  "precinct " + first.precinct_id + " names voters with the key " +
                      first.references + ", precinct " + one.precinct_id + " with " +
                      one.references +
                      ": one voter has different references in them, so that nobody could be found "
                      "twice");
    }
    if (one.election != first.election) {
      return Fail(ErrorCode::kRefused, "ELECTIONS_DIFFER",
                  "precinct " + first.precinct_id + " is of \"" + first.election + "\", precinct " +
                      one.precinct_id + " of \"" + one.election + "\"");
    }
    if (!precincts.insert(one.precinct_id).second) {
      return Fail(ErrorCode::kConflict, "PRECINCT_TWICE",
                  "two files are of precinct " + one.precinct_id +
                      "; say which one counts, and leave out the other");
    }
  }
  return {};
}

}  // namespace

Result<MergedPolls> MergePolls(std::span<const PollsReport> reports) {
  TAANU_RETURN_IF_ERROR(CheckTogether(reports));
  MergedPolls merged;
  std::map<KeyedReference, std::vector<Place>> places;
  for (const PollsReport& report : reports) {
    ++merged.precincts;
    merged.voters += report.statement.voters;
    merged.accreditations += report.accreditations.size();
    for (const auto& [method, count] : report.accredited_by_method) {
      merged.accredited_by_method[method] += count;
    }
    for (const AccreditationEntry& entry : report.accreditations) {
      places[entry.voter].push_back({report.statement.precinct_id, entry});
    }
  }
  merged.voters_accredited = places.size();
  for (auto& [voter, where] : places) {
    if (where.size() < 2) continue;
    std::ranges::stable_sort(where, {}, [](const Place& place) { return place.entry.time_us; });
    merged.multiple.push_back({voter, std::move(where)});
  }
  return merged;
}

}  // namespace taanu::polls
