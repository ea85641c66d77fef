// The operator's page over HTTP, on loopback alone.
//
//   GET  /start?token=T   exchanges the token of the start URL for the session's cookie
//   GET  /                the page; /page.css, /*.js its parts
//   GET  /catalogues.json texts in every language
//   GET  /events          server-sent events: each screen, as view.h has it
//   POST /command         what the operator does, as command.h has it
//
// A request is refused before its body is read unless its Host is this server's, its Origin, where
// there is one, this page, and its cookie the session in charge. Each connection carries one
// request, so that no body can be taken for a second one.
//
// Thread-safety: construct, start and destroy on one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "matcher/error.h"
#include "service/terminal/command.h"
#include "service/terminal/feed.h"

namespace taanu::terminal {

struct WebOptions {
  int port = 0;  // 0 takes any that is free
  // Called with each start URL, the first one before Start returns.
  std::function<void(const std::string&)> on_start_url;
  std::function<Status(const Command&)> on_command;
};

class WebServer {
 public:
  // Binds the port and serves on threads of its own. `feed` must outlive it.
  // Errors: kUnavailable (PORT_TAKEN), and as CataloguesJson.
  static Result<std::unique_ptr<WebServer>> Start(WebOptions options, Feed* feed);
  // Ends the feed, and waits for what is being served.
  ~WebServer();
  WebServer(const WebServer&) = delete;
  WebServer& operator=(const WebServer&) = delete;

 private:
  struct Parts;
  explicit WebServer(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace taanu::terminal
