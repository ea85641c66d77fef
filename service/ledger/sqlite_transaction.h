// The ledger's transaction on a connection of the SQLite file.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "enroll/store/connection.h"
#include "service/rules/ledger.h"

namespace taanu {

class SqliteTransaction : public rules::LedgerTransaction {
 public:
  // The connection is inside a transaction, and outlives this.
  explicit SqliteTransaction(Connection* connection);

  // One time for the whole transaction: everything that it writes happened at once.
  int64_t NowUs() const override { return now_us_; }

  // What Accredit gave so far.
  const std::vector<rules::Accreditation>& accredited() const { return accredited_; }

  Result<std::optional<rules::AttemptAnswer>> FindAnswer(std::string_view request_id) override;
  Result<std::optional<rules::PrecinctRecord>> FindPrecinct(std::string_view precinct_id) override;
  Result<std::optional<rules::RollEntry>> FindRollEntry(const KeyedReference& voter) override;
  Result<std::optional<rules::Accreditation>> FindAccreditation(
      const KeyedReference& voter) override;
  Result<rules::PriorAttempts> FindPriorAttempts(const KeyedReference& voter,
                                                 std::string_view precinct_id) override;
  Result<rules::FallbackCounts> CountFallbacks(std::string_view precinct_id) override;
  Result<rules::Accreditation> Accredit(const KeyedReference& voter, std::string_view precinct_id,
                                        rules::Method method) override;
  Status Record(rules::AttemptAnswer* answer, bool open_case) override;
  Result<rules::PollsChange> SetPolls(std::string_view precinct_id, rules::PollsState state,
                                      std::string_view request_id,
                                      const KeyedReference& operator_ref) override;
  Result<std::optional<rules::PollsChange>> FindPollsChange(std::string_view request_id) override;

  // In sqlite_corrections.cc.
  Result<std::optional<rules::TotalsCorrection>> FindCorrection(
      std::string_view request_id) override;
  Result<std::vector<rules::TotalsCorrection>> ListCorrections(
      std::string_view precinct_id) override;
  Status AddCorrection(rules::TotalsCorrection* correction) override;

  // In sqlite_sessions.cc.
  Result<std::optional<rules::Session>> FindSession(std::string_view session_id) override;
  Result<std::optional<rules::Session>> FindLiveSession(std::string_view precinct_id,
                                                        std::string_view station_id) override;
  Result<std::optional<rules::Session>> FindSessionEndedBy(std::string_view request_id) override;
  Status BeginSession(rules::Session* session) override;
  Status EndSession(const rules::SessionEnd& end, rules::Session* session) override;

 private:
  Connection& connection_;
  int64_t now_us_;
  std::vector<rules::Accreditation> accredited_;
};

}  // namespace taanu
