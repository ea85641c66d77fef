// Walks every method of the contract: each is in the table, each role outside of it is denied, and
// nobody may do anything without an identity.
#include "service/auth/policy.h"

#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "taanu/v1/adjudication_service.pb.h"
#include "taanu/v1/administration_service.pb.h"
#include "taanu/v1/audit_service.pb.h"
#include "taanu/v1/enrollment_service.pb.h"
#include "taanu/v1/reconciliation_service.pb.h"
#include "taanu/v1/store_service.pb.h"
#include "taanu/v1/verification_service.pb.h"

namespace taanu::auth {
namespace {

std::vector<std::string> AllMethods() {
  std::vector<std::string> methods;
  for (const auto* file :
       {v1::VerifyVoterRequest::descriptor()->file(), v1::EnrollVoterRequest::descriptor()->file(),
        v1::GetStatisticsRequest::descriptor()->file(), v1::OpenPollsRequest::descriptor()->file(),
        v1::CheckStoreRequest::descriptor()->file(),
        v1::ImportProtocolRequest::descriptor()->file(),
        v1::GetCaseRequest::descriptor()->file()}) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods.push_back("/" + file->service(s)->full_name() + "/" +
                          file->service(s)->method(m)->name());
      }
    }
  }
  return methods;
}

Peer PeerOf(RoleSet roles) {
  Peer peer;
  peer.authenticated = true;
  peer.roles = roles;
  return peer;
}

RoleSet Listed(const std::string& method) {
  for (const MethodRule& rule : MethodTable()) {
    if (rule.method == method) return rule.roles;
  }
  ADD_FAILURE() << method << " is not in the table";
  return {};
}

TEST(PolicyTest, EveryMethodOfTheContractIsInTheTableOnceAndNothingElseIs) {
  const std::vector<std::string> methods = AllMethods();
  EXPECT_GT(methods.size(), 30U);
  EXPECT_EQ(MethodTable().size(), methods.size());
  for (const std::string& method : methods) EXPECT_FALSE(Listed(method).empty()) << method;
  for (const MethodRule& rule : MethodTable()) {
    EXPECT_EQ(std::ranges::count(MethodTable(), rule.method, &MethodRule::method), 1);
    EXPECT_NE(std::ranges::find(methods, rule.method), methods.end()) << rule.method;
  }
}

TEST(PolicyTest, ARoleMayCallWhatItIsListedForAndNothingElse) {
  for (const std::string& method : AllMethods()) {
    for (const Role role : kRoles) {
      const Status status = Authorize(PeerOf({role}), method);
      EXPECT_EQ(status.has_value(), Listed(method).Has(role)) << RoleName(role) << " " << method;
      if (!status) {
        EXPECT_EQ(status.error().reason, "METHOD_NOT_ALLOWED");
      }
    }
  }
}

