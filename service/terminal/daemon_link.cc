#include "service/terminal/daemon_link.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "taanu/v1/administration_service.grpc.pb.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::terminal {
namespace {

using std::chrono::milliseconds;

// How long a look at the precinct may take before the link counts as cut.
constexpr int kWatchTimeoutSeconds = 2;
constexpr milliseconds kWatchEvery{2000};
constexpr milliseconds kWatchEveryWhileDown{500};
// Between two times that one question is asked.
constexpr milliseconds kAskAgainFirst{250};
constexpr milliseconds kAskAgainMax{2000};

// Asking again may help; nothing is known to have been refused.
bool IsPassing(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kExhausted ||
         error.code == ErrorCode::kCancelled;
}

// The daemon was not heard at all: gRPC itself says so, not the daemon.
bool IsCut(const Error& error) {
  return error.reason == "DAEMON_UNAVAILABLE" || error.reason == "DEADLINE_EXCEEDED";
}

// What all questions have.
template <typename Request>
Request ToRequest(const Question& question, const std::string& precinct_id) {
  Request request;
  request.set_request_id(question.request_id);
  request.set_precinct_id(precinct_id);
  request.set_operator_id(question.operator_id);
  if constexpr (requires { request.samples(); }) {
    for (const v1::FingerSample& sample : question.samples) *request.add_samples() = sample;
  }
  if constexpr (requires { request.voter_number(); }) {
    request.set_voter_number(question.voter_number);
  }
  if constexpr (requires { request.session_id(); }) request.set_session_id(question.session_id);
  return request;
}

}  // namespace

Result<std::unique_ptr<DaemonLink>> DaemonLink::Start(const cli::RemoteOptions& options,
                                                      std::string precinct_id,
                                                      std::string station_id, Agent* agent) {
  cli::RemoteOptions short_options = options;
  short_options.timeout_s = kWatchTimeoutSeconds;
  TAANU_ASSIGN_OR_RETURN(cli::Remote asking, cli::Remote::Open(options));
  TAANU_ASSIGN_OR_RETURN(cli::Remote watching, cli::Remote::Open(short_options));
  return std::unique_ptr<DaemonLink>(new DaemonLink(std::move(asking), std::move(watching),
                                                    std::move(precinct_id), std::move(station_id),
                                                    agent));
}

DaemonLink::DaemonLink(cli::Remote asking, cli::Remote watching, std::string precinct_id,
                       std::string station_id, Agent* agent)
    : asking_(std::move(asking)),
      watching_(std::move(watching)),
      precinct_id_(std::move(precinct_id)),
      station_id_(std::move(station_id)),
      agent_(agent),
      asker_([this] { Ask(); }),
      watcher_([this] { Watch(); }) {}

void DaemonLink::Ask() {
  while (const std::optional<Question> question = agent_->WaitForQuestion()) {
    AskUntilAnswered(*question);
  }
}

void DaemonLink::AskUntilAnswered(const Question& question) {
  milliseconds pause = kAskAgainFirst;
  while (true) {
    const Status asked = AskOnce(question);
    if (asked) return;
    if (!IsPassing(asked.error())) return agent_->OnRefusal(question.ticket, asked.error());
    agent_->OnDelay(question.ticket, asked.error());
    if (!agent_->Sleep(pause)) return;
    pause = std::min(2 * pause, kAskAgainMax);
  }
}

