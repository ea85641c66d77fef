// The daemon's parts, put together, in the order in which they can be: keys, database with its
// migrations, pools, handlers, listeners.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/config/config.h"

namespace taanu {

// Thread-safety: used by one thread.
class Server {
 public:
  // Serves when it returns: the listeners are open and the health service says SERVING.
  // `credentials_directory` is the environment's CREDENTIALS_DIRECTORY, or empty. Errors: what
  // keeps it from starting, with what to do.
  static Result<std::unique_ptr<Server>> Start(const Config& config, std::string_view version,
                                               std::string_view credentials_directory);
  // Stops.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // The port of the TCP listener; 0 where there is none.
  int port() const;
  // That of the page for observers; 0 where there is none.
  int observers_port() const;

  // Drains and closes: health says NOT_SERVING, no call is accepted, calls in flight get
  // limits.drain_seconds to finish, then what is queued for the database is committed and it is
  // closed. Every answer that was given stands.
  void Stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace taanu
