// taanu identify: makes one attempt of a voter who gives a finger and no number.
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "enroll/image/image.h"
#include "service/cli/commands.h"
#include "service/cli/decision.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/sample.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::cli {
namespace {

struct IdentifyOptions {
  RemoteOptions remote;
  std::string precinct;
  std::string officer;
  std::vector<std::string> fingers;
  double dpi = 0;
  std::string session;
  std::string request_id;
};

Result<v1::IdentifyVoterRequest> MakeRequest(const IdentifyOptions& options) {
  v1::IdentifyVoterRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_precinct_id(options.precinct);
  request.set_operator_id(options.officer);
  request.set_session_id(options.session);
  for (const std::string& finger : options.fingers) {
    TAANU_ASSIGN_OR_RETURN(*request.add_samples(),
                           ReadSample(ParseFingerArgument(finger), options.dpi));
  }
  return request;
}

ExitStatus RunIdentify(const IdentifyOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const Result<v1::IdentifyVoterRequest> request = MakeRequest(options);
  if (!request) return PrintError(context, request.error());
  const auto stub = v1::VerificationService::NewStub(remote->channel());
  const Result<v1::IdentifyVoterResponse> answer =
      Call(*remote, *stub, &v1::VerificationService::Stub::IdentifyVoter, *request);
  if (!answer) {
    // Without its id the attempt could not be repeated, and its answer would be lost.
    if (!context.json) {
      std::fprintf(stderr, "taanu: the attempt was --request-id %s\n",
                   request->request_id().c_str());
    }
    return PrintError(context, answer.error());
  }
  if (context.json) {
    std::puts(ToJson(*answer).c_str());
  } else {
    std::fputs(DecisionText(answer->decision()).c_str(), stdout);
    if (!answer->voter_number().empty()) {
      std::printf("  %-14s%s\n", "voter", answer->voter_number().c_str());
    }
    std::printf("  %-14s%llu voters of the roll\n", "searched",
                static_cast<unsigned long long>(answer->searched_count()));
    std::printf("  %-14s%s\n", "request", request->request_id().c_str());
  }
  return StatusFor(answer->decision().outcome());
}

}  // namespace

void RegisterIdentify(CLI::App& app, Context& context) {
  auto options = std::make_shared<IdentifyOptions>();
  CLI::App* command = AddCommand(
      app, context,
      {"identify", "Find a voter of the precinct by a finger alone, and accredit the voter",
       "taanu identify --precinct P0001 --operator B.Isakov --finger capture.png"},
      [options, &context] { return RunIdentify(*options, context); });
  command->add_option("--precinct", options->precinct, "The precinct of the terminal")->required();
  command->add_option("--operator", options->officer, "Who operates the terminal")->required();
  command->add_option("--session", options->session, "The session of this device, a UUID");
  command
      ->add_option("--finger", options->fingers,
                   "FILE, or POSITION=FILE where it is known which finger it is; every capture of "
                   "this attempt")
      ->required();
  command->add_option("--dpi", options->dpi, "Resolution of images that state none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  command
      ->add_option("--request-id", options->request_id,
                   "UUID of this attempt, to get the answer of one whose answer was lost")
      ->check([](const std::string& id) { return IsUuid(id) ? "" : "it is not a UUID"; });
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
