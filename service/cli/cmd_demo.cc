// taanu demo: an election day in small, on a running daemon and a synthetic register, in which
// every decision is checked.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "service/cli/commands.h"
#include "service/cli/demo_register.h"
#include "service/cli/demo_tally.h"
#include "service/cli/output.h"
#include "service/cli/precincts.h"
#include "service/cli/remote.h"
#include "service/cli/table.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/administration_service.grpc.pb.h"
#include "taanu/v1/audit_service.grpc.pb.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::cli {
namespace {

constexpr const char* kOperator = "demo";

struct DemoOptions {
  RemoteOptions remote;
  std::filesystem::path folder;
  size_t voters = 50;
  size_t impostors = 10;
  size_t second_attempts = 10;
};

// One voter before the terminal, and what should come of it.
struct Visit {
  std::string kind;
  std::string number;
  std::string precinct;
  const std::vector<FingerArgument>* captures = nullptr;
  v1::Outcome expected = v1::OUTCOME_UNSPECIFIED;
  // A voter who is not recognised captures again; the others get one try.
  size_t tries_max = 1;
};

class Demo {
 public:
  Demo(const DemoOptions& options, const Context& context, Remote remote)
      : options_(options),
        context_(context),
        remote_(std::move(remote)),
        verification_(v1::VerificationService::NewStub(remote_.channel())),
        audit_(v1::AuditService::NewStub(remote_.channel())) {}

  ExitStatus Run() {
    if (const Status played = Play(); !played) return PrintError(context_, played.error());
    context_.json ? PrintJson() : PrintSummary();
    for (const std::string& failure : failures_) {
      std::fprintf(stderr, "taanu: not as it should be: %s\n", failure.c_str());
    }
    return failures_.empty() ? ExitStatus::kSuccess : ExitStatus::kInternal;
  }

 private:
  Status Play() {
    const size_t needed = options_.voters + options_.impostors;
    TAANU_ASSIGN_OR_RETURN(voters_, ReadDemoRegister(options_.folder, needed));
    TAANU_RETURN_IF_ERROR(OpenPolls());
    TAANU_RETURN_IF_ERROR(ReadServerInfo());
    TAANU_ASSIGN_OR_RETURN(const OutcomeCounts before, Counts());
    TAANU_ASSIGN_OR_RETURN(const size_t cases_before, CountCases());
    for (const Visit& visit : Visits()) TAANU_RETURN_IF_ERROR(Receive(visit));
    TAANU_ASSIGN_OR_RETURN(const OutcomeCounts after, Counts());
    TAANU_ASSIGN_OR_RETURN(const size_t cases_after, CountCases());
    for (std::string& difference : CompareCounts(before, after, done_)) {
      failures_.push_back(std::move(difference));
    }
    const uint64_t duplicates = done_[v1::OUTCOME_ALREADY_ACCREDITED];
    if (cases_after != cases_before + duplicates) {
      failures_.push_back(std::to_string(cases_after - cases_before) + " cases were opened for " +
                          std::to_string(duplicates) + " second attempts");
    }
    return {};
  }

  // Opens the polls of the voters' precincts, where they are not open yet.
  Status OpenPolls() {
    std::set<std::string> wanted;
    for (const DemoVoter& voter : voters_) wanted.insert(voter.precinct);
    TAANU_ASSIGN_OR_RETURN(const std::vector<v1::Precinct> precincts, ListPrecincts(remote_));
    const auto stub = v1::AdministrationService::NewStub(remote_.channel());
    for (const v1::Precinct& precinct : precincts) {
      const bool asked = wanted.erase(precinct.precinct_id()) > 0;
      if (!asked || precinct.state() != v1::POLLS_STATE_NOT_OPEN) continue;
      v1::OpenPollsRequest request;
      request.set_request_id(NewUuid());
      request.set_precinct_id(precinct.precinct_id());
      request.set_operator_id(kOperator);
      TAANU_RETURN_IF_ERROR(
          Call(remote_, *stub, &v1::AdministrationService::Stub::OpenPolls, request));
    }
    if (wanted.empty()) return {};
    return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
                "the daemon has no precinct " + *wanted.begin() +
                    "; load the register first: taanu load " +
                    (options_.folder / "manifest.csv").string() + " --create-precincts");
  }

