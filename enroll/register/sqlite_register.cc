#include "enroll/register/sqlite_register.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "enroll/register/byte_io.h"
#include "enroll/register/finger_codec.h"
#include "enroll/register/voter_codec.h"
#include "enroll/store/connection.h"

namespace taanu {
namespace {

constexpr std::string_view kVoterDomain = "voter";
constexpr std::string_view kContentDomain = "enrolment";
constexpr size_t kFingersMax = 20;
constexpr size_t kExtractorVersionMax = 64;

// The first byte of associated data, by which one kind of sealed value cannot pass for another.
enum SealKind : uint8_t { kVoterSeal = 1, kFingerSeal = 2 };
constexpr uint8_t kSealVersion = 1;

int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

int ThisYear() {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<int>(std::chrono::year_month_day(today).year());
}

std::vector<uint8_t> BeginAssociated(SealKind kind, const KeyedReference& reference) {
  std::vector<uint8_t> out;
  out.reserve(128);
  PutInt(&out, static_cast<uint8_t>(kind));
  PutInt(&out, kSealVersion);
  for (const uint8_t byte : reference) out.push_back(byte);
  return out;
}

// Binds the personal data to the voter, to the number of the voter's references, so that none can
// be taken away, and to the roll that the voter is on.
std::vector<uint8_t> VoterAssociated(const KeyedReference& reference, size_t reference_count,
                                     std::string_view precinct_id) {
  std::vector<uint8_t> out = BeginAssociated(kVoterSeal, reference);
  PutInt(&out, static_cast<uint16_t>(reference_count));
  PutText(&out, precinct_id);
  return out;
}

// Binds a template to the voter, the finger, its place and the extractor that made it.
std::vector<uint8_t> FingerAssociated(const KeyedReference& reference, int64_t ordinal,
                                      int64_t position, int64_t view_number,
                                      std::string_view extractor_version) {
  std::vector<uint8_t> out = BeginAssociated(kFingerSeal, reference);
  PutInt(&out, ordinal);
  PutInt(&out, position);
  PutInt(&out, view_number);
  PutText(&out, extractor_version);
  return out;
}

struct SealedFinger {
  FingerPosition position = FingerPosition::kUnknown;
  int view_number = 0;
  int quality = 0;
  size_t minutia_count = 0;
  std::string extractor_version;
  std::vector<uint8_t> sealed;
};

// An enrolment as the file keeps it: made on the caller's thread, so that the writer only writes.
struct SealedEnrollment {
  KeyedReference reference{};
  KeyedReference content{};
  std::string precinct_id;
  std::vector<uint8_t> sealed;
  std::vector<SealedFinger> fingers;
};

Result<SealedFinger> SealFinger(const Vault& vault, const KeyedReference& reference, size_t ordinal,
                                const FingerReference& finger) {
  if (finger.extractor_version.size() > kExtractorVersionMax) {
    return Fail(ErrorCode::kBadInput, "BAD_FINGER_VIEW", "extractor_version is above 64 bytes");
  }
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> plain, EncodeFingerView(finger.view));
  const FingerView& view = finger.view;
  return SealedFinger{
      view.position,
      view.view_number,
      view.quality,
      view.minutiae.size(),
      finger.extractor_version,
      vault.Seal(plain, FingerAssociated(reference, static_cast<int64_t>(ordinal),
                                         static_cast<int64_t>(view.position), view.view_number,
                                         finger.extractor_version))};
}

Result<SealedEnrollment> SealEnrollment(const Vault& vault, const EnrollmentRecord& record) {
  TAANU_RETURN_IF_ERROR(ValidateVoterData(record.data, ThisYear()));
  if (record.fingers.size() > kFingersMax) {
    return Fail(ErrorCode::kBadInput, "TOO_MANY_FINGERS", "a voter has at most 20 references");
  }
  SealedEnrollment out;
  out.reference = vault.Reference(kVoterDomain, record.data.voter_number);
  const auto* digest = reinterpret_cast<const char*>(record.content_digest.data());
  out.content = vault.Reference(kContentDomain, {digest, record.content_digest.size()});
  out.precinct_id = record.data.precinct_id;
  out.sealed = vault.Seal(EncodeVoterData(record.data),
                          VoterAssociated(out.reference, record.fingers.size(), out.precinct_id));
  for (size_t i = 0; i < record.fingers.size(); ++i) {
    TAANU_ASSIGN_OR_RETURN(SealedFinger finger,
                           SealFinger(vault, out.reference, i, record.fingers[i]));
    out.fingers.push_back(std::move(finger));
  }
  return out;
}

// The content digest of the voter, where there is one.
Result<std::optional<KeyedReference>> FindContent(Connection& connection,
                                                  const KeyedReference& reference) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT content_digest FROM voter WHERE reference = ?1", reference));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  const auto content = row.Bytes<16>(0);
  TAANU_RETURN_IF_ERROR(row.Check());
  return content;
}

