#include "service/cli/polls_report.h"

#include <google/protobuf/timestamp.pb.h>

#include <map>
#include <vector>

#include "service/cli/words.h"

namespace taanu::cli {
namespace {

constexpr const char* kMethods[] = {"FINGER", "FINGER_SEARCH", "FALLBACK"};

std::string TimeText(int64_t time_us) {
  google::protobuf::Timestamp time;
  time.set_seconds(time_us / 1'000'000);
  return TimeWord(time);
}

uint64_t CountOf(const std::map<std::string, uint64_t>& counts, const std::string& name) {
  const auto found = counts.find(name);
  return found == counts.end() ? 0 : found->second;
}

uint64_t Sum(const std::map<std::string, uint64_t>& counts) {
  uint64_t sum = 0;
  for (const auto& [name, count] : counts) sum += count;
  return sum;
}

nlohmann::json EntryJson(const polls::Place& place) {
  return {{"precinct", place.precinct_id},
          {"slip", place.entry.slip_number},
          {"time", TimeText(place.entry.time_us)},
          {"method", place.entry.method},
          {"log_entry", place.entry.index}};
}

}  // namespace

Table PollsTable(std::span<const polls::PollsReport> reports, const polls::MergedPolls* merged) {
  Table table({"precinct", "polls", "voters", "accredited", "finger", "search", "fallback",
               "attempts", "copies", "entries", "corrected"},
              2);
  uint64_t attempts = 0;
  uint64_t copies = 0;
  uint64_t entries = 0;
  for (const polls::PollsReport& report : reports) {
    const polls::PollsStatement& statement = report.statement;
    std::vector<std::string> row = {
        statement.precinct_id, statement.closed ? "CLOSED" : "PRELIMINARY",
        std::to_string(statement.voters), std::to_string(statement.accredited)};
    for (const char* method : kMethods) {
      row.push_back(std::to_string(CountOf(report.accredited_by_method, method)));
    }
    row.push_back(std::to_string(Sum(statement.attempts)));
    row.push_back(std::to_string(report.slips_reissued));
    row.push_back(std::to_string(statement.entries));
    row.push_back(report.corrected ? std::to_string(*report.corrected) : "-");
    table.Add(std::move(row));
    attempts += Sum(statement.attempts);
    copies += report.slips_reissued;
    entries += statement.entries;
  }
  if (merged != nullptr) {
    std::vector<std::string> row = {"total", "", std::to_string(merged->voters),
                                    std::to_string(merged->accreditations)};
    for (const char* method : kMethods) {
      row.push_back(std::to_string(CountOf(merged->accredited_by_method, method)));
    }
    for (const uint64_t sum : {attempts, copies, entries}) row.push_back(std::to_string(sum));
    table.Add(std::move(row));
  }
  return table;
}

nlohmann::json PollsJson(const polls::PollsReport& report) {
  const polls::PollsStatement& statement = report.statement;
  const nlohmann::json corrected =
      report.corrected ? nlohmann::json(*report.corrected) : nlohmann::json(nullptr);
  return {{"precinct", statement.precinct_id},
          {"polls", statement.closed ? "CLOSED" : "PRELIMINARY"},
          {"election", statement.election},
          {"origin", statement.origin},
          {"made", TimeText(statement.made_us)},
          {"voters", statement.voters},
          {"accredited", statement.accredited},
          {"accredited_by_method", report.accredited_by_method},
          {"attempts", statement.attempts},
          {"attempts_after_closing", report.attempts_after_closing},
          {"slips_reissued", report.slips_reissued},
          {"corrected", corrected},
          {"entries", report.entries_by_type},
          {"log_size", statement.log_size},
          {"log_root", statement.log_root},
          {"references", statement.references}};
}

nlohmann::json MergedJson(const polls::MergedPolls& merged) {
  nlohmann::json multiple = nlohmann::json::array();
  for (const polls::MultipleVoter& voter : merged.multiple) {
    nlohmann::json places = nlohmann::json::array();
    for (const polls::Place& place : voter.places) places.push_back(EntryJson(place));
    multiple.push_back({{"voter", ToHex(voter.voter)}, {"accreditations", places}});
  }
  return {{"precincts", merged.precincts},
          {"voters", merged.voters},
          {"accreditations", merged.accreditations},
          {"voters_accredited", merged.voters_accredited},
          {"accredited_by_method", merged.accredited_by_method},
          {"accredited_more_than_once", multiple}};
}

std::string MultipleText(const polls::MergedPolls& merged) {
  if (merged.multiple.empty()) return {};
  std::string text = "ACCREDITED MORE THAN ONCE: " + std::to_string(merged.multiple.size()) +
                     (merged.multiple.size() == 1 ? " voter\n" : " voters\n");
  for (const polls::MultipleVoter& voter : merged.multiple) {
    text += "  voter " + ToHex(voter.voter) + "\n";
    for (const polls::Place& place : voter.places) {
      text += "    precinct " + place.precinct_id + ", slip " +
              std::to_string(place.entry.slip_number) + ", " + TimeText(place.entry.time_us) +
              ", " + place.entry.method + "\n";
    }
  }
  return text;
}

}  // namespace taanu::cli
