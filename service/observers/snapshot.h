// One state of the figures, written out: the bytes of every answer, which all viewers share.
//
// Thread-safety: immutable once made; may be read from any thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/observers/figures.h"

namespace taanu::observers {

using Bytes = std::shared_ptr<const std::string>;

struct Document {
  std::string_view type;  // of the content, for Content-Type; of static storage
  Bytes body;
  Bytes gzip;                 // null where that would not be much shorter
  std::string etag;           // with its quotes; the same for both bodies
  std::string download = {};  // the name of the file to save it under; empty where it is shown
};

// Makes the ETag, and the compressed body where that is worth it. Errors: kInternal (NO_MEMORY).
Result<Document> MakeDocument(std::string_view type, std::string body, std::string download = {});

struct Snapshot {
  uint64_t number = 0;  // counts from 1
  uint64_t log_size = 0;
  // By their paths, "/api/v1/summary.json".
  std::map<std::string, Document, std::less<>> documents;
  // The summary as a server-sent event.
  Bytes event;
};

inline constexpr std::string_view kApi = "/api/v1/";

// Errors: as MakeDocument.
Result<std::shared_ptr<const Snapshot>> MakeSnapshot(const Figures& figures, uint64_t number);

}  // namespace taanu::observers
