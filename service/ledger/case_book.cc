#include "service/ledger/case_book.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "service/ledger/case_transaction.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"

namespace taanu {
namespace {

// Pairs of one transaction, so that a voter who comes behind it waits for milliseconds.
constexpr size_t kBatch = 64;

Result<bool> OpenForPair(Connection& connection, const RegisterPair& pair) {
  {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT 1 FROM register_case WHERE first = ?1 AND second = ?2", pair.first,
                         pair.second));
    TAANU_ASSIGN_OR_RETURN(const bool there, row.Step());
    if (there) return false;
  }
  const int64_t now_us = std::chrono::duration_cast<std::chrono::microseconds>(
                             std::chrono::system_clock::now().time_since_epoch())
                             .count();
  DuplicateCase opened;
  TAANU_ASSIGN_OR_RETURN(const int64_t case_id, NextCaseId(connection));
  opened.case_id = static_cast<uint64_t>(case_id);
  opened.kind = rules::CaseKind::kRegisterDuplicate;
  opened.voter = pair.first;
  opened.other = pair.second;
  opened.open_time_us = now_us;
  opened.score = pair.score;
  opened.threshold_score = pair.threshold_score;
  opened.threshold_fmr = pair.threshold_fmr;
  opened.algorithm_version = pair.algorithm_version;
  TAANU_ASSIGN_OR_RETURN(const uint64_t event_index,
                         AppendEvent(connection, CaseOpenedLeaf(opened)));
  TAANU_RETURN_IF_ERROR(connection.Run(
      "INSERT INTO register_case(case_id, event_index, first, second, open_time_us, score, "
      "threshold_score, threshold_fmr, algorithm_version) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      case_id, event_index, pair.first, pair.second, now_us, pair.score, pair.threshold_score,
      pair.threshold_fmr, pair.algorithm_version));
  return true;
}

}  // namespace

Result<uint64_t> CaseBook::OpenForPairs(std::span<const RegisterPair> pairs) {
  uint64_t opened = 0;
  for (; !pairs.empty(); pairs = pairs.subspan(std::min(kBatch, pairs.size()))) {
    uint64_t in_batch = 0;
    TAANU_RETURN_IF_ERROR(database_.Write([&](Connection& connection) -> Status {
      in_batch = 0;
      for (const RegisterPair& pair : pairs.first(std::min(kBatch, pairs.size()))) {
        TAANU_ASSIGN_OR_RETURN(const bool is_new, OpenForPair(connection, pair));
        in_batch += is_new ? 1 : 0;
      }
      return {};
    }));
    opened += in_batch;
  }
  return opened;
}

Result<std::vector<DuplicateCase>> CaseBook::List(const CaseFilter& filter, uint64_t after_case_id,
                                                  int limit) const {
  std::vector<DuplicateCase> cases;
  TAANU_RETURN_IF_ERROR(database_.Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(cases, QueryCases(connection, filter, after_case_id, limit));
    return {};
  }));
  return cases;
}

Result<DuplicateCase> CaseBook::Find(uint64_t case_id) const {
  DuplicateCase found;
  TAANU_RETURN_IF_ERROR(database_.Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(found, QueryCase(connection, case_id));
    return {};
  }));
  return found;
}

Status CaseBook::Decide(rules::CaseRequest request,
                        std::function<void(Result<rules::CaseAnswer>)> done) {
  auto answer = std::make_shared<rules::CaseAnswer>();
  return database_.Submit(
      [request = std::move(request), answer](Connection& connection) -> Status {
        SqliteCaseTransaction transaction(&connection);
        TAANU_ASSIGN_OR_RETURN(*answer, rules::DecideCase(transaction, request));
        return {};
      },
      [answer, done = std::move(done)](Status status) {
        if (status) {
          done(*answer);
        } else {
          done(tl::make_unexpected(std::move(status).error()));
        }
      });
}

}  // namespace taanu
