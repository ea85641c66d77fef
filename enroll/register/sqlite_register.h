// The register on the SQLite file. Names, numbers and templates are sealed before they reach it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "enroll/register/register.h"
#include "enroll/register/register_observer.h"
#include "enroll/store/database.h"
#include "enroll/store/sealing.h"

namespace taanu {

// What became durable with an enrolment, without anything that names a person.
struct VoterEnrolled {
  KeyedReference reference{};
  std::string precinct_id;
  int reference_count = 0;
  int64_t time_us = 0;
};

// Thread-safety: may be used from any thread.
class SqliteRegister : public Register {
 public:
  // Runs in the transaction of the enrolment, which its error undoes; gives the place of its entry
  // in the audit log.
  using OnEnrolled = std::function<Result<uint64_t>(Connection&, const VoterEnrolled&)>;

  // None is owned; all must outlive the register. `observer`, which may be null, is told of voters
  // who were added. The file has been opened with
  // RegisterMigrations() and bound to the vault (enroll/store/bind_vault.h).
  SqliteRegister(Database* database, const Vault* vault, OnEnrolled on_enrolled = nullptr,
                 RegisterObserver* observer = nullptr);

  KeyedReference ReferenceOf(std::string_view voter_number) const override;
  // Also returns kBadInput where a field breaks ValidateVoterData, or there are more than 20
  // fingers. `record.request_id` is empty or a UUID of 36 characters.
  Status Enroll(EnrollmentRecord record,
                std::function<void(Result<EnrollmentAnswer>)> done) override;
  Result<EnrollmentAnswer> CheckEnrollment(const EnrollmentRecord& record) const override;
  Result<EnrolledVoter> Find(const KeyedReference& reference) const override;
  Result<std::vector<VoterSummary>> List(std::string_view precinct_id, bool without_reference,
                                         std::optional<KeyedReference> after,
                                         int limit) const override;
  Status ForEach(const std::function<Status(const EnrolledVoter&)>& visit) const override;
  Result<uint64_t> Count(std::string_view precinct_id) const override;

 private:
  Database* database_;
  const Vault* vault_;
  OnEnrolled on_enrolled_;
  RegisterObserver* observer_;
};

}  // namespace taanu
