#include "service/rpc/verification.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/auth/policy.h"
#include "service/rpc/call.h"
#include "service/rpc/comparison.h"
#include "service/rpc/convert.h"
#include "service/rpc/other_identity.h"
#include "service/rpc/samples.h"
#include "service/rpc/slip.h"
#include "service/rpc/status.h"
#include "service/rpc/terminal_call.h"
#include "service/rpc/validate.h"
#include "service/rpc/watch.h"

namespace taanu::rpc {
namespace {

// Sessions that the status of a precinct lists at most.
constexpr int kSessionsMax = 100;
constexpr std::string_view kVerifyVoter = "/taanu.v1.VerificationService/VerifyVoter";
constexpr std::string_view kGetPrecinctStatus = "/taanu.v1.VerificationService/GetPrecinctStatus";

// The fields of the request, checked, and the attempt that they describe, still without samples.
Result<rules::Attempt> BeginAttempt(const Backend& backend, const UnaryCall& call,
                                    const v1::VerifyVoterRequest& request) {
  rules::Attempt attempt;
  TAANU_RETURN_IF_ERROR(ReadTerminalCall(backend, call, request, &attempt));
  TAANU_RETURN_IF_ERROR(ValidateSampleCount(request.samples_size(), backend.policy.captures_max));
  attempt.method = rules::Method::kFinger;
  attempt.algorithm_version = backend.algorithm_version;
  attempt.threshold_fmr = backend.policy.threshold_fmr;
  return attempt;
}

// The references of the voter; none where the voter is not in the register, which the rules call
// NOT_ON_ROLL.
Result<std::vector<FingerReference>> FindReferences(const Backend& backend,
                                                    const KeyedReference& voter,
                                                    rules::Attempt::Traits* traits) {
  auto found = backend.voters->Find(voter);
  if (found) {
    *traits = rules::TraitsOf(*found);
    return std::move(found->fingers);
  }
  if (found.error().code == ErrorCode::kNotFound) return std::vector<FingerReference>();
  return tl::make_unexpected(std::move(found).error());
}

// Everything before the ledger. The finger is compared whatever the outcome will be: an answer of
// ALREADY_ACCREDITED tells whether it matched.
Result<rules::Attempt> PrepareAttempt(const Backend& backend, const UnaryCall& call,
                                      const v1::VerifyVoterRequest& request,
                                      std::shared_ptr<FingerClaim>* claim) {
  TAANU_ASSIGN_OR_RETURN(rules::Attempt attempt, BeginAttempt(backend, call, request));
  TAANU_ASSIGN_OR_RETURN(const std::vector<PreparedSample> samples,
                         PrepareSamples(request.samples(), backend.quality_min));
  TAANU_ASSIGN_OR_RETURN(const std::vector<FingerReference> references,
                         FindReferences(backend, attempt.voter, &attempt.traits));
  attempt.evidence = CompareAttempt(samples, references, backend.policy);
  attempt.samples = ReportsOf(samples);
  *claim = SearchOtherIdentities(backend, samples, references, &attempt);
  NoteTriedFinger(backend, samples, &attempt);
  return attempt;
}

Status FillStatus(const Backend& backend, const std::string& precinct_id,
                  v1::GetPrecinctStatusResponse* response) {
  const SqliteLedger& ledger = *backend.ledger;
  TAANU_ASSIGN_OR_RETURN(const rules::PrecinctRecord precinct, ledger.GetPrecinct(precinct_id));
  TAANU_ASSIGN_OR_RETURN(const rules::FallbackCounts fallbacks, ledger.GetFallbacks(precinct_id));
  TAANU_ASSIGN_OR_RETURN(
      const auto corrections,
      ledger.ListCorrections(precinct_id, std::nullopt, static_cast<int>(rules::kCorrectionsMax)));
  TAANU_ASSIGN_OR_RETURN(const auto sessions, ledger.ListLiveSessions(precinct_id, kSessionsMax));
  FillPrecinct(precinct, response->mutable_precinct());
  FillFallbacks(fallbacks, rules::FallbacksMax(backend.fallback_limits, precinct.voter_count),
                response->mutable_fallbacks());
  for (const auto& correction : corrections) {
    FillCorrection(correction, response->add_corrections());
  }
  for (const rules::Session& session : sessions) FillSession(session, response->add_sessions());
  return {};
}

void Verify(const Backend& backend, const UnaryCallPtr& call, const v1::VerifyVoterRequest& request,
            v1::VerifyVoterResponse* response) {
  if (auto refusal = CheckPace(backend, *call)) {
    call->Finish(tl::make_unexpected(std::move(refusal->error)), refusal->retry_delay);
    return;
  }
  // Held until the outcome is durable, by the step below.
  std::shared_ptr<FingerClaim> claim;
  auto attempt = PrepareAttempt(backend, *call, request, &claim);
  if (!attempt) {
    call->Finish(tl::make_unexpected(std::move(attempt).error()));
    return;
  }
  // From here the result stands, also where the client goes away: its retry finds it.
  auto answer = std::make_shared<rules::AttemptAnswer>();
  const Status queued = backend.ledger->Submit(
      [attempt = *std::move(attempt), claim = std::move(claim),
       answer](rules::LedgerTransaction& ledger) mutable -> Status {
        AddClaimedHits(claim.get(), &attempt);
        TAANU_ASSIGN_OR_RETURN(*answer, rules::MakeAttempt(ledger, attempt));
        return {};
      },
      [&backend, call, answer, response](Status status) {
        if (status) {
          status = FillDecision(backend, *answer, response);
          LogAttempt(*answer);
        }
        call->Finish(status);
      });
  if (!queued) call->Finish(queued);
}

}  // namespace

void LogAttempt(const rules::AttemptAnswer& answer) {
  log::Write(LogLevel::kInfo, "attempt",
             {{"outcome", std::string(rules::OutcomeName(answer.outcome))},
              {"precinct", answer.attempt.precinct_id},
              {"voter", ToHex(answer.attempt.voter)},
              {"event_index", answer.event_index},
              {"replayed", answer.replayed}});
}

grpc::ServerUnaryReactor* VerificationHandlers::VerifyVoter(grpc::CallbackServerContext* context,
                                                            const v1::VerifyVoterRequest* request,
                                                            v1::VerifyVoterResponse* response) {
  return RunAsync(backend_, context, kVerifyVoter, backend_.verification_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Verify(backend_, call, *request, response);
                  });
}

grpc::ServerUnaryReactor* VerificationHandlers::GetPrecinctStatus(
    grpc::CallbackServerContext* context, const v1::GetPrecinctStatusRequest* request,
    v1::GetPrecinctStatusResponse* response) {
  return Run(backend_, context, kGetPrecinctStatus, backend_.query_pool,
             [this, request, response](const UnaryCall& call) -> Status {
               TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request->precinct_id()));
               TAANU_RETURN_IF_ERROR(
                   auth::MayActForPrecinct(call.peer(), call.method(), request->precinct_id()));
               return FillStatus(backend_, request->precinct_id(), response);
             });
}

}  // namespace taanu::rpc
