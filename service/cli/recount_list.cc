#include "service/cli/recount_list.h"

#include <sstream>
#include <utility>

#include "enroll/load/csv.h"
#include "enroll/register/register.h"

namespace taanu::cli {
namespace {

tl::unexpected<Error> BadLine(uint64_t line, const std::string& what) {
  return Fail(ErrorCode::kBadInput, "BAD_LIST", "line " + std::to_string(line) + ": " + what);
}

Status Add(uint64_t line, const std::string& stratum, const std::string& precinct,
           PrecinctLists* lists) {
  if (!ValidatePrecinctId(precinct)) {
    return BadLine(line, "a precinct must be 1 to 32 characters of A-Z a-z 0-9 . _ -");
  }
  (*lists)[stratum].push_back(precinct);
  return {};
}

}  // namespace

Result<PrecinctLists> ReadPrecinctLines(std::string_view text) {
  PrecinctLists lists;
  std::istringstream in{std::string(text)};
  uint64_t number = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    TAANU_RETURN_IF_ERROR(Add(number, {}, line, &lists));
  }
  return lists;
}

Result<PrecinctLists> ReadStrata(std::string_view text) {
  PrecinctLists lists;
  std::istringstream in{std::string(text)};
  CsvReader csv(&in);
  const std::vector<std::string> header = {"precinct", "stratum"};
  for (bool first = true;; first = false) {
    const auto row = csv.Next();
    if (!row) return BadLine(csv.row_line(), row.error().message);
    if (!row->has_value()) break;
    const std::vector<std::string>& fields = (*row)->fields;
    if (fields.size() != 2 || (first && fields != header)) {
      return BadLine(csv.row_line(), "must be precinct,stratum below a header of these names");
    }
    if (first) continue;
    if (fields[1].empty()) return BadLine(csv.row_line(), "the stratum has no name");
    TAANU_RETURN_IF_ERROR(Add(csv.row_line(), fields[1], fields[0], &lists));
  }
  return lists;
}

}  // namespace taanu::cli
