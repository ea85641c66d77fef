// Searches the register for people who are in it twice, in the background: everybody against
// everybody, with a case for each pair, opened as it is found.
//
// One search runs at a time, on threads of its own below everything else that the daemon does.
// While it runs it holds the references of the whole register in memory, in the clear. What it
// found stays also where it is cancelled or killed; a search that did not come to its end is never
// told as complete.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "enroll/register/register.h"
#include "matcher/error.h"
#include "service/ledger/case_book.h"
#include "service/ledger/duplicate_search_log.h"

namespace taanu {

struct BackgroundSearchOptions {
  size_t threads = 1;
  std::string algorithm_version;  // for the cases
};

// Thread-safety: may be used from any thread.
class BackgroundSearch {
 public:
  // Nothing is owned; all of it must outlive the search.
  BackgroundSearch(const Register* voters, CaseBook* cases, SearchLog* log,
                   BackgroundSearchOptions options);
  // Interrupts the search that runs, and waits for it.
  ~BackgroundSearch();
  BackgroundSearch(const BackgroundSearch&) = delete;
  BackgroundSearch& operator=(const BackgroundSearch&) = delete;

  // Begins one. A request id that was used before gives its search as it is now. Errors: kBadInput
  // (BAD_FALSE_PAIRS), those of SearchLog::Begin.
  Result<SearchRecord> Start(const std::string& request_id, const KeyedReference& operator_ref,
                             double false_pairs);

  // As it is now; 0 for the last one. Errors: those of SearchLog::Find.
  Result<SearchRecord> Get(uint64_t search_id) const;

  // Tells the search to end where it runs, and gives it as it is now. Errors: those of
  // SearchLog::Find.
  Result<SearchRecord> Cancel(uint64_t search_id, const KeyedReference& operator_ref);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace taanu
