#include "tests/support/client.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <future>
#include <random>

#include "google/rpc/status.pb.h"

namespace taanu::test {
namespace {

constexpr std::chrono::seconds kDeadline{60};

// Sets up the context of one call.
struct Context : grpc::ClientContext {
  Context() {
    set_deadline(std::chrono::system_clock::now() + kDeadline);
    set_wait_for_ready(true);
  }
};

template <typename Detail>
bool FindDetail(const grpc::Status& status, Detail* detail) {
  google::rpc::Status rich;
  if (!rich.ParseFromString(status.error_details())) return false;
  for (const auto& any : rich.details()) {
    if (any.UnpackTo(detail)) return true;
  }
  return false;
}

}  // namespace

std::string NewRequestId() {
  thread_local std::mt19937_64 random(std::random_device{}());
  const uint64_t high = random();
  const uint64_t low = random();
  std::array<char, 37> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-%04x-%012llx",
                static_cast<unsigned>(high >> 32), static_cast<unsigned>(high >> 16 & 0xFFFF),
                static_cast<unsigned>(high & 0xFFF),
                static_cast<unsigned>(0x8000 | (low >> 48 & 0x3FFF)),
                static_cast<unsigned long long>(low & 0xFFFFFFFFFFFF));
  return text.data();
}

std::string ReasonOf(const grpc::Status& status) {
  google::rpc::ErrorInfo info;
  return FindDetail(status, &info) && info.domain() == "taanu" ? info.reason() : "";
}

std::string FieldOf(const grpc::Status& status) {
  google::rpc::ErrorInfo info;
  return FindDetail(status, &info) && info.metadata().contains("field")
             ? info.metadata().at("field")
             : "";
}

double RetryDelayOf(const grpc::Status& status) {
  google::rpc::RetryInfo info;
  if (!FindDetail(status, &info)) return -1;
  return static_cast<double>(info.retry_delay().seconds()) + info.retry_delay().nanos() / 1e9;
}

Client::Client(std::shared_ptr<grpc::Channel> channel)
    : channel_(std::move(channel)),
      verification_(v1::VerificationService::NewStub(channel_)),
      enrollment_(v1::EnrollmentService::NewStub(channel_)),
      audit_(v1::AuditService::NewStub(channel_)),
      administration_(v1::AdministrationService::NewStub(channel_)) {}

grpc::Status Client::Verify(const v1::VerifyVoterRequest& request,
                            v1::VerifyVoterResponse* response) {
  Context context;
  return verification_->VerifyVoter(&context, request, response);
}

grpc::Status Client::Identify(const v1::IdentifyVoterRequest& request,
                              v1::IdentifyVoterResponse* response) {
  Context context;
  return verification_->IdentifyVoter(&context, request, response);
}

grpc::Status Client::PrecinctStatus(const std::string& precinct,
                                    v1::GetPrecinctStatusResponse* response) {
  Context context;
  v1::GetPrecinctStatusRequest request;
  request.set_precinct_id(precinct);
  return verification_->GetPrecinctStatus(&context, request, response);
}

grpc::Status Client::Enroll(const v1::EnrollVoterRequest& request,
                            v1::EnrollVoterResponse* response) {
  Context context;
  return enrollment_->EnrollVoter(&context, request, response);
}

grpc::Status Client::GetVoter(const std::string& number, v1::GetVoterResponse* response) {
  Context context;
  v1::GetVoterRequest request;
  request.set_voter_number(number);
  return enrollment_->GetVoter(&context, request, response);
}

grpc::Status Client::ListVoters(const v1::ListVotersRequest& request,
                                v1::ListVotersResponse* response) {
  Context context;
  return enrollment_->ListVoters(&context, request, response);
}

grpc::Status Client::CreatePrecinct(const std::string& precinct,
                                    v1::CreatePrecinctResponse* response) {
  Context context;
  v1::CreatePrecinctRequest request;
  request.set_request_id(NewRequestId());
  request.set_precinct_id(precinct);
  return administration_->CreatePrecinct(&context, request, response);
}

grpc::Status Client::ListPrecincts(const v1::ListPrecinctsRequest& request,
                                   v1::ListPrecinctsResponse* response) {
  Context context;
  return administration_->ListPrecincts(&context, request, response);
}

grpc::Status Client::OpenPolls(const std::string& precinct, v1::OpenPollsResponse* response,
                               const std::string& request_id) {
  Context context;
  v1::OpenPollsRequest request;
  request.set_request_id(request_id);
  request.set_precinct_id(precinct);
  request.set_operator_id("chair");
  return administration_->OpenPolls(&context, request, response);
}

