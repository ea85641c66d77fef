#include "service/auth/peer.h"

#include <grpc/grpc_security_constants.h>

#include <vector>

namespace taanu::auth {
namespace {

constexpr std::string_view kRolePrefix = "urn:taanu:role:";
constexpr std::string_view kPrecinctPrefix = "urn:taanu:precinct:";
constexpr std::string_view kNamePrefix = "urn:taanu:name:";
// As limits of the contract: longer ones cannot belong to a certificate of ours.
constexpr size_t kPrecinctBytesMax = 32;
constexpr size_t kNameBytesMax = 64;

// Takes the rest of `uri` after `prefix` into `value`. False where there is a value already that
// differs, or where the rest is empty or too long.
bool TakeOnce(std::string_view uri, std::string_view prefix, size_t bytes_max, std::string* value) {
  const std::string_view rest = uri.substr(prefix.size());
  if (rest.empty() || rest.size() > bytes_max || (!value->empty() && *value != rest)) return false;
  *value = rest;
  return true;
}

std::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

std::vector<std::string> Values(const grpc::AuthContext& context, const char* property) {
  std::vector<std::string> values;
  for (const grpc::string_ref& value : context.FindPropertyValues(property)) {
    values.emplace_back(View(value));
  }
  return values;
}

}  // namespace

Peer PeerFromUris(std::span<const std::string> uris) {
  Peer peer;
  peer.authenticated = true;
  bool unambiguous = true;
  for (const std::string_view uri : uris) {
    if (uri.starts_with(kRolePrefix)) {
      if (const auto role = RoleFromName(uri.substr(kRolePrefix.size()))) peer.roles.Add(*role);
    } else if (uri.starts_with(kPrecinctPrefix)) {
      unambiguous &= TakeOnce(uri, kPrecinctPrefix, kPrecinctBytesMax, &peer.precinct_id);
    } else if (uri.starts_with(kNamePrefix)) {
      unambiguous &= TakeOnce(uri, kNamePrefix, kNameBytesMax, &peer.name);
    }
  }
  if (!unambiguous) {
    peer.roles = RoleSet();
    peer.precinct_id.clear();
  }
  return peer;
}

Peer PeerFromAuthContext(const grpc::AuthContext& context, RoleSet local_roles) {
  for (const std::string& type : Values(context, GRPC_TRANSPORT_SECURITY_TYPE_PROPERTY_NAME)) {
    // The local credentials accept a Unix socket alone (server.cc binds them to nothing else).
    if (type == "local") {
      return Peer{.authenticated = true,
                  .local = true,
                  .roles = local_roles,
                  .precinct_id = {},
                  .name = "local"};
    }
  }
  if (!context.IsPeerAuthenticated()) return Peer{};
  return PeerFromUris(Values(context, GRPC_PEER_URI_PROPERTY_NAME));
}

}  // namespace taanu::auth
