#include "service/observers/site.h"

#include <utility>

#include "service/observers/asset.h"
#include "service/page/catalogue.h"
#include "service/page/headers.h"

namespace taanu::observers {
namespace {

using Headers = std::vector<std::pair<std::string_view, std::string>>;

constexpr int kNotModified = 304;
constexpr int kAbsent = 404;
constexpr int kWrongMethod = 405;
constexpr int kUnavailable = 503;
// As MakeSnapshot makes no other paths.
constexpr std::string_view kEvents = "/api/v1/events";
// No tag of ours is longer, however many a client names.
constexpr size_t kTagsBytesMax = 1024;

Headers CommonHeaders() {
  Headers headers;
  for (const auto& [name, value] : page::kSecurityHeaders) headers.emplace_back(name, value);
  headers.emplace_back("Permissions-Policy", "camera=(), geolocation=(), microphone=()");
  return headers;
}

HttpAnswer Plain(int status, std::string text) {
  HttpAnswer answer{.status = status, .headers = CommonHeaders()};
  answer.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  answer.headers.emplace_back("Cache-Control", "no-store");
  answer.body = std::make_shared<const std::string>(std::move(text));
  return answer;
}

HttpAnswer StreamAnswer() {
  HttpAnswer answer{.headers = CommonHeaders(), .stream = true};
  answer.headers.emplace_back("Content-Type", "text/event-stream");
  answer.headers.emplace_back("Cache-Control", "no-store");
  // A proxy would otherwise keep events back until its buffer is full.
  answer.headers.emplace_back("X-Accel-Buffering", "no");
  return answer;
}

HttpAnswer DocumentAnswer(const Document& document, const HttpRequest& request,
                          std::string_view caching) {
  HttpAnswer answer{.headers = CommonHeaders()};
  answer.headers.emplace_back("ETag", document.etag);
  answer.headers.emplace_back("Cache-Control", caching);
  answer.headers.emplace_back("Vary", "Accept-Encoding");
  if (NamesTag(request.if_none_match, document.etag)) {
    answer.status = kNotModified;
    return answer;
  }
  answer.headers.emplace_back("Content-Type", document.type);
  if (!document.download.empty()) {
    answer.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"" + document.download + "\"");
  }
  if (document.gzip != nullptr && TakesGzip(request.accept_encoding)) {
    answer.headers.emplace_back("Content-Encoding", "gzip");
    answer.body = document.gzip;
  } else {
    answer.body = document.body;
  }
  return answer;
}

}  // namespace

bool NamesTag(std::string_view if_none_match, std::string_view etag) {
  if (if_none_match == "*") return true;
  return if_none_match.size() <= kTagsBytesMax &&
         if_none_match.find(etag) != std::string_view::npos;
}

bool TakesGzip(std::string_view accept_encoding) {
  while (!accept_encoding.empty()) {
    const size_t end = accept_encoding.find(',');
    std::string_view one = accept_encoding.substr(0, end);
    accept_encoding.remove_prefix(end == std::string_view::npos ? accept_encoding.size() : end + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    const size_t name_end = one.find_first_of("; ");
    if (one.substr(0, name_end) != "gzip") continue;
    const size_t weight = one.find("q=");
    return weight == std::string_view::npos ||
           one.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
  }
  return false;
}

Result<std::unique_ptr<Site>> Site::Make(LiveFigures* live, size_t streams_max) {
  std::unique_ptr<Site> site(new Site(live, streams_max));
  for (const page::Asset& asset : Assets()) {
    if (asset.name.ends_with(".mo")) continue;
    std::string path = "/";
    if (asset.name != "index.html") path += asset.name;
    TAANU_ASSIGN_OR_RETURN(site->files_[path],
                           MakeDocument(page::TypeOf(asset.name), std::string(asset.content)));
  }
  TAANU_ASSIGN_OR_RETURN(std::string catalogues, page::CataloguesJson(Assets()));
  TAANU_ASSIGN_OR_RETURN(site->files_["/catalogues.json"],
                         MakeDocument("application/json", std::move(catalogues)));
  return site;
}

std::optional<HttpAnswer> Site::Answer(const HttpRequest& request, size_t streams) {
  if (const auto file = files_.find(request.path); file != files_.end()) {
    return DocumentAnswer(file->second, request, "no-cache");
  }
  if (!request.path.starts_with(kApi)) return Plain(kAbsent, "There is nothing here.\n");
  const LiveFigures::View view = live_.Look();
  if (!view.fresh) return std::nullopt;
  if (request.path == kEvents) {
    if (request.head) return Plain(kWrongMethod, "Events can only be followed.\n");
    if (streams < streams_max_) return StreamAnswer();
    HttpAnswer full = Plain(kUnavailable, "As many follow as may; ask for summary.json.\n");
    full.headers.emplace_back("Retry-After", "30");
    return full;
  }
  const auto document = view.snapshot->documents.find(request.path);
  if (document == view.snapshot->documents.end()) {
    return Plain(kAbsent, "There is nothing here.\n");
  }
  return DocumentAnswer(document->second, request, "public, max-age=1, must-revalidate");
}

HttpEvent Site::Next(uint64_t seen) {
  const auto snapshot = live_.Look().snapshot;
  if (snapshot == nullptr || snapshot->number <= seen) return {};
  return {snapshot->number, snapshot->event};
}

}  // namespace taanu::observers
