// The page for observers, with all that makes it: start here.
//
//   figures.h        what may be told, from the ledger's own functions
//   figures_json.h   the same written out, with tables_csv.h
//   snapshot.h       the bytes of every answer, which all viewers share
//   live_figures.h   keeps them fresh while somebody looks
//   site.h           what is answered to a request
//   http_server.h    the sockets, and every limit
//
// Thread-safety: used by one thread.
#pragma once

#include <memory>

#include "matcher/error.h"
#include "service/config/config.h"
#include "service/observers/figures.h"
#include "service/observers/http_server.h"
#include "service/observers/live_figures.h"
#include "service/observers/site.h"

namespace taanu::observers {

class ObserversPage {
 public:
  // `failed` is called, on another thread, where figures could not be made. Errors: as
  // HttpServer::Start and Site::Make.
  static Result<std::unique_ptr<ObserversPage>> Start(const Config::Observers& settings,
                                                      Sources sources, LiveFigures::Failed failed);
  // Ends what is being served, and waits for it.
  ~ObserversPage();
  ObserversPage(const ObserversPage&) = delete;
  ObserversPage& operator=(const ObserversPage&) = delete;

  int port() const { return server_->port(); }

 private:
  explicit ObserversPage(Sources sources) : live_(std::move(sources), {}) {}

  LiveFigures live_;
  std::unique_ptr<Site> site_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace taanu::observers
