// taanu slip: checks slips without a network, prints them, and issues one again.
#include <cstdio>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "service/cli/commands.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/slip_file.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "service/slip/escpos.h"
#include "service/slip/qr_code.h"
#include "service/slip/slip_code.h"
#include "service/slip/slip_text.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::cli {
namespace {

// A module of an SVG, in millimetres.
constexpr double kModuleMm = 0.75;

struct VerifyOptions {
  std::string code;
  std::string verifier;
};

struct PrintOptions {
  std::string code;
  int width_mm = 58;
  std::string format = "preview";
  std::string qr = "raster";
  uint32_t copy = 1;
  int utc_offset_minutes = 0;
  std::string out;
};

struct ReissueOptions {
  RemoteOptions remote;
  std::string number;
  std::string precinct;
  std::string officer;
  std::string session;
  std::string request_id;
  std::string slip_out;
};

std::string TimeText(int64_t time_s) {
  google::protobuf::Timestamp time;
  time.set_seconds(time_s);
  return TimeWord(time);
}

std::string Verdict(const Status& status) {
  if (status) return "GENUINE";
  if (status.error().reason == "SLIP_OF_ANOTHER_KEY") return "OF ANOTHER KEY";
  return status.error().reason == "SLIP_FORGED" ? "FORGED" : "DAMAGED";
}

// Says what one slip is. What a slip claims that is not genuine is not repeated.
ExitStatus Judge(const std::string& text, const note::VerifierKey& key, const Context& context) {
  const auto parsed = slip::ParseSlipCode(text);
  const Status verified =
      parsed ? slip::VerifySlip(*parsed, key) : Status(tl::make_unexpected(parsed.error()));
  nlohmann::json object = {{"verdict", Verdict(verified)}};
  std::string lines = Verdict(verified) + "\n";
  if (verified) {
    const slip::SlipFacts& facts = parsed->facts;
    object["election"] = facts.election;
    object["precinct"] = facts.precinct_id;
    object["slip"] = facts.number;
    object["time"] = TimeText(facts.time_s);
    object["voter"] = ToHex(facts.voter);
    object["signed_by"] = key.name;
    lines += "  slip " + std::to_string(facts.number) + " of precinct " + facts.precinct_id +
             ", given " + TimeText(facts.time_s) + "\n  " + facts.election + "\n  voter " +
             ToHex(facts.voter) + ", signed by " + key.name + "\n";
  } else {
    object["reason"] = verified.error().reason;
    object["message"] = verified.error().message;
    lines += "  " + verified.error().message + "\n";
  }
  if (context.json) lines = object.dump() + "\n";
  std::fputs(lines.c_str(), stdout);
  // Whoever scans one after another reads each answer before the next.
  std::fflush(stdout);
  return verified ? ExitStatus::kSuccess : StatusFor(verified.error().code);
}

ExitStatus RunVerify(const VerifyOptions& options, const Context& context) {
  const auto key = ReadVerifierKey(options.verifier);
  if (!key) return PrintError(context, key.error());
  if (options.code != "-") {
    const auto text = ReadSlipArgument(options.code);
    return text ? Judge(*text, *key, context) : PrintError(context, text.error());
  }
  ExitStatus status = ExitStatus::kSuccess;
  for (std::string line; std::getline(std::cin, line);) {
    if (line.find_first_not_of(" \r\t") == std::string::npos) continue;
    status = FirstFailure(status, Judge(line, *key, context));
  }
  return status;
}

Result<std::string> Render(const slip::SignedSlip& slip, const PrintOptions& options) {
  const slip::TextOptions text = {
      .columns = options.width_mm == 80 ? slip::kColumns80mm : slip::kColumns58mm,
      .issue_number = options.copy,
      .utc_offset_minutes = options.utc_offset_minutes};
  if (options.format == "text") return slip::SlipText(slip, text);
  if (options.format == "escpos") {
    return slip::EscPosSlip(slip, text,
                            options.qr == "native" ? slip::QrMode::kNative : slip::QrMode::kRaster);
  }
  TAANU_ASSIGN_OR_RETURN(const slip::QrCode code, slip::MakeQrCode(slip::FormatSlipCode(slip)));
  if (options.format == "svg") return slip::QrSvg(code, kModuleMm);
  return slip::SlipText(slip, text) + slip::QrBlocks(code);
}

ExitStatus RunPrint(const PrintOptions& options, const Context& context) {
  const auto text = ReadSlipArgument(options.code);
  if (!text) return PrintError(context, text.error());
  const auto parsed = slip::ParseSlipCode(*text);
  if (!parsed) return PrintError(context, parsed.error());
  const auto rendered = Render(*parsed, options);
  if (!rendered) return PrintError(context, rendered.error());
  if (!options.out.empty()) {
    const Status written = WriteText(options.out, *rendered);
    return written ? ExitStatus::kSuccess : PrintError(context, written.error());
  }
  std::fwrite(rendered->data(), 1, rendered->size(), stdout);
  return ExitStatus::kSuccess;
}

ExitStatus RunReissue(const ReissueOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  v1::ReissueSlipRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_voter_number(options.number);
  request.set_precinct_id(options.precinct);
  request.set_operator_id(options.officer);
  request.set_session_id(options.session);
  const auto stub = v1::VerificationService::NewStub(remote->channel());
  const Result<v1::ReissueSlipResponse> answer =
      Call(*remote, *stub, &v1::VerificationService::Stub::ReissueSlip, request);
  if (!answer) {
    if (!context.json) {
      std::fprintf(stderr, "taanu: the copy was --request-id %s\n", request.request_id().c_str());
    }
    return PrintError(context, answer.error());
  }
  std::fputs(context.json ? (ToJson(*answer) + "\n").c_str() : answer->slip().text().c_str(),
             stdout);
  if (options.slip_out.empty()) return ExitStatus::kSuccess;
  const Status written = WriteText(options.slip_out, answer->slip().qr_payload() + "\n");
  return written ? ExitStatus::kSuccess : PrintError(context, written.error());
}

void AddVerify(CLI::App* group, Context& context) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = AddCommand(
      *group, context,
      {"verify", "Tell a genuine slip from a forged one, with the public key alone",
       "taanu slip verify slip.txt --verifier audit.key.pub\n"
       "taanu slip verify - --verifier audit.key.pub     # a scanner types one code to a line"},
      [options, &context] { return RunVerify(*options, context); });
  command
      ->add_option("CODE", options->code,
                   "The digits of the QR code, a file that holds them, or - for one to a line")
      ->required();
  command->add_option("--verifier", options->verifier, "The public key of the audit log")
      ->required();
}

