// How a command reaches the daemon: the options that name it, the channel, and its errors in words.
//
// Thread-safety: a channel may be shared by any threads; everything else is for the main thread.
#pragma once

#include <google/rpc/status.pb.h>
#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>

#include "matcher/error.h"
#include "service/cli/command.h"

namespace taanu::cli {

// Where taanud listens unless its configuration says otherwise.
inline constexpr const char* kDefaultServer = "unix:/run/taanu/taanud.sock";

struct RemoteOptions {
  std::string server = kDefaultServer;  // unix:/path or host:port
  std::string ca;                       // PEM files for mutual TLS; needed with host:port
  std::string cert;
  std::string key;
  int timeout_s = 30;
};

// Adds --server, --ca, --cert, --key (or TAANU_SERVER, TAANU_CA, TAANU_CERT, TAANU_KEY) and
// --timeout.
void AddRemoteOptions(CLI::App* command, RemoteOptions* options);

class Remote {
 public:
  // Reads the certificates and prepares the channel; the connection itself is made by the first
  // call. Plaintext is used on a Unix socket alone.
  // Errors: kBadInput (options), kNotFound, kUnavailable (certificate files).
  static Result<Remote> Open(const RemoteOptions& options);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Gives a call its deadline. Not for BulkEnroll, which takes as long as it takes.
  void SetDeadline(grpc::ClientContext* context) const;

  // What a failed call means to the person at the terminal. The code becomes the exit status, the
  // reason is that of the daemon's ErrorInfo.
  Error ToError(const grpc::Status& status) const;

 private:
  explicit Remote(RemoteOptions options) : options_(std::move(options)) {}
  std::string Hint() const;

  RemoteOptions options_;
  std::shared_ptr<grpc::Channel> channel_;
};

// Makes one call that is answered once: Call(remote, *stub, &Stub::GetVoter, request).
// Errors: as Remote::ToError.
template <typename Stub, typename Request, typename Response>
Result<Response> Call(const Remote& remote, Stub& stub,
                      grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                      const Request& request) {
  grpc::ClientContext context;
  remote.SetDeadline(&context);
  Response response;
  const grpc::Status status = (stub.*method)(&context, request, &response);
  if (!status.ok()) return tl::make_unexpected(remote.ToError(status));
  return response;
}

// What a status inside a message, such as that of one item of a load, means. `field`, if given,
// gets the field that ErrorInfo names, or nothing.
Error ToError(const google::rpc::Status& status, std::string* field = nullptr);

}  // namespace taanu::cli
