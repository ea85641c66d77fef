// How an Error is told to a client: google.rpc.Status with ErrorInfo{reason, domain "taanu"}
// (AIP-193), the same for the status of a call and for the status of one item of a stream.
//
// Thread-safety: pure functions.
#pragma once

#include <grpcpp/support/status.h>

#include <chrono>
#include <string_view>

#include "google/rpc/status.pb.h"
#include "matcher/error.h"

namespace taanu::rpc {

inline constexpr std::string_view kErrorDomain = "taanu";

// The gRPC code of an error.
grpc::StatusCode CodeOf(const Error& error);

// An error about one field of a request. The field is named in the message, and in the metadata of
// ErrorInfo as "field".
Error FieldError(std::string_view field, std::string_view reason, std::string_view what);
// The same error, about a field of a field: "samples[1]" and "raw.width" give
// "samples[1].raw.width".
Error InField(std::string_view field, Error error);

// A queue is full; come again after `delay`.
Error QueueFull(std::string_view queue);

// The daemon is stopping.
Error Draining();

google::rpc::Status ToRpcStatus(const Error& error,
                                std::chrono::milliseconds retry_delay = std::chrono::seconds(1));
// `retry_delay` is told with RESOURCE_EXHAUSTED and SEARCH_INCOMPLETE alone, as RetryInfo.
grpc::Status ToGrpcStatus(const Error& error,
                          std::chrono::milliseconds retry_delay = std::chrono::seconds(1));

}  // namespace taanu::rpc
