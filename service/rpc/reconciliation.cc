#include "service/rpc/reconciliation.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "service/reconcile/preliminary.h"
#include "service/reconcile/protocol_csv.h"
#include "service/reconcile/report.h"
#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/query_log.h"
#include "service/rpc/reconciliation_convert.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kImportProtocol = "/taanu.v1.ReconciliationService/ImportProtocol";
constexpr std::string_view kGetReconciliation = "/taanu.v1.ReconciliationService/GetReconciliation";
constexpr std::string_view kGetPreliminaryResults =
    "/taanu.v1.ReconciliationService/GetPreliminaryResults";
constexpr std::string_view kGetPrecinctTimeline =
    "/taanu.v1.ReconciliationService/GetPrecinctTimeline";

constexpr size_t kReasonBytesMax = 200;

Status Import(const Backend& backend, const ReconciliationParts& parts,
              const v1::ImportProtocolRequest& request, v1::ImportProtocolResponse* response) {
  ProtocolImport import;
  TAANU_ASSIGN_OR_RETURN(import.request_id, CanonicalRequestId(request.request_id()));
  TAANU_RETURN_IF_ERROR(
      ValidateIdentifier("operator_id", "BAD_OPERATOR_ID", request.operator_id()));
  if (request.reason().size() > kReasonBytesMax || !IsPlainUtf8(request.reason())) {
    return tl::make_unexpected(FieldError(
        "reason", "BAD_REASON", "must be at most 200 bytes of UTF-8 without control characters"));
  }
  reconcile::ProtocolFile file = reconcile::ReadProtocols(request.file());
  TAANU_RETURN_IF_ERROR(file.Check());
  import.operator_ref = backend.vault->Reference("operator", request.operator_id());
  import.reason = request.reason();
  import.file = request.file();
  import.rows = std::move(file.rows);
  TAANU_ASSIGN_OR_RETURN(const ProtocolImportAnswer answer, parts.protocols->Import(import));
  FillImport(answer, response);
  return {};
}

// What was known at the moment that the request names, or is known now.
template <typename Request>
Result<ElectionFigures> FiguresFor(const ReconciliationParts& parts, const Request& request) {
  std::optional<int64_t> as_of_us;
  if (request.has_as_of_time()) {
    TAANU_ASSIGN_OR_RETURN(as_of_us, TimeUs("as_of_time", request.as_of_time()));
  }
  return parts.protocols->Figures(as_of_us);
}

Status Reconcile(const ReconciliationParts& parts, const v1::GetReconciliationRequest& request,
                 v1::GetReconciliationResponse* response) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id(), /*optional=*/true));
  TAANU_ASSIGN_OR_RETURN(ElectionFigures figures, FiguresFor(parts, request));
  if (!request.precinct_id().empty()) {
    std::erase_if(figures.precincts, [&](const reconcile::PrecinctFigures& precinct) {
      return precinct.precinct_id != request.precinct_id();
    });
    if (figures.precincts.empty()) {
      return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
                  "precinct " + request.precinct_id() + " does not exist");
    }
  }
  FillReport(reconcile::MakeReport(std::move(figures.precincts), figures.tolerance), response);
  SetTime(figures.as_of_us, response->mutable_as_of_time());
  response->set_log_size(figures.log_size);
  response->set_election(parts.election);
  return {};
}

Status Preliminary(const ReconciliationParts& parts,
                   const v1::GetPreliminaryResultsRequest& request,
                   v1::GetPreliminaryResultsResponse* response) {
  TAANU_ASSIGN_OR_RETURN(ElectionFigures figures, FiguresFor(parts, request));
  const reconcile::Report report =
      reconcile::MakeReport(std::move(figures.precincts), figures.tolerance);
  FillPreliminary(reconcile::MakePreliminary(report), response);
  SetTime(figures.as_of_us, response->mutable_as_of_time());
  response->set_log_size(figures.log_size);
  response->set_election(parts.election);
  return {};
}

Status Timeline(const ReconciliationParts& parts, const v1::GetPrecinctTimelineRequest& request,
                v1::GetPrecinctTimelineResponse* response) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id()));
  TAANU_ASSIGN_OR_RETURN(const PrecinctHistory history,
                         parts.protocols->History(request.precinct_id()));
  FillTimeline(history, response);
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* ReconciliationHandlers::ImportProtocol(
    grpc::CallbackServerContext* context, const v1::ImportProtocolRequest* request,
    v1::ImportProtocolResponse* response) {
  return Run(backend_, context, kImportProtocol, backend_.query_pool,
             [this, request, response](UnaryCall&) {
               return Import(backend_, parts_, *request, response);
             });
}

grpc::ServerUnaryReactor* ReconciliationHandlers::GetReconciliation(
    grpc::CallbackServerContext* context, const v1::GetReconciliationRequest* request,
    v1::GetReconciliationResponse* response) {
  return Run(backend_, context, kGetReconciliation, backend_.query_pool,
             [this, request, response](UnaryCall& call) {
               CountQuery(backend_, call);
               return Reconcile(parts_, *request, response);
             });
}

grpc::ServerUnaryReactor* ReconciliationHandlers::GetPreliminaryResults(
    grpc::CallbackServerContext* context, const v1::GetPreliminaryResultsRequest* request,
    v1::GetPreliminaryResultsResponse* response) {
  return Run(backend_, context, kGetPreliminaryResults, backend_.query_pool,
             [this, request, response](UnaryCall& call) {
               CountQuery(backend_, call);
               return Preliminary(parts_, *request, response);
             });
}

grpc::ServerUnaryReactor* ReconciliationHandlers::GetPrecinctTimeline(
    grpc::CallbackServerContext* context, const v1::GetPrecinctTimelineRequest* request,
    v1::GetPrecinctTimelineResponse* response) {
  return Run(backend_, context, kGetPrecinctTimeline, backend_.query_pool,
             [this, request, response](UnaryCall& call) {
               CountQuery(backend_, call);
               return Timeline(parts_, *request, response);
             });
}

}  // namespace taanu::rpc
