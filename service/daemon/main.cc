// taanud: the matcher daemon.
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include "service/config/config.h"
#include "service/daemon/harden.h"
#include "service/daemon/sd_notify.h"
#include "service/daemon/server.h"
#include "service/daemon/signals.h"
#include "service/rpc/log.h"

namespace taanu {
namespace {

// Exit statuses.
constexpr int kStopped = 0;
constexpr int kCannotStart = 1;
constexpr int kBadConfiguration = 2;
constexpr int kForced = 3;

struct Arguments {
  std::string config = "/etc/taanu/taanud.toml";
  std::string ready_file;
  std::string log_level;
  bool check = false;
  bool print_default = false;
};

int Complain(const Error& error, int exit_status) {
  std::fprintf(stderr, "taanud: %s\n", error.message.c_str());
  return exit_status;
}

// Written beside the file and renamed, so that whoever waits for it never reads half of it.
Status WriteReadyFile(const std::string& path, const Server& server) {
  const std::string draft = path + ".new";
  std::ofstream out(draft);
  out << "port=" << server.port() << "\nobservers_port=" << server.observers_port() << "\n";
  out.close();
  if (!out || std::rename(draft.c_str(), path.c_str()) != 0) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_WRITE",
                "cannot write the ready file " + path + "; is its folder there?");
  }
  return {};
}

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

// The first signal drains. A second one does not wait for that: what was committed is safe whenever
// the process ends.
int ServeUntilStopped(Server& server) {
  const int first = WaitForStopSignal();
  log::Write(LogLevel::kInfo, "stopping", {{"signal", int64_t{first}}});
  SdNotify("STOPPING=1");
  std::thread([] {
    WaitForStopSignal();
    _exit(kForced);
  }).detach();
  server.Stop();
  log::Write(LogLevel::kInfo, "stopped");
  return kStopped;
}

int Serve(const Config& config, const Arguments& arguments) {
  log::Start(config.log.level, config.log.format);
  auto server = Server::Start(config, TAANU_VERSION, Environment("CREDENTIALS_DIRECTORY"));
  if (!server) {
    log::Stop();
    return Complain(server.error(), kCannotStart);
  }
  if (!arguments.ready_file.empty()) {
    if (const Status written = WriteReadyFile(arguments.ready_file, **server); !written) {
      return Complain(written.error(), kCannotStart);
    }
  }
  log::Write(LogLevel::kInfo, "serving",
             {{"version", std::string(TAANU_VERSION)},
              {"election", config.election.name},
              {"unix_socket", config.listen.unix_socket.string()},
              {"port", int64_t{(*server)->port()}},
              {"observers_port", int64_t{(*server)->observers_port()}},
              {"threshold_fmr", config.election.threshold_fmr}});
  if (!SdNotify("READY=1")) {
    log::Write(LogLevel::kWarning, "notify_failed",
               {{"message", std::string("systemd could not be told that the daemon is ready")}});
  }
  const int exit_status = ServeUntilStopped(**server);
  server->reset();
  log::Stop();
  return exit_status;
}

int Main(int argc, char** argv) {
  BlockStopSignals();
  // The register, its log and the socket are nobody else's business until a mode says so.
  umask(0077);
  if (const Status hardened = ForbidMemoryDumps(); !hardened) {
    return Complain(hardened.error(), kCannotStart);
  }

  Arguments arguments;
  CLI::App app(
      "taanud: the matcher daemon of Taanu. It reads its settings, serves gRPC, and stops on "
      "SIGTERM.\nExample: taanud --config /etc/taanu/taanud.toml");
  app.set_version_flag("--version", "taanud " TAANU_VERSION);
  app.add_option("--config", arguments.config, "The settings, TOML")->capture_default_str();
  app.add_flag("--check-config", arguments.check, "Read the settings, say what is wrong, and stop");
  app.add_flag("--print-default-config", arguments.print_default,
               "Print every setting with its default");
  app.add_option("--ready-file", arguments.ready_file,
                 "Write port=N and observers_port=N to this file when the daemon serves");
  app.add_option("--log-level", arguments.log_level, "debug, info, warning, error");
  CLI11_PARSE(app, argc, argv);

  if (arguments.print_default) {
    std::fputs(DefaultConfigText().c_str(), stdout);
    return kStopped;
  }
  auto config = LoadConfig(arguments.config);
  if (!config) return Complain(config.error(), kBadConfiguration);
  if (!arguments.log_level.empty()) {
    const auto level = ParseLogLevel(arguments.log_level);
    if (!level) return Complain(level.error(), kBadConfiguration);
    config->log.level = *level;
  }
  if (arguments.check) {
    std::printf("%s: good\n", arguments.config.c_str());
    return kStopped;
  }
  return Serve(*config, arguments);
}

}  // namespace
}  // namespace taanu

int main(int argc, char** argv) { return taanu::Main(argc, argv); }
