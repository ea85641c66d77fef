#include "service/rpc/status.h"

#include <algorithm>
#include <string>

#include "google/rpc/error_details.pb.h"

namespace taanu::rpc {
namespace {

bool IsFieldCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '[' ||
         c == ']';
}

// The field that FieldError put before the message, or nothing.
std::string_view FieldOf(const Error& error) {
  const size_t colon = error.message.find(": ");
  const bool of_input = error.code == ErrorCode::kBadInput ||
                        error.code == ErrorCode::kUnsupported || error.code == ErrorCode::kRefused;
  if (!of_input || colon == std::string::npos || colon == 0) return {};
  const std::string_view field = std::string_view(error.message).substr(0, colon);
  return std::ranges::all_of(field, IsFieldCharacter) ? field : std::string_view();
}

}  // namespace

grpc::StatusCode CodeOf(const Error& error) {
  // What the store holds is damaged: not the client's fault, although it is bad input to the store.
  if (error.reason == "SEAL_BROKEN") return grpc::StatusCode::DATA_LOSS;
  switch (error.code) {
    case ErrorCode::kBadInput:
    case ErrorCode::kUnsupported:  // a format that is not read is not a method that is missing
      return grpc::StatusCode::INVALID_ARGUMENT;
    case ErrorCode::kNotFound:
      return grpc::StatusCode::NOT_FOUND;
    case ErrorCode::kConflict:
      return error.reason == "VOTER_NUMBER_EXISTS" ? grpc::StatusCode::ALREADY_EXISTS
                                                   : grpc::StatusCode::FAILED_PRECONDITION;
    case ErrorCode::kRefused:
      return error.reason == "UNAUTHENTICATED" ? grpc::StatusCode::UNAUTHENTICATED
                                               : grpc::StatusCode::PERMISSION_DENIED;
    case ErrorCode::kUnavailable:
      return grpc::StatusCode::UNAVAILABLE;
    case ErrorCode::kExhausted:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    case ErrorCode::kCancelled:
      return grpc::StatusCode::CANCELLED;
    case ErrorCode::kInternal:
      return grpc::StatusCode::INTERNAL;
  }
  return grpc::StatusCode::INTERNAL;
}

Error FieldError(std::string_view field, std::string_view reason, std::string_view what) {
  return {ErrorCode::kBadInput, std::string(reason), std::string(field) + ": " + std::string(what)};
}

Error InField(std::string_view field, Error error) {
  error.message = std::string(field) + (FieldOf(error).empty() ? ": " : ".") + error.message;
  return error;
}

Error QueueFull(std::string_view queue) {
  return {ErrorCode::kExhausted, "QUEUE_FULL",
          "too many calls wait for " + std::string(queue) + "; try again after the time given"};
}

Error Draining() {
  return {ErrorCode::kUnavailable, "DRAINING",
          "the daemon is stopping; send the same request again when it is back"};
}

google::rpc::Status ToRpcStatus(const Error& error, std::chrono::milliseconds retry_delay) {
  google::rpc::Status status;
  const grpc::StatusCode code = CodeOf(error);
  status.set_code(code);
  status.set_message(error.message);

  google::rpc::ErrorInfo info;
  info.set_reason(error.reason);
  info.set_domain(std::string(kErrorDomain));
  if (const std::string_view field = FieldOf(error); !field.empty()) {
    (*info.mutable_metadata())["field"] = std::string(field);
  }
  status.add_details()->PackFrom(info);

  if (code == grpc::StatusCode::RESOURCE_EXHAUSTED || error.reason == "SEARCH_INCOMPLETE") {
    google::rpc::RetryInfo retry;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(retry_delay);
    retry.mutable_retry_delay()->set_seconds(seconds.count());
    retry.mutable_retry_delay()->set_nanos(static_cast<int32_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(retry_delay - seconds).count()));
    status.add_details()->PackFrom(retry);
  }
  return status;
}

grpc::Status ToGrpcStatus(const Error& error, std::chrono::milliseconds retry_delay) {
  return {CodeOf(error), error.message, ToRpcStatus(error, retry_delay).SerializeAsString()};
}

}  // namespace taanu::rpc
