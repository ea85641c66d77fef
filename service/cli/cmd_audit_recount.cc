// taanu audit recount: the figures, counted again from the log.
#include <algorithm>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/progress.h"
#include "service/cli/recount.h"
#include "service/cli/remote.h"
#include "taanu/v1/audit_service.grpc.pb.h"

namespace taanu::cli {
namespace {

constexpr int kPageSize = 1000;

struct Answer {
  RecountQuestion question;
  v1::GetStatisticsResponse given;
  std::vector<std::string> differences;
};

Result<std::vector<Answer>> Ask(const Remote& remote, v1::AuditService::Stub& stub) {
  std::vector<Answer> answers;
  for (RecountQuestion& question : RecountQuestions()) {
    TAANU_ASSIGN_OR_RETURN(
        auto given, Call(remote, stub, &v1::AuditService::Stub::GetStatistics, question.request));
    answers.push_back({std::move(question), std::move(given), {}});
  }
  return answers;
}

// Voters go on being accredited while this runs, so that each answer is of another length of the
// log: it is compared when the recount has come that far.
Status CountAgain(const Remote& remote, v1::AuditService::Stub& stub,
                  std::vector<Answer>* answers) {
  Recount recount;
  auto next = answers->begin();
  const auto compare = [&] {
    while (next != answers->end() && next->given.log_size() == recount.entries()) {
      next->differences = recount.Differences(next->question, next->given);
      ++next;
    }
  };
  Progress progress("counting", answers->back().given.log_size());
  v1::ListEventsRequest request;
  request.set_page_size(kPageSize);
  compare();
  while (next != answers->end()) {
    TAANU_ASSIGN_OR_RETURN(const auto page,
                           Call(remote, stub, &v1::AuditService::Stub::ListEvents, request));
    for (const v1::Event& event : page.events()) {
      TAANU_RETURN_IF_ERROR(recount.Add(event.leaf()));
      compare();
      if (next == answers->end()) return {};
    }
    progress.Add(static_cast<size_t>(page.events_size()));
    if (page.next_page_token().empty()) break;
    request.set_page_token(page.next_page_token());
  }
  if (next == answers->end()) return {};
  return Fail(ErrorCode::kInternal, "LOG_TOO_SHORT",
              "the figures say that they cover " + std::to_string(next->given.log_size()) +
                  " entries of the log, and it has only " + std::to_string(recount.entries()));
}

void Print(const std::vector<Answer>& answers, const Context& context) {
  if (context.json) {
    nlohmann::json out = nlohmann::json::array();
    for (const Answer& answer : answers) {
      out.push_back({{"figures", answer.question.name},
                     {"entries", answer.given.log_size()},
                     {"differences", answer.differences}});
    }
    std::puts(out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return;
  }
  for (const Answer& answer : answers) {
    std::printf("%s: %s with %llu entries of the log\n", answer.question.name.c_str(),
                answer.differences.empty() ? "agree" : "DO NOT AGREE",
                static_cast<unsigned long long>(answer.given.log_size()));
    for (const std::string& difference : answer.differences)
      std::printf("  %s\n", difference.c_str());
  }
}

ExitStatus RunRecount(const RemoteOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  Result<std::vector<Answer>> answers = Ask(*remote, *stub);
  if (!answers) return PrintError(context, answers.error());
  std::ranges::stable_sort(*answers, {}, [](const Answer& a) { return a.given.log_size(); });
  if (const Status counted = CountAgain(*remote, *stub, &*answers); !counted) {
    return PrintError(context, counted.error());
  }
  Print(*answers, context);
  const bool agree =
      std::ranges::all_of(*answers, [](const Answer& a) { return a.differences.empty(); });
  return agree ? ExitStatus::kSuccess : ExitStatus::kBadInput;
}

}  // namespace

void RegisterAuditRecount(CLI::App& audit, Context& context) {
  auto options = std::make_shared<RemoteOptions>();
  CLI::App* command = AddCommand(
      audit, context,
      {"recount", "Count every figure again from the log, and compare it with what is shown",
       "taanu audit recount"},
      [options, &context] { return RunRecount(*options, context); });
  AddRemoteOptions(command, options.get());
}

}  // namespace taanu::cli
