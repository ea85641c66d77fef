// RecordFallback: two officers vouch for a voter.
#include <memory>
#include <string>
#include <utility>

#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/officers.h"
#include "service/rpc/slip.h"
#include "service/rpc/status.h"
#include "service/rpc/terminal_call.h"
#include "service/rpc/validate.h"
#include "service/rpc/verification.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kRecordFallback = "/taanu.v1.VerificationService/RecordFallback";

Result<rules::FallbackClaim> ReadClaim(const Backend& backend,
                                       const v1::RecordFallbackRequest& request) {
  rules::FallbackClaim claim;
  TAANU_RETURN_IF_ERROR(ValidateIdentifier("second_officer_id", "BAD_SECOND_OFFICER_ID",
                                           request.second_officer_id()));
  claim.second_officer = backend.vault->Reference("operator", request.second_officer_id());
  if (request.reason() == v1::FALLBACK_REASON_UNSPECIFIED ||
      !v1::FallbackReason_IsValid(request.reason())) {
    return tl::make_unexpected(
        FieldError("reason", "BAD_FALLBACK_REASON", "must be one of the reasons of the contract"));
  }
  claim.reason = static_cast<rules::FallbackReason>(request.reason());
  if (!request.disputed_request_id().empty()) {
    auto disputed = CanonicalRequestId(request.disputed_request_id());
    if (!disputed) {
      return tl::make_unexpected(FieldError("disputed_request_id", "BAD_DISPUTED_REQUEST_ID",
                                            "must be the UUID of the attempt that is disputed"));
    }
    claim.disputed_request_id = *std::move(disputed);
  }
  return claim;
}

Result<rules::Attempt> ReadRequest(const Backend& backend, const UnaryCall& call,
                                   const v1::RecordFallbackRequest& request) {
  rules::Attempt attempt;
  TAANU_RETURN_IF_ERROR(ReadTerminalCall(backend, call, request, &attempt));
  attempt.method = rules::Method::kFallback;
  TAANU_ASSIGN_OR_RETURN(attempt.fallback, ReadClaim(backend, request));
  const auto voter = backend.voters->Find(attempt.voter);
  if (voter) {
    attempt.traits = rules::TraitsOf(*voter);
  } else if (voter.error().code != ErrorCode::kNotFound) {
    return tl::make_unexpected(voter.error());
  }
  return attempt;
}

void Record(const Backend& backend, const UnaryCallPtr& call,
            const v1::RecordFallbackRequest& request, v1::RecordFallbackResponse* response) {
  auto attempt = ReadRequest(backend, *call, request);
  if (attempt) {
    // A repeated request proves its people again: its answer is theirs.
    if (Status proved = CheckCodes(backend, *call, request); !proved) {
      attempt = tl::make_unexpected(std::move(proved).error());
    }
  }
  if (!attempt) {
    call->Finish(tl::make_unexpected(std::move(attempt).error()));
    return;
  }
  auto answer = std::make_shared<rules::AttemptAnswer>();
  const Status queued = backend.ledger->Submit(
      [attempt = *std::move(attempt), limits = backend.fallback_limits,
       answer](rules::LedgerTransaction& ledger) -> Status {
        TAANU_ASSIGN_OR_RETURN(*answer, rules::MakeFallback(ledger, attempt, limits));
        return {};
      },
      [&backend, call, answer, response](Status status) {
        if (status) {
          FillFallback(*answer, response);
          if (answer->outcome == rules::Outcome::kAccreditedByFallback) {
            status = FillSlip(backend, *answer->accreditation, 1, response->mutable_slip());
          }
          log::Write(
              LogLevel::kInfo, "fallback",
              {{"outcome", std::string(rules::OutcomeName(answer->outcome))},
               {"reason", std::string(rules::FallbackReasonName(answer->attempt.fallback->reason))},
               {"precinct", answer->attempt.precinct_id},
               {"voter", ToHex(answer->attempt.voter)},
               {"event_index", answer->event_index},
               {"replayed", answer->replayed}});
        }
        call->Finish(status);
      });
  if (!queued) call->Finish(queued);
}

}  // namespace

grpc::ServerUnaryReactor* VerificationHandlers::RecordFallback(
    grpc::CallbackServerContext* context, const v1::RecordFallbackRequest* request,
    v1::RecordFallbackResponse* response) {
  return RunAsync(backend_, context, kRecordFallback, backend_.verification_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Record(backend_, call, *request, response);
                  });
}

}  // namespace taanu::rpc
