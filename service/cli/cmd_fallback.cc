// taanu fallback: two officers vouch for a voter whom no finger identifies.
#include <cstdio>
#include <map>
#include <memory>
#include <string>

#include "service/cli/codes.h"
#include "service/cli/commands.h"
#include "service/cli/decision.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::cli {
namespace {

struct FallbackOptions {
  RemoteOptions remote;
  std::string number;
  std::string precinct;
  std::string officer;
  std::string second_officer;
  v1::FallbackReason reason = v1::FALLBACK_REASON_UNSPECIFIED;
  std::string disputed;
  std::string session;
  std::string codes;
  std::string request_id;
  std::string slip_out;
};

const std::map<std::string, v1::FallbackReason> kReasons = {
    {"no_usable_finger", v1::FALLBACK_REASON_NO_USABLE_FINGER},
    {"finger_not_matched", v1::FALLBACK_REASON_FINGER_NOT_MATCHED},
    {"no_reference", v1::FALLBACK_REASON_NO_REFERENCE},
    {"reader_failed", v1::FALLBACK_REASON_READER_FAILED},
    {"finger_disputed", v1::FALLBACK_REASON_FINGER_DISPUTED},
};

v1::RecordFallbackRequest MakeRequest(const FallbackOptions& options) {
  v1::RecordFallbackRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_voter_number(options.number);
  request.set_precinct_id(options.precinct);
  request.set_operator_id(options.officer);
  request.set_second_officer_id(options.second_officer);
  request.set_reason(options.reason);
  request.set_disputed_request_id(options.disputed);
  request.set_session_id(options.session);
  return request;
}

ExitStatus RunFallback(const FallbackOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  v1::RecordFallbackRequest request = MakeRequest(options);
  if (const Status given = AddCodes(options.codes, &request); !given) {
    return PrintError(context, given.error());
  }
  const auto stub = v1::VerificationService::NewStub(remote->channel());
  const Result<v1::RecordFallbackResponse> decision =
      Call(*remote, *stub, &v1::VerificationService::Stub::RecordFallback, request);
  if (!decision) {
    // Without its id the fallback could not be repeated, and its answer would be lost.
    if (!context.json) {
      std::fprintf(stderr, "taanu: the fallback was --request-id %s\n",
                   request.request_id().c_str());
    }
    return PrintError(context, decision.error());
  }
  if (context.json) {
    std::puts(ToJson(*decision).c_str());
  } else {
    std::fputs(FallbackText(*decision).c_str(), stdout);
    std::printf("  %-14s%s\n", "request", request.request_id().c_str());
  }
  if (!options.slip_out.empty() && decision->has_slip()) {
    // The voter is accredited whether or not the file can be written: the slip can be issued again.
    const Status written = WriteText(options.slip_out, decision->slip().qr_payload() + "\n");
    if (!written) PrintError(context, written.error());
  }
  return StatusFor(decision->outcome());
}

std::string CheckUuid(const std::string& id) { return IsUuid(id) ? "" : "it is not a UUID"; }

}  // namespace

void RegisterFallback(CLI::App& app, Context& context) {
  auto options = std::make_shared<FallbackOptions>();
  CLI::App* command =
      AddCommand(app, context,
                 {"fallback", "Accredit a voter whom two officers identify by a document",
                  "taanu fallback --number 20101199012345 --precinct P0001 --operator B.Isakov \\\n"
                  "  --second-officer G.Toktogulova --reason no_usable_finger\n"
                  "taanu fallback --number 20101199012345 --precinct P0001 --operator B.Isakov \\\n"
                  "  --second-officer G.Toktogulova --reason finger_disputed \\\n"
                  "  --disputed 6f0c9c1e-6c0f-4b1e-9d55-2f8a4f1f6c11"},
                 [options, &context] { return RunFallback(*options, context); });
  command->add_option("--number", options->number, "The voter's number")->required();
  command->add_option("--precinct", options->precinct, "The precinct of the terminal")->required();
  command->add_option("--operator", options->officer, "Who operates the terminal")->required();
  command
      ->add_option("--second-officer", options->second_officer,
                   "Who else saw the document; another person")
      ->required();
  command
      ->add_option("--reason", options->reason,
                   "no_usable_finger, finger_not_matched, no_reference, reader_failed, or "
                   "finger_disputed with --disputed")
      ->required()
      ->transform(CLI::CheckedTransformer(kReasons, CLI::ignore_case));
  command
      ->add_option("--disputed", options->disputed,
                   "UUID of the attempt that ended DUPLICATE_FINGER, which the officers dispute")
      ->check(CheckUuid);
  AddCodesOption(command, &options->codes);
  command->add_option("--session", options->session, "The session of this device, a UUID");
  command
      ->add_option("--request-id", options->request_id,
                   "UUID of this fallback, to get the answer of one whose answer was lost")
      ->check(CheckUuid);
  command->add_option("--slip-out", options->slip_out,
                      "Write the signed code of the slip to this file, for `taanu slip print`");
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
