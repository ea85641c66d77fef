// taanu verify: makes one attempt of one voter, as a precinct's terminal does.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "enroll/image/image.h"
#include "service/cli/commands.h"
#include "service/cli/decision.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/sample.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::cli {
namespace {

struct VerifyOptions {
  RemoteOptions remote;
  std::string number;
  std::string precinct;
  std::string officer;
  std::vector<std::string> fingers;
  double dpi = 0;
  std::string session;
  std::string request_id;
  std::string slip_out;
};

Result<v1::VerifyVoterRequest> MakeRequest(const VerifyOptions& options) {
  v1::VerifyVoterRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_voter_number(options.number);
  request.set_precinct_id(options.precinct);
  request.set_operator_id(options.officer);
  request.set_session_id(options.session);
  for (const std::string& finger : options.fingers) {
    TAANU_ASSIGN_OR_RETURN(*request.add_samples(),
                           ReadSample(ParseFingerArgument(finger), options.dpi));
  }
  return request;
}

ExitStatus RunVerify(const VerifyOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const Result<v1::VerifyVoterRequest> request = MakeRequest(options);
  if (!request) return PrintError(context, request.error());
  const auto stub = v1::VerificationService::NewStub(remote->channel());
  const Result<v1::VerifyVoterResponse> decision =
      Call(*remote, *stub, &v1::VerificationService::Stub::VerifyVoter, *request);
  if (!decision) {
    // Without its id the attempt could not be repeated, and its answer would be lost.
    if (!context.json) {
      std::fprintf(stderr, "taanu: the attempt was --request-id %s\n",
                   request->request_id().c_str());
    }
    return PrintError(context, decision.error());
  }
  if (!options.slip_out.empty() && decision->has_slip()) {
    // The voter is accredited whether or not the file can be written: the slip can be issued again.
    const Status written = WriteText(options.slip_out, decision->slip().qr_payload() + "\n");
    if (!written) PrintError(context, written.error());
  }
  if (context.json) {
    std::puts(ToJson(*decision).c_str());
  } else {
    std::fputs(DecisionText(*decision).c_str(), stdout);
    std::printf("  %-14s%s\n", "request", request->request_id().c_str());
  }
  return StatusFor(decision->outcome());
}

}  // namespace

void RegisterVerify(CLI::App& app, Context& context) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command =
      AddCommand(app, context,
                 {"verify", "Identify a voter by a finger, and accredit the voter",
                  "taanu verify --number 20101199012345 --precinct P0001 --operator B.Isakov \\\n"
                  "  --finger capture.png"},
                 [options, &context] { return RunVerify(*options, context); });
  command->add_option("--number", options->number, "The voter's number")->required();
  command->add_option("--precinct", options->precinct, "The precinct of the terminal")->required();
  command->add_option("--operator", options->officer, "Who operates the terminal")->required();
  command
      ->add_option("--finger", options->fingers,
                   "FILE, or POSITION=FILE where it is known which finger it is; every capture of "
                   "this attempt")
      ->required();
  command->add_option("--dpi", options->dpi, "Resolution of images that state none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  command->add_option("--session", options->session, "The session of this device, a UUID");
  command
      ->add_option("--request-id", options->request_id,
                   "UUID of this attempt, to get the answer of one whose answer was lost")
      ->check([](const std::string& id) { return IsUuid(id) ? "" : "it is not a UUID"; });
  command->add_option("--slip-out", options->slip_out,
                      "Write the signed code of the slip to this file, for `taanu slip print`");
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
