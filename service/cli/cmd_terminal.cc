// taanu terminal: the agent of a precinct's terminal, with the operator's page.
#include <memory>
#include <string>

#include "enroll/image/image.h"
#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/terminal/run.h"

namespace taanu::cli {
namespace {

constexpr int kPortMax = 65535;
// gRPC's answers come in well under a second; one that is lost is asked for again.
constexpr int kAnswerTimeoutSeconds = 10;

}  // namespace

void RegisterTerminal(CLI::App& app, Context& context) {
  auto options = std::make_shared<terminal::TerminalOptions>();
  options->remote.timeout_s = kAnswerTimeoutSeconds;
  CLI::App* command =
      AddCommand(app, context,
                 {"terminal", "Serve the operator's page of a precinct, with its finger reader",
                  "taanu terminal --precinct P0001 --url-file /run/user/1000/taanu.url &\n"
                  "chromium --kiosk \"$(cat /run/user/1000/taanu.url)\""},
                 [options, &context] {
                   const Status ended = terminal::RunTerminal(*options);
                   return ended ? ExitStatus::kSuccess : PrintError(context, ended.error());
                 });
  command->add_option("--precinct", options->precinct_id, "The precinct of the terminal")
      ->required();
  command->add_option("--station", options->station_id,
                      "The station of the precinct for which this device acts, such as 1; one "
                      "device at a time has it (default: none)");
  command->add_option("--operator", options->operator_id,
                      "Who operates the terminal (default: the page asks)");
  command->add_option("--language", options->language, "In which the page begins")
      ->check(CLI::IsMember({"ky", "ru", "en"}))
      ->capture_default_str();
  command->add_option("--port", options->port, "Port on loopback (default: any that is free)")
      ->check(CLI::Range(0, kPortMax));
  command->add_option("--url-file", options->url_file,
                      "FILE that always holds the start URL that is good now, once, for this "
                      "account alone (default: standard output)");
  command->add_option("--device", options->reader.device,
                      "The reader's number in the list of taanu capture --list (default: the first "
                      "that gives images)");
  command
      ->add_option("--dpi", options->reader.dpi, "Resolution of a reader whose driver states none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  command->add_option("--printer", options->printer.device,
                      "DEVICE of a receipt printer (ESC/POS) that prints every slip, such as "
                      "/dev/usb/lp0 (default: the browser prints)");
  command->add_option("--paper", options->printer.paper_mm, "Its paper's width in millimetres")
      ->check(CLI::IsMember({58, 80}))
      ->capture_default_str();
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
