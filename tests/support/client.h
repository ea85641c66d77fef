// A client of the daemon: one connection, all services, one call to a line.
#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "google/rpc/error_details.pb.h"
#include "taanu/v1/administration_service.grpc.pb.h"
#include "taanu/v1/audit_service.grpc.pb.h"
#include "taanu/v1/enrollment_service.grpc.pb.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::test {

// A random UUID.
std::string NewRequestId();

// What google.rpc.Status in the details of a status says.
std::string ReasonOf(const grpc::Status& status);
std::string FieldOf(const grpc::Status& status);
// Seconds of RetryInfo; below 0 where there is none.
double RetryDelayOf(const grpc::Status& status);

// Calls wait for the connection, and at most `kDeadline`.
class Client {
 public:
  explicit Client(std::shared_ptr<grpc::Channel> channel);

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  v1::EnrollmentService::Stub& enrollment() { return *enrollment_; }

  // Each fills `response` and returns the status.
  grpc::Status Verify(const v1::VerifyVoterRequest& request, v1::VerifyVoterResponse* response);
  grpc::Status Identify(const v1::IdentifyVoterRequest& request,
                        v1::IdentifyVoterResponse* response);
  grpc::Status PrecinctStatus(const std::string& precinct, v1::GetPrecinctStatusResponse* response);
  grpc::Status Enroll(const v1::EnrollVoterRequest& request, v1::EnrollVoterResponse* response);
  grpc::Status GetVoter(const std::string& number, v1::GetVoterResponse* response);
  grpc::Status ListVoters(const v1::ListVotersRequest& request, v1::ListVotersResponse* response);
  grpc::Status CreatePrecinct(const std::string& precinct, v1::CreatePrecinctResponse* response);
  grpc::Status ListPrecincts(const v1::ListPrecinctsRequest& request,
                             v1::ListPrecinctsResponse* response);
  grpc::Status OpenPolls(const std::string& precinct, v1::OpenPollsResponse* response,
                         const std::string& request_id = NewRequestId());
  grpc::Status ClosePolls(const std::string& precinct, v1::ClosePollsResponse* response,
                          const std::string& request_id = NewRequestId());
  grpc::Status Statistics(const v1::GetStatisticsRequest& request,
                          v1::GetStatisticsResponse* response);
  grpc::Status Checkpoint(v1::GetCheckpointResponse* response);
  // `log_size` 0 is the log as it is now.
  grpc::Status InclusionProof(uint64_t index, uint64_t log_size,
                              v1::GetInclusionProofResponse* response);
  grpc::Status ConsistencyProof(uint64_t old_log_size, uint64_t log_size,
                                v1::GetConsistencyProofResponse* response);
  grpc::Status ListEvents(const v1::ListEventsRequest& request, v1::ListEventsResponse* response);
  grpc::Status ListCases(const v1::ListCasesRequest& request, v1::ListCasesResponse* response);
  grpc::Status ServerInfo(v1::GetServerInfoResponse* response);

  // A unary call of any method with any bytes, for the services whose protos are not ours.
  grpc::Status Raw(const std::string& method, const std::string& request, std::string* response);

 private:
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::VerificationService::Stub> verification_;
  std::unique_ptr<v1::EnrollmentService::Stub> enrollment_;
  std::unique_ptr<v1::AuditService::Stub> audit_;
  std::unique_ptr<v1::AdministrationService::Stub> administration_;
};

v1::VerifyVoterRequest VerifyRequest(const std::string& number, const std::string& precinct,
                                     const std::vector<v1::FingerSample>& samples);
v1::IdentifyVoterRequest IdentifyRequest(const std::string& precinct,
                                         const std::vector<v1::FingerSample>& samples);
v1::EnrollVoterRequest EnrollRequest(const std::string& number, const std::string& precinct,
                                     const std::vector<v1::FingerSample>& samples);

// All entries of the log.
std::vector<v1::Event> AllEvents(Client& client);

}  // namespace taanu::test
