#include "service/observers/observers_page.h"

#include <utility>

namespace taanu::observers {
namespace {

// For pages and figures, beside those that follow the stream.
constexpr unsigned kOtherConnections = 256;

}  // namespace

Result<std::unique_ptr<ObserversPage>> ObserversPage::Start(const Config::Observers& settings,
                                                            Sources sources,
                                                            LiveFigures::Failed failed) {
  std::unique_ptr<ObserversPage> page(new ObserversPage(std::move(sources)));
  const auto viewers = static_cast<unsigned>(settings.viewers_max);
  TAANU_ASSIGN_OR_RETURN(page->site_, Site::Make(&page->live_, viewers));
  HttpOptions options;
  options.listen = settings.listen;
  options.connections_max = viewers + kOtherConnections;
  options.connections_per_address_max = static_cast<unsigned>(settings.connections_per_address_max);
  TAANU_ASSIGN_OR_RETURN(page->server_, HttpServer::Start(options, page->site_.get()));
  page->live_.Start([server = page->server_.get()] { server->Wake(); }, std::move(failed));
  return page;
}

// Nothing is published any more when the server ends.
ObserversPage::~ObserversPage() { live_.Stop(); }

}  // namespace taanu::observers
