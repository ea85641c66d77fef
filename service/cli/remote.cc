#include "service/cli/remote.h"

#include <google/rpc/error_details.pb.h>

#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "service/cli/file_io.h"

namespace taanu::cli {
namespace {

constexpr std::string_view kUnixScheme = "unix:";
constexpr size_t kPemBytesMax = size_t{1} << 20;
constexpr int kReceiveBytesMax = 64 << 20;
// How soon a daemon that was away is asked for again, at most: gRPC's own bound is two minutes.
constexpr int kReconnectMsMax = 1000;

ErrorCode CodeOf(int code) {
  switch (static_cast<grpc::StatusCode>(code)) {
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::OUT_OF_RANGE:
      return ErrorCode::kBadInput;
    case grpc::StatusCode::UNIMPLEMENTED:
      return ErrorCode::kUnsupported;
    case grpc::StatusCode::NOT_FOUND:
      return ErrorCode::kNotFound;
    case grpc::StatusCode::ALREADY_EXISTS:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::ABORTED:
      return ErrorCode::kConflict;
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
      return ErrorCode::kRefused;
    case grpc::StatusCode::UNAVAILABLE:
      return ErrorCode::kUnavailable;
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return ErrorCode::kExhausted;
    case grpc::StatusCode::CANCELLED:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return ErrorCode::kCancelled;
    default:
      return ErrorCode::kInternal;
  }
}

// What the details of a status say.
struct Details {
  std::string reason;
  std::string field;
  double retry_after_s = 0;
};

Details ReadDetails(const google::rpc::Status& status) {
  Details details;
  google::rpc::ErrorInfo info;
  google::rpc::RetryInfo retry;
  google::rpc::BadRequest bad_request;
  for (const google::protobuf::Any& detail : status.details()) {
    if (detail.Is<google::rpc::ErrorInfo>() && detail.UnpackTo(&info)) {
      details.reason = info.reason();
      const auto field = info.metadata().find("field");
      if (field != info.metadata().end()) details.field = field->second;
    } else if (detail.Is<google::rpc::RetryInfo>() && detail.UnpackTo(&retry)) {
      details.retry_after_s = static_cast<double>(retry.retry_delay().seconds()) +
                              static_cast<double>(retry.retry_delay().nanos()) * 1e-9;
    } else if (detail.Is<google::rpc::BadRequest>() && detail.UnpackTo(&bad_request) &&
               bad_request.field_violations_size() > 0) {
      details.field = bad_request.field_violations(0).field();
    }
  }
  return details;
}

Result<std::string> ReadPem(const std::string& path, const char* option) {
  Result<std::vector<uint8_t>> bytes = ReadFile(path, kPemBytesMax);
  if (!bytes) {
    Error error = std::move(bytes).error();
    error.message = std::string(option) + " " + path + ": " + error.message;
    return tl::make_unexpected(std::move(error));
  }
  return std::string(bytes->begin(), bytes->end());
}

Result<std::shared_ptr<grpc::ChannelCredentials>> Credentials(const RemoteOptions& options) {
  if (options.server.starts_with(kUnixScheme)) return grpc::InsecureChannelCredentials();
  if (options.ca.empty() || options.cert.empty() || options.key.empty()) {
    return Fail(ErrorCode::kBadInput, "TLS_OPTIONS_MISSING",
                "--server " + options.server +
                    " is not a Unix socket, so --ca, --cert and --key are all needed; `taanu keys` "
                    "makes them for tests");
  }
  grpc::SslCredentialsOptions tls;
  TAANU_ASSIGN_OR_RETURN(tls.pem_root_certs, ReadPem(options.ca, "--ca"));
  TAANU_ASSIGN_OR_RETURN(tls.pem_cert_chain, ReadPem(options.cert, "--cert"));
  TAANU_ASSIGN_OR_RETURN(tls.pem_private_key, ReadPem(options.key, "--key"));
  return grpc::SslCredentials(tls);
}

}  // namespace

void AddRemoteOptions(CLI::App* command, RemoteOptions* options) {
  const std::string group = "Connection";
  command->add_option("--server", options->server, "The daemon: unix:/path/of/socket or host:port")
      ->envname("TAANU_SERVER")
      ->capture_default_str()
      ->group(group);
  command->add_option("--ca", options->ca, "Certificate authority of the daemon, PEM")
      ->envname("TAANU_CA")
      ->group(group);
  command->add_option("--cert", options->cert, "Your certificate, PEM")
      ->envname("TAANU_CERT")
      ->group(group);
  command->add_option("--key", options->key, "The key of your certificate, PEM")
      ->envname("TAANU_KEY")
      ->group(group);
  command->add_option("--timeout", options->timeout_s, "Seconds to wait for one answer")
      ->check(CLI::Range(1, 3600))
      ->capture_default_str()
      ->group(group);
}

Result<Remote> Remote::Open(const RemoteOptions& options) {
  Remote remote(options);
  TAANU_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::ChannelCredentials> credentials,
                         Credentials(options));
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kReceiveBytesMax);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMsMax);
  // A Unix socket has no host name; gRPC 1.51 would send its percent-encoded path as one.
  if (options.server.starts_with(kUnixScheme)) {
    arguments.SetString(GRPC_ARG_DEFAULT_AUTHORITY, "localhost");
  }
  remote.channel_ = grpc::CreateCustomChannel(options.server, credentials, arguments);
  return remote;
}

void Remote::SetDeadline(grpc::ClientContext* context) const {
  context->set_deadline(std::chrono::system_clock::now() +
                        std::chrono::seconds(options_.timeout_s));
}

std::string Remote::Hint() const {
  if (options_.server.starts_with(kUnixScheme)) {
    return "start it with `taanud --config FILE`, or name another with --server";
  }
  return "check that taanud listens there and that --ca, --cert and --key belong to its authority";
}

Error Remote::ToError(const grpc::Status& status) const {
  google::rpc::Status full;
  if (!full.ParseFromString(status.error_details())) full.Clear();
  full.set_code(status.error_code());
  full.set_message(status.error_message());
  Error error = cli::ToError(full);
  if (!error.reason.empty()) return error;
  // No ErrorInfo: the answer comes from gRPC itself, not from the daemon.
  switch (status.error_code()) {
    case grpc::StatusCode::UNAVAILABLE:
      error.reason = "DAEMON_UNAVAILABLE";
      error.message = "no daemon answers at " + options_.server + " (" + status.error_message() +
                      "); " + Hint();
      break;
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      error.reason = "DEADLINE_EXCEEDED";
      error.message = "the daemon at " + options_.server + " gave no answer within " +
                      std::to_string(options_.timeout_s) +
                      " s; whether it was done is not known. Repeat with the same --request-id";
      break;
    case grpc::StatusCode::UNIMPLEMENTED:
      error.reason = "UNIMPLEMENTED";
      error.message = "the daemon at " + options_.server +
                      " does not know this call; is it of an older version?";
      break;
    default:
      error.reason = "RPC_FAILED";
      break;
  }
  return error;
}

Error ToError(const google::rpc::Status& status, std::string* field) {
  const Details details = ReadDetails(status);
  if (field != nullptr) *field = details.field;
  Error error{CodeOf(status.code()), details.reason, status.message()};
  if (error.message.empty()) error.message = "the daemon gave no message";
  if (!details.field.empty() && error.message.find(details.field) == std::string::npos) {
    error.message = details.field + ": " + error.message;
  }
  if (details.retry_after_s > 0) {
    error.message += "; try again in " +
                     std::to_string(static_cast<int64_t>(std::ceil(details.retry_after_s))) + " s";
  }
  return error;
}

}  // namespace taanu::cli
