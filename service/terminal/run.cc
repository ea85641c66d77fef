#include "service/terminal/run.h"

#include <sys/stat.h>

#include <csignal>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "service/cli/file_io.h"
#include "service/cli/uuid.h"
#include "service/daemon/harden.h"
#include "service/daemon/signals.h"
#include "service/terminal/agent.h"
#include "service/terminal/daemon_link.h"
#include "service/terminal/web_server.h"

namespace taanu::terminal {
namespace {

// Tells whoever starts the browser where to start it, and keeps what went wrong with that.
class UrlTeller {
 public:
  explicit UrlTeller(std::string file) : file_(std::move(file)) {}
  // What leads nowhere any more is not left behind.
  ~UrlTeller() {
    if (!file_.empty()) std::remove(file_.c_str());
  }
  UrlTeller(const UrlTeller&) = delete;
  UrlTeller& operator=(const UrlTeller&) = delete;

  void Tell(const std::string& url) {
    const std::string line = url + "\n";
    if (file_.empty()) {
      std::fputs(line.c_str(), stdout);
      std::fflush(stdout);
      return;
    }
    Status written =
        cli::WriteFile(file_, {reinterpret_cast<const uint8_t*>(line.data()), line.size()});
    if (!written) {
      std::fprintf(stderr, "taanu: %s: %s\n", file_.c_str(), written.error().message.c_str());
    }
    const std::lock_guard lock(mutex_);
    told_ = std::move(written);
  }

  Status told() const {
    const std::lock_guard lock(mutex_);
    return told_;
  }

 private:
  const std::string file_;
  mutable std::mutex mutex_;
  Status told_;
};

// Stops the agent at SIGTERM or SIGINT.
class StopSignal {
 public:
  explicit StopSignal(Agent* agent)
      : thread_([agent] {
          WaitForStopSignal();
          agent->Stop();
        }) {}
  ~StopSignal() { pthread_kill(thread_.native_handle(), SIGTERM); }
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;

 private:
  std::jthread thread_;
};

}  // namespace

Status RunTerminal(const TerminalOptions& options) {
  BlockStopSignals();
  umask(S_IRWXG | S_IRWXO);  // The start URL is for this account alone.
  TAANU_RETURN_IF_ERROR(ForbidMemoryDumps());
  UrlTeller teller(options.url_file);
  Feed feed;
  Agent agent(Station(options.operator_id, &cli::NewUuid, options.station_id),
              {.precinct_id = options.precinct_id, .language = options.language}, &feed);
  TAANU_ASSIGN_OR_RETURN(const auto link, DaemonLink::Start(options.remote, options.precinct_id,
                                                            options.station_id, &agent));
  const PrinterLoop printer(options.printer, &agent);
  // Whatever way this ends, the threads of the link and the printer end too.
  const std::unique_ptr<Agent, void (*)(Agent*)> stopper(&agent, [](Agent* it) { it->Stop(); });
  TAANU_ASSIGN_OR_RETURN(
      const auto server,
      WebServer::Start({.port = options.port,
                        .on_start_url = [&](const std::string& url) { teller.Tell(url); },
                        .on_command = [&](const Command& command) { return agent.Do(command); }},
                       &feed));
  TAANU_RETURN_IF_ERROR(teller.told());
  const StopSignal signal(&agent);
  ReaderLoop(options.reader, &agent).Run();
  return {};
}

}  // namespace taanu::terminal
