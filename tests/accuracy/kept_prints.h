// Views of synthetic fingers, kept in a file: growing and extracting one takes some 27 ms, so a
// hundred thousand people are made once, and measured as often as one likes.
//
// The file begins with the versions of generator and extractor, and one of others is refused. Each
// print is appended as it is made; what a kill has torn at the end is cut off when it is next
// opened.
//
// Thread-safety: Get may be called by any number of threads.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu::accuracy {

class KeptPrints {
 public:
  // Keeps them in memory alone.
  KeptPrints() = default;
  // Errors: kUnavailable (CANNOT_OPEN); kBadInput (OTHER_VERSION) where the file is of another
  // generator or extractor, or is no file of prints.
  static Result<std::unique_ptr<KeptPrints>> Open(const std::filesystem::path& path);
  ~KeptPrints();
  KeptPrints(const KeptPrints&) = delete;
  KeptPrints& operator=(const KeptPrints&) = delete;

  // An impression of a finger, extracted; its position is unknown. Errors: those of extraction and
  // of writing.
  Result<FingerView> Get(uint64_t finger, uint64_t impression);

 private:
  using Key = std::pair<uint64_t, uint64_t>;

  std::mutex mutex_;  // over those below
  std::map<Key, FingerView> views_;
  std::FILE* file_ = nullptr;
};

}  // namespace taanu::accuracy
