#include "service/ledger/protocol_check.h"

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "service/ledger/protocol_queries.h"
#include "service/reconcile/draw.h"  // Sha256Hex
#include "service/reconcile/protocol_csv.h"

namespace taanu {
namespace {

using reconcile::Protocol;

// The protocols that the tables hold, by import.
Result<std::map<uint64_t, std::vector<Protocol>>> StoredRows(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(auto precincts, QueryLogFigures(connection, std::nullopt));
  TAANU_RETURN_IF_ERROR(AddProtocols(connection, std::numeric_limits<int64_t>::max(), &precincts));
  std::map<uint64_t, std::vector<Protocol>> rows;
  for (auto& precinct : precincts) {
    for (auto* versions : {&precinct.machine, &precinct.hand}) {
      for (auto& version : *versions) {
        rows[version.import_id].push_back(std::move(version.protocol));
      }
    }
  }
  return rows;
}

// Whether both hold the same protocols, in whatever order.
bool SameRows(std::vector<Protocol> stored, const std::vector<reconcile::ProtocolRow>& read) {
  if (stored.size() != read.size()) return false;
  return std::ranges::all_of(read, [&](const reconcile::ProtocolRow& row) {
    return std::ranges::find(stored, row.protocol) != stored.end();
  });
}

// What is wrong with one import; empty where nothing is.
std::string FaultOf(std::string_view file, const std::string& digest, const std::string& leaf,
                    const std::vector<Protocol>& stored) {
  const auto entry = nlohmann::json::parse(leaf, nullptr, /*allow_exceptions=*/false);
  const bool logged = entry.is_object() && entry.value("file_sha256", "") == digest;
  if (!logged) return "the audit log has no such import";
  if (reconcile::Sha256Hex(file) != digest) return "its file is not what its digest says";
  if (!SameRows(stored, reconcile::ReadProtocols(file).rows)) {
    return "its figures are not those of its file";
  }
  return {};
}

}  // namespace

Result<std::vector<std::string>> CheckProtocols(Connection& connection) {
  std::vector<std::string> problems;
  TAANU_ASSIGN_OR_RETURN(const auto rows, StoredRows(connection));
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT i.import_id, i.file, i.file_sha256, e.leaf FROM protocol_import AS "
                       "i JOIN event AS e ON e.idx = i.event_index ORDER BY i.import_id"));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return problems;
    const auto id = static_cast<uint64_t>(row.Int64(0));
    const std::vector<uint8_t> file = row.Blob(1);
    const std::string digest = ToHex(row.Bytes<32>(2));
    const std::string leaf = row.Text(3);
    TAANU_RETURN_IF_ERROR(row.Check());
    const auto stored = rows.find(id);
    const std::string fault =
        FaultOf({reinterpret_cast<const char*>(file.data()), file.size()}, digest, leaf,
                stored == rows.end() ? std::vector<Protocol>() : stored->second);
    if (!fault.empty()) problems.push_back("import " + std::to_string(id) + ": " + fault);
  }
}

}  // namespace taanu
