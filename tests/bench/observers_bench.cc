// What those who look at the observers' page cost those who vote: VerifyVoter over the Unix socket,
// with and without viewers who follow the page live, in turns within one run.
//
//   observers_bench [--viewers N] [--calls N] [--turns N] [--window N] [--rate N] [--precincts N]
//
// Every turn verifies other voters for the first time. First as many calls as the daemon answers
// with a window of them on their way; then calls at a fixed rate, whose latency is what a precinct
// feels. The viewers read on a thread of this program, on the same processors. The search for
// another identity is off: its cost grows with the day, and would hide what is measured.
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "service/observers/listener.h"
#include "tests/bench/load_run.h"
#include "tests/support/election.h"
#include "tests/support/http.h"
#include "tests/support/synthetic_record.h"

namespace taanu::test {
namespace {

constexpr int kReaderNiceness = 10;

struct Options {
  size_t viewers = 1000;
  uint64_t calls = 1500;  // of each half of a turn
  int turns = 3;
  size_t window = 32;
  double rate = 100;  // calls a second
  uint64_t precincts = 30;
};

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

// Many who follow the page, read by one thread.
class Viewers {
 public:
  Viewers(int port, size_t count) : epoll_(epoll_create1(0)) {
    for (size_t i = 0; i < count; ++i) {
      connections_.push_back(std::make_unique<HttpConnection>(port));
      connections_.back()->Send("GET /api/v1/events HTTP/1.1\r\nHost: x\r\n\r\n");
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.fd = connections_.back()->fd();
      epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_.back()->fd(), &event);
    }
    reader_ = std::thread([this] { Read(); });
  }
  ~Viewers() {
    stopping_ = true;
    reader_.join();
    close(epoll_);
  }
  Viewers(const Viewers&) = delete;
  Viewers& operator=(const Viewers&) = delete;

  uint64_t bytes() const { return bytes_; }
  uint64_t lost() const { return lost_; }

 private:
  void Read() {
    // Viewers read on machines of their own: here they give way to what is measured.
    setpriority(PRIO_PROCESS, 0, kReaderNiceness);
    std::vector<epoll_event> ready(256);
    std::vector<char> bytes(64 * 1024);
    while (!stopping_) {
      const int count = epoll_wait(epoll_, ready.data(), static_cast<int>(ready.size()), 100);
      for (int i = 0; i < count; ++i) {
        const int fd = ready[static_cast<size_t>(i)].data.fd;
        const ssize_t got = recv(fd, bytes.data(), bytes.size(), 0);
        if (got > 0) {
          bytes_ += static_cast<uint64_t>(got);
        } else {
          ++lost_;
          epoll_ctl(epoll_, EPOLL_CTL_DEL, fd, nullptr);
        }
      }
    }
  }

  int epoll_;
  std::vector<std::unique_ptr<HttpConnection>> connections_;
  std::atomic<bool> stopping_ = false;
  std::atomic<uint64_t> bytes_ = 0;
  std::atomic<uint64_t> lost_ = 0;
  std::thread reader_;
};

struct Half {
  std::vector<double> calls_a_second;
  std::vector<double> paced_p50_ms;
  std::vector<double> paced_p99_ms;
};

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values.empty() ? 0 : values[values.size() / 2];
}

class Bench {
 public:
  explicit Bench(const Options& options)
      : options_(options),
        election_({.election = "duplicate_scope = \"off\"",
                   .limits = "terminal_attempts_per_minute = 0",
                   .search = "rolls = false",
                   .observers = "listen = \"127.0.0.1:0\"\nviewers_max = " +
                                std::to_string(std::max<size_t>(1, options.viewers))}) {}

  void Run() {
    Load();
    std::printf(
        "| turn | viewers | calls/s | p50 ms | p99 ms | at %.0f/s p50 ms | p99 ms | daemon cpu us "
        "a "
        "call | MB to viewers |\n|---|---|---|---|---|---|---|---|---|\n",
        options_.rate);
    for (int turn = 1; turn <= options_.turns; ++turn) {
      Measure(turn, 0, &without_);
      Measure(turn, options_.viewers, &with_);
    }
    std::printf("with %zu viewers / without: calls a second %.3f, paced p50 %.2f, p99 %.2f\n",
                options_.viewers, Median(with_.calls_a_second) / Median(without_.calls_a_second),
                Median(with_.paced_p50_ms) / Median(without_.paced_p50_ms),
                Median(with_.paced_p99_ms) / Median(without_.paced_p99_ms));
  }

 private:
  uint64_t Paced() const { return options_.calls / 2; }
  uint64_t Voters() const {
    return 2 * static_cast<uint64_t>(options_.turns) * (options_.calls + Paced());
  }
  std::string PrecinctOf(uint64_t voter) const {
    return "P" + std::to_string(100 + voter % options_.precincts);
  }
  static std::string NumberOf(uint64_t voter) { return std::to_string(10'000'000 + voter); }

