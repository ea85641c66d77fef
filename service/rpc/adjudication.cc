#include "service/rpc/adjudication.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/cases/background_search.h"
#include "service/cases/case_picture.h"
#include "service/ledger/case_book.h"
#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kGetCase = "/taanu.v1.AdjudicationService/GetCase";
constexpr std::string_view kGetCasePicture = "/taanu.v1.AdjudicationService/GetCasePicture";
constexpr std::string_view kDecideCase = "/taanu.v1.AdjudicationService/DecideCase";
constexpr std::string_view kStartDuplicateSearch =
    "/taanu.v1.AdjudicationService/StartDuplicateSearch";
constexpr std::string_view kGetDuplicateSearch = "/taanu.v1.AdjudicationService/GetDuplicateSearch";
constexpr std::string_view kCancelDuplicateSearch =
    "/taanu.v1.AdjudicationService/CancelDuplicateSearch";

// The request id in its canonical form, where the operator is stated too.
template <typename Request>
Result<std::string> CheckAct(const Request& request) {
  TAANU_RETURN_IF_ERROR(
      ValidateIdentifier("operator_id", "BAD_OPERATOR_ID", request.operator_id()));
  return CanonicalRequestId(request.request_id());
}

Status Case(const Backend& backend, const v1::GetCaseRequest& request,
            v1::GetCaseResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const DuplicateCase found, backend.cases->Find(request.case_id()));
  FillCase(found, response->mutable_duplicate_case());
  std::vector<KeyedReference> voters = {found.voter};
  if (found.other) voters.push_back(*found.other);
  for (const KeyedReference& reference : voters) {
    const auto voter = backend.voters->Find(reference);
    // Whoever was erased since has left no record.
    if (!voter && voter.error().code == ErrorCode::kNotFound) continue;
    TAANU_RETURN_IF_ERROR(voter);
    FillVoter(*voter, response->add_voters());
  }
  return {};
}

void FillComparison(const FingerAgreement& in, v1::FingerComparison* out) {
  out->set_position(ToProto(in.position));
  out->set_other_position(ToProto(in.other_position));
  out->set_score(in.score);
}

Status Picture(const Backend& backend, const v1::GetCasePictureRequest& request,
               v1::GetCasePictureResponse* response) {
  if (!v1::FingerPosition_IsValid(request.position())) {
    return tl::make_unexpected(
        FieldError("position", "BAD_POSITION", "must be a finger of the contract"));
  }
  TAANU_ASSIGN_OR_RETURN(const DuplicateCase found, backend.cases->Find(request.case_id()));
  if (!found.other) {
    return Fail(ErrorCode::kConflict, "NO_SECOND_RECORD",
                "this case is of two attempts of one voter; the finger of an attempt is not kept");
  }
  TAANU_ASSIGN_OR_RETURN(const EnrolledVoter voter, backend.voters->Find(found.voter));
  TAANU_ASSIGN_OR_RETURN(const EnrolledVoter other, backend.voters->Find(*found.other));
  TAANU_ASSIGN_OR_RETURN(
      CasePicture picture,
      DrawCase(found.case_id, voter, other, static_cast<FingerPosition>(request.position())));
  response->set_svg(std::move(picture.svg));
  FillComparison(picture.shown, response->mutable_shown());
  response->set_matched_minutia_count(static_cast<uint32_t>(picture.shown.matched_count));
  for (const FingerAgreement& compared : picture.comparisons) {
    FillComparison(compared, response->add_comparisons());
  }
  return {};
}

Result<rules::CaseRequest> ReadDecision(const Backend& backend, const UnaryCall& call,
                                        const v1::DecideCaseRequest& request) {
  rules::CaseRequest out;
  TAANU_ASSIGN_OR_RETURN(out.request_id, CheckAct(request));
  if (!v1::CaseDecision_IsValid(request.decision()) ||
      request.decision() == v1::CASE_DECISION_UNSPECIFIED) {
    return tl::make_unexpected(
        FieldError("decision", "BAD_DECISION", "must be a decision of the contract"));
  }
  out.case_id = request.case_id();
  out.opinion.person = backend.vault->Reference("operator", request.operator_id());
  out.opinion.decision = static_cast<rules::CaseDecision>(request.decision());
  out.terminal = backend.vault->Reference("terminal", call.peer().name);
  out.as_supervisor = call.peer().roles.Has(auth::Role::kSupervisor);
  return out;
}

