#include "service/auth/processor.h"

#include "service/auth/peer.h"
#include "service/auth/policy.h"

namespace taanu::auth {

grpc::Status AuthorizationProcessor::Process(const InputMetadata& auth_metadata,
                                             grpc::AuthContext* context,
                                             OutputMetadata* /*consumed_auth_metadata*/,
                                             OutputMetadata* /*response_metadata*/) {
  const auto path = auth_metadata.find(":path");
  if (context == nullptr || path == auth_metadata.end()) {
    return {grpc::StatusCode::UNAUTHENTICATED, "UNAUTHENTICATED: the call names no method"};
  }
  const std::string_view method(path->second.data(), path->second.size());
  const Peer peer = PeerFromAuthContext(*context, local_roles_);
  if (const Status status = Authorize(peer, method); !status) {
    if (refused_) refused_(peer, status.error().reason);
    return {peer.authenticated ? grpc::StatusCode::PERMISSION_DENIED
                               : grpc::StatusCode::UNAUTHENTICATED,
            status.error().reason + ": " + status.error().message};
  }
  return grpc::Status::OK;
}

}  // namespace taanu::auth
