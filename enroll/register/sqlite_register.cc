#include "enroll/register/sqlite_register.h"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include "enroll/register/voter_requests.h"
#include "enroll/register/voter_rows.h"
#include "enroll/register/voter_sealing.h"
#include "enroll/store/connection.h"

namespace taanu {
namespace {

int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// True where this very enrolment is there already, false where the number is free.
Result<bool> IsEnrolled(Connection& connection, const KeyedReference& reference,
                        const KeyedReference& content) {
  TAANU_ASSIGN_OR_RETURN(const auto existing, FindContent(connection, reference));
  if (!existing) return false;
  if (*existing == content) return true;
  return Fail(ErrorCode::kConflict, "VOTER_NUMBER_EXISTS",
              "a voter of this number is in the register with other data or samples");
}

// The answer that was given to this request before, if any.
Result<std::optional<EnrollmentAnswer>> Replay(Connection& connection,
                                               const SealedEnrollment& voter,
                                               std::string_view request_id) {
  if (request_id.empty()) return std::nullopt;
  TAANU_ASSIGN_OR_RETURN(const auto earlier, FindVoterAnswer(connection, request_id));
  if (!earlier) return std::nullopt;
  TAANU_RETURN_IF_ERROR(
      CheckSameRequest(*earlier, VoterChangeKind::kEnrolled, voter.reference, voter.content));
  return EnrollmentAnswer{voter.reference, earlier->kind == VoterChangeKind::kFoundEnrolled};
}

Result<VoterAnswer> WriteEnrollment(Connection& connection, const SealedEnrollment& voter,
                                    const SqliteRegister::OnEnrolled& on_enrolled) {
  VoterAnswer answer;
  answer.voter = voter.reference;
  answer.content = voter.content;
  answer.time_us = NowUs();
  answer.precinct_id = voter.precinct_id;
  answer.reference_count = static_cast<int>(voter.fingers.size());
  TAANU_ASSIGN_OR_RETURN(const bool enrolled,
                         IsEnrolled(connection, voter.reference, voter.content));
  if (enrolled) {
    answer.kind = VoterChangeKind::kFoundEnrolled;
    return answer;
  }
  TAANU_RETURN_IF_ERROR(InsertVoter(connection, voter, answer.time_us));
  if (on_enrolled) {
    TAANU_ASSIGN_OR_RETURN(answer.event_index,
                           on_enrolled(connection, {voter.reference, voter.precinct_id,
                                                    answer.reference_count, answer.time_us}));
  }
  return answer;
}

}  // namespace

SqliteRegister::SqliteRegister(Database* database, const Vault* vault, OnEnrolled on_enrolled,
                               RegisterObserver* observer)
    : database_(database),
      vault_(vault),
      on_enrolled_(std::move(on_enrolled)),
      observer_(observer) {}

KeyedReference SqliteRegister::ReferenceOf(std::string_view voter_number) const {
  return vault_->Reference(kVoterDomain, voter_number);
}

Status SqliteRegister::Enroll(EnrollmentRecord record,
                              std::function<void(Result<EnrollmentAnswer>)> done) {
  TAANU_ASSIGN_OR_RETURN(SealedEnrollment sealed, SealEnrollment(*vault_, record));
  auto answer = std::make_shared<EnrollmentAnswer>();
  std::string precinct_id = sealed.precinct_id;
  return database_->Submit(
      [this, voter = std::move(sealed), request_id = std::move(record.request_id),
       answer](Connection& connection) mutable -> Status {
        // The register's key may have been changed while this waited.
        TAANU_RETURN_IF_ERROR(Rewrap(*vault_, &voter));
        TAANU_ASSIGN_OR_RETURN(const auto replayed, Replay(connection, voter, request_id));
        if (replayed) {
          *answer = *replayed;
          return {};
        }
        TAANU_ASSIGN_OR_RETURN(const VoterAnswer made,
                               WriteEnrollment(connection, voter, on_enrolled_));
        *answer = {made.voter, made.kind == VoterChangeKind::kFoundEnrolled};
        if (request_id.empty()) return {};
        return KeepVoterAnswer(connection, request_id, made);
      },
      [observer = observer_, answer, precinct_id = std::move(precinct_id),
       done = std::move(done)](Status status) {
        if (status && observer != nullptr && !answer->already_enrolled) {
          observer->OnVoterChanged(answer->reference, precinct_id, false);
        }
        if (status) {
          done(*answer);
        } else {
          done(tl::make_unexpected(status.error()));
        }
      });
}

Result<EnrollmentAnswer> SqliteRegister::CheckEnrollment(const EnrollmentRecord& record) const {
  // Sealed too, since that is where the limits of a reference are checked.
  TAANU_ASSIGN_OR_RETURN(const SealedEnrollment voter, SealEnrollment(*vault_, record));
  EnrollmentAnswer answer{voter.reference, false};
  const auto check = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(answer.already_enrolled,
                           IsEnrolled(connection, voter.reference, voter.content));
    if (answer.already_enrolled) return {};
    return FindPrecinct(connection, voter.precinct_id);
  };
  TAANU_RETURN_IF_ERROR(database_->Read(check));
  return answer;
}

Status SqliteRegister::ForEach(const std::function<Status(const EnrolledVoter&)>& visit) const {
  return database_->Read([&](Connection& connection) -> Status {
    // In the order of the file, in which voters lie beside their references.
    TAANU_ASSIGN_OR_RETURN(Statement row,
                           connection.Query("SELECT reference FROM voter ORDER BY voter_id"));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) return {};
      StoredVoter stored;
      TAANU_RETURN_IF_ERROR(ReadVoter(connection, row.Bytes<16>(0), &stored));
      TAANU_ASSIGN_OR_RETURN(const EnrolledVoter voter, OpenVoter(*vault_, stored));
      TAANU_RETURN_IF_ERROR(visit(voter));
    }
  });
}

Result<EnrolledVoter> SqliteRegister::Find(const KeyedReference& reference) const {
  StoredVoter stored;
  TAANU_RETURN_IF_ERROR(database_->Read(
      [&](Connection& connection) { return ReadVoter(connection, reference, &stored); }));
  return OpenVoter(*vault_, stored);
}

Result<std::vector<VoterSummary>> SqliteRegister::List(std::string_view precinct_id,
                                                       bool without_reference,
                                                       std::optional<KeyedReference> after,
                                                       int limit) const {
  std::vector<VoterSummary> voters;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(voters,
                           ListVoters(connection, precinct_id, without_reference, after, limit));
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  return voters;
}

Result<uint64_t> SqliteRegister::Count(std::string_view precinct_id) const {
  int64_t count = 0;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        precinct_id.empty()
            ? connection.Query("SELECT coalesce(sum(voter_count), 0) FROM precinct")
            : connection.Query("SELECT voter_count FROM precinct WHERE precinct_id = ?1",
                               precinct_id));
    TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (found) count = row.Int64(0);
    return row.Check();
  };
  TAANU_RETURN_IF_ERROR(database_->Read(read));
  return static_cast<uint64_t>(count);
}

}  // namespace taanu