void Decide(const Backend& backend, const UnaryCallPtr& call, const v1::DecideCaseRequest& request,
            v1::DecideCaseResponse* response) {
  auto decision = ReadDecision(backend, *call, request);
  if (!decision) {
    call->Finish(tl::make_unexpected(std::move(decision).error()));
    return;
  }
  const Status queued = backend.cases->Decide(
      *std::move(decision), [call, response](const Result<rules::CaseAnswer>& answer) {
        if (!answer) {
          call->Finish(tl::make_unexpected(answer.error()));
          return;
        }
        response->set_case_id(answer->request.case_id);
        response->set_state(ToProto(answer->state));
        if (answer->settled_as) response->set_settled_as(ToProto(*answer->settled_as));
        SetTime(answer->time_us, response->mutable_decide_time());
        response->set_event_index(answer->event_index);
        response->set_replayed(answer->replayed);
        call->Finish({});
      });
  if (!queued) call->Finish(queued);
}

Status Start(const Backend& backend, const v1::StartDuplicateSearchRequest& request,
             v1::StartDuplicateSearchResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const std::string id, CheckAct(request));
  TAANU_ASSIGN_OR_RETURN(
      const SearchRecord search,
      backend.duplicate_search->Start(
          id, backend.vault->Reference("operator", request.operator_id()), request.false_pairs()));
  FillSearch(search, response->mutable_search());
  return {};
}

Status Cancel(const Backend& backend, const v1::CancelDuplicateSearchRequest& request,
              v1::CancelDuplicateSearchResponse* response) {
  TAANU_RETURN_IF_ERROR(CheckAct(request));
  TAANU_ASSIGN_OR_RETURN(
      const SearchRecord search,
      backend.duplicate_search->Cancel(
          request.search_id(), backend.vault->Reference("operator", request.operator_id())));
  FillSearch(search, response->mutable_search());
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* AdjudicationHandlers::GetCase(grpc::CallbackServerContext* context,
                                                        const v1::GetCaseRequest* request,
                                                        v1::GetCaseResponse* response) {
  return Run(backend_, context, kGetCase, backend_.query_pool,
             [this, request, response](UnaryCall&) { return Case(backend_, *request, response); });
}

grpc::ServerUnaryReactor* AdjudicationHandlers::GetCasePicture(
    grpc::CallbackServerContext* context, const v1::GetCasePictureRequest* request,
    v1::GetCasePictureResponse* response) {
  return Run(
      backend_, context, kGetCasePicture, backend_.query_pool,
      [this, request, response](UnaryCall&) { return Picture(backend_, *request, response); });
}

grpc::ServerUnaryReactor* AdjudicationHandlers::DecideCase(grpc::CallbackServerContext* context,
                                                           const v1::DecideCaseRequest* request,
                                                           v1::DecideCaseResponse* response) {
  return RunAsync(backend_, context, kDecideCase, backend_.query_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Decide(backend_, call, *request, response);
                  });
}

grpc::ServerUnaryReactor* AdjudicationHandlers::StartDuplicateSearch(
    grpc::CallbackServerContext* context, const v1::StartDuplicateSearchRequest* request,
    v1::StartDuplicateSearchResponse* response) {
  return Run(backend_, context, kStartDuplicateSearch, backend_.query_pool,
             [this, request, response](UnaryCall&) { return Start(backend_, *request, response); });
}

grpc::ServerUnaryReactor* AdjudicationHandlers::GetDuplicateSearch(
    grpc::CallbackServerContext* context, const v1::GetDuplicateSearchRequest* request,
    v1::GetDuplicateSearchResponse* response) {
  return Run(backend_, context, kGetDuplicateSearch, backend_.query_pool,
             [this, request, response](UnaryCall&) -> Status {
               TAANU_ASSIGN_OR_RETURN(const SearchRecord search,
                                      backend_.duplicate_search->Get(request->search_id()));
               FillSearch(search, response->mutable_search());
               return {};
             });
}

grpc::ServerUnaryReactor* AdjudicationHandlers::CancelDuplicateSearch(
    grpc::CallbackServerContext* context, const v1::CancelDuplicateSearchRequest* request,
    v1::CancelDuplicateSearchResponse* response) {
  return Run(
      backend_, context, kCancelDuplicateSearch, backend_.query_pool,
      [this, request, response](UnaryCall&) { return Cancel(backend_, *request, response); });
}

}  // namespace taanu::rpc
