#include "service/rpc/sessions.h"

#include <memory>
#include <utility>

#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/officers.h"
#include "service/rpc/status.h"
#include "service/rpc/terminal_call.h"
#include "service/rpc/validate.h"
#include "service/rpc/verification.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kStartSession = "/taanu.v1.VerificationService/StartSession";
constexpr std::string_view kTakeOverSession = "/taanu.v1.VerificationService/TakeOverSession";
constexpr std::string_view kEndSession = "/taanu.v1.VerificationService/EndSession";

template <typename Request>
Result<rules::Session> ReadStart(const Backend& backend, const UnaryCall& call,
                                 const Request& request) {
  rules::Session session;
  TAANU_ASSIGN_OR_RETURN(session.session_id, CanonicalRequestId(request.request_id()));
  TAANU_RETURN_IF_ERROR(CheckTerminal(call, request));
  if (!rules::IsStationId(request.station_id())) {
    return tl::make_unexpected(FieldError("station_id", "BAD_STATION_ID",
                                          "must be 1 to 32 characters of A-Z a-z 0-9 . _ -"));
  }
  session.precinct_id = request.precinct_id();
  session.station_id = request.station_id();
  session.terminal = backend.vault->Reference("terminal", call.peer().name);
  session.operator_ref = backend.vault->Reference("operator", request.operator_id());
  return session;
}

Result<rules::Session> ReadTakeOver(const Backend& backend, const UnaryCall& call,
                                    const v1::TakeOverSessionRequest& request) {
  TAANU_ASSIGN_OR_RETURN(rules::Session session, ReadStart(backend, call, request));
  TAANU_RETURN_IF_ERROR(ValidateIdentifier("second_officer_id", "BAD_SECOND_OFFICER_ID",
                                           request.second_officer_id()));
  if (request.reason() == v1::TAKE_OVER_REASON_UNSPECIFIED ||
      !v1::TakeOverReason_IsValid(request.reason())) {
    return tl::make_unexpected(
        FieldError("reason", "BAD_TAKE_OVER_REASON", "must be one of the reasons of the contract"));
  }
  TAANU_RETURN_IF_ERROR(CheckCodes(backend, call, request));
  session.take_over = {static_cast<rules::TakeOverReason>(request.reason()),
                       backend.vault->Reference("operator", request.second_officer_id())};
  return session;
}

Result<rules::SessionEnd> ReadEnd(const Backend& backend, const UnaryCall& call,
                                  const v1::EndSessionRequest& request) {
  rules::SessionEnd end;
  TAANU_ASSIGN_OR_RETURN(end.request_id, CanonicalRequestId(request.request_id()));
  TAANU_RETURN_IF_ERROR(CheckTerminal(call, request));
  const auto session_id = CanonicalRequestId(request.session_id());
  if (!session_id) {
    return tl::make_unexpected(
        FieldError("session_id", "BAD_SESSION_ID", "must be the UUID of a session"));
  }
  end.session_id = *session_id;
  end.precinct_id = request.precinct_id();
  end.terminal = backend.vault->Reference("terminal", call.peer().name);
  end.operator_ref = backend.vault->Reference("operator", request.operator_id());
  return end;
}

// Runs the rule on what was asked for, in the ledger's transaction, and answers after the commit.
template <typename Asked, typename Response>
void Submit(const Backend& backend, const UnaryCallPtr& call, Result<Asked> asked,
            Result<rules::SessionAnswer> (*rule)(rules::LedgerTransaction&, const Asked&),
            Response* response) {
  if (!asked) {
    call->Finish(tl::make_unexpected(std::move(asked).error()));
    return;
  }
  auto answer = std::make_shared<rules::SessionAnswer>();
  const Status queued = backend.ledger->Submit(
      [rule, answer, asked = *std::move(asked)](rules::LedgerTransaction& ledger) -> Status {
        TAANU_ASSIGN_OR_RETURN(*answer, rule(ledger, asked));
        return {};
      },
      [call, answer, response](const Status& status) {
        if (status) {
          FillSession(answer->session, response->mutable_session());
          response->set_event_index(answer->event_index);
          response->set_replayed(answer->replayed);
          log::Write(LogLevel::kInfo, "session",
                     {{"session", answer->session.session_id},
                      {"precinct", answer->session.precinct_id},
                      {"station", answer->session.station_id},
                      {"event_index", answer->event_index},
                      {"replayed", answer->replayed}});
        }
        call->Finish(status);
      });
  if (!queued) call->Finish(queued);
}

}  // namespace

Result<std::string> ReadSessionId(const Backend& backend, std::string_view session_id) {
  if (session_id.empty()) {
    if (!backend.sessions_required) return std::string();
    return Fail(ErrorCode::kConflict, "SESSION_REQUIRED",
                "session_id: this election serves terminals in a session of their station alone; "
                "start one");
  }
  auto canonical = CanonicalRequestId(session_id);
  if (canonical) return canonical;
  return tl::make_unexpected(
      FieldError("session_id", "BAD_SESSION_ID", "must be the UUID of a session, or empty"));
}

grpc::ServerUnaryReactor* VerificationHandlers::StartSession(grpc::CallbackServerContext* context,
                                                             const v1::StartSessionRequest* request,
                                                             v1::StartSessionResponse* response) {
  return RunAsync(backend_, context, kStartSession, backend_.query_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Submit(backend_, call, ReadStart(backend_, *call, *request),
                           &rules::StartSession, response);
                  });
}

grpc::ServerUnaryReactor* VerificationHandlers::TakeOverSession(
    grpc::CallbackServerContext* context, const v1::TakeOverSessionRequest* request,
    v1::TakeOverSessionResponse* response) {
  return RunAsync(backend_, context, kTakeOverSession, backend_.query_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Submit(backend_, call, ReadTakeOver(backend_, *call, *request),
                           &rules::StartSession, response);
                  });
}

grpc::ServerUnaryReactor* VerificationHandlers::EndSession(grpc::CallbackServerContext* context,
                                                           const v1::EndSessionRequest* request,
                                                           v1::EndSessionResponse* response) {
  return RunAsync(backend_, context, kEndSession, backend_.query_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Submit(backend_, call, ReadEnd(backend_, *call, *request), &rules::EndSession,
                           response);
                  });
}

}  // namespace taanu::rpc