void AddPrint(CLI::App* group, Context& context) {
  auto options = std::make_shared<PrintOptions>();
  CLI::App* command =
      AddCommand(*group, context,
                 {"print", "Make a slip's signed code into what a printer or a screen shows",
                  "taanu slip print slip.txt --width 80 --format escpos > /dev/usb/lp0"},
                 [options, &context] { return RunPrint(*options, context); });
  command->add_option("CODE", options->code, "The digits of the QR code, or a file that holds them")
      ->required();
  command->add_option("--width", options->width_mm, "The paper's width in millimetres: 58 or 80")
      ->check(CLI::IsMember({58, 80}));
  command
      ->add_option("--format", options->format,
                   "preview (text and QR code for a terminal), text, escpos (bytes for a receipt "
                   "printer), svg (the QR code)")
      ->check(CLI::IsMember({"preview", "text", "escpos", "svg"}));
  command
      ->add_option("--qr", options->qr,
                   "With escpos: raster (every printer), or native (the printer draws it)")
      ->check(CLI::IsMember({"raster", "native"}));
  command->add_option("--copy", options->copy, "The number of the copy; 1 is the slip itself")
      ->check(CLI::Range(1U, 4'000'000'000U));
  command
      ->add_option("--utc-offset-minutes", options->utc_offset_minutes,
                   "The offset that the time is written in; 360 for +06:00")
      ->check(CLI::Range(-slip::kUtcOffsetMinutesMax, slip::kUtcOffsetMinutesMax));
  command->add_option("--out", options->out, "Write it to this file (default: standard output)");
}

void AddReissue(CLI::App* group, Context& context) {
  auto options = std::make_shared<ReissueOptions>();
  CLI::App* command = AddCommand(
      *group, context,
      {"reissue", "Issue the slip of a voter again, as a copy; it is logged",
       "taanu slip reissue --number 20101199012345 --precinct P0001 --operator B.Isakov"},
      [options, &context] { return RunReissue(*options, context); });
  command->add_option("--number", options->number, "The voter's number")->required();
  command->add_option("--precinct", options->precinct, "The precinct of the terminal")->required();
  command->add_option("--operator", options->officer, "Who operates the terminal")->required();
  command->add_option("--session", options->session, "The session of this device, a UUID");
  command
      ->add_option("--request-id", options->request_id,
                   "UUID of this copy, to get the answer of one whose answer was lost")
      ->check([](const std::string& id) { return IsUuid(id) ? "" : "it is not a UUID"; });
  command->add_option("--slip-out", options->slip_out, "Write the signed code to this file");
  AddRemoteOptions(command, &options->remote);
}

}  // namespace

void RegisterSlip(CLI::App& app, Context& context) {
  CLI::App* group = AddCommand(app, context,
                               {"slip", "Check slips offline, print them, issue one again",
                                "taanu slip verify slip.txt --verifier audit.key.pub"});
  AddVerify(group, context);
  AddPrint(group, context);
  AddReissue(group, context);
}

}  // namespace taanu::cli
