// A whole election in a folder of its own: keys, settings, a SQLite file, and the real daemon.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "service/cli/certificates.h"
#include "tests/support/child_process.h"
#include "tests/support/client.h"
#include "tests/support/temp_dir.h"

namespace taanu::test {

struct ElectionOptions {
  // Adds a TCP listener with mutual TLS on a free port.
  bool tls = false;
  // Lines for sections of the settings, such as "captures_max = 2".
  std::string election = {};
  std::string limits = {};
  std::string search = {};
  std::string listen = {};
  std::string observers = {};
  double threshold_fmr = 0.0001;
  // Which of the daemons: taanud, or the one with fault points (see Election::Start).
  std::string daemon = "taanud";
};

// Thread-safety: used by one thread; clients of it may be used in others.
class Election {
 public:
  // Makes keys and settings, and starts the daemon. Throws std::runtime_error where that fails.
  explicit Election(ElectionOptions options = {});

  void Start();
  // Starts taanud_faults so that it dies at the n-th passage of a point
  // (enroll/store/fault_point.h).
  void StartWithFault(const std::string& point, int passages);
  // SIGTERM; the exit status.
  int Stop();
  // SIGKILL, as a power cut would.
  void Kill();
  ChildProcess& process() { return *process_; }

  const std::filesystem::path& folder() const { return folder_.path(); }
  std::filesystem::path database() const { return folder() / "taanu.db"; }
  std::filesystem::path socket() const { return folder() / "taanud.sock"; }
  std::filesystem::path config() const { return folder() / "taanud.toml"; }
  // Everything that the daemon has logged so far.
  std::string Log() const;

  // A client over the Unix socket, on a connection of its own.
  Client Connect() const;

  // Over TLS: a certificate of the election's authority, or of another one.
  cli::KeyAndCertificate Issue(const std::string& role, const std::string& name,
                               const std::string& precinct = "") const;
  // An empty key gives a client without a certificate.
  Client ConnectTls(const cli::KeyAndCertificate& identity) const;
  int port() const;
  // That of the page for observers; 0 where there is none.
  int observers_port() const;

  std::vector<std::string> Arguments() const;

 private:
  void MakeTls();
  void WriteConfig() const;
  int PortOf(const std::string& name) const;

  const ElectionOptions options_;
  TempDir folder_;
  cli::KeyAndCertificate authority_;
  std::unique_ptr<ChildProcess> process_;
};

// Creates the precinct and opens its polls.
void OpenPrecinct(Client& client, const std::string& precinct);

}  // namespace taanu::test