Status DaemonLink::AskOnce(const Question& question) {
  using Stub = v1::VerificationService::Stub;
  const auto stub = v1::VerificationService::NewStub(asking_.channel());
  switch (question.asking) {
    case Asking::kVerify: {
      const auto request = ToRequest<v1::VerifyVoterRequest>(question, precinct_id_);
      TAANU_ASSIGN_OR_RETURN(const auto answer,
                             cli::Call(asking_, *stub, &Stub::VerifyVoter, request));
      agent_->OnDecision(question.ticket, ToDecision(answer));
      return {};
    }
    case Asking::kSearch: {
      const auto request = ToRequest<v1::IdentifyVoterRequest>(question, precinct_id_);
      TAANU_ASSIGN_OR_RETURN(const auto answer,
                             cli::Call(asking_, *stub, &Stub::IdentifyVoter, request));
      agent_->OnDecision(question.ticket, ToDecision(answer));
      return {};
    }
    case Asking::kFallback: {
      auto request = ToRequest<v1::RecordFallbackRequest>(question, precinct_id_);
      request.set_reason(question.fallback.reason);
      request.set_second_officer_id(question.fallback.second_officer);
      request.set_operator_code(question.fallback.operator_code);
      request.set_second_officer_code(question.fallback.second_code);
      request.set_disputed_request_id(question.disputed);
      TAANU_ASSIGN_OR_RETURN(const auto answer,
                             cli::Call(asking_, *stub, &Stub::RecordFallback, request));
      agent_->OnDecision(question.ticket, ToDecision(answer));
      return {};
    }
    case Asking::kReissue: {
      const auto request = ToRequest<v1::ReissueSlipRequest>(question, precinct_id_);
      TAANU_ASSIGN_OR_RETURN(const auto answer,
                             cli::Call(asking_, *stub, &Stub::ReissueSlip, request));
      agent_->OnSlip(question.ticket, ToSlip(answer.slip()));
      return {};
    }
    case Asking::kStartSession: {
      auto request = ToRequest<v1::StartSessionRequest>(question, precinct_id_);
      request.set_station_id(station_id_);
      TAANU_ASSIGN_OR_RETURN(const auto answer,
                             cli::Call(asking_, *stub, &Stub::StartSession, request));
      agent_->OnSession(question.ticket, answer.session().session_id());
      return {};
    }
    case Asking::kTakeOverSession: {
      auto request = ToRequest<v1::TakeOverSessionRequest>(question, precinct_id_);
      request.set_station_id(station_id_);
      request.set_reason(question.take_over.reason);
      request.set_second_officer_id(question.take_over.second_officer);
      request.set_operator_code(question.take_over.operator_code);
      request.set_second_officer_code(question.take_over.second_code);
      TAANU_ASSIGN_OR_RETURN(const auto answer,
                             cli::Call(asking_, *stub, &Stub::TakeOverSession, request));
      agent_->OnSession(question.ticket, answer.session().session_id());
      return {};
    }
  }
  return Fail(ErrorCode::kInternal, "UNKNOWN_QUESTION", "there is no such question");
}

void DaemonLink::Watch() {
  bool up = false;
  while (!agent_->stopped()) {
    const Status looked = Look(!up);
    up = looked.has_value() || !IsCut(looked.error());
    agent_->OnLink(up ? LinkState::kUp : LinkState::kDown,
                   looked ? std::nullopt : std::optional<Error>(looked.error()));
    agent_->WaitForDecision(up ? kWatchEvery : kWatchEveryWhileDown);
  }
}

Status DaemonLink::Look(bool fresh) {
  v1::GetPrecinctStatusRequest request;
  request.set_precinct_id(precinct_id_);
  const auto verification = v1::VerificationService::NewStub(watching_.channel());
  TAANU_ASSIGN_OR_RETURN(const v1::GetPrecinctStatusResponse status,
                         cli::Call(watching_, *verification,
                                   &v1::VerificationService::Stub::GetPrecinctStatus, request));
  agent_->OnPrecinct(status.precinct());
  if (!fresh) return {};
  // A daemon that was away may have come back with other settings.
  const auto administration = v1::AdministrationService::NewStub(watching_.channel());
  TAANU_ASSIGN_OR_RETURN(
      const v1::GetServerInfoResponse info,
      cli::Call(watching_, *administration, &v1::AdministrationService::Stub::GetServerInfo,
                v1::GetServerInfoRequest()));
  agent_->OnCapturesMax(static_cast<int>(std::clamp<uint32_t>(info.captures_max(), 1, 100)));
  return {};
}

}  // namespace taanu::terminal