  Status ReadServerInfo() {
    const auto stub = v1::AdministrationService::NewStub(remote_.channel());
    TAANU_ASSIGN_OR_RETURN(const v1::GetServerInfoResponse info,
                           Call(remote_, *stub, &v1::AdministrationService::Stub::GetServerInfo,
                                v1::GetServerInfoRequest()));
    captures_max_ = std::max<size_t>(1, info.captures_max());
    return {};
  }

  std::vector<Visit> Visits() const {
    std::vector<Visit> visits;
    for (size_t i = 0; i < options_.voters; ++i) {
      const DemoVoter& voter = voters_[i];
      visits.push_back({"voter", voter.number, voter.precinct, &voter.probes,
                        v1::OUTCOME_ACCREDITED, captures_max_});
    }
    // An impostor has the number of one voter and the finger of the next; neither has come before.
    for (size_t i = 0; i < options_.impostors; ++i) {
      const DemoVoter& claimed = voters_[options_.voters + i];
      const DemoVoter& real = voters_[options_.voters + (i + 1) % options_.impostors];
      visits.push_back(
          {"impostor", claimed.number, claimed.precinct, &real.probes, v1::OUTCOME_NO_MATCH, 1});
    }
    for (size_t i = 0; i < options_.second_attempts; ++i) {
      const DemoVoter& voter = voters_[i];
      visits.push_back({"second", voter.number, voter.precinct, &voter.probes,
                        v1::OUTCOME_ALREADY_ACCREDITED, 1});
    }
    return visits;
  }

  // One voter at the terminal: captures again, and sends the earlier captures too, until the voter
  // is recognised or the captures are used up.
  Status Receive(const Visit& visit) {
    v1::VerifyVoterRequest request;
    request.set_voter_number(visit.number);
    request.set_precinct_id(visit.precinct);
    request.set_operator_id(kOperator);
    const size_t tries = std::min(visit.tries_max, visit.captures->size());
    v1::VerifyVoterResponse decision;
    double latency_ms = 0;
    for (size_t i = 0; i < tries; ++i) {
      TAANU_ASSIGN_OR_RETURN(*request.add_samples(), ReadSample((*visit.captures)[i], 0));
      request.set_request_id(NewUuid());
      const auto start = std::chrono::steady_clock::now();
      TAANU_ASSIGN_OR_RETURN(decision, Call(remote_, *verification_,
                                            &v1::VerificationService::Stub::VerifyVoter, request));
      latency_ms =
          std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
              .count();
      latencies_ms_.push_back(latency_ms);
      ++done_[decision.outcome()];
      const bool again = decision.outcome() == v1::OUTCOME_NO_MATCH ||
                         decision.outcome() == v1::OUTCOME_LOW_QUALITY;
      if (!again) break;
    }
    Note(visit, static_cast<size_t>(request.samples_size()), latency_ms, decision);
    return {};
  }

  void Note(const Visit& visit, size_t captures, double latency_ms,
            const v1::VerifyVoterResponse& decision) {
    bool right = decision.outcome() == visit.expected;
    if (visit.expected == v1::OUTCOME_ALREADY_ACCREDITED) right = right && decision.case_id() != 0;
    if (visit.expected == v1::OUTCOME_ACCREDITED && right) {
      ++accredited_;
      if (captures == 1) ++accredited_at_first_try_;
    }
    ++visits_;
    if (!right) {
      failures_.push_back("visit " + std::to_string(visits_) + ", " + visit.kind + ": " +
                          OutcomeWord(decision.outcome()) + " where " +
                          OutcomeWord(visit.expected) + " is right");
    }
    if (!context_.json) PrintVisit(visit, captures, latency_ms, decision, right);
  }

  // Rows are printed as they happen, so their widths are fixed.
  void PrintVisit(const Visit& visit, size_t captures, double latency_ms,
                  const v1::VerifyVoterResponse& decision, bool right) const {
    if (visits_ == 1) {
      std::printf("%5s  %-8s  %-8s  %8s  %-18s  %5s  %4s  %4s  %8s\n", "visit", "who", "precinct",
                  "captures", "decision", "score", "slip", "case", "ms");
    }
    const std::string slip =
        decision.has_accreditation() ? std::to_string(decision.accreditation().slip_number()) : "-";
    const std::string case_id = decision.case_id() != 0 ? std::to_string(decision.case_id()) : "-";
    std::printf("%5zu  %-8s  %-8s  %8zu  %-18s  %5.1f  %4s  %4s  %8.1f%s\n", visits_,
                visit.kind.c_str(), visit.precinct.c_str(), captures,
                OutcomeWord(decision.outcome()).c_str(), decision.score(), slip.c_str(),
                case_id.c_str(), latency_ms, right ? "" : "  WRONG");
    std::fflush(stdout);
  }

