// Two threads that speak with the daemon: one asks the station's questions until they are answered,
// one watches the precinct, and by it the link.
//
// Thread-safety: construct and destroy on one thread.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "service/cli/remote.h"
#include "service/terminal/agent.h"

namespace taanu::terminal {

class DaemonLink {
 public:
  // Starts the threads. `station_id` is empty where the terminal acts for no station. `agent` must
  // outlive it. Errors: as cli::Remote::Open.
  static Result<std::unique_ptr<DaemonLink>> Start(const cli::RemoteOptions& options,
                                                   std::string precinct_id, std::string station_id,
                                                   Agent* agent);
  // Waits for both threads, which end once the agent is stopped and the call under way is over.
  ~DaemonLink() = default;
  DaemonLink(const DaemonLink&) = delete;
  DaemonLink& operator=(const DaemonLink&) = delete;

 private:
  DaemonLink(cli::Remote asking, cli::Remote watching, std::string precinct_id,
             std::string station_id, Agent* agent);
  void Ask();
  void AskUntilAnswered(const Question& question);
  // Hands the answer to the agent, where there is one.
  Status AskOnce(const Question& question);
  void Watch();
  // One look at the precinct; `fresh` where the daemon was away before.
  Status Look(bool fresh);

  const cli::Remote asking_;
  const cli::Remote watching_;
  const std::string precinct_id_;
  const std::string station_id_;
  Agent* const agent_;
  std::jthread asker_;
  std::jthread watcher_;
};

}  // namespace taanu::terminal
