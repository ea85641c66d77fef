#include "service/auth/policy.h"

#include <algorithm>
#include <array>
#include <string>

namespace taanu::auth {
namespace {

constexpr RoleSet kTerminal = {Role::kTerminal};
constexpr RoleSet kAdministrator = {Role::kAdministrator};
constexpr RoleSet kRegisterReaders = {Role::kAdministrator, Role::kSupervisor};
constexpr RoleSet kFiguresReaders = {Role::kAdministrator, Role::kAuditor, Role::kSupervisor};
// Whoever may know how many, and nothing of a single attempt.
constexpr RoleSet kTotalsReaders = {Role::kAdministrator, Role::kAuditor, Role::kSupervisor,
                                    Role::kObserver};
constexpr RoleSet kRegisterProvers = {Role::kAdministrator, Role::kAuditor};
constexpr RoleSet kEverybody = RoleSet::All();

constexpr std::array kMethods = {
    MethodRule{"/taanu.v1.VerificationService/VerifyVoter", kTerminal},
    MethodRule{"/taanu.v1.VerificationService/IdentifyVoter", kTerminal},
    MethodRule{"/taanu.v1.VerificationService/ReissueSlip", kTerminal},
    MethodRule{"/taanu.v1.VerificationService/RecordFallback", kTerminal},
    MethodRule{"/taanu.v1.VerificationService/StartSession", kTerminal},
    MethodRule{"/taanu.v1.VerificationService/TakeOverSession", kTerminal},
    MethodRule{"/taanu.v1.VerificationService/EndSession", kTerminal},
    MethodRule{"/taanu.v1.VerificationService/GetPrecinctStatus", kEverybody},
    MethodRule{"/taanu.v1.EnrollmentService/EnrollVoter", kAdministrator},
    MethodRule{"/taanu.v1.EnrollmentService/BulkEnroll", kAdministrator},
    // It tells a name, which an auditor must never see.
    MethodRule{"/taanu.v1.EnrollmentService/GetVoter", kRegisterReaders},
    MethodRule{"/taanu.v1.EnrollmentService/ListVoters", kFiguresReaders},
    // As GetVoter.
    MethodRule{"/taanu.v1.EnrollmentService/ListUnreferencedVoters", kRegisterReaders},
    MethodRule{"/taanu.v1.EnrollmentService/GetRegisterDigest", kRegisterProvers},
    MethodRule{"/taanu.v1.EnrollmentService/UpdateVoter", kAdministrator},
    MethodRule{"/taanu.v1.EnrollmentService/MoveVoter", kAdministrator},
    MethodRule{"/taanu.v1.EnrollmentService/ReenrollFinger", kAdministrator},
    // Whoever oversees the office may confirm or take back what it enrolled.
    MethodRule{"/taanu.v1.EnrollmentService/ConfirmFinger", kRegisterReaders},
    MethodRule{"/taanu.v1.EnrollmentService/RevertFinger", kRegisterReaders},
    MethodRule{"/taanu.v1.EnrollmentService/DeactivateVoter", kAdministrator},
    MethodRule{"/taanu.v1.EnrollmentService/ReactivateVoter", kAdministrator},
    MethodRule{"/taanu.v1.EnrollmentService/EraseVoter", kAdministrator},
    MethodRule{"/taanu.v1.EnrollmentService/ExportVoters", kAdministrator},
    MethodRule{"/taanu.v1.AuditService/GetStatistics", kTotalsReaders},
    MethodRule{"/taanu.v1.AuditService/WatchStatistics", kTotalsReaders},
    MethodRule{"/taanu.v1.AuditService/GetCheckpoint", kEverybody},
    MethodRule{"/taanu.v1.AuditService/ListCheckpoints", kEverybody},
    // A proof is hashes alone: whoever holds a slip, or watches the log, checks it.
    MethodRule{"/taanu.v1.AuditService/GetInclusionProof", kEverybody},
    MethodRule{"/taanu.v1.AuditService/GetConsistencyProof", kEverybody},
    MethodRule{"/taanu.v1.AuditService/ExportEvents", kFiguresReaders},
    MethodRule{"/taanu.v1.AuditService/ListEvents", kFiguresReaders},
    MethodRule{"/taanu.v1.AuditService/ListCases", kFiguresReaders},
    // As GetVoter.
    MethodRule{"/taanu.v1.AdjudicationService/GetCase", kRegisterReaders},
    // It shows minutiae, of which a print can be made.
    MethodRule{"/taanu.v1.AdjudicationService/GetCasePicture", kRegisterReaders},
    MethodRule{"/taanu.v1.AdjudicationService/DecideCase", kRegisterReaders},
    MethodRule{"/taanu.v1.AdjudicationService/StartDuplicateSearch", kAdministrator},
    MethodRule{"/taanu.v1.AdjudicationService/GetDuplicateSearch", kFiguresReaders},
    MethodRule{"/taanu.v1.AdjudicationService/CancelDuplicateSearch", kAdministrator},
    MethodRule{"/taanu.v1.AdministrationService/CreatePrecinct", kAdministrator},
    MethodRule{"/taanu.v1.AdministrationService/ListPrecincts", kTotalsReaders},
    MethodRule{"/taanu.v1.AdministrationService/OpenPolls", kAdministrator},
    MethodRule{"/taanu.v1.AdministrationService/ClosePolls", kAdministrator},
    MethodRule{"/taanu.v1.AdministrationService/CorrectTotals", kAdministrator},
    MethodRule{"/taanu.v1.AdministrationService/ListCorrections", kFiguresReaders},
    MethodRule{"/taanu.v1.AdministrationService/AddOfficer", kAdministrator},
    MethodRule{"/taanu.v1.AdministrationService/RemoveOfficer", kAdministrator},
    // It tells who the officers are, which an auditor must never see.
    MethodRule{"/taanu.v1.AdministrationService/ListOfficers", kRegisterReaders},
    MethodRule{"/taanu.v1.AdministrationService/ExportPolls", kFiguresReaders},
    MethodRule{"/taanu.v1.AdministrationService/GetServerInfo", kEverybody},
    MethodRule{"/taanu.v1.ReconciliationService/ImportProtocol", kAdministrator},
    // It tells small numbers by method, which observers get merged.
    MethodRule{"/taanu.v1.ReconciliationService/GetReconciliation", kFiguresReaders},
    MethodRule{"/taanu.v1.ReconciliationService/GetPreliminaryResults", kTotalsReaders},
    MethodRule{"/taanu.v1.ReconciliationService/GetPrecinctTimeline", kFiguresReaders},
    MethodRule{"/taanu.v1.StoreService/RotateStoreKey", kAdministrator},
    MethodRule{"/taanu.v1.StoreService/GetStoreKeyRotation", kAdministrator},
    MethodRule{"/taanu.v1.StoreService/BackUpStore", kAdministrator},
    MethodRule{"/taanu.v1.StoreService/CheckStore", kFiguresReaders},
};

// For everybody who is somebody, with or without a role of the election.
constexpr std::array<std::string_view, 3> kUtilities = {
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
};

RoleSet RolesFor(std::string_view method) {
  const auto* const rule = std::ranges::find(kMethods, method, &MethodRule::method);
  return rule == kMethods.end() ? RoleSet() : rule->roles;
}

}  // namespace

std::span<const MethodRule> MethodTable() { return kMethods; }

Status Authorize(const Peer& peer, std::string_view method) {
  if (!peer.authenticated) {
    return Fail(ErrorCode::kRefused, "UNAUTHENTICATED",
                "no client certificate; connect with one that the election's authority signed");
  }
  if (std::ranges::find(kUtilities, method) != kUtilities.end()) return {};
  if (peer.roles.And(RolesFor(method)).empty()) {
    return Fail(ErrorCode::kRefused, "METHOD_NOT_ALLOWED",
                "the roles of this certificate (" + RoleNames(peer.roles) + ") do not cover " +
                    std::string(method));
  }
  return {};
}

Status MayActForPrecinct(const Peer& peer, std::string_view method, std::string_view precinct_id) {
  if (peer.local) return {};
  if (peer.roles.And(RolesFor(method)) != kTerminal) return {};
  if (!peer.precinct_id.empty() && peer.precinct_id == precinct_id) return {};
  return Fail(ErrorCode::kRefused, "PRECINCT_NOT_ALLOWED",
              "precinct_id is not the precinct of this terminal's certificate");
}

}  // namespace taanu::auth