  void Load() {
    Client client = election_.Connect();
    for (uint64_t k = 0; k < options_.precincts; ++k) {
      v1::CreatePrecinctResponse created;
      v1::OpenPollsResponse opened;
      if (!client.CreatePrecinct(PrecinctOf(k), &created).ok() ||
          !client.OpenPolls(PrecinctOf(k), &opened).ok()) {
        throw std::runtime_error("no precincts");
      }
    }
    grpc::ClientContext context;
    const auto load = client.enrollment().BulkEnroll(&context);
    std::thread reader([&load] {
      v1::BulkEnrollResponse status;
      while (load->Read(&status)) {
      }
    });
    const std::string load_id = NewRequestId();
    bool open = true;
    for (uint64_t i = 0; open && i < Voters(); ++i) {
      v1::BulkEnrollRequest item;
      *item.mutable_voter() = EnrollRequest(NumberOf(i), PrecinctOf(i), {}).voter();
      v1::FingerSample* const sample = item.add_samples();
      sample->set_position(v1::FINGER_POSITION_RIGHT_INDEX);
      sample->set_minutiae_record(SyntheticRecord(i, 0));
      item.set_request_id(load_id);
      item.set_item_number(i);
      open = load->Write(item);
    }
    load->WritesDone();
    reader.join();
    if (!load->Finish().ok()) throw std::runtime_error("no voters");
  }

  // Requests for the next `count` voters, who did not come before; made beforehand.
  LoadRun::Request Next(uint64_t count) {
    const auto requests = std::make_shared<std::vector<v1::VerifyVoterRequest>>();
    for (uint64_t i = 0; i < count; ++i, ++next_) {
      requests->push_back(VerifyRequest(NumberOf(next_), PrecinctOf(next_),
                                        {RecordSample(next_, 1, v1::FINGER_POSITION_RIGHT_INDEX)}));
      requests->back().set_request_id(NewRequestId());
    }
    return [requests](uint64_t n) { return (*requests)[n % requests->size()]; };
  }

  std::vector<std::shared_ptr<grpc::Channel>> Connections() const {
    return {election_.Connect().channel(), election_.Connect().channel()};
  }

  static void Check(const LoadTally& tally) {
    if (tally.failed > 0) throw std::runtime_error("a call failed: " + tally.first_failure);
  }

  void Measure(int turn, size_t count, Half* half) {
    std::unique_ptr<Viewers> viewers;
    if (count > 0) viewers = std::make_unique<Viewers>(election_.observers_port(), count);
    LoadRun closed(Connections(), Next(options_.calls));
    const pid_t pid = election_.process().pid();
    const double before = ProcessorSeconds(pid);
    const LoadTally most = closed.Closed(options_.calls, options_.window);
    const double cpu_s = ProcessorSeconds(pid) - before;
    Check(most);
    LoadRun open(Connections(), Next(Paced()));
    const LoadTally paced = open.Open(
        options_.rate, std::chrono::seconds(std::max<int64_t>(
                           1, static_cast<int64_t>(static_cast<double>(Paced()) / options_.rate))));
    Check(paced);
    if (viewers != nullptr && viewers->lost() > 0) throw std::runtime_error("a viewer was cut off");
    half->calls_a_second.push_back(static_cast<double>(most.answered) / most.seconds);
    half->paced_p50_ms.push_back(LoadTally::Percentile(paced.answer_ms, 0.5));
    half->paced_p99_ms.push_back(LoadTally::Percentile(paced.answer_ms, 0.99));
    std::printf("| %d | %zu | %.0f | %.1f | %.1f | %.2f | %.2f | %.0f | %.1f |\n", turn, count,
                half->calls_a_second.back(), LoadTally::Percentile(most.answer_ms, 0.5),
                LoadTally::Percentile(most.answer_ms, 0.99), half->paced_p50_ms.back(),
                half->paced_p99_ms.back(), 1e6 * cpu_s / static_cast<double>(most.answered),
                viewers == nullptr ? 0 : static_cast<double>(viewers->bytes()) / 1e6);
    std::fflush(stdout);
  }

  const Options options_;
  Election election_;
  uint64_t next_ = 0;
  Half without_;
  Half with_;
};

int Main(int argc, char** argv) {
  Options options;
  CLI::App app("Measures what viewers of the observers' page cost voters");
  app.add_option("--viewers", options.viewers, "Who follow the page live");
  app.add_option("--calls", options.calls, "Voters of a turn, with viewers and without")
      ->check(CLI::Range(10, 1'000'000));
  app.add_option("--turns", options.turns, "Turns")->check(CLI::Range(1, 100));
  app.add_option("--window", options.window, "Calls on their way at a time")
      ->check(CLI::Range(1, 1000));
  app.add_option("--rate", options.rate, "Calls a second where they are paced")
      ->check(CLI::Range(1, 10'000));
  app.add_option("--precincts", options.precincts, "Precincts")->check(CLI::Range(1, 900));
  CLI11_PARSE(app, argc, argv);
  if (const Status files = observers::AllowOpenFiles(options.viewers); !files) {
    throw std::runtime_error(files.error().message);
  }
  Bench(options).Run();
  return 0;
}

}  // namespace
}  // namespace taanu::test

int main(int argc, char** argv) {
  try {
    return taanu::test::Main(argc, argv);
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "observers_bench: %s\n", failure.what());
    return 1;
  }
}