grpc::Status Client::ClosePolls(const std::string& precinct, v1::ClosePollsResponse* response,
                                const std::string& request_id) {
  Context context;
  v1::ClosePollsRequest request;
  request.set_request_id(request_id);
  request.set_precinct_id(precinct);
  request.set_operator_id("chair");
  return administration_->ClosePolls(&context, request, response);
}

grpc::Status Client::Statistics(const v1::GetStatisticsRequest& request,
                                v1::GetStatisticsResponse* response) {
  Context context;
  return audit_->GetStatistics(&context, request, response);
}

grpc::Status Client::Checkpoint(v1::GetCheckpointResponse* response) {
  Context context;
  return audit_->GetCheckpoint(&context, {}, response);
}

grpc::Status Client::InclusionProof(uint64_t index, uint64_t log_size,
                                    v1::GetInclusionProofResponse* response) {
  Context context;
  v1::GetInclusionProofRequest request;
  request.set_index(index);
  request.set_log_size(log_size);
  return audit_->GetInclusionProof(&context, request, response);
}

grpc::Status Client::ConsistencyProof(uint64_t old_log_size, uint64_t log_size,
                                      v1::GetConsistencyProofResponse* response) {
  Context context;
  v1::GetConsistencyProofRequest request;
  request.set_old_log_size(old_log_size);
  request.set_log_size(log_size);
  return audit_->GetConsistencyProof(&context, request, response);
}

grpc::Status Client::ListEvents(const v1::ListEventsRequest& request,
                                v1::ListEventsResponse* response) {
  Context context;
  return audit_->ListEvents(&context, request, response);
}

grpc::Status Client::ListCases(const v1::ListCasesRequest& request,
                               v1::ListCasesResponse* response) {
  Context context;
  return audit_->ListCases(&context, request, response);
}

grpc::Status Client::ServerInfo(v1::GetServerInfoResponse* response) {
  Context context;
  return administration_->GetServerInfo(&context, {}, response);
}

grpc::Status Client::Raw(const std::string& method, const std::string& request,
                         std::string* response) {
  Context context;
  grpc::GenericStub stub(channel_);
  const grpc::Slice slice(request);
  const grpc::ByteBuffer sent(&slice, 1);
  grpc::ByteBuffer reply;
  std::promise<grpc::Status> done;
  stub.UnaryCall(&context, method, grpc::StubOptions(), &sent, &reply,
                 [&done](grpc::Status result) { done.set_value(std::move(result)); });
  const grpc::Status status = done.get_future().get();
  std::vector<grpc::Slice> slices;
  if (status.ok() && reply.Dump(&slices).ok()) {
    response->clear();
    for (const grpc::Slice& part : slices) {
      response->append(reinterpret_cast<const char*>(part.begin()), part.size());
    }
  }
  return status;
}

v1::VerifyVoterRequest VerifyRequest(const std::string& number, const std::string& precinct,
                                     const std::vector<v1::FingerSample>& samples) {
  v1::VerifyVoterRequest request;
  request.set_request_id(NewRequestId());
  request.set_voter_number(number);
  request.set_precinct_id(precinct);
  request.set_operator_id("operator-7");
  for (const v1::FingerSample& sample : samples) *request.add_samples() = sample;
  return request;
}

v1::IdentifyVoterRequest IdentifyRequest(const std::string& precinct,
                                         const std::vector<v1::FingerSample>& samples) {
  v1::IdentifyVoterRequest request;
  request.set_request_id(NewRequestId());
  request.set_precinct_id(precinct);
  request.set_operator_id("operator-7");
  for (const v1::FingerSample& sample : samples) *request.add_samples() = sample;
  return request;
}

v1::EnrollVoterRequest EnrollRequest(const std::string& number, const std::string& precinct,
                                     const std::vector<v1::FingerSample>& samples) {
  v1::EnrollVoterRequest request;
  request.set_request_id(NewRequestId());
  v1::Voter* const voter = request.mutable_voter();
  voter->set_voter_number(number);
  voter->set_family_name("Асанова");
  voter->set_given_names("Айгүл");
  voter->set_birth_year(1980);
  voter->set_sex(v1::SEX_FEMALE);
  voter->set_precinct_id(precinct);
  for (const v1::FingerSample& sample : samples) *request.add_samples() = sample;
  return request;
}

std::vector<v1::Event> AllEvents(Client& client) {
  std::vector<v1::Event> events;
  v1::ListEventsRequest request;
  request.set_page_size(1000);
  do {
    v1::ListEventsResponse page;
    const grpc::Status status = client.ListEvents(request, &page);
    EXPECT_TRUE(status.ok()) << status.error_message();
    if (!status.ok()) break;
    for (const v1::Event& event : page.events()) events.push_back(event);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return events;
}

}  // namespace taanu::test
