// Who is calling: what the transport proved about the other side, and nothing that it claims
// itself.
//
// Over TCP it is the client certificate, by the URIs among its subject alternative names
// (RFC 5280, section 4.2.1.6):
//   urn:taanu:role:<terminal|administrator|auditor|supervisor|observer>   one or more
//   urn:taanu:precinct:<id>                                      exactly one for a terminal
//   urn:taanu:name:<name>                                        a name for the log
// On the Unix socket it is the permission to open the file, and the roles come from the settings.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <grpcpp/security/auth_context.h>

#include <span>
#include <string>
#include <string_view>

#include "service/auth/role.h"

namespace taanu::auth {

struct Peer {
  // False where the transport proved nothing: such a peer may do nothing at all.
  bool authenticated = false;
  // True on the Unix socket, whose file mode is the guard. A local terminal is not bound to a
  // precinct.
  bool local = false;
  RoleSet roles;
  // The precinct of the certificate; empty for none.
  std::string precinct_id;
  // For the log and for the keyed reference of a terminal: the certificate's name, "local" on the
  // Unix socket.
  std::string name;
};

// Reads the URIs of a verified certificate. A URI that is not understood grants nothing. A
// certificate of two precincts or two names is ambiguous: it is given no role at all.
Peer PeerFromUris(std::span<const std::string> uris);

// Reads what the transport proved. `local_roles` are those of the Unix socket.
Peer PeerFromAuthContext(const grpc::AuthContext& context, RoleSet local_roles);

}  // namespace taanu::auth
