// The cases that people have to settle: opened for pairs of the register, listed, decided on. Those
// of attempts are opened with the attempt itself (sqlite_transaction.h).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "enroll/store/database.h"
#include "matcher/error.h"
#include "service/ledger/case_queries.h"
#include "service/rules/adjudication.h"

namespace taanu {

// Two voters of the register whose fingers match, and by what measure.
struct RegisterPair {
  KeyedReference first{};  // the lower one
  KeyedReference second{};
  double score = 0;
  double threshold_score = 0;
  double threshold_fmr = 0;
  std::string algorithm_version;
};

// Thread-safety: may be used from any thread.
class CaseBook {
 public:
  // Not owned; must outlive the book.
  explicit CaseBook(Database* database) : database_(*database) {}

  // Opens a case for each pair that has none, whatever became of the one it has; each is an entry
  // of the audit log. Gives how many were opened. Errors: those of the store; what was opened
  // before stays.
  Result<uint64_t> OpenForPairs(std::span<const RegisterPair> pairs);

  Result<std::vector<DuplicateCase>> List(const CaseFilter& filter, uint64_t after_case_id,
                                          int limit) const;
  // Errors: kNotFound (UNKNOWN_CASE).
  Result<DuplicateCase> Find(uint64_t case_id) const;

  // Queues the opinion; `done` is called, on another thread, once it is durable or has failed.
  // Errors: those of rules::DecideCase; kExhausted, kUnavailable.
  Status Decide(rules::CaseRequest request, std::function<void(Result<rules::CaseAnswer>)> done);

 private:
  Database& database_;
};

}  // namespace taanu
