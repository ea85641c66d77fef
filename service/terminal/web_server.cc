#include "service/terminal/web_server.h"

#include <httplib.h>
#include <sodium.h>
#include <sys/socket.h>

#include <atomic>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "service/page/catalogue.h"
#include "service/page/headers.h"
#include "service/terminal/access.h"
#include "service/terminal/asset.h"

namespace taanu::terminal {
namespace {

using httplib::Request;
using httplib::Response;
using Handled = httplib::Server::HandlerResponse;

constexpr const char* kLoopback = "127.0.0.1";
constexpr size_t kThreads = 12;
constexpr time_t kSocketTimeoutSeconds = 3;
// No path, header or query of ours is longer.
constexpr size_t kTargetBytesMax = 256;
constexpr std::chrono::milliseconds kHeartbeat{10'000};

enum HttpStatus { kOk = 200, kSeeOther = 303, kBad = 400, kDenied = 403, kAbsent = 404 };
constexpr int kNoSession = 401;
constexpr int kMethodNotAllowed = 405;
constexpr int kConflictStatus = 409;
constexpr int kWrongType = 415;

httplib::Headers SecurityHeaders() {
  httplib::Headers headers = {{"Cache-Control", "no-store"}};
  for (const auto& [name, value] : page::kSecurityHeaders) headers.emplace(name, value);
  return headers;
}

void Answer(Response& response, int status, const std::string& reason) {
  response.status = status;
  response.set_content(nlohmann::json{{"reason", reason}}.dump(), "application/json");
}

int StatusFor(const Error& error) {
  return error.code == ErrorCode::kBadInput ? kBad : kConflictStatus;
}

}  // namespace

struct WebServer::Parts {
  WebOptions options;
  Feed* feed = nullptr;
  std::string catalogues;
  httplib::Server server;
  std::unique_ptr<Access> access;
  std::atomic<bool> listening_over{false};
  std::jthread thread;