TEST(PolicyTest, WithoutAnIdentityEverythingIsDenied) {
  Peer nobody;
  // Not even where roles were, by a fault, filled in.
  nobody.roles = RoleSet::All();
  std::vector<std::string> methods = AllMethods();
  methods.emplace_back("/grpc.health.v1.Health/Check");
  methods.emplace_back("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
  for (const std::string& method : methods) {
    const Status status = Authorize(nobody, method);
    ASSERT_FALSE(status.has_value()) << method;
    EXPECT_EQ(status.error().reason, "UNAUTHENTICATED");
  }
}

TEST(PolicyTest, HealthAndReflectionAreForEverybodyWhoIsSomebody) {
  for (const char* method : {"/grpc.health.v1.Health/Check", "/grpc.health.v1.Health/Watch",
                             "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"}) {
    EXPECT_TRUE(Authorize(PeerOf({}), method).has_value()) << method;
  }
}

TEST(PolicyTest, AMethodThatIsNotInTheTableIsDeniedToAllRoles) {
  for (const char* method :
       {"", "/", "/taanu.v1.VerificationService/", "/taanu.v1.VerificationService/verifyvoter",
        "taanu.v1.VerificationService/VerifyVoter", "/taanu.v1.VerificationService/VerifyVoter/",
        "/grpc.channelz.v1.Channelz/GetServers"}) {
    EXPECT_FALSE(Authorize(PeerOf(RoleSet::All()), method).has_value()) << method;
  }
}

TEST(PolicyTest, OnlyATerminalAccreditsAndAnAuditorSeesNoName) {
  for (const Role role : {Role::kAdministrator, Role::kAuditor, Role::kSupervisor}) {
    for (const char* method : {"/taanu.v1.VerificationService/VerifyVoter",
                               "/taanu.v1.VerificationService/RecordFallback"}) {
      EXPECT_FALSE(Authorize(PeerOf({role}), method).has_value()) << method;
    }
  }
  for (const char* method : {"/taanu.v1.EnrollmentService/GetVoter",
                             "/taanu.v1.EnrollmentService/ListUnreferencedVoters"}) {
    EXPECT_FALSE(Authorize(PeerOf({Role::kAuditor}), method).has_value());
  }
}

TEST(PolicyTest, AnObserverReadsTotalsAndNeitherTheLogNorTheRegister) {
  const Peer observer = PeerOf({Role::kObserver});
  for (const char* method :
       {"AuditService/GetStatistics", "AuditService/GetCheckpoint", "AuditService/ListCheckpoints",
        "AuditService/GetConsistencyProof", "AdministrationService/ListPrecincts",
        "ReconciliationService/GetPreliminaryResults"}) {
    EXPECT_TRUE(Authorize(observer, std::string("/taanu.v1.") + method).has_value()) << method;
  }
  for (const char* method :
       {"AuditService/ListEvents", "AuditService/ExportEvents", "AuditService/ListCases",
        "EnrollmentService/GetVoter", "EnrollmentService/ListVoters",
        "EnrollmentService/ExportVoters", "StoreService/BackUpStore",
        "AdministrationService/ClosePolls", "VerificationService/VerifyVoter",
        "ReconciliationService/GetReconciliation", "ReconciliationService/ImportProtocol"}) {
    EXPECT_FALSE(Authorize(observer, std::string("/taanu.v1.") + method).has_value()) << method;
  }
}

TEST(PolicyTest, AnAdministratorAndAnAuditorProveTheRegisterAndATerminalDoesNot) {
  constexpr auto kDigest = "/taanu.v1.EnrollmentService/GetRegisterDigest";
  EXPECT_TRUE(Authorize(PeerOf({Role::kAdministrator}), kDigest).has_value());
  EXPECT_TRUE(Authorize(PeerOf({Role::kAuditor}), kDigest).has_value());
  EXPECT_FALSE(Authorize(PeerOf({Role::kTerminal}), kDigest).has_value());
}

TEST(PolicyTest, OnlyAnAdministratorChangesAVoterOrTakesTheRegisterAway) {
  for (const char* method :
       {"EnrollmentService/UpdateVoter", "EnrollmentService/MoveVoter",
        "EnrollmentService/ReenrollFinger", "EnrollmentService/DeactivateVoter",
        "EnrollmentService/ReactivateVoter", "EnrollmentService/EraseVoter",
        "EnrollmentService/ExportVoters", "StoreService/RotateStoreKey", "StoreService/BackUpStore",
        "ReconciliationService/ImportProtocol"}) {
    const std::string name = std::string("/taanu.v1.") + method;
    for (const Role role : kRoles) {
      EXPECT_EQ(Authorize(PeerOf({role}), name).has_value(), role == Role::kAdministrator)
          << RoleName(role) << " " << name;
    }
  }
}

TEST(PolicyTest, ATerminalIsBoundToItsPrecinct) {
  constexpr auto kVerify = "/taanu.v1.VerificationService/VerifyVoter";
  Peer terminal = PeerOf({Role::kTerminal});
  EXPECT_FALSE(MayActForPrecinct(terminal, kVerify, "P1").has_value());
  EXPECT_FALSE(MayActForPrecinct(terminal, kVerify, "").has_value());
  terminal.precinct_id = "P1";
  EXPECT_TRUE(MayActForPrecinct(terminal, kVerify, "P1").has_value());
  EXPECT_FALSE(MayActForPrecinct(terminal, kVerify, "P2").has_value());
  EXPECT_FALSE(MayActForPrecinct(terminal, kVerify, "p1").has_value());
}

TEST(PolicyTest, AnotherRoleDoesNotFreeATerminalWhereItActsAsOne) {
  Peer peer = PeerOf({Role::kTerminal, Role::kAuditor});
  peer.precinct_id = "P1";
  EXPECT_FALSE(
      MayActForPrecinct(peer, "/taanu.v1.VerificationService/VerifyVoter", "P2").has_value());
  EXPECT_TRUE(
      MayActForPrecinct(peer, "/taanu.v1.VerificationService/GetPrecinctStatus", "P2").has_value());
}

}  // namespace
}  // namespace taanu::auth
