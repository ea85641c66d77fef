// An election on a real SQLite file, for tests of the ledger.
#pragma once

#include <gtest/gtest.h>

#include <cstdio>
#include <future>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "enroll/register/schema.h"
#include "enroll/register/sqlite_register.h"
#include "enroll/store/bind_vault.h"
#include "enroll/store/database.h"
#include "service/ledger/case_book.h"
#include "service/ledger/enrollment_audit.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/rules/ledger.h"
#include "tests/unit/enroll/store/temp_folder.h"
#include "tests/unit/service/audit/reference_tree.h"

namespace taanu::test {

// A UUID with this number in it.
inline std::string RequestId(uint64_t number) {
  char text[37];
  std::snprintf(text, sizeof(text), "00000000-0000-4000-8000-%012llx",
                static_cast<unsigned long long>(number & 0xffffffffffff));
  return text;
}

// The register and the ledger on one file. Keys are made at the first opening.
class Election {
 public:
  explicit Election(const std::filesystem::path& folder) : folder_(folder) {
    if (!std::filesystem::exists(folder_ / "store.key")) {
      Expect(Vault::CreateKeyFile(folder_ / "store.key"));
      Expect(Signer::CreateKeyFile(folder_ / "log.key", "taanu.example/test"));
    }
    vault = Expect(Vault::FromKeyFile(folder_ / "store.key"));
    signer = Expect(Signer::FromKeyFile(folder_ / "log.key"));
    DatabaseOptions options;
    options.path = folder_ / "election.db";
    options.migrations = RegisterMigrations();
    for (const Migration& migration : ElectionMigrations()) options.migrations.push_back(migration);
    database = Expect(Database::Open(std::move(options)));
    Expect(BindVault(*database, *vault));
    voters = std::make_unique<SqliteRegister>(database.get(), vault.get(), AuditEnrollment);
    ledger = std::make_unique<SqliteLedger>(database.get(), signer.get());
    cases = std::make_unique<CaseBook>(database.get());
  }

  void AddPrecinct(const std::string& precinct_id) {
    Expect(ledger->CreatePrecinct(precinct_id, nullptr));
  }

  void AddVoter(const std::string& number, const std::string& precinct_id, int fingers = 1) {
    EnrollmentRecord record;
    record.data.voter_number = number;
    record.data.precinct_id = precinct_id;
    record.fingers.resize(static_cast<size_t>(fingers));
    std::promise<Result<EnrollmentAnswer>> promise;
    Expect(voters->Enroll(std::move(record), [&](Result<EnrollmentAnswer> answer) {
      promise.set_value(std::move(answer));
    }));
    Expect(promise.get_future().get());
  }

  // An attempt whose finger matches, at this precinct.
  rules::Attempt Attempt(uint64_t request, const std::string& number,
                         const std::string& precinct_id) const {
    rules::Attempt attempt;
    attempt.request_id = RequestId(request);
    attempt.voter = voters->ReferenceOf(number);
    attempt.precinct_id = precinct_id;
    attempt.terminal = vault->Reference("terminal", "T1");
    attempt.operator_ref = vault->Reference("operator", "O1");
    attempt.evidence = {1, 2, 57.25, 40, FingerPosition::kRightIndex};
    attempt.algorithm_version = "test-1";
    attempt.threshold_fmr = 0.0001;
    attempt.samples = {{80, 0, 42}};
    return attempt;
  }

  // Two officers vouch for a voter.
  rules::Attempt Fallback(uint64_t request, const std::string& number,
                          const std::string& precinct_id, rules::FallbackReason reason) const {
    rules::Attempt attempt;
    attempt.request_id = RequestId(request);
    attempt.voter = voters->ReferenceOf(number);
    attempt.precinct_id = precinct_id;
    attempt.terminal = vault->Reference("terminal", "T1");
    attempt.operator_ref = vault->Reference("operator", "O1");
    attempt.method = rules::Method::kFallback;
    attempt.fallback = {reason, vault->Reference("operator", "O2"), {}};
    return attempt;
  }

  // Runs `step` in a transaction of the ledger and gives its result once that is durable.
  template <typename T>
  std::future<Result<T>> Start(std::function<Result<T>(rules::LedgerTransaction&)> step) const {
    auto promise = std::make_shared<std::promise<Result<T>>>();
    auto value = std::make_shared<std::optional<T>>();
    auto future = promise->get_future();
    const Status queued = ledger->Submit(
        [step = std::move(step), value](rules::LedgerTransaction& transaction) -> Status {
          TAANU_ASSIGN_OR_RETURN(*value, step(transaction));
          return {};
        },
        [promise, value](Status status) {
          if (status) {
            promise->set_value(std::move(**value));
          } else {
            promise->set_value(tl::make_unexpected(status.error()));
          }
        });
    if (!queued) promise->set_value(tl::make_unexpected(queued.error()));
    return future;
  }
  std::future<Result<rules::AttemptAnswer>> StartAttempt(rules::Attempt attempt) {
    return Start<rules::AttemptAnswer>(
        [attempt = std::move(attempt)](rules::LedgerTransaction& transaction) {
          return rules::MakeAttempt(transaction, attempt);
        });
  }
  std::future<Result<rules::PollsChange>> StartPolls(bool open, uint64_t request,
                                                     const std::string& precinct_id) {
    const KeyedReference operator_ref = vault->Reference("operator", "O1");
    return Start<rules::PollsChange>([=](rules::LedgerTransaction& transaction) {
      return open ? rules::OpenPolls(transaction, RequestId(request), precinct_id, operator_ref)
                  : rules::ClosePolls(transaction, RequestId(request), precinct_id, operator_ref);
    });
  }
  Result<rules::AttemptAnswer> MakeAttempt(rules::Attempt attempt) {
    return StartAttempt(std::move(attempt)).get();
  }
  std::future<Result<rules::AttemptAnswer>> StartFallback(rules::Attempt attempt,
                                                          rules::FallbackLimits limits) {
    return Start<rules::AttemptAnswer>(
        [attempt = std::move(attempt), limits](rules::LedgerTransaction& transaction) {
          return rules::MakeFallback(transaction, attempt, limits);
        });
  }
  Result<rules::AttemptAnswer> MakeFallback(rules::Attempt attempt, rules::FallbackLimits limits) {
    return StartFallback(std::move(attempt), limits).get();
  }
  // Writes an attempt with an outcome that its evidence alone does not give, and a case.
  Result<rules::AttemptAnswer> RecordAs(const rules::Attempt& attempt, rules::Outcome outcome) {
    return Start<rules::AttemptAnswer>(
               [=](rules::LedgerTransaction& transaction) -> Result<rules::AttemptAnswer> {
                 rules::AttemptAnswer answer;
                 answer.attempt = attempt;
                 answer.outcome = outcome;
                 TAANU_RETURN_IF_ERROR(transaction.Record(&answer, /*open_case=*/true));
                 return answer;
               })
        .get();
  }
  Result<rules::PollsChange> Polls(bool open, uint64_t request, const std::string& precinct_id) {
    return StartPolls(open, request, precinct_id).get();
  }

