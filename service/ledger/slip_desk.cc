#include "service/ledger/slip_desk.h"

#include <memory>
#include <utility>

#include "enroll/store/connection.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"
#include "service/ledger/ledger_queries.h"
#include "service/ledger/sqlite_transaction.h"

namespace taanu {

constexpr std::string_view kSlipTables = R"sql(
CREATE TABLE slip_reissue(
  event_index INTEGER PRIMARY KEY REFERENCES event,
  request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) = 36),
  voter BLOB NOT NULL REFERENCES accreditation,
  issue_number INTEGER NOT NULL CHECK (issue_number >= 2),
  time_us INTEGER NOT NULL,
  UNIQUE (voter, issue_number)
) STRICT;
CREATE TRIGGER slip_reissue_no_update BEFORE UPDATE ON slip_reissue
  BEGIN SELECT RAISE(ABORT, 'a copy of a slip stands'); END;
CREATE TRIGGER slip_reissue_no_delete BEFORE DELETE ON slip_reissue
  BEGIN SELECT RAISE(ABORT, 'a copy of a slip stands'); END;

CREATE TABLE election_name(
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL
) STRICT;
)sql";

namespace {

class SqliteReissue : public rules::ReissueTransaction {
 public:
  explicit SqliteReissue(Connection* connection)
      : connection_(*connection), now_us_(SqliteTransaction(connection).NowUs()) {}

  Result<std::optional<rules::ReissueAnswer>> FindAnswer(std::string_view request_id) override {
    TAANU_ASSIGN_OR_RETURN(Statement row,
                           connection_.Query("SELECT event_index, voter, issue_number, time_us "
                                             "FROM slip_reissue WHERE request_id = ?1",
                                             request_id));
    TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return std::nullopt;
    rules::ReissueAnswer answer;
    answer.event_index = static_cast<uint64_t>(row.Int64(0));
    const auto voter = row.Bytes<16>(1);
    answer.issue_number = static_cast<uint32_t>(row.Int64(2));
    answer.time_us = row.Int64(3);
    TAANU_RETURN_IF_ERROR(row.Check());
    TAANU_ASSIGN_OR_RETURN(auto accreditation, QueryAccreditation(connection_, voter));
    if (!accreditation) {
      return Fail(ErrorCode::kInternal, "ACCREDITATION_LOST",
                  "a slip was issued again for an accreditation that is not there");
    }
    answer.accreditation = std::move(*accreditation);
    return answer;
  }

  Result<bool> HasPrecinct(std::string_view precinct_id) override {
    TAANU_ASSIGN_OR_RETURN(const auto precinct, QueryPrecinct(connection_, precinct_id));
    return precinct.has_value();
  }

  Result<std::optional<rules::Accreditation>> FindAccreditation(
      const KeyedReference& voter) override {
    return QueryAccreditation(connection_, voter);
  }

  Status Record(const rules::ReissueRequest& request, rules::ReissueAnswer* answer) override {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection_.Query(
            "SELECT coalesce(max(issue_number), 1) + 1 FROM slip_reissue WHERE voter = ?1",
            request.voter));
    TAANU_RETURN_IF_ERROR(row.Step());
    answer->issue_number = static_cast<uint32_t>(row.Int64(0));
    TAANU_RETURN_IF_ERROR(row.Check());
    answer->time_us = now_us_;
    TAANU_ASSIGN_OR_RETURN(answer->event_index,
                           AppendEvent(connection_, SlipReissuedLeaf(request, *answer)));
    return connection_.Run(
        "INSERT INTO slip_reissue(event_index, request_id, voter, issue_number, time_us) "
        "VALUES (?1, ?2, ?3, ?4, ?5)",
        answer->event_index, request.request_id, request.voter, answer->issue_number, now_us_);
  }

 private:
  Connection& connection_;
  const int64_t now_us_;
};

// The name that was settled; none before a voter was accredited under one.
Result<std::optional<std::string>> SettledName(Connection& connection) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT name FROM election_name "
                                          "WHERE EXISTS (SELECT 1 FROM accreditation)"));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  std::string name = row.Text(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return name;
}

// A repeated request gets its first answer whatever became of the session.
Status CheckSessionOf(Connection& connection, SqliteReissue& reissues,
                      const rules::ReissueRequest& request) {
  if (request.session_id.empty()) return {};
  TAANU_ASSIGN_OR_RETURN(const auto earlier, reissues.FindAnswer(request.request_id));
  if (earlier) return {};
  SqliteTransaction sessions(&connection);
  return rules::CheckSession(sessions, request.session_id, request.precinct_id, request.terminal);
}

}  // namespace

Result<std::string> SlipDesk::SettleElectionName(std::string_view configured) {
  std::string name(configured);
  TAANU_RETURN_IF_ERROR(database_.Write([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(auto settled, SettledName(connection));
    if (settled) {
      name = std::move(*settled);
      return {};
    }
    return connection.Run(
        "INSERT INTO election_name(id, name) VALUES (1, ?1) "
        "ON CONFLICT(id) DO UPDATE SET name = excluded.name",
        name);
  }));
  return name;
}

Status SlipDesk::Reissue(rules::ReissueRequest request,
                         std::function<void(Result<rules::ReissueAnswer>)> done) {
  auto answer = std::make_shared<rules::ReissueAnswer>();
  return database_.Submit(
      [request = std::move(request), answer](Connection& connection) -> Status {
        SqliteReissue transaction(&connection);
        TAANU_RETURN_IF_ERROR(CheckSessionOf(connection, transaction, request));
        TAANU_ASSIGN_OR_RETURN(*answer, rules::ReissueSlip(transaction, request));
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
