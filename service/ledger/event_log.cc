#include "service/ledger/event_log.h"

#include <string>

namespace taanu {
namespace {

Result<merkle::Hash> ReadNode(Connection& connection, const merkle::NodeId& id) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      id.level == 0 ? connection.Query("SELECT leaf_hash FROM event WHERE idx = ?1", id.index)
                    : connection.Query("SELECT hash FROM event_node WHERE idx = ?1 AND level = ?2",
                                       id.index, id.level));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) {
    return Fail(ErrorCode::kInternal, "AUDIT_LOG_DAMAGED",
                "the audit log lacks node " + std::to_string(id.index) + " of level " +
                    std::to_string(id.level) + "; restore the register from a backup");
  }
  const auto hash = row.Bytes<32>(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return hash;
}

}  // namespace

merkle::NodeReader LogNodes(Connection& connection) {
  return [&connection](const merkle::NodeId& id) { return ReadNode(connection, id); };
}

Result<uint64_t> LogSize(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT coalesce(max(idx) + 1, 0) FROM event"));
  TAANU_RETURN_IF_ERROR(row.Step());
  const int64_t size = row.Int64(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return static_cast<uint64_t>(size);
}

Result<uint64_t> AppendEvent(Connection& connection, std::string_view leaf) {
  TAANU_ASSIGN_OR_RETURN(const uint64_t size, LogSize(connection));
  TAANU_ASSIGN_OR_RETURN(const auto nodes,
                         merkle::Append(size, merkle::HashLeaf(leaf), LogNodes(connection)));
  TAANU_RETURN_IF_ERROR(connection.Run(
      "INSERT INTO event(idx, leaf, leaf_hash) VALUES (?1, ?2, ?3)", size, leaf, nodes[0].hash));
  for (size_t i = 1; i < nodes.size(); ++i) {
    TAANU_RETURN_IF_ERROR(
        connection.Run("INSERT INTO event_node(level, idx, hash) VALUES (?1, ?2, ?3)",
                       nodes[i].id.level, nodes[i].id.index, nodes[i].hash));
  }
  return size;
}

Result<merkle::Hash> LogRoot(Connection& connection, uint64_t size) {
  return merkle::Root(size, LogNodes(connection));
}

}  // namespace taanu
