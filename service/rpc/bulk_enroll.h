// A bulk load: voters come in as a stream, and the status of each goes back once it is committed.
//
// Flow control: at most `bulk_window` items, of at most `bulk_window_bytes` together (and always at
// least one), are without a status that the client has taken. Beyond that nothing is read, and gRPC
// makes the client wait. The window is reserved in the enrolment pool when the stream begins, so
// that no item is ever refused for want of a place; a load for which no window is left is refused
// as a whole.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>

#include <mutex>
#include <unordered_set>

#include "service/rpc/backend.h"
#include "taanu/v1/enrollment_service.pb.h"

namespace taanu::rpc {

class BulkLoad;

// The bulk loads that are running. Thread-safety: may be used from any thread; it must outlive the
// loads.
class BulkLoads {
 public:
  using Reactor = grpc::ServerBidiReactor<v1::BulkEnrollRequest, v1::BulkEnrollResponse>;

  // The reactor destroys itself when gRPC is done with it.
  Reactor* Begin(const Backend& backend, grpc::CallbackServerContext* context);

  // Every load, also one that begins later, stops reading, gives the status of what it has read,
  // and ends as UNAVAILABLE.
  void Drain();

 private:
  friend class BulkLoad;
  void Remove(BulkLoad* load);

  std::mutex mutex_;
  std::unordered_set<BulkLoad*> loads_;
  bool draining_ = false;
};

}  // namespace taanu::rpc
