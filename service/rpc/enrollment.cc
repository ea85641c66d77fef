#include "service/rpc/enrollment.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/page_token.h"
#include "service/rpc/prepare_enrollment.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kEnrollVoter = "/taanu.v1.EnrollmentService/EnrollVoter";
constexpr std::string_view kGetVoter = "/taanu.v1.EnrollmentService/GetVoter";
constexpr std::string_view kListVoters = "/taanu.v1.EnrollmentService/ListVoters";

void Enroll(const Backend& backend, const UnaryCallPtr& call, const v1::EnrollVoterRequest& request,
            v1::EnrollVoterResponse* response) {
  auto id = CanonicalRequestId(request.request_id());
  if (!id) {
    call->Finish(tl::make_unexpected(std::move(id).error()));
    return;
  }
  auto prepared = PrepareEnrollment(backend, request.voter(), request.samples());
  if (!prepared) {
    call->Finish(tl::make_unexpected(std::move(prepared).error()));
    return;
  }
  for (v1::FingerReport& report : prepared->reports) {
    *response->add_finger_reports() = std::move(report);
  }
  prepared->record.request_id = *std::move(id);
  const Status queued = backend.voters->Enroll(
      std::move(prepared->record), [call, response](const Result<EnrollmentAnswer>& answer) {
        if (!answer) {
          call->Finish(tl::make_unexpected(answer.error()));
          return;
        }
        response->set_voter_reference(ToHex(answer->reference));
        response->set_already_enrolled(answer->already_enrolled);
        call->Finish({});
      });
  if (!queued) call->Finish(queued);
}

Status Get(const Backend& backend, const v1::GetVoterRequest& request,
           v1::GetVoterResponse* response) {
  TAANU_RETURN_IF_ERROR(
      ValidateIdentifier("voter_number", "BAD_VOTER_NUMBER", request.voter_number()));
  TAANU_ASSIGN_OR_RETURN(const EnrolledVoter voter,
                         backend.voters->Find(backend.voters->ReferenceOf(request.voter_number())));
  FillVoter(voter, response);
  return {};
}

Status List(const Backend& backend, const v1::ListVotersRequest& request,
            v1::ListVotersResponse* response) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id(), /*optional=*/true));
  TAANU_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const PageQuestion question{
      kListVoters, (request.without_reference() ? "without " : "all ") + request.precinct_id()};
  TAANU_ASSIGN_OR_RETURN(const std::string cursor,
                         ReadPageToken(*backend.vault, question, request.page_token()));
  // The cursor is the reference of the last voter given, as it is in memory.
  std::optional<KeyedReference> after;
  if (cursor.size() == std::tuple_size_v<KeyedReference>) {
    std::copy(cursor.begin(), cursor.end(), after.emplace().begin());
  }
  // One more than is given tells whether there is a next page.
  TAANU_ASSIGN_OR_RETURN(
      auto voters, backend.voters->List(request.precinct_id(), request.without_reference(), after,
                                        page_size + 1));
  const bool more = voters.size() > static_cast<size_t>(page_size);
  if (more) voters.resize(static_cast<size_t>(page_size));
  for (const VoterSummary& voter : voters) {
    v1::VoterSummary* const summary = response->add_voters();
    summary->set_voter_reference(ToHex(voter.reference));
    summary->set_precinct_id(voter.precinct_id);
    summary->set_reference_count(static_cast<uint32_t>(voter.reference_count));
    summary->set_state(voter.active ? v1::VOTER_STATE_ACTIVE : v1::VOTER_STATE_INACTIVE);
  }
  if (more) {
    const KeyedReference& last = voters.back().reference;
    response->set_next_page_token(
        MakePageToken(*backend.vault, question, std::string(last.begin(), last.end())));
  }
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* EnrollmentHandlers::EnrollVoter(grpc::CallbackServerContext* context,
                                                          const v1::EnrollVoterRequest* request,
                                                          v1::EnrollVoterResponse* response) {
  return RunAsync(backend_, context, kEnrollVoter, backend_.enrollment_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Enroll(backend_, call, *request, response);
                  });
}

grpc::ServerBidiReactor<v1::BulkEnrollRequest, v1::BulkEnrollResponse>*
EnrollmentHandlers::BulkEnroll(grpc::CallbackServerContext* context) {
  return bulk_loads_.Begin(backend_, context);
}

grpc::ServerUnaryReactor* EnrollmentHandlers::GetVoter(grpc::CallbackServerContext* context,
                                                       const v1::GetVoterRequest* request,
                                                       v1::GetVoterResponse* response) {
  return Run(backend_, context, kGetVoter, backend_.query_pool,
             [this, request, response](UnaryCall&) { return Get(backend_, *request, response); });
}

grpc::ServerUnaryReactor* EnrollmentHandlers::ListVoters(grpc::CallbackServerContext* context,
                                                         const v1::ListVotersRequest* request,
                                                         v1::ListVotersResponse* response) {
  return Run(backend_, context, kListVoters, backend_.query_pool,
             [this, request, response](UnaryCall&) { return List(backend_, *request, response); });
}

}  // namespace taanu::rpc
