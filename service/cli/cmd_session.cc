// taanu session: which device acts for a station of a precinct.
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "service/cli/codes.h"
#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/table.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::cli {
namespace {

using Stub = v1::VerificationService::Stub;

struct SessionOptions {
  RemoteOptions remote;
  std::string precinct;
  std::string station;
  std::string session;
  std::string officer;
  std::string second_officer;
  v1::TakeOverReason reason = v1::TAKE_OVER_REASON_UNSPECIFIED;
  std::string codes;
  std::string request_id;
};
using OptionsPtr = std::shared_ptr<SessionOptions>;

const std::map<std::string, v1::TakeOverReason> kReasons = {
    {"device_failed", v1::TAKE_OVER_REASON_DEVICE_FAILED},
    {"device_lost", v1::TAKE_OVER_REASON_DEVICE_LOST},
    {"power_lost", v1::TAKE_OVER_REASON_POWER_LOST},
    {"other", v1::TAKE_OVER_REASON_OTHER},
};

template <typename Request>
Request MakeRequest(const SessionOptions& options) {
  Request request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_precinct_id(options.precinct);
  request.set_operator_id(options.officer);
  return request;
}

template <typename Response>
void Print(const Context& context, const Response& response) {
  if (context.json) {
    std::puts(ToJson(response).c_str());
    return;
  }
  const v1::Session& session = response.session();
  std::printf("session %s\n  station %s of precinct %s, %s since %s\n",
              session.session_id().c_str(), session.station_id().c_str(),
              session.precinct_id().c_str(), SessionWord(session.state()).c_str(),
              TimeWord(session.has_end_time() ? session.end_time() : session.start_time()).c_str());
  if (!session.predecessor_id().empty()) {
    std::printf("  in place of %s\n", session.predecessor_id().c_str());
  }
  std::printf("  log entry %llu\n", static_cast<unsigned long long>(response.event_index()));
}

template <typename Request, typename Response>
ExitStatus Run(const SessionOptions& options, const Context& context, const Request& request,
               grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*)) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::VerificationService::NewStub(remote->channel());
  const Result<Response> response = Call(*remote, *stub, method, request);
  if (!response) {
    if (!context.json) {
      std::fprintf(stderr, "taanu: it was --request-id %s\n", request.request_id().c_str());
    }
    return PrintError(context, response.error());
  }
  Print(context, *response);
  return ExitStatus::kSuccess;
}

ExitStatus RunStart(const SessionOptions& options, const Context& context) {
  auto request = MakeRequest<v1::StartSessionRequest>(options);
  request.set_station_id(options.station);
  return Run(options, context, request, &Stub::StartSession);
}

ExitStatus RunTakeOver(const SessionOptions& options, const Context& context) {
  auto request = MakeRequest<v1::TakeOverSessionRequest>(options);
  request.set_station_id(options.station);
  request.set_second_officer_id(options.second_officer);
  request.set_reason(options.reason);
  if (const Status given = AddCodes(options.codes, &request); !given) {
    return PrintError(context, given.error());
  }
  return Run(options, context, request, &Stub::TakeOverSession);
}

ExitStatus RunEnd(const SessionOptions& options, const Context& context) {
  auto request = MakeRequest<v1::EndSessionRequest>(options);
  request.set_session_id(options.session);
  return Run(options, context, request, &Stub::EndSession);
}

std::string CheckUuid(const std::string& id) { return IsUuid(id) ? "" : "it is not a UUID"; }

CLI::App* AddPart(CLI::App& group, Context& context, const CommandText& text,
                  ExitStatus (*run)(const SessionOptions&, const Context&),
                  const OptionsPtr& options) {
  CLI::App* part =
      AddCommand(group, context, text, [options, &context, run] { return run(*options, context); });
  part->add_option("--precinct", options->precinct, "The precinct of the terminal")->required();
  part->add_option("--operator", options->officer, "Who operates the terminal")->required();
  part->add_option("--request-id", options->request_id,
                   "UUID of this request, to get the answer of one whose answer was lost")
      ->check(CheckUuid);
  AddRemoteOptions(part, &options->remote);
  return part;
}

void AddStation(CLI::App* part, const OptionsPtr& options) {
  part->add_option("--station", options->station, "The station, such as 1")->required();
}

}  // namespace

void RegisterSession(CLI::App& app, Context& context) {
  CLI::App* group =
      AddCommand(app, context,
                 {"session", "Say which device acts for a station of a precinct",
                  "taanu session start --precinct P0001 --station 1 --operator B.Isakov"});
  const auto start = std::make_shared<SessionOptions>();
  AddStation(AddPart(*group, context,
                     {"start", "Begin this device's session at a station",
                      "taanu session start --precinct P0001 --station 1 --operator B.Isakov"},
                     RunStart, start),
             start);

  const auto take_over = std::make_shared<SessionOptions>();
  CLI::App* part = AddPart(*group, context,
                           {"takeover", "Take a station over from another device, by two people",
                            "taanu session takeover --precinct P0001 --station 1 \\\n"
                            "  --operator B.Isakov --second-officer G.Toktogulova "
                            "--reason device_failed"},
                           RunTakeOver, take_over);
  AddStation(part, take_over);
  part->add_option("--second-officer", take_over->second_officer, "Who else decides it")
      ->required();
  AddCodesOption(part, &take_over->codes);
  part->add_option("--reason", take_over->reason, "device_failed, device_lost, power_lost, other")
      ->required()
      ->transform(CLI::CheckedTransformer(kReasons, CLI::ignore_case));

  const auto end = std::make_shared<SessionOptions>();
  AddPart(*group, context,
          {"end", "End this device's session",
           "taanu session end --precinct P0001 --operator B.Isakov \\\n"
           "  --session 6f0c9c1e-6c0f-4b1e-9d55-2f8a4f1f6c11"},
          RunEnd, end)
      ->add_option("--session", end->session, "The session")
      ->required()
      ->check(CheckUuid);
}

}  // namespace taanu::cli
