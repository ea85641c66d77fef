#include "service/observers/http_server.h"

#include <utility>

#include "service/observers/http_loop.h"

namespace taanu::observers {

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpOptions& options, HttpSite* site) {
  auto loop = std::make_unique<HttpLoop>(options, site);
  TAANU_RETURN_IF_ERROR(loop->Start());
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(loop)));
}

HttpServer::HttpServer(std::unique_ptr<HttpLoop> loop) : loop_(std::move(loop)) {}
HttpServer::~HttpServer() = default;

int HttpServer::port() const { return loop_->port(); }
void HttpServer::Wake() { loop_->Wake(); }

}  // namespace taanu::observers