  Result<OutcomeCounts> Counts() const {
    v1::GetStatisticsRequest request;
    request.add_group_by(v1::STATISTICS_DIMENSION_OUTCOME);
    TAANU_ASSIGN_OR_RETURN(const v1::GetStatisticsResponse statistics,
                           Call(remote_, *audit_, &v1::AuditService::Stub::GetStatistics, request));
    return CountOutcomes(statistics);
  }

  Result<size_t> CountCases() const {
    v1::ListCasesRequest request;
    request.set_page_size(1000);
    size_t cases = 0;
    do {
      TAANU_ASSIGN_OR_RETURN(const v1::ListCasesResponse page,
                             Call(remote_, *audit_, &v1::AuditService::Stub::ListCases, request));
      cases += static_cast<size_t>(page.cases_size());
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return cases;
  }

  void PrintSummary() const {
    std::printf("\n%zu of %zu voters accredited, %zu at the first try\n", accredited_,
                options_.voters, accredited_at_first_try_);
    std::printf("%zu attempts, p50 %.1f ms, p95 %.1f ms\n\n", latencies_ms_.size(),
                Percentile(latencies_ms_, 0.50), Percentile(latencies_ms_, 0.95));
    Table table({"outcome", "attempts"}, 1);
    for (const auto& [outcome, count] : done_) {
      table.Add({OutcomeWord(outcome), std::to_string(count)});
    }
    std::fputs(table.Text().c_str(), stdout);
    if (failures_.empty()) {
      std::puts("\nEvery decision was what it should be, and the daemon's statistics agree.");
    }
  }

  void PrintJson() const {
    nlohmann::json outcomes = nlohmann::json::object();
    for (const auto& [outcome, count] : done_) outcomes[OutcomeWord(outcome)] = count;
    const nlohmann::json object = {{"voters", options_.voters},
                                   {"accredited", accredited_},
                                   {"accredited_at_first_try", accredited_at_first_try_},
                                   {"impostors", options_.impostors},
                                   {"second_attempts", options_.second_attempts},
                                   {"outcomes", outcomes},
                                   {"latency_ms_p50", Percentile(latencies_ms_, 0.50)},
                                   {"latency_ms_p95", Percentile(latencies_ms_, 0.95)},
                                   {"failures", failures_}};
    std::printf("%s\n", object.dump().c_str());
  }

  const DemoOptions& options_;
  const Context& context_;
  const Remote remote_;
  const std::unique_ptr<v1::VerificationService::Stub> verification_;
  const std::unique_ptr<v1::AuditService::Stub> audit_;

  std::vector<DemoVoter> voters_;
  size_t captures_max_ = 1;
  size_t visits_ = 0;
  size_t accredited_ = 0;
  size_t accredited_at_first_try_ = 0;
  OutcomeCounts done_;
  std::vector<double> latencies_ms_;
  std::vector<std::string> failures_;
};

ExitStatus RunDemo(const DemoOptions& options, const Context& context) {
  if (options.second_attempts > options.voters || options.impostors == 1) {
    std::fputs("taanu: --second-attempts is at most --voters; --impostors is 0, or 2 and more\n",
               stderr);
    return ExitStatus::kUsage;
  }
  Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  return Demo(options, context, *std::move(remote)).Run();
}

}  // namespace

void RegisterDemo(CLI::App& app, Context& context) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App* command =
      AddCommand(app, context,
                 {"demo", "Play an election day in small on a synthetic register, and check it",
                  "taanu demo --dir register\n"
                  "# on the register that was made and loaded by\n"
                  "taanu synth --voters 1000 --precincts 4 --fingers 2 --probes 1 --out register\n"
                  "taanu load register/manifest.csv --create-precincts"},
                 [options, &context] { return RunDemo(*options, context); });
  command->add_option("--dir", options->folder, "The folder that `taanu synth --probes` made")
      ->required();
  command->add_option("--voters", options->voters, "Voters to verify")
      ->check(CLI::Range(1, 1000000))
      ->capture_default_str();
  command->add_option("--impostors", options->impostors, "Other people's fingers to try")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  command->add_option("--second-attempts", options->second_attempts, "Voters who come twice")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
