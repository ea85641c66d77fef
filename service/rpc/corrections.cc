// CorrectTotals and ListCorrections: what is said beside a sealed total.
#include <charconv>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "service/rpc/administration.h"
#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/officers.h"
#include "service/rpc/page_token.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kCorrectTotals = "/taanu.v1.AdministrationService/CorrectTotals";
constexpr std::string_view kListCorrections = "/taanu.v1.AdministrationService/ListCorrections";

Result<rules::TotalsCorrection> ReadCorrection(const Backend& backend,
                                               const v1::CorrectTotalsRequest& request) {
  rules::TotalsCorrection correction;
  TAANU_ASSIGN_OR_RETURN(correction.request_id, CanonicalRequestId(request.request_id()));
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id()));
  TAANU_RETURN_IF_ERROR(
      ValidateIdentifier("operator_id", "BAD_OPERATOR_ID", request.operator_id()));
  TAANU_RETURN_IF_ERROR(ValidateIdentifier("second_officer_id", "BAD_SECOND_OFFICER_ID",
                                           request.second_officer_id()));
  if (request.reason() == v1::TOTALS_CORRECTION_REASON_UNSPECIFIED ||
      !v1::TotalsCorrectionReason_IsValid(request.reason())) {
    return tl::make_unexpected(FieldError("reason", "BAD_CORRECTION_REASON",
                                          "must be one of the reasons of the contract"));
  }
  correction.precinct_id = request.precinct_id();
  correction.operator_ref = backend.vault->Reference("operator", request.operator_id());
  correction.second_officer = backend.vault->Reference("operator", request.second_officer_id());
  correction.reason = static_cast<rules::CorrectionReason>(request.reason());
  correction.document = request.document();
  correction.accredited_count = request.accredited_count();
  return correction;
}

void Correct(const Backend& backend, const UnaryCallPtr& call,
             const v1::CorrectTotalsRequest& request, v1::CorrectTotalsResponse* response) {
  auto correction = ReadCorrection(backend, request);
  if (correction) {
    if (Status proved = CheckCodes(backend, *call, request); !proved) {
      correction = tl::make_unexpected(std::move(proved).error());
    }
  }
  if (!correction) {
    call->Finish(tl::make_unexpected(std::move(correction).error()));
    return;
  }
  auto answer = std::make_shared<rules::CorrectionAnswer>();
  const Status queued = backend.ledger->Submit(
      [correction = *std::move(correction), answer](rules::LedgerTransaction& ledger) -> Status {
        TAANU_ASSIGN_OR_RETURN(*answer, rules::CorrectTotals(ledger, correction));
        return {};
      },
      [call, answer, response](const Status& status) {
        if (status) {
          FillCorrection(answer->correction, response->mutable_correction());
          response->set_replayed(answer->replayed);
        }
        call->Finish(status);
      });
  if (!queued) call->Finish(queued);
}

Status List(const Backend& backend, const v1::ListCorrectionsRequest& request,
            v1::ListCorrectionsResponse* response) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id(), /*optional=*/true));
  TAANU_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const PageQuestion question{kListCorrections, request.precinct_id()};
  TAANU_ASSIGN_OR_RETURN(const std::string cursor,
                         ReadPageToken(*backend.vault, question, request.page_token()));
  std::optional<uint64_t> after;
  if (!cursor.empty()) {
    after.emplace(0);
    std::from_chars(cursor.data(), cursor.data() + cursor.size(), *after);
  }
  // One more than is given tells whether there is a next page.
  TAANU_ASSIGN_OR_RETURN(auto corrections, backend.ledger->ListCorrections(request.precinct_id(),
                                                                           after, page_size + 1));
  if (corrections.size() > static_cast<size_t>(page_size)) {
    corrections.pop_back();
    response->set_next_page_token(
        MakePageToken(*backend.vault, question, std::to_string(corrections.back().event_index)));
  }
  for (const auto& correction : corrections) {
    FillCorrection(correction, response->add_corrections());
  }
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* AdministrationHandlers::CorrectTotals(
    grpc::CallbackServerContext* context, const v1::CorrectTotalsRequest* request,
    v1::CorrectTotalsResponse* response) {
  return RunAsync(backend_, context, kCorrectTotals, backend_.query_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Correct(backend_, call, *request, response);
                  });
}

grpc::ServerUnaryReactor* AdministrationHandlers::ListCorrections(
    grpc::CallbackServerContext* context, const v1::ListCorrectionsRequest* request,
    v1::ListCorrectionsResponse* response) {
  return Run(backend_, context, kListCorrections, backend_.query_pool,
             [this, request, response](UnaryCall&) { return List(backend_, *request, response); });
}

}  // namespace taanu::rpc
