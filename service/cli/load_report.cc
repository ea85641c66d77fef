#include "service/cli/load_report.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "service/cli/remote.h"
#include "service/cli/table.h"

namespace taanu::cli {
namespace {

std::string Decimal(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", value);
  return text.data();
}

std::string CountTable(const std::string& title, const std::map<std::string, uint64_t>& counts) {
  if (counts.empty()) return {};
  Table table({title, "count"}, 1);
  for (const auto& [name, count] : counts) table.Add({name, std::to_string(count)});
  return "\n" + table.Text();
}

}  // namespace

void LoadReport::AddSettled(const LoadRow& row, const v1::BulkEnrollResponse& response) {
  (response.already_enrolled() ? already_enrolled : loaded) += 1;
  uint64_t missing = 0;
  for (const v1::FingerReport& finger : response.finger_reports()) {
    if (finger.enrolled()) continue;
    ++missing;
    const std::string reason = ToError(finger.error()).reason;
    ++missing_by_reason[reason.empty() ? "UNKNOWN" : reason];
  }
  const auto given = static_cast<uint64_t>(row.samples.size());
  const bool voter_without = given == 0 || missing >= given;
  if (missing == 0 && !voter_without) return;
  MissingReferences& precinct = missing_by_precinct[row.voter.precinct_id];
  precinct.fingers += missing;
  precinct.voters += voter_without ? 1 : 0;
}

void LoadReport::AddRejected(const RowProblem& problem) {
  ++rejected;
  ++rejected_by_reason[problem.reason];
}

std::string LoadReport::Text(double seconds) const {
  Table totals({"rows", "count"}, 1);
  totals.Add({"loaded", std::to_string(loaded)});
  totals.Add({"already enrolled", std::to_string(already_enrolled)});
  totals.Add({"rejected", std::to_string(rejected)});
  totals.Add({"all", std::to_string(rows())});
  std::string text = totals.Text();
  text += "in " + Decimal(seconds) + " s";
  if (seconds > 0) text += ", " + Decimal(static_cast<double>(rows()) / seconds) + " rows/s";
  text += "\n" + CountTable("rejected because", rejected_by_reason);
  text += CountTable("finger without reference because", missing_by_reason);
  if (!missing_by_precinct.empty()) {
    Table table({"precinct", "fingers without reference", "voters without any"}, 1);
    for (const auto& [precinct, missing] : missing_by_precinct) {
      table.Add({precinct, std::to_string(missing.fingers), std::to_string(missing.voters)});
    }
    text += "\n" + table.Text();
    text += "`taanu register unreferenced` lists the voters without any by name\n";
  }
  return text;
}

std::string LoadReport::Json(double seconds, const std::string& rejects) const {
  nlohmann::json precincts = nlohmann::json::object();
  for (const auto& [precinct, missing] : missing_by_precinct) {
    precincts[precinct] = {{"fingers", missing.fingers}, {"voters", missing.voters}};
  }
  const nlohmann::json object = {{"rows", rows()},
                                 {"loaded", loaded},
                                 {"already_enrolled", already_enrolled},
                                 {"rejected", rejected},
                                 {"rejected_by_reason", rejected_by_reason},
                                 {"fingers_without_reference_by_reason", missing_by_reason},
                                 {"without_reference_by_precinct", precincts},
                                 {"rejects_file", rejects},
                                 {"seconds", seconds}};
  return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace taanu::cli
