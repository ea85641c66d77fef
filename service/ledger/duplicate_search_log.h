// Searches of everybody against everybody, kept so that one that was cut off is known to be.
#pragma once

#include <cstdint>
#include <string>

#include "enroll/store/database.h"
#include "matcher/error.h"
#include "service/ledger/duplicate_search_record.h"

namespace taanu {

// Thread-safety: may be used from any thread.
class SearchLog {
 public:
  // Not owned; must outlive the log.
  explicit SearchLog(Database* database) : database_(*database) {}

  // Writes that a search begins, with its entry of the audit log. A request id that was used before
  // gives its search, and `begun` is then false. Errors: kConflict (SEARCH_RUNNING,
  // REQUEST_ID_REUSED), those of the store.
  Result<SearchRecord> Begin(const std::string& request_id, const KeyedReference& operator_ref,
                             double false_pairs, bool* begun);

  // Writes how the search ended, with its entry of the audit log. Its `end_reason`, `figures` and
  // `cancelled_by` are those to be written. Errors: those of the store.
  Status End(const SearchRecord& search);

  // Ends a search that a daemon before this one did not end. Errors: those of the store.
  Status EndInterrupted();

  // `search_id` 0 gives the last one. Errors: kNotFound (UNKNOWN_SEARCH), those of the store.
  Result<SearchRecord> Find(uint64_t search_id) const;

 private:
  Database& database_;
};

}  // namespace taanu
