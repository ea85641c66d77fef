// Where every call is authorised: gRPC asks this before it looks for a handler, on both listeners,
// also for methods that do not exist.
//
// gRPC 1.51 hands over the method as ":path" among the metadata. A refusal carries a code and a
// message; this place cannot attach details.
#pragma once

#include <grpcpp/security/auth_metadata_processor.h>

#include <functional>
#include <string_view>
#include <utility>

#include "service/auth/peer.h"
#include "service/auth/role.h"

namespace taanu::auth {

// Thread-safety: immutable, called from gRPC's threads.
class AuthorizationProcessor final : public grpc::AuthMetadataProcessor {
 public:
  // `refused` is told the peer and the reason of every refusal, on gRPC's threads; it must not
  // block, and may be empty.
  using Refused = std::function<void(const Peer&, std::string_view reason)>;
  explicit AuthorizationProcessor(RoleSet local_roles, Refused refused = {})
      : local_roles_(local_roles), refused_(std::move(refused)) {}

  // It only looks at a table, so it need not be moved to a thread of its own.
  bool IsBlocking() const override { return false; }

  grpc::Status Process(const InputMetadata& auth_metadata, grpc::AuthContext* context,
                       OutputMetadata* consumed_auth_metadata,
                       OutputMetadata* response_metadata) override;

 private:
  const RoleSet local_roles_;
  const Refused refused_;
};

}  // namespace taanu::auth
