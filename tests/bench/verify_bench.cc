// How many voters a daemon verifies: VerifyVoter with templates, over the Unix socket, on rolls
// within a register of any size, with synchronous=FULL, with and without the search for another
// identity.
//
//   verify_bench [--voters N] [--roll N] [--rolls N] [--window N] [--scope all|precinct|off]
//                [--images] [--overload SECONDS] [--folder DIR]
//
// It tells how long rolls take to be read into memory after a start and what they take there; then,
// for every voter of the rolls once, calls a second and the time of a call; then the same for
// voters who come again, and with --images for voters who come again and send an image, which the
// daemon extracts. With --overload it then makes twice as many calls a second as were answered
// before (of images, if asked), and checks that each that was accepted is in the log and each other
// one was told when to come again. The client takes part of the same processors, so the daemon's
// own time is told too.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "enroll/synth/synth.h"
#include "tests/bench/load_run.h"
#include "tests/support/election.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

using Clock = std::chrono::steady_clock;

// Fingers of voters who are in the register only, and are never verified.
constexpr uint64_t kOtherFingers = 20'000;
constexpr uint64_t kOthersFrom = 1'000'000'000;
constexpr size_t kConnections = 4;
constexpr double kOverload = 2;
// Fewer than may wait (verification_queue_max), so that none is refused.
constexpr size_t kCapacityWindow = 200;
// Images that are sent in turn, of as many fingers, and calls that measure how many there can be.
constexpr uint64_t kImages = 24;
constexpr uint64_t kImageCalls = 1000;

struct Options {
  uint64_t voters = 10'000;
  uint64_t roll = 3000;
  uint64_t rolls = 1;
  size_t window = 32;
  std::string scope = "all";
  bool images = false;
  int overload_s = 0;
};