Status InsertFingers(Connection& connection, int64_t voter_id,
                     const std::vector<SealedFinger>& fingers) {
  for (size_t i = 0; i < fingers.size(); ++i) {
    const SealedFinger& finger = fingers[i];
    TAANU_RETURN_IF_ERROR(connection.Run(
        "INSERT INTO finger_reference(voter_id, ordinal, position, view_number, quality, "
        "minutia_count, extractor_version, sealed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        voter_id, i, finger.position, finger.view_number, finger.quality, finger.minutia_count,
        finger.extractor_version, finger.sealed));
  }
  return {};
}

tl::unexpected<Error> NoSuchPrecinct(const std::string& precinct_id) {
  return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
              "precinct " + precinct_id + " does not exist; create it first");
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

Result<EnrollmentAnswer> WriteEnrollment(Connection& connection, const SealedEnrollment& voter,
                                         const SqliteRegister::OnEnrolled& on_enrolled) {
  TAANU_ASSIGN_OR_RETURN(const bool enrolled,
                         IsEnrolled(connection, voter.reference, voter.content));
  if (enrolled) return EnrollmentAnswer{voter.reference, true};
  TAANU_RETURN_IF_ERROR(
      connection.Run("UPDATE precinct SET voter_count = voter_count + 1 WHERE precinct_id = ?1",
                     voter.precinct_id));
  if (connection.changes() == 0) return NoSuchPrecinct(voter.precinct_id);
  const int64_t now_us = NowUs();
  TAANU_RETURN_IF_ERROR(connection.Run(
      "INSERT INTO voter(reference, precinct_id, sealed, content_digest, reference_count, "
      "enroll_time_us) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      voter.reference, voter.precinct_id, voter.sealed, voter.content, voter.fingers.size(),
      now_us));
  TAANU_RETURN_IF_ERROR(InsertFingers(connection, connection.last_insert_id(), voter.fingers));
  if (on_enrolled) {
    TAANU_RETURN_IF_ERROR(on_enrolled(
        connection,
        {voter.reference, voter.precinct_id, static_cast<int>(voter.fingers.size()), now_us}));
  }
  return EnrollmentAnswer{voter.reference, false};
}

tl::unexpected<Error> NoSuchVoter() {
  return Fail(ErrorCode::kNotFound, "UNKNOWN_VOTER", "no such voter is in the register");
}

// What Find reads in its transaction; it is opened after that, on the caller's own time.
struct FoundVoter {
  SealedEnrollment voter;
  std::vector<int64_t> ordinals;
  int64_t enroll_time_us = 0;
};

Status ReadVoter(Connection& connection, const KeyedReference& reference, FoundVoter* found) {
  TAANU_ASSIGN_OR_RETURN(Statement row,
                         connection.Query("SELECT voter_id, precinct_id, sealed, enroll_time_us "
                                          "FROM voter WHERE reference = ?1",
                                          reference));
  TAANU_ASSIGN_OR_RETURN(const bool exists, row.Step());
  if (!exists) return NoSuchVoter();
  const int64_t voter_id = row.Int64(0);
  found->voter.reference = reference;
  found->voter.precinct_id = row.Text(1);
  found->voter.sealed = row.Blob(2);
  found->enroll_time_us = row.Int64(3);
  TAANU_RETURN_IF_ERROR(row.Check());

  TAANU_ASSIGN_OR_RETURN(
      Statement fingers,
      connection.Query("SELECT ordinal, position, view_number, extractor_version, sealed "
                       "FROM finger_reference WHERE voter_id = ?1 ORDER BY ordinal",
                       voter_id));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, fingers.Step());
    if (!more) return {};
    SealedFinger finger;
    found->ordinals.push_back(fingers.Int64(0));
    finger.position = static_cast<FingerPosition>(fingers.Int64(1));
    finger.view_number = static_cast<int>(fingers.Int64(2));
    finger.extractor_version = fingers.Text(3);
    finger.sealed = fingers.Blob(4);
    TAANU_RETURN_IF_ERROR(fingers.Check());
    found->voter.fingers.push_back(std::move(finger));
  }
}

Result<FingerReference> OpenFinger(const Vault& vault, const KeyedReference& reference,
                                   int64_t ordinal, const SealedFinger& finger) {
  TAANU_ASSIGN_OR_RETURN(
      const std::vector<uint8_t> plain,
      vault.Open(finger.sealed,
                 FingerAssociated(reference, ordinal, static_cast<int64_t>(finger.position),
                                  finger.view_number, finger.extractor_version)));
  TAANU_ASSIGN_OR_RETURN(FingerView view, DecodeFingerView(plain));
  return FingerReference{std::move(view), finger.extractor_version};
}