  rules::Session SessionAt(uint64_t request, const std::string& precinct_id,
                           const std::string& station_id, const std::string& device) const {
    rules::Session session;
    session.session_id = RequestId(request);
    session.precinct_id = precinct_id;
    session.station_id = station_id;
    session.terminal = vault->Reference("terminal", device);
    session.operator_ref = vault->Reference("operator", "O1");
    return session;
  }
  std::future<Result<rules::SessionAnswer>> StartSession(rules::Session session) {
    return Start<rules::SessionAnswer>([session](rules::LedgerTransaction& transaction) {
      return rules::StartSession(transaction, session);
    });
  }
  Result<rules::SessionAnswer> BeginSession(const rules::Session& session) {
    return StartSession(session).get();
  }
  std::future<Result<rules::SessionAnswer>> StartEnd(uint64_t request,
                                                     const rules::Session& session) {
    const rules::SessionEnd end{RequestId(request), session.session_id, session.precinct_id,
                                session.terminal, session.operator_ref};
    return Start<rules::SessionAnswer>([end](rules::LedgerTransaction& transaction) {
      return rules::EndSession(transaction, end);
    });
  }
  Result<rules::SessionAnswer> EndSession(uint64_t request, const rules::Session& session) {
    return StartEnd(request, session).get();
  }

  rules::TotalsCorrection CorrectionOf(uint64_t request, const std::string& precinct_id,
                                       uint64_t accredited_count) const {
    rules::TotalsCorrection correction;
    correction.request_id = RequestId(request);
    correction.precinct_id = precinct_id;
    correction.operator_ref = vault->Reference("operator", "O1");
    correction.second_officer = vault->Reference("operator", "O2");
    correction.reason = rules::CorrectionReason::kUnrecorded;
    correction.document = "act 17-2026";
    correction.accredited_count = accredited_count;
    return correction;
  }
  std::future<Result<rules::CorrectionAnswer>> StartCorrection(rules::TotalsCorrection correction) {
    return Start<rules::CorrectionAnswer>([correction](rules::LedgerTransaction& transaction) {
      return rules::CorrectTotals(transaction, correction);
    });
  }
  Result<rules::CorrectionAnswer> Correct(const rules::TotalsCorrection& correction) {
    return StartCorrection(correction).get();
  }

  std::vector<LogEntry> Log() const { return Expect(ledger->ListEvents(0, 1'000'000)); }

  // Whether the checkpoint's root is that of the leaves, hashed anew.
  bool RootIsThatOfTheLeaves() const {
    std::vector<merkle::Hash> hashes;
    for (const LogEntry& entry : Log()) {
      hashes.push_back(merkle::HashLeaf(entry.leaf));
      if (entry.leaf_hash != hashes.back() || entry.index + 1 != hashes.size()) return false;
    }
    const Checkpoint checkpoint = Expect(ledger->GetCheckpoint());
    return checkpoint.log_size == hashes.size() && checkpoint.root_hash == ReferenceRoot(hashes);
  }

  // Attempts by outcome, counted from the leaves of the log.
  std::map<std::string, uint64_t> OutcomesInLog() const {
    std::map<std::string, uint64_t> counts;
    for (const LogEntry& entry : Log()) {
      const auto leaf = nlohmann::json::parse(entry.leaf);
      if (leaf["type"] == "attempt") ++counts[leaf["outcome"].get<std::string>()];
    }
    return counts;
  }

  // Attempts by outcome, as the statistics give them.
  std::map<std::string, uint64_t> OutcomesInFigures() const {
    StatisticsFilter filter;
    filter.by_outcome = true;
    std::map<std::string, uint64_t> counts;
    for (const StatisticsCell& cell : Expect(ledger->GetStatistics(filter)).cells) {
      counts[std::string(rules::OutcomeName(*cell.outcome))] = cell.attempt_count;
    }
    return counts;
  }

  template <typename T>
  static T Expect(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().reason + ": " + result.error().message);
    if constexpr (!std::is_void_v<T>) return std::move(*result);
  }

  std::filesystem::path folder_;
  std::unique_ptr<Vault> vault;
  std::unique_ptr<Signer> signer;
  std::unique_ptr<Database> database;
  std::unique_ptr<SqliteRegister> voters;
  std::unique_ptr<SqliteLedger> ledger;
  std::unique_ptr<CaseBook> cases;
};

}  // namespace taanu::test
