// The transaction of a case on a connection of the SQLite file: an opinion and its entry in the
// audit log are written together, or not at all.
#pragma once

#include <optional>
#include <string_view>

#include "enroll/store/connection.h"
#include "service/rules/adjudication.h"

namespace taanu {

class SqliteCaseTransaction : public rules::CaseTransaction {
 public:
  // The connection is inside a transaction, and outlives this.
  explicit SqliteCaseTransaction(Connection* connection) : connection_(*connection) {}

  Result<std::optional<rules::CaseAnswer>> FindAnswer(std::string_view request_id) override;
  Result<rules::CaseFacts> GatherFacts(uint64_t case_id) override;
  Status Record(rules::CaseKind kind, rules::CaseAnswer* answer) override;

 private:
  Connection& connection_;
};

}  // namespace taanu
