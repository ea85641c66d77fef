#include "service/rpc/administration.h"

#include <memory>
#include <string>
#include <utility>

#include "service/ledger/checkpoint_keeper.h"
#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/page_token.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kCreatePrecinct = "/taanu.v1.AdministrationService/CreatePrecinct";
constexpr std::string_view kListPrecincts = "/taanu.v1.AdministrationService/ListPrecincts";
constexpr std::string_view kOpenPolls = "/taanu.v1.AdministrationService/OpenPolls";
constexpr std::string_view kClosePolls = "/taanu.v1.AdministrationService/ClosePolls";
constexpr std::string_view kGetServerInfo = "/taanu.v1.AdministrationService/GetServerInfo";

using PollsRule = Result<rules::PollsChange> (*)(rules::LedgerTransaction&, std::string_view,
                                                 std::string_view, const KeyedReference&);

// Opening and closing differ in the rule and in nothing else.
template <typename Request, typename Response>
void ChangePolls(const Backend& backend, PollsRule rule, const UnaryCallPtr& call,
                 const Request& request, Response* response) {
  const auto check = [&]() -> Result<std::string> {
    TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id()));
    TAANU_RETURN_IF_ERROR(
        ValidateIdentifier("operator_id", "BAD_OPERATOR_ID", request.operator_id()));
    return CanonicalRequestId(request.request_id());
  };
  auto request_id = check();
  if (!request_id) {
    call->Finish(tl::make_unexpected(std::move(request_id).error()));
    return;
  }
  auto change = std::make_shared<rules::PollsChange>();
  const Status queued = backend.ledger->Submit(
      [rule, change, id = *std::move(request_id), precinct_id = request.precinct_id(),
       who = backend.vault->Reference("operator", request.operator_id())](
          rules::LedgerTransaction& ledger) -> Status {
        TAANU_ASSIGN_OR_RETURN(*change, rule(ledger, id, precinct_id, who));
        return {};
      },
      [call, change, response, &backend](const Status& status) {
        if (status) {
          // What was sealed is signed at once.
          if (change->precinct.state == rules::PollsState::kClosed) backend.checkpoints->KeepSoon();
          FillPrecinct(change->precinct, response->mutable_precinct());
          response->set_event_index(change->event_index);
        }
        call->Finish(status);
      });
  if (!queued) call->Finish(queued);
}

Status Create(const Backend& backend, const v1::CreatePrecinctRequest& request,
              v1::CreatePrecinctResponse* response) {
  if (const auto id = CanonicalRequestId(request.request_id()); !id) {
    return tl::make_unexpected(id.error());
  }
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id()));
  bool existed = false;
  TAANU_ASSIGN_OR_RETURN(const rules::PrecinctRecord precinct,
                         backend.ledger->CreatePrecinct(request.precinct_id(), &existed));
  FillPrecinct(precinct, response->mutable_precinct());
  response->set_already_exists(existed);
  return {};
}

Status List(const Backend& backend, const v1::ListPrecinctsRequest& request,
            v1::ListPrecinctsResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const PageQuestion question{kListPrecincts, {}};
  TAANU_ASSIGN_OR_RETURN(const std::string after,
                         ReadPageToken(*backend.vault, question, request.page_token()));
  // One more than is given tells whether there is a next page.
  TAANU_ASSIGN_OR_RETURN(auto precincts, backend.ledger->ListPrecincts(after, page_size + 1));
  const bool more = precincts.size() > static_cast<size_t>(page_size);
  if (more) {
    precincts.pop_back();
    response->set_next_page_token(
        MakePageToken(*backend.vault, question, precincts.back().precinct_id));
  }
  for (const rules::PrecinctRecord& precinct : precincts) {
    FillPrecinct(precinct, response->add_precincts());
  }
  return {};
}

Status Info(const Backend& backend, v1::GetServerInfoResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const uint64_t voter_count, backend.voters->Count({}));
  TAANU_ASSIGN_OR_RETURN(const Checkpoint checkpoint, backend.ledger->GetCheckpoint());
  const auto key = backend.signer->public_key();
  response->set_version(backend.version);
  response->set_algorithm_version(backend.algorithm_version);
  response->set_threshold_fmr(backend.policy.threshold_fmr);
  response->set_captures_max(static_cast<uint32_t>(backend.policy.captures_max));
  response->set_voter_count(voter_count);
  response->set_log_size(checkpoint.log_size);
  response->set_audit_public_key(std::string(key.begin(), key.end()));
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* AdministrationHandlers::CreatePrecinct(
    grpc::CallbackServerContext* context, const v1::CreatePrecinctRequest* request,
    v1::CreatePrecinctResponse* response) {
  return Run(
      backend_, context, kCreatePrecinct, backend_.query_pool,
      [this, request, response](UnaryCall&) { return Create(backend_, *request, response); });
}

grpc::ServerUnaryReactor* AdministrationHandlers::ListPrecincts(
    grpc::CallbackServerContext* context, const v1::ListPrecinctsRequest* request,
    v1::ListPrecinctsResponse* response) {
  return Run(backend_, context, kListPrecincts, backend_.query_pool,
             [this, request, response](UnaryCall&) { return List(backend_, *request, response); });
}

grpc::ServerUnaryReactor* AdministrationHandlers::OpenPolls(grpc::CallbackServerContext* context,
                                                            const v1::OpenPollsRequest* request,
                                                            v1::OpenPollsResponse* response) {
  return RunAsync(backend_, context, kOpenPolls, backend_.query_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    ChangePolls(backend_, &rules::OpenPolls, call, *request, response);
                  });
}

grpc::ServerUnaryReactor* AdministrationHandlers::ClosePolls(grpc::CallbackServerContext* context,
                                                             const v1::ClosePollsRequest* request,
                                                             v1::ClosePollsResponse* response) {
  return RunAsync(backend_, context, kClosePolls, backend_.query_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    ChangePolls(backend_, &rules::ClosePolls, call, *request, response);
                  });
}

grpc::ServerUnaryReactor* AdministrationHandlers::GetServerInfo(
    grpc::CallbackServerContext* context, const v1::GetServerInfoRequest* /*request*/,
    v1::GetServerInfoResponse* response) {
  return Run(backend_, context, kGetServerInfo, backend_.query_pool,
             [this, response](UnaryCall&) { return Info(backend_, response); });
}

}  // namespace taanu::rpc