  Handled Guard(const Request& request, Response& response) const;
  void Exchange(const Request& request, Response& response) const;
  void Events(const Request& request, Response& response) const;
  void Take(const Request& request, Response& response) const;
  void AddRoutes();
};

// Decides whether a request is looked at at all.
Handled WebServer::Parts::Guard(const Request& request, Response& response) const {
  const auto refuse = [&](int status, const char* reason) {
    Answer(response, status, reason);
    return Handled::Handled;
  };
  if (request.target.size() > kTargetBytesMax) return refuse(kBad, "TOO_LONG");
  if (request.get_header_value_count("Host") != 1 ||
      !access->IsOwnHost(request.get_header_value("Host"))) {
    return refuse(kDenied, "WRONG_HOST");
  }
  const bool changes = request.method == "POST";
  if (!changes && request.method != "GET") return refuse(kMethodNotAllowed, "WRONG_METHOD");
  const size_t origins = request.get_header_value_count("Origin");
  if (origins > 1 || (changes && origins == 0) ||
      (origins == 1 && !access->IsOwnOrigin(request.get_header_value("Origin")))) {
    return refuse(kDenied, "WRONG_ORIGIN");
  }
  if (request.path == "/start") return Handled::Unhandled;
  if (!access->SessionOf(request.get_header_value("Cookie"))) {
    return refuse(kNoSession, "NO_SESSION");
  }
  if (changes && request.get_header_value("Content-Type") != "application/json") {
    return refuse(kWrongType, "WRONG_TYPE");
  }
  // The size must be known before a byte of it is read.
  if (changes && (request.has_header("Transfer-Encoding") || !request.has_header("Content-Length")))
    return refuse(kBad, "NO_LENGTH");
  return Handled::Unhandled;
}

void WebServer::Parts::Exchange(const Request& request, Response& response) const {
  const auto cookie = access->Exchange(request.get_param_value("token"));
  if (!cookie) return Answer(response, kDenied, "WRONG_TOKEN");
  response.set_header("Set-Cookie", *cookie);
  response.set_redirect("/", kSeeOther);
  feed->Wake();  // The page that was in charge before learns that it is no longer.
}

void WebServer::Parts::Events(const Request& request, Response& response) const {
  const std::string cookie = request.get_header_value("Cookie");
  const auto session = access->SessionOf(cookie);
  response.set_chunked_content_provider(
      "text/event-stream",
      [this, cookie, session, seen = uint64_t{0}](size_t, httplib::DataSink& sink) mutable {
        const std::optional<Screen> screen = feed->Next(seen, kHeartbeat);
        if (feed->ended() || access->SessionOf(cookie) != session) {
          sink.done();
          return true;
        }
        // What nobody reads any more is found out by writing to it.
        const std::string event = screen ? "data: " + screen->json + "\n\n" : ":\n\n";
        if (screen) seen = screen->number;
        return sink.write(event.data(), event.size());
      });
}

void WebServer::Parts::Take(const Request& request, Response& response) const {
  const Result<Command> command = ParseCommand(request.body);
  if (!command) return Answer(response, StatusFor(command.error()), command.error().reason);
  if (const Status done = options.on_command(*command); !done) {
    return Answer(response, StatusFor(done.error()), done.error().reason);
  }
  Answer(response, kOk, "DONE");
}

void WebServer::Parts::AddRoutes() {
  server.set_pre_routing_handler(
      [this](const Request& request, Response& response) { return Guard(request, response); });
  server.set_error_handler([](const Request&, Response& response) {
    if (response.body.empty()) Answer(response, response.status, "REFUSED");
  });
  server.set_exception_handler([](const Request&, Response& response, std::exception_ptr) {
    Answer(response, 500, "INTERNAL");
  });
  server.Get("/start",
             [this](const Request& request, Response& response) { Exchange(request, response); });
  server.Get("/events",
             [this](const Request& request, Response& response) { Events(request, response); });
  server.Post("/command",
              [this](const Request& request, Response& response) { Take(request, response); });
  server.Get("/catalogues.json", [this](const Request&, Response& response) {
    response.set_content(catalogues, "application/json");
  });
  for (const page::Asset& asset : Assets()) {
    if (asset.name.ends_with(".mo")) continue;
    std::string path = "/";
    if (asset.name != "index.html") path += asset.name;
    server.Get(path, [&asset](const Request&, Response& response) {
      response.set_content(asset.content.data(), asset.content.size(),
                           std::string(page::TypeOf(asset.name)));
    });
  }
}

Result<std::unique_ptr<WebServer>> WebServer::Start(WebOptions options, Feed* feed) {
  if (sodium_init() < 0) {
    return Fail(ErrorCode::kInternal, "NO_RANDOM_NUMBERS", "libsodium could not be started");
  }
  auto parts = std::make_unique<Parts>();
  parts->options = std::move(options);
  parts->feed = feed;
  TAANU_ASSIGN_OR_RETURN(parts->catalogues, page::CataloguesJson(Assets()));
  httplib::Server& server = parts->server;
  server.new_task_queue = [] { return new httplib::ThreadPool(kThreads); };
  server.set_payload_max_length(kCommandBytesMax);
  server.set_keep_alive_max_count(1);
  // Not the library's SO_REUSEPORT, with which a second program could share the port.
  server.set_socket_options([](socket_t socket) {
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  server.set_read_timeout(kSocketTimeoutSeconds);
  server.set_write_timeout(kSocketTimeoutSeconds);
  server.set_default_headers(SecurityHeaders());
  int port = parts->options.port;
  if (port == 0) {
    port = server.bind_to_any_port(kLoopback);
  } else if (!server.bind_to_port(kLoopback, port)) {
    port = -1;
  }
  if (port <= 0) {
    return Fail(ErrorCode::kUnavailable, "PORT_TAKEN",
                "port " + std::to_string(parts->options.port) +
                    " of loopback cannot be listened on; is another terminal running? Name "
                    "another with --port");
  }
  parts->access = std::make_unique<Access>(port, parts->options.on_start_url);
  parts->AddRoutes();
  parts->thread = std::jthread([raw = parts.get()] {
    raw->server.listen_after_bind();
    raw->listening_over = true;
  });
  return std::unique_ptr<WebServer>(new WebServer(std::move(parts)));
}

WebServer::WebServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

WebServer::~WebServer() {
  parts_->feed->End();
  // Before it listens there is nothing that stop() could stop.
  while (!parts_->server.is_running() && !parts_->listening_over) std::this_thread::yield();
  parts_->server.stop();
}

}  // namespace taanu::terminal
