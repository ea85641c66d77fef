// What the observers' server answers: the page, the figures as JSON and CSV, the stream.
//
//   GET /                  the page; its parts beside it
//   GET /catalogues.json   its texts in every language
//   GET /api/v1/...        the figures (README.md)
//   GET /api/v1/events     server-sent events: the summary, each time that it has changed
//
// Every answer that is not a stream has an ETag. There are no cookies, no redirects, and nothing
// that a request says is repeated in an answer.
//
// Thread-safety: Answer, Next and Watched on the server's thread.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "matcher/error.h"
#include "service/observers/http_server.h"
#include "service/observers/live_figures.h"
#include "service/observers/snapshot.h"

namespace taanu::observers {

class Site final : public HttpSite {
 public:
  // `live` is not owned. Errors: kInternal.
  static Result<std::unique_ptr<Site>> Make(LiveFigures* live, size_t streams_max);

  std::optional<HttpAnswer> Answer(const HttpRequest& request, size_t streams) override;
  HttpEvent Next(uint64_t seen) override;
  void Watched() override { live_.Look(); }

 private:
  Site(LiveFigures* live, size_t streams_max) : live_(*live), streams_max_(streams_max) {}

  LiveFigures& live_;
  const size_t streams_max_;
  std::map<std::string, Document, std::less<>> files_;
};

// Whether an If-None-Match header names the tag, or any.
bool NamesTag(std::string_view if_none_match, std::string_view etag);
// Whether an Accept-Encoding header takes gzip.
bool TakesGzip(std::string_view accept_encoding);

}  // namespace taanu::observers
