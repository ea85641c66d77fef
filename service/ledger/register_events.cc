#include "service/ledger/register_events.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace taanu {
namespace {

// Of event_leaf.h. A voter who moves, or is renamed, has the same fingers.
constexpr std::array<std::string_view, 6> kTypes = {
    "voter_enrolled",    "voter_finger_reenrolled", "voter_finger_reverted",
    "voter_reactivated", "voter_deactivated",       "voter_erased"};

std::optional<KeyedReference> FromHex(std::string_view hex) {
  KeyedReference reference{};
  if (hex.size() != 2 * reference.size()) return std::nullopt;
  for (size_t i = 0; i < reference.size(); ++i) {
    const char* const digits = hex.data() + 2 * i;
    const auto read = std::from_chars(digits, digits + 2, reference.at(i), 16);
    if (read.ec != std::errc() || read.ptr != digits + 2) return std::nullopt;
  }
  return reference;
}

Status AddVoter(const std::string& leaf, std::vector<KeyedReference>* voters) {
  const auto event = nlohmann::json::parse(leaf, nullptr, /*allow_exceptions=*/false);
  if (event.is_object() && event.value("type", nlohmann::json()).is_string()) {
    const auto& type = event["type"].get_ref<const std::string&>();
    if (std::ranges::find(kTypes, type) == kTypes.end()) return {};
    const auto name = event.find("voter");
    const auto voter = name != event.end() && name->is_string()
                           ? FromHex(name->get_ref<const std::string&>())
                           : std::nullopt;
    if (voter) {
      if (std::ranges::find(*voters, *voter) == voters->end()) voters->push_back(*voter);
      return {};
    }
  }
  return Fail(ErrorCode::kInternal, "AUDIT_LOG_DAMAGED",
              "an entry of the audit log cannot be read; run `taanu register check`");
}

Result<uint64_t> Place(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT next_event FROM new_voter_search"));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return 0;
  const auto next = static_cast<uint64_t>(row.Int64(0));
  TAANU_RETURN_IF_ERROR(row.Check());
  return next;
}

}  // namespace

Result<RegisterEvents> NextRegisterEvents(Connection& connection, int limit) {
  RegisterEvents events;
  TAANU_ASSIGN_OR_RETURN(events.first, Place(connection));
  events.next = events.first;
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT idx, leaf FROM event WHERE idx >= ?1 ORDER BY idx LIMIT ?2",
                       events.first, limit));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return events;
    events.next = static_cast<uint64_t>(row.Int64(0)) + 1;
    TAANU_RETURN_IF_ERROR(AddVoter(row.Text(1), &events.voters));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

Status SetNextRegisterEvent(Connection& connection, uint64_t next) {
  return connection.Run(
      "INSERT INTO new_voter_search(one, next_event) VALUES (1, ?1) "
      "ON CONFLICT (one) DO UPDATE SET next_event = max(next_event, excluded.next_event)",
      next);
}

}  // namespace taanu
