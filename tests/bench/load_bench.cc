// How a bulk load grows: `taanu load` into the real daemon, over its Unix socket, of voters with
// two templates each in the rows of a CSV manifest.
//
//   load_bench --voters 10000,100000,1000000 [--folder DIR]
//
// For each size it tells the time of the load, processor time of loader and daemon apart (figures
// of a busy machine can be compared by it alone), the size of the register's file after a stop, the
// daemon's start to ready on it, what the daemon keeps in memory while it loads and after the
// start, the digest, and one voter found in the loaded precinct at half time. Beside the load, in
// the same run: how long this machine takes to write and sync the same bytes as one file.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/integration/load/manifest_text.h"
#include "tests/integration/load/taanu_command.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr int kPrecincts = 100;
// Fingers that differ; voters beyond share them, which the store cannot see.
constexpr uint64_t kFingers = 20'000;

double Seconds(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

// A figure of /proc/PID/status in MiB.
double MemoryMib(pid_t pid, const std::string& name) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(name + ":")) return std::stod(line.substr(name.size() + 1)) / 1024;
  }
  return 0;
}

// User and system time that the process has taken.
double ProcessorSeconds(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double ChildrenSeconds() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void WriteManifest(const fs::path& path, int voters, const std::vector<std::string>& fingers) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << "voter_number,family_name,given_names,birth_year,sex,precinct,right_index,left_index\n";
  for (int i = 0; i < voters; ++i) {
    const std::string number = std::to_string(10'000'000 + i);
    const size_t finger = static_cast<size_t>(i) * 2 % fingers.size();
    out << number << ",Family-" << number << ",Given-" << number << "," << 1940 + i % 60 << ","
        << (i % 2 == 0 ? "F" : "M") << ",P" << i % kPrecincts << "," << fingers[finger] << ","
        << fingers[finger + 1] << "\n";
  }
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

double WriteAndSync(const fs::path& path, uintmax_t bytes) {
  const std::string block(1 << 20, 'x');
  const Clock::time_point start = Clock::now();
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  for (uintmax_t done = 0; done < bytes; done += block.size()) {
    if (write(fd, block.data(), block.size()) < 0) break;
  }
  fsync(fd);
  close(fd);
  const double seconds = Seconds(start);
  fs::remove(path);
  return seconds;
}

void Measure(int voters, const std::vector<std::string>& fingers) {
  Election election;
  const fs::path manifest = election.folder() / "register" / "manifest.csv";
  WriteManifest(manifest, voters, fingers);
  std::vector<std::string> create = {"polls", "create"};
  for (int i = 0; i < kPrecincts; ++i) create.push_back(std::string("P").append(std::to_string(i)));
  if (RunTaanu(election.socket(), create).status != 0) throw std::runtime_error("no precincts");

  const double daemon_before = ProcessorSeconds(election.process().pid());
  const double loader_before = ChildrenSeconds();
  const Clock::time_point start = Clock::now();
  const auto loader = ChildProcess::Launch(TaanuArguments(election.socket(), {"load", manifest}),
                                           election.folder() / "load.log");
  // A voter of a precinct that is loaded is found while the load goes on.
  double lookup_ms_max = 0;
  int lookups = 0;
  Client client = election.Connect();
  double loading_mib = 0;
  while (!loader->EndsWithin(std::chrono::milliseconds(250))) {
    v1::GetVoterResponse voter;
    const Clock::time_point asked = Clock::now();
    if (client.GetVoter("10000000", &voter).ok()) {
      lookup_ms_max = std::max(lookup_ms_max, Seconds(asked) * 1000);
      ++lookups;
    }
    loading_mib = std::max(loading_mib, MemoryMib(election.process().pid(), "VmRSS"));
  }
  const double load_s = Seconds(start);
  if (loader->Wait() != 0) {
    throw std::runtime_error(ReadTextFile(election.folder() / "load.log"));
  }
  const double loader_cpu = ChildrenSeconds() - loader_before;
  const double daemon_cpu = ProcessorSeconds(election.process().pid()) - daemon_before;
  const Clock::time_point digest_start = Clock::now();
  const std::string digest = DigestOf(election.socket());
  const double digest_s = Seconds(digest_start);
  if (election.Stop() != 0) throw std::runtime_error("the daemon did not stop");
  const auto bytes = fs::file_size(election.database());
  const double write_s = WriteAndSync(election.folder() / "written", bytes);
  const Clock::time_point begun = Clock::now();
  election.Start();
  const double ready_s = Seconds(begun);
  const double ready_mib = MemoryMib(election.process().pid(), "VmRSS");
  std::printf(
      "| %d | %.1f | %.0f | %.1f | %.1f | %.0f | %.0f | %.2f | %.2f | %.0f | %.0f | %.0f (%d) | "
      "%.1f |\n",
      voters, load_s, 2 * voters / load_s, loader_cpu, daemon_cpu,
      2 * voters / (loader_cpu + daemon_cpu), static_cast<double>(bytes) / 1e6, write_s, ready_s,
      loading_mib, ready_mib, lookup_ms_max, lookups, digest_s);
  std::fflush(stdout);
}

int Run(int argc, char** argv) {
  std::vector<int> sizes = {10'000, 100'000, 1'000'000};
  std::string folder;
  CLI::App app("Measures how a bulk load grows");
  app.add_option("--voters", sizes, "Sizes of the register")->delimiter(',');
  app.add_option("--folder", folder, "Where the register is made (default: TMPDIR or /tmp)");
  CLI11_PARSE(app, argc, argv);
  if (!folder.empty()) setenv("TMPDIR", folder.c_str(), 1);
  std::vector<std::string> fingers;
  for (uint64_t finger = 0; finger < kFingers; ++finger) {
    fingers.push_back(Base64Value(SyntheticRecord(finger, 0)));
  }
  std::printf(
      "| voters | load s | prints/s | loader cpu s | daemon cpu s | prints per cpu s | file MB | "
      "write and sync of as much s | ready s | MiB loading | MiB ready | slowest look-up ms | "
      "digest s |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const int size : sizes) Measure(size, fingers);
  return 0;
}

}  // namespace
}  // namespace taanu::test

int main(int argc, char** argv) {
  try {
    return taanu::test::Run(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "load_bench: %s\n", failure.what());
    return 1;
  }
}
