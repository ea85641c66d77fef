// Reads any bytes as a file of protocols. A file that is taken must hold what it promises, must be
// taken again with the same figures once it is written anew, and can be compared with any log.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "enroll/load/csv.h"
#include "service/reconcile/preliminary.h"
#include "service/reconcile/protocol_csv.h"

namespace {

using namespace taanu;             // NOLINT
using namespace taanu::reconcile;  // NOLINT

void Check(bool holds) {
  if (!holds) std::abort();
}

std::string Text(const std::optional<uint64_t>& count) {
  return count ? std::to_string(*count) : std::string();
}

// One file for each row, since contests may differ between rows.
std::string WriteAnew(const Protocol& protocol) {
  std::vector<std::string> header = {"source", "precinct"};
  std::vector<std::string> row = {std::string(SourceName(protocol.source)), protocol.precinct_id};
  for (const NamedFigure& figure : FiguresOf(protocol)) {
    header.push_back(figure.name);
    row.push_back(Text(figure.value));
  }
  return CsvLine(header) + CsvLine(row);
}

void CheckRows(const ProtocolFile& file) {
  std::set<std::pair<std::string, Source>> seen;
  for (const ProtocolRow& row : file.rows) {
    const Protocol& protocol = row.protocol;
    Check(row.line >= 2);
    Check(seen.emplace(protocol.precinct_id, protocol.source).second);
    Check(protocol.Counted().has_value());
    Check(!(protocol.by_machine && protocol.by_hand));
    for (const NamedFigure& figure : FiguresOf(protocol)) {
      Check(!figure.value || *figure.value <= kCountMax);
    }
    const ProtocolFile again = ReadProtocols(WriteAnew(protocol));
    Check(again.problems.empty() && again.rows.size() == 1);
    Check(again.rows[0].protocol == protocol);
  }
}

void CompareAll(const ProtocolFile& file) {
  std::vector<PrecinctFigures> precincts;
  for (const ProtocolRow& row : file.rows) {
    PrecinctFigures figures;
    figures.precinct_id = row.protocol.precinct_id;
    figures.polls = rules::PollsState::kClosed;
    figures.by_finger = figures.slip_count = 100;
    (row.protocol.source == Source::kHand ? figures.hand : figures.machine)
        .push_back({.protocol = row.protocol, .import_id = 1});
    precincts.push_back(std::move(figures));
  }
  const Report report = MakeReport(std::move(precincts), {.ballots = 1, .share_ppm = 1'000});
  for (const PrecinctReport& precinct : report.precincts) {
    for (const Difference& difference : precinct.comparison.differences) {
      Check(!Explain(difference).empty());
    }
  }
  Check(MakePreliminary(report).rows.size() == file.rows.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const ProtocolFile file = ReadProtocols({reinterpret_cast<const char*>(data), size});
  const Status status = file.Check();
  Check(status.has_value() == file.problems.empty());
  if (!status) {
    Check(status.error().code == ErrorCode::kBadInput && status.error().message.size() < 4096);
    return 0;
  }
  Check(!file.rows.empty());
  CheckRows(file);
  CompareAll(file);
  return 0;
}
