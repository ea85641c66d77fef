#include "service/rpc/slip.h"

#include <algorithm>
#include <string>
#include <utility>

#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/terminal_call.h"
#include "service/rpc/verification.h"
#include "service/slip/slip_code.h"
#include "service/slip/slip_text.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kReissueSlip = "/taanu.v1.VerificationService/ReissueSlip";

Result<rules::ReissueRequest> ReadRequest(const Backend& backend, const UnaryCall& call,
                                          const v1::ReissueSlipRequest& request) {
  rules::ReissueRequest out;
  TAANU_RETURN_IF_ERROR(ReadTerminalCall(backend, call, request, &out));
  return out;
}

Status FillReissue(const Backend& backend, const rules::ReissueAnswer& answer,
                   v1::ReissueSlipResponse* response) {
  TAANU_RETURN_IF_ERROR(
      FillSlip(backend, answer.accreditation, answer.issue_number, response->mutable_slip()));
  FillAccreditation(answer.accreditation, response->mutable_accreditation());
  response->set_event_index(answer.event_index);
  response->set_replayed(answer.replayed);
  log::Write(LogLevel::kInfo, "slip_reissued",
             {{"precinct", answer.accreditation.precinct_id},
              {"voter", ToHex(answer.accreditation.voter)},
              {"issue", uint64_t{answer.issue_number}},
              {"event_index", answer.event_index},
              {"replayed", answer.replayed}});
  return {};
}

void Reissue(const Backend& backend, const UnaryCallPtr& call,
             const v1::ReissueSlipRequest& request, v1::ReissueSlipResponse* response) {
  auto wanted = ReadRequest(backend, *call, request);
  if (!wanted) {
    call->Finish(tl::make_unexpected(std::move(wanted).error()));
    return;
  }
  const Status queued = backend.slip_desk->Reissue(
      *std::move(wanted), [&backend, call, response](Result<rules::ReissueAnswer> answer) {
        call->Finish(answer ? FillReissue(backend, *answer, response)
                            : Status(tl::make_unexpected(std::move(answer).error())));
      });
  if (!queued) call->Finish(queued);
}

}  // namespace

Status FillSlip(const Backend& backend, const rules::Accreditation& accreditation,
                uint32_t issue_number, v1::Slip* out) {
  slip::SlipFacts facts;
  facts.number = accreditation.slip_number;
  facts.precinct_id = accreditation.precinct_id;
  // A clock that was set to before 1970 must not keep a voter's slip back.
  facts.time_s = std::max<int64_t>(0, accreditation.time_us / 1'000'000);
  facts.voter = accreditation.voter;
  facts.election = backend.election_name;
  auto signed_slip = slip::SignSlip(facts, *backend.signer);
  if (!signed_slip) {
    Error error = std::move(signed_slip).error();
    error.code = ErrorCode::kInternal;
    return tl::make_unexpected(std::move(error));
  }
  out->set_text(slip::SlipText(*signed_slip, {.issue_number = issue_number,
                                              .utc_offset_minutes = backend.utc_offset_minutes}));
  out->set_qr_payload(slip::FormatSlipCode(*signed_slip));
  out->set_issue_number(issue_number);
  return {};
}

Status FillDecision(const Backend& backend, const rules::AttemptAnswer& answer,
                    v1::VerifyVoterResponse* out) {
  FillVerification(answer, out);
  if (answer.outcome != rules::Outcome::kAccredited) return {};
  return FillSlip(backend, *answer.accreditation, 1, out->mutable_slip());
}

grpc::ServerUnaryReactor* VerificationHandlers::ReissueSlip(grpc::CallbackServerContext* context,
                                                            const v1::ReissueSlipRequest* request,
                                                            v1::ReissueSlipResponse* response) {
  return RunAsync(backend_, context, kReissueSlip, backend_.verification_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Reissue(backend_, call, *request, response);
                  });
}

}  // namespace taanu::rpc