double MemoryMib(pid_t pid) {
  std::ifstream in("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

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

std::string PrecinctOf(uint64_t voter, const Options& options) {
  return "P" + std::to_string(voter / options.roll);
}
std::string NumberOf(uint64_t voter) { return std::to_string(10'000'000 + voter); }

// Two fingers to a voter. Those who are verified have fingers of their own.
uint64_t FingerOf(uint64_t voter, const Options& options) {
  if (voter < options.roll * options.rolls) return 2 * voter;
  return kOthersFrom + 2 * voter % kOtherFingers;
}

void LoadRegister(const Election& election, const Options& options) {
  Client client = election.Connect();
  for (uint64_t i = 0; i < options.voters; i += options.roll) {
    v1::CreatePrecinctResponse created;
    if (!client.CreatePrecinct(PrecinctOf(i, options), &created).ok()) {
      throw std::runtime_error("no precincts");
    }
  }
  std::vector<std::string> others;
  for (uint64_t k = 0; k < std::min(kOtherFingers, 2 * options.voters); ++k) {
    others.push_back(SyntheticRecord(kOthersFrom + k, 0));
  }
  grpc::ClientContext context;
  const auto load = client.enrollment().BulkEnroll(&context);
  uint64_t enrolled = 0;
  std::thread reader([&load, &enrolled] {
    v1::BulkEnrollResponse status;
    while (load->Read(&status)) ++enrolled;
  });
  const std::string load_id = NewRequestId();
  bool open = true;
  for (uint64_t i = 0; open && i < options.voters; ++i) {
    v1::BulkEnrollRequest item;
    *item.mutable_voter() = EnrollRequest(NumberOf(i), PrecinctOf(i, options), {}).voter();
    for (const uint64_t finger : {FingerOf(i, options), FingerOf(i, options) + 1}) {
      v1::FingerSample* const sample = item.add_samples();
      sample->set_position(finger % 2 == 0 ? v1::FINGER_POSITION_RIGHT_INDEX
                                           : v1::FINGER_POSITION_LEFT_INDEX);
      sample->set_minutiae_record(finger < kOthersFrom ? SyntheticRecord(finger, 0)
                                                       : others[finger - kOthersFrom]);
    }
    item.set_request_id(load_id);
    item.set_item_number(i);
    open = load->Write(item);
  }
  load->WritesDone();
  reader.join();
  if (!load->Finish().ok() || enrolled != options.voters) throw std::runtime_error("no voters");
}

// The last line of the daemon's log about its rolls, once there is one since the start.
std::string AwaitRolls(const Election& election, size_t log_from) {
  for (;;) {
    const std::string log = election.Log().substr(log_from);
    const size_t at = log.rfind("\"rolls_loaded\"");
    if (at != std::string::npos) {
      const size_t begin = log.rfind('\n', at) == std::string::npos ? 0 : log.rfind('\n', at) + 1;
      return log.substr(begin, log.find('\n', at) - begin);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

void Print(const char* what, const LoadTally& tally, double daemon_cpu_s, double mib) {
  const auto calls = static_cast<double>(tally.answered + tally.refused);
  std::printf("| %s | %llu | %llu | %.0f | %.1f | %.1f | %.0f | %.0f |", what,
              static_cast<unsigned long long>(tally.answered),
              static_cast<unsigned long long>(tally.refused),
              static_cast<double>(tally.answered) / tally.seconds,
              LoadTally::Percentile(tally.answer_ms, 0.5),
              LoadTally::Percentile(tally.answer_ms, 0.99), 1e6 * daemon_cpu_s / calls, mib);
  for (const auto& [outcome, count] : tally.outcomes) {
    std::printf(" %s %llu", v1::Outcome_Name(outcome).c_str() + 8,
                static_cast<unsigned long long>(count));
  }
  std::printf(" |\n");
  std::fflush(stdout);
  if (tally.failed > 0) throw std::runtime_error("a call failed: " + tally.first_failure);
}

uint64_t AttemptsInLog(Client& client) {
  v1::GetStatisticsResponse statistics;
  if (!client.Statistics({}, &statistics).ok()) throw std::runtime_error("no statistics");
  return statistics.cells().empty() ? 0 : statistics.cells(0).attempt_count();
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options), election_({.election = "duplicate_scope = \"" + options.scope + "\""}) {}

  void Run() {
    LoadRegister(election_, options_);
    if (election_.Stop() != 0) throw std::runtime_error("the daemon did not stop");
    const size_t log_from = election_.Log().size();
    election_.Start();
    std::printf("%s\n", AwaitRolls(election_, log_from).c_str());
    std::printf("processor time from the start to that: %.1f s\n",
                ProcessorSeconds(election_.process().pid()));
    Client office = election_.Connect();
    for (uint64_t k = 0; k < options_.rolls; ++k) {
      v1::OpenPollsResponse opened;
      if (!office.OpenPolls("P" + std::to_string(k), &opened).ok()) {
        throw std::runtime_error("polls do not open");
      }
    }
    std::printf(
        "| calls | accepted | refused | accepted/s | p50 ms | p99 ms | daemon cpu us a call "
        "| MiB | outcomes |\n|---|---|---|---|---|---|---|---|---|\n");
    const uint64_t voters = options_.roll * options_.rolls;
    Measure("first", voters, options_.window);
    Measure("again", voters, options_.window);
    if (options_.images) {
      requests_ = ImageRequests();
      MeasureRequests("images", kImageCalls, options_.window);
    }
    if (options_.overload_s == 0) return;
    // With the queue always full but for a little.
    Overload(office, options_.images ? MeasureRequests("capacity", kImageCalls, kCapacityWindow)
                                     : Measure("capacity", 2 * voters, kCapacityWindow));
  }

 private:
  v1::VerifyVoterRequest Request(uint64_t n) const {
    // Not in the order of the roll, as a queue is not.
    const uint64_t voter = n * 7919 % (options_.roll * options_.rolls);
    return VerifyRequest(
        NumberOf(voter), PrecinctOf(voter, options_),
        {RecordSample(FingerOf(voter, options_), 1, v1::FINGER_POSITION_RIGHT_INDEX)});
  }

  // Of voters who were accredited before, by fingers that are not theirs.
  std::vector<v1::VerifyVoterRequest> ImageRequests() const {
    std::vector<v1::VerifyVoterRequest> requests;
    for (uint64_t k = 0; k < kImages; ++k) {
      const GrayImage image = SyntheticFinger(k).Impression(0);
      v1::FingerSample sample;
      sample.set_position(v1::FINGER_POSITION_RIGHT_INDEX);
      sample.mutable_raw()->set_width(static_cast<uint32_t>(image.width));
      sample.mutable_raw()->set_height(static_cast<uint32_t>(image.height));
      sample.mutable_raw()->set_dpi(image.dpi);
      sample.mutable_raw()->set_pixels(std::string(image.pixels.begin(), image.pixels.end()));
      const uint64_t voter = k % (options_.roll * options_.rolls);
      requests.push_back(VerifyRequest(NumberOf(voter), PrecinctOf(voter, options_), {sample}));
    }
    return requests;
  }

  std::vector<std::shared_ptr<grpc::Channel>> Connections() const {
    std::vector<std::shared_ptr<grpc::Channel>> connections;
    for (size_t k = 0; k < kConnections; ++k) {
      connections.push_back(election_.Connect().channel());
    }
    return connections;
  }

  // Requests are made before, so that the client's own work is small.
  LoadRun::Request NextRequest() const {
    return [this](uint64_t n) {
      v1::VerifyVoterRequest request = requests_[n % requests_.size()];
      request.set_request_id(NewRequestId());
      return request;
    };
  }

  double Measure(const char* what, uint64_t calls, size_t window) {
    requests_.clear();
    for (uint64_t n = 0; n < calls; ++n) requests_.push_back(Request(n));
    return MeasureRequests(what, calls, window);
  }

  double MeasureRequests(const char* what, uint64_t calls, size_t window) {
    LoadRun run(Connections(), NextRequest());
    const pid_t pid = election_.process().pid();
    const double before = ProcessorSeconds(pid);
    const LoadTally tally = run.Closed(calls, window);
    Print(what, tally, ProcessorSeconds(pid) - before, MemoryMib(pid));
    return static_cast<double>(tally.answered) / tally.seconds;
  }

  void Overload(Client& office, double rate) {
    LoadRun run(Connections(), NextRequest());
    const pid_t pid = election_.process().pid();
    const uint64_t attempts_before = AttemptsInLog(office);
    uint64_t accepted = 0;
    // In tenths, which show whether memory stays flat.
    for (int part = 0; part < 10; ++part) {
      const double before = ProcessorSeconds(pid);
      const LoadTally tally =
          run.Open(kOverload * rate, std::chrono::seconds(std::max(1, options_.overload_s / 10)));
      accepted += tally.answered;
      Print("overload", tally, ProcessorSeconds(pid) - before, MemoryMib(pid));
      std::printf("refused after p50 %.1f ms, p99 %.1f ms\n",
                  LoadTally::Percentile(tally.refusal_ms, 0.5),
                  LoadTally::Percentile(tally.refusal_ms, 0.99));
    }
    const uint64_t logged = AttemptsInLog(office) - attempts_before;
    std::printf("accepted %llu, in the log %llu\n", static_cast<unsigned long long>(accepted),
                static_cast<unsigned long long>(logged));
    if (logged != accepted) throw std::runtime_error("an accepted call is not in the log");
  }

  const Options options_;
  Election election_;
  std::vector<v1::VerifyVoterRequest> requests_;
};

int Main(int argc, char** argv) {
  Options options;
  std::string folder;
  CLI::App app("Measures how many voters a daemon verifies");
  app.add_option("--voters", options.voters, "Voters in the register");
  app.add_option("--roll", options.roll, "Voters on each roll")->check(CLI::Range(1, 1'000'000));
  app.add_option("--rolls", options.rolls, "Rolls whose voters come");
  app.add_option("--window", options.window, "Calls on their way at a time")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--scope", options.scope, "Among whom another identity is searched");
  app.add_flag("--images", options.images, "Also calls with images");
  app.add_option("--overload", options.overload_s, "Seconds of twice as many calls");
  app.add_option("--folder", folder, "Where the register is made (default: TMPDIR or /tmp)");
  CLI11_PARSE(app, argc, argv);
  if (!folder.empty()) setenv("TMPDIR", folder.c_str(), 1);
  options.voters = std::max(options.voters, options.roll * options.rolls);
  Bench(options).Run();
  return 0;
}

}  // namespace
}  // namespace taanu::test

int main(int argc, char** argv) {
  try {
    return taanu::test::Main(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "verify_bench: %s\n", failure.what());
    return 1;
  }
}
