// What is answered on one connection, and what libmicrohttpd tells of it.
#include <algorithm>
#include <cstring>
#include <utility>

#include "service/observers/http_loop.h"

namespace taanu::observers {
namespace {

constexpr size_t kBlockBytes = 8 * 1024;
constexpr int kUnavailableStatus = 503;
constexpr int kBadRequest = 400;
constexpr int kWrongMethod = 405;

std::string_view Header(MHD_Connection* connection, const char* name) {
  const char* const value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

HttpLoop::Peer* HttpLoop::PeerOf(MHD_Connection* connection) {
  const MHD_ConnectionInfo* const info =
      MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return info == nullptr ? nullptr : static_cast<Peer*>(info->socket_context);
}

void HttpLoop::Do(MHD_Connection* connection, decltype(Peer::doing) what) {
  if (Peer* const peer = PeerOf(connection); peer != nullptr) {
    peer->doing = what;
    peer->since = Clock::now();
  }
}

MHD_Result HttpLoop::OnAccess(void* loop, MHD_Connection* connection, const char* url,
                              const char* method, const char* /*version*/, const char* /*body*/,
                              size_t* /*body_size*/, void** exchange) {
  return static_cast<HttpLoop*>(loop)->Access(connection, url, method, exchange);
}

// Called once when the head has come, and again until there is an answer.
MHD_Result HttpLoop::Access(MHD_Connection* connection, const char* url, std::string_view method,
                            void** exchange) {
  const bool head = method == "HEAD";
  if (*exchange == nullptr) {
    Do(connection, Peer::kAnswer);
    *exchange = new Exchange{.connection = connection};
    if (!head && method != "GET") return Refuse(connection, kWrongMethod);
    if (!Header(connection, "Transfer-Encoding").empty() ||
        (!Header(connection, "Content-Length").empty() &&
         Header(connection, "Content-Length") != "0")) {
      return Refuse(connection, kBadRequest);
    }
    return MHD_YES;
  }
  auto* const current = static_cast<Exchange*>(*exchange);
  const HttpRequest request{.head = head,
                            .path = url,
                            .if_none_match = Header(connection, "If-None-Match"),
                            .accept_encoding = Header(connection, "Accept-Encoding")};
  if (const auto answer = site_.Answer(request, streams_.size())) return Send(connection, *answer);
  if (stopping_ || Clock::now() - current->since > options_.hold) {
    return Refuse(connection, kUnavailableStatus);
  }
  held_.insert(current);
  MHD_suspend_connection(connection);
  return MHD_YES;
}

MHD_Result HttpLoop::Refuse(MHD_Connection* connection, int status) {
  HttpAnswer answer{.status = status, .headers = {{"Connection", "close"}}};
  if (status == kWrongMethod) answer.headers.emplace_back("Allow", "GET, HEAD");
  if (status == kUnavailableStatus) answer.headers.emplace_back("Retry-After", "5");
  return Send(connection, answer);
}

MHD_Response* HttpLoop::MakeResponse(MHD_Connection* connection, const HttpAnswer& answer) {
  if (answer.stream) {
    Do(connection, Peer::kStream);
    auto* const stream = new Stream{.loop = this, .connection = connection};
    streams_.insert(stream);
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kBlockBytes, &OnPull, stream,
                                             &OnStreamEnd);
  }
  if (answer.body == nullptr) {
    return MHD_create_response_from_buffer(0, nullptr, MHD_RESPMEM_PERSISTENT);
  }
  // The bytes are shared: the response keeps its part of them until it is sent.
  auto* const share = new std::shared_ptr<const std::string>(answer.body);
  return MHD_create_response_from_buffer_with_free_callback_cls(
      answer.body->size(), const_cast<char*>(answer.body->data()),
      [](void* bytes) { delete static_cast<std::shared_ptr<const std::string>*>(bytes); }, share);
}

MHD_Result HttpLoop::Send(MHD_Connection* connection, const HttpAnswer& answer) {
  MHD_Response* const response = MakeResponse(connection, answer);
  if (response == nullptr) return MHD_NO;
  for (const auto& [name, value] : answer.headers) {
    MHD_add_response_header(response, std::string(name).c_str(), value.c_str());
  }
  const MHD_Result queued =
      MHD_queue_response(connection, static_cast<unsigned>(answer.status), response);
  MHD_destroy_response(response);
  return queued;
}

ssize_t HttpLoop::OnPull(void* stream, uint64_t /*position*/, char* to, size_t max) {
  auto* const self = static_cast<Stream*>(stream);
  return self->loop->Pull(self, to, max);
}

// What a slow reader missed is left out: it gets the latest event when it has read the one before.
ssize_t HttpLoop::Pull(Stream* stream, char* to, size_t max) {
  if (stopping_) return MHD_CONTENT_READER_END_OF_STREAM;
  if (stream->bytes == nullptr) {
    HttpEvent event = site_.Next(stream->seen);
    if (event.bytes == nullptr) {
      stream->suspended = true;
      MHD_suspend_connection(stream->connection);
      return 0;
    }
    stream->seen = event.number;
    stream->bytes = std::move(event.bytes);
    stream->sent = 0;
  }
  const size_t count = std::min(max, stream->bytes->size() - stream->sent);
  std::memcpy(to, stream->bytes->data() + stream->sent, count);
  stream->sent += count;
  if (stream->sent == stream->bytes->size()) stream->bytes.reset();
  return static_cast<ssize_t>(count);
}

void HttpLoop::OnStreamEnd(void* stream) {
  auto* const self = static_cast<Stream*>(stream);
  self->loop->streams_.erase(self);
  delete self;
}

void HttpLoop::OnCompleted(void* loop, MHD_Connection* connection, void** exchange,
                           MHD_RequestTerminationCode /*code*/) {
  auto* const current = static_cast<Exchange*>(*exchange);
  static_cast<HttpLoop*>(loop)->held_.erase(current);
  delete current;
  *exchange = nullptr;
  Do(connection, Peer::kHead);
}

void HttpLoop::OnConnection(void* loop, MHD_Connection* connection, void** peer,
                            MHD_ConnectionNotificationCode code) {
  auto& peers = static_cast<HttpLoop*>(loop)->peers_;
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    const MHD_ConnectionInfo* const info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    auto* const started =
        new Peer{.fd = info == nullptr ? -1 : info->connect_fd, .since = Clock::now()};
    peers.insert(started);
    *peer = started;
    return;
  }
  auto* const ended = static_cast<Peer*>(*peer);
  peers.erase(ended);
  delete ended;
  *peer = nullptr;
}

}  // namespace taanu::observers