Result<EnrolledVoter> OpenVoter(const Vault& vault, const FoundVoter& found) {
  const SealedEnrollment& voter = found.voter;
  TAANU_ASSIGN_OR_RETURN(
      const std::vector<uint8_t> plain,
      vault.Open(voter.sealed,
                 VoterAssociated(voter.reference, voter.fingers.size(), voter.precinct_id)));
  EnrolledVoter out;
  TAANU_ASSIGN_OR_RETURN(out.data, DecodeVoterData(plain));
  out.data.precinct_id = voter.precinct_id;
  out.reference = voter.reference;
  out.enroll_time_us = found.enroll_time_us;
  for (size_t i = 0; i < voter.fingers.size(); ++i) {
    TAANU_ASSIGN_OR_RETURN(FingerReference finger,
                           OpenFinger(vault, voter.reference, found.ordinals[i], voter.fingers[i]));
    out.fingers.push_back(std::move(finger));
  }
  return out;
}

constexpr std::string_view kListAll =
    "SELECT reference, precinct_id, reference_count FROM voter "
    "WHERE reference > ?1 ORDER BY reference LIMIT ?2";
constexpr std::string_view kListRoll =
    "SELECT reference, precinct_id, reference_count FROM voter "
    "WHERE reference > ?1 AND precinct_id = ?3 ORDER BY reference LIMIT ?2";
constexpr std::string_view kListAllUnreferenced =
    "SELECT reference, precinct_id, reference_count FROM voter "
    "WHERE reference > ?1 AND reference_count = 0 ORDER BY reference LIMIT ?2";
constexpr std::string_view kListRollUnreferenced =
    "SELECT reference, precinct_id, reference_count FROM voter "
    "WHERE reference > ?1 AND reference_count = 0 AND precinct_id = ?3 "
    "ORDER BY reference LIMIT ?2";

Result<Statement> QueryList(Connection& connection, std::string_view precinct_id,
                            bool without_reference, const std::vector<uint8_t>& after, int limit) {
  if (precinct_id.empty()) {
    return connection.Query(without_reference ? kListAllUnreferenced : kListAll, after, limit);
  }
  return connection.Query(without_reference ? kListRollUnreferenced : kListRoll, after, limit,
                          precinct_id);
}

}  // namespace

SqliteRegister::SqliteRegister(Database* database, const Vault* vault, OnEnrolled on_enrolled)
    : database_(database), vault_(vault), on_enrolled_(std::move(on_enrolled)) {}

KeyedReference SqliteRegister::ReferenceOf(std::string_view voter_number) const {
  return vault_->Reference(kVoterDomain, voter_number);
}

Status SqliteRegister::Enroll(EnrollmentRecord record,
                              std::function<void(Result<EnrollmentAnswer>)> done) {
  TAANU_ASSIGN_OR_RETURN(SealedEnrollment sealed, SealEnrollment(*vault_, record));
  auto answer = std::make_shared<EnrollmentAnswer>();
  return database_->Submit(
      [this, voter = std::move(sealed), answer](Connection& connection) -> Status {
        TAANU_ASSIGN_OR_RETURN(*answer, WriteEnrollment(connection, voter, on_enrolled_));
        return {};
      },
      [answer, done = std::move(done)](Status status) {
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
    TAANU_ASSIGN_OR_RETURN(
        Statement precinct,
        connection.Query("SELECT 1 FROM precinct WHERE precinct_id = ?1", voter.precinct_id));
    TAANU_ASSIGN_OR_RETURN(const bool found, precinct.Step());
    if (!found) return NoSuchPrecinct(voter.precinct_id);
    return {};
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
      FoundVoter found;
      TAANU_RETURN_IF_ERROR(ReadVoter(connection, row.Bytes<16>(0), &found));
      TAANU_ASSIGN_OR_RETURN(const EnrolledVoter voter, OpenVoter(*vault_, found));
      TAANU_RETURN_IF_ERROR(visit(voter));
    }
  });
}

Result<EnrolledVoter> SqliteRegister::Find(const KeyedReference& reference) const {
  FoundVoter found;
  TAANU_RETURN_IF_ERROR(database_->Read(
      [&](Connection& connection) { return ReadVoter(connection, reference, &found); }));
  return OpenVoter(*vault_, found);
}

Result<std::vector<VoterSummary>> SqliteRegister::List(std::string_view precinct_id,
                                                       bool without_reference,
                                                       std::optional<KeyedReference> after,
                                                       int limit) const {
  std::vector<VoterSummary> voters;
  // The empty BLOB comes before every reference.
  std::vector<uint8_t> from;
  if (after) from.assign(after->begin(), after->end());
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(Statement row, QueryList(connection, precinct_id, without_reference,
                                                    from, std::max(0, limit)));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) return {};
      VoterSummary voter{row.Bytes<16>(0), row.Text(1), static_cast<int>(row.Int64(2))};
      TAANU_RETURN_IF_ERROR(row.Check());
      voters.push_back(std::move(voter));
    }
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
