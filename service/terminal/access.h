// Who may use the operator's page: the one browser that was started with the start URL.
//
// The start URL carries a token that is good once. Whoever brings it gets a session, kept in a
// cookie that scripts cannot read and other sites cannot send (HttpOnly, SameSite=Strict); the
// session before it ends, since a station is operated from one page. A fresh token then takes the
// place of the one that was used, so that a browser can be started again.
//
// Requests are taken only under the names that loopback has (no rebinding of DNS), and changes only
// from the page itself (Origin). Thread-safety: may be used from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace taanu::terminal {

class Access {
 public:
  // `on_new_url` is called with each start URL, the first one included, in the thread that caused
  // it.
  Access(int port, std::function<void(const std::string&)> on_new_url);

  // The cookie of a new session for Set-Cookie, where the token is the one that waits.
  std::optional<std::string> Exchange(std::string_view token);

  // The number of the session whose cookie is in this Cookie header; none where it is not the one
  // that is in charge.
  std::optional<uint64_t> SessionOf(std::string_view cookie_header) const;

  // The Host header is this server.
  bool IsOwnHost(std::string_view host) const;
  // The Origin header is a page of this server.
  bool IsOwnOrigin(std::string_view origin) const;

 private:
  std::string NewUrl();

  const std::string port_;
  const std::function<void(const std::string&)> on_new_url_;
  mutable std::mutex mutex_;
  std::string token_;
  std::string session_;  // empty before the first
  uint64_t session_number_ = 0;
};

}  // namespace taanu::terminal
