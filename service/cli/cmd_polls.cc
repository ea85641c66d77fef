// taanu polls: creates and lists precincts, opens and closes their polls.
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/cli/cmd_correct.h"
#include "service/cli/cmd_polls_files.h"
#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/precincts.h"
#include "service/cli/remote.h"
#include "service/cli/table.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/administration_service.grpc.pb.h"
#include "taanu/v1/verification_service.grpc.pb.h"

namespace taanu::cli {
namespace {

using Administration = v1::AdministrationService::Stub;

struct PollsOptions {
  RemoteOptions remote;
  std::vector<std::string> precincts;
  bool all = false;
  std::string officer;
};

std::string TimeOrDash(bool has, const google::protobuf::Timestamp& time) {
  return has ? TimeWord(time) : "-";
}

void PrintPrecincts(const Context& context, const std::vector<v1::Precinct>& precincts) {
  if (context.json) {
    for (const v1::Precinct& precinct : precincts) std::puts(ToJson(precinct).c_str());
    return;
  }
  Table table({"precinct", "polls", "opened", "closed", "voters", "accredited"}, 4);
  for (const v1::Precinct& precinct : precincts) {
    table.Add({precinct.precinct_id(), PollsWord(precinct.state()),
               TimeOrDash(precinct.has_open_time(), precinct.open_time()),
               TimeOrDash(precinct.has_close_time(), precinct.close_time()),
               std::to_string(precinct.voter_count()),
               std::to_string(precinct.accredited_count())});
  }
  std::fputs(table.Text().c_str(), stdout);
}

// Does `act` for each precinct that is named, and prints those for which it succeeded. One that
// fails does not stop the others.
template <typename Act>
ExitStatus ForEach(const std::vector<std::string>& names, const Context& context, Act act) {
  ExitStatus status = ExitStatus::kSuccess;
  std::vector<v1::Precinct> done;
  for (const std::string& name : names) {
    const Result<v1::Precinct> precinct = act(name);
    if (precinct) {
      done.push_back(*precinct);
    } else {
      status = FirstFailure(status, PrintError(context, precinct.error(), name));
    }
  }
  if (!done.empty()) PrintPrecincts(context, done);
  return status;
}

// A request that names a precinct, made by an operator.
template <typename Request>
Request MakeRequest(const std::string& precinct, const std::string& officer) {
  Request request;
  request.set_request_id(NewUuid());
  request.set_precinct_id(precinct);
  request.set_operator_id(officer);
  return request;
}

ExitStatus RunCreate(const PollsOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AdministrationService::NewStub(remote->channel());
  return ForEach(
      options.precincts, context, [&](const std::string& precinct) -> Result<v1::Precinct> {
        v1::CreatePrecinctRequest request;
        request.set_request_id(NewUuid());
        request.set_precinct_id(precinct);
        TAANU_ASSIGN_OR_RETURN(const v1::CreatePrecinctResponse answer,
                               Call(*remote, *stub, &Administration::CreatePrecinct, request));
        return answer.precinct();
      });
}

ExitStatus RunList(const PollsOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto precincts = ListPrecincts(*remote);
  if (!precincts) return PrintError(context, precincts.error());
  PrintPrecincts(context, *precincts);
  return ExitStatus::kSuccess;
}

// What a precinct's status tells beside its row of the table.
void PrintDetails(const v1::GetPrecinctStatusResponse& status) {
  const v1::FallbackFigures& fallbacks = status.fallbacks();
  std::printf("%s: fallbacks %llu of %llu used", status.precinct().precinct_id().c_str(),
              static_cast<unsigned long long>(fallbacks.used_count()),
              static_cast<unsigned long long>(fallbacks.max_count()));
  for (const v1::FallbackReasonCount& reason : fallbacks.reasons()) {
    std::printf(", %s %llu", FallbackWord(reason.reason()).c_str(),
                static_cast<unsigned long long>(reason.accredited_count()));
  }
  std::puts("");
  for (const v1::Session& session : status.sessions()) {
    std::printf("station %s: session %s since %s\n", session.station_id().c_str(),
                session.session_id().c_str(), TimeWord(session.start_time()).c_str());
  }
  if (status.corrections_size() > 0) {
    std::fputs(CorrectionsText({status.corrections().begin(), status.corrections().end()}).c_str(),
               stdout);
  }
}

ExitStatus RunStatus(const PollsOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::VerificationService::NewStub(remote->channel());
  ExitStatus status = ExitStatus::kSuccess;
  std::vector<v1::Precinct> precincts;
  std::vector<v1::GetPrecinctStatusResponse> answers;
  for (const std::string& precinct : options.precincts) {
    v1::GetPrecinctStatusRequest request;
    request.set_precinct_id(precinct);
    auto answer = Call(*remote, *stub, &v1::VerificationService::Stub::GetPrecinctStatus, request);
    if (!answer) {
      status = FirstFailure(status, PrintError(context, answer.error(), precinct));
      continue;
    }
    precincts.push_back(answer->precinct());
    answers.push_back(*std::move(answer));
  }
  if (context.json) {
    for (const auto& answer : answers) std::puts(ToJson(answer).c_str());
  } else if (!answers.empty()) {
    PrintPrecincts(context, precincts);
    for (const auto& answer : answers) PrintDetails(answer);
  }
  return status;
}

// The precincts that are named, or with --all those in the state from which they can be changed.
Result<std::vector<std::string>> Chosen(const PollsOptions& options, const Remote& remote,
                                        v1::PollsState from) {
  if (!options.all) return options.precincts;
  TAANU_ASSIGN_OR_RETURN(const std::vector<v1::Precinct> precincts, ListPrecincts(remote));
  std::vector<std::string> names;
  for (const v1::Precinct& precinct : precincts) {
    if (precinct.state() == from) names.push_back(precinct.precinct_id());
  }
  return names;
}

template <typename Request, typename Response>
ExitStatus RunChange(const PollsOptions& options, const Context& context, v1::PollsState from,
                     grpc::Status (Administration::*method)(grpc::ClientContext*, const Request&,
                                                            Response*)) {
  if (options.all != options.precincts.empty()) {
    std::fputs("taanu: name precincts, or give --all\n", stderr);
    return ExitStatus::kUsage;
  }
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto names = Chosen(options, *remote, from);
  if (!names) return PrintError(context, names.error());
  const auto stub = v1::AdministrationService::NewStub(remote->channel());
  return ForEach(*names, context, [&](const std::string& precinct) -> Result<v1::Precinct> {
    TAANU_ASSIGN_OR_RETURN(
        const Response answer,
        Call(*remote, *stub, method, MakeRequest<Request>(precinct, options.officer)));
    return answer.precinct();
  });
}

using RunPolls = ExitStatus (*)(const PollsOptions&, const Context&);

ExitStatus RunOpen(const PollsOptions& options, const Context& context) {
  return RunChange(options, context, v1::POLLS_STATE_NOT_OPEN, &Administration::OpenPolls);
}

ExitStatus RunClose(const PollsOptions& options, const Context& context) {
  return RunChange(options, context, v1::POLLS_STATE_OPEN, &Administration::ClosePolls);
}

CLI::App* AddPart(CLI::App& polls, Context& context, const CommandText& text, RunPolls run,
                  const std::shared_ptr<PollsOptions>& options) {
  CLI::App* part =
      AddCommand(polls, context, text, [options, &context, run] { return run(*options, context); });
  AddRemoteOptions(part, &options->remote);
  return part;
}

void AddChange(CLI::App& polls, Context& context, const CommandText& text, RunPolls run) {
  auto options = std::make_shared<PollsOptions>();
  CLI::App* part = AddPart(polls, context, text, run, options);
  part->add_option("PRECINCT", options->precincts, "Precincts");
  part->add_flag("--all", options->all, "Every precinct whose polls can be changed so");
  part->add_option("--operator", options->officer, "Who does it; logged as a keyed reference")
      ->required();
}

void AddNamed(CLI::App& polls, Context& context, const CommandText& text, RunPolls run) {
  auto options = std::make_shared<PollsOptions>();
  AddPart(polls, context, text, run, options)
      ->add_option("PRECINCT", options->precincts, "Precincts")
      ->required();
}

}  // namespace

void RegisterPolls(CLI::App& app, Context& context) {
  CLI::App* polls = AddCommand(app, context,
                               {"polls", "Create precincts, open and close their polls",
                                "taanu polls open P0001 --operator chair"});
  AddNamed(*polls, context,
           {"create", "Create precincts, not open", "taanu polls create P0001 P0002"}, RunCreate);
  AddPart(*polls, context, {"list", "List every precinct with its figures", "taanu polls list"},
          RunList, std::make_shared<PollsOptions>());
  AddNamed(*polls, context,
           {"status", "Show precincts, as a terminal may", "taanu polls status P0001"}, RunStatus);
  AddChange(*polls, context,
            {"open", "Open polls, as a logged entry", "taanu polls open --all --operator chair"},
            RunOpen);
  AddChange(*polls, context,
            {"close", "Close polls for good, which seals the totals",
             "taanu polls close P0001 --operator chair"},
            RunClose);
  AddCorrectionCommands(*polls, context);
  AddPollsFileCommands(*polls, context);
}

}  // namespace taanu::cli
