#include "service/cli/demo_register.h"

#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "enroll/load/csv.h"
#include "enroll/load/finger_column.h"
#include "enroll/load/manifest.h"
#include "enroll/load/sample_file.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

constexpr int kAnyYear = 9999;

tl::unexpected<Error> NoDemo(const fs::path& folder, const std::string& what) {
  return Fail(ErrorCode::kBadInput, "NO_DEMO_REGISTER",
              folder.string() + ": " + what +
                  "; make the folder with `taanu synth --voters 1000 --probes 1 --out DIR`");
}

Result<std::vector<DemoVoter>> ReadVoters(const fs::path& folder, size_t voters) {
  TAANU_ASSIGN_OR_RETURN(const std::unique_ptr<ManifestReader> manifest,
                         OpenManifest(folder / "manifest.csv", {.this_year = kAnyYear}));
  std::vector<DemoVoter> found;
  while (found.size() < voters) {
    TAANU_ASSIGN_OR_RETURN(const std::optional<LoadRow> row, manifest->Next());
    if (!row) return NoDemo(folder, "it has fewer than " + std::to_string(voters) + " voters");
    if (row->problem) return NoDemo(folder, "a row of its manifest cannot be read");
    found.push_back({row->voter.voter_number, row->voter.precinct_id, {}});
  }
  return found;
}

// One row of probes.csv: voter_number,finger,impression,file.
Status AddProbe(const fs::path& folder, const std::vector<std::string>& fields,
                const std::map<std::string, DemoVoter*>& voters) {
  if (fields.size() != 4) return NoDemo(folder, "probes.csv has not four columns");
  const auto voter = voters.find(fields[0]);
  if (voter == voters.end()) return {};
  const std::optional<FingerPosition> position = FingerOfColumn(fields[1]);
  if (!position) return NoDemo(folder, "probes.csv names no finger \"" + fields[1] + "\"");
  TAANU_ASSIGN_OR_RETURN(fs::path file, ResolveSamplePath(folder, fields[3]));
  voter->second->probes.push_back({*position, std::move(file)});
  return {};
}

Status ReadProbes(const fs::path& folder, std::vector<DemoVoter>* voters) {
  std::map<std::string, DemoVoter*> by_number;
  for (DemoVoter& voter : *voters) by_number[voter.number] = &voter;
  std::ifstream in(folder / "probes.csv", std::ios::binary);
  if (!in) return NoDemo(folder, "it has no probes.csv");
  CsvReader reader(&in);
  for (bool header = true;; header = false) {
    TAANU_ASSIGN_OR_RETURN(const std::optional<CsvRow> row, reader.Next());
    if (!row) return {};
    if (!header) TAANU_RETURN_IF_ERROR(AddProbe(folder, row->fields, by_number));
  }
}

}  // namespace

Result<std::vector<DemoVoter>> ReadDemoRegister(const fs::path& folder, size_t voters) {
  std::error_code error;
  const fs::path canonical = fs::canonical(folder, error);
  if (error) return NoDemo(folder, error.message());
  TAANU_ASSIGN_OR_RETURN(std::vector<DemoVoter> found, ReadVoters(canonical, voters));
  TAANU_RETURN_IF_ERROR(ReadProbes(canonical, &found));
  for (const DemoVoter& voter : found) {
    if (voter.probes.empty()) return NoDemo(folder, "not all of its first voters have probes");
  }
  return found;
}

}  // namespace taanu::cli
