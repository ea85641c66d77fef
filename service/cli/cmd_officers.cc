// taanu officers: who may vouch for voters of a precinct, each with a code of their own.
#include <cstdio>
#include <memory>
#include <string>

#include "service/cli/codes.h"
#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/table.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/administration_service.grpc.pb.h"

namespace taanu::cli {
namespace {

using Stub = v1::AdministrationService::Stub;

struct OfficersOptions {
  RemoteOptions remote;
  std::string precinct;
  std::string officer;
  std::string operator_id;
  std::string code_file = "-";
  std::string request_id;
};
using OptionsPtr = std::shared_ptr<OfficersOptions>;

template <typename Request>
Request MakeRequest(const OfficersOptions& options) {
  Request request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_precinct_id(options.precinct);
  request.set_officer_id(options.officer);
  request.set_operator_id(options.operator_id);
  return request;
}

ExitStatus RunAdd(const OfficersOptions& options, const Context& context) {
  const auto codes = ReadCodes(options.code_file, {"code of " + options.officer});
  if (!codes) return PrintError(context, codes.error());
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  auto request = MakeRequest<v1::AddOfficerRequest>(options);
  request.set_code(codes->front());
  const auto stub = v1::AdministrationService::NewStub(remote->channel());
  const Result<v1::AddOfficerResponse> added = Call(*remote, *stub, &Stub::AddOfficer, request);
  if (!added) return PrintError(context, added.error());
  if (context.json) {
    std::puts(ToJson(*added).c_str());
  } else {
    std::printf("%s is an officer of precinct %s, in the log as %s (log entry %llu)\n",
                options.officer.c_str(), options.precinct.c_str(),
                added->officer().officer_reference().c_str(),
                static_cast<unsigned long long>(added->event_index()));
  }
  return ExitStatus::kSuccess;
}

ExitStatus RunRemove(const OfficersOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AdministrationService::NewStub(remote->channel());
  const Result<v1::RemoveOfficerResponse> removed =
      Call(*remote, *stub, &Stub::RemoveOfficer, MakeRequest<v1::RemoveOfficerRequest>(options));
  if (!removed) return PrintError(context, removed.error());
  if (context.json) {
    std::puts(ToJson(*removed).c_str());
  } else {
    std::printf("%s is no officer of precinct %s any more (log entry %llu)\n",
                options.officer.c_str(), options.precinct.c_str(),
                static_cast<unsigned long long>(removed->event_index()));
  }
  return ExitStatus::kSuccess;
}

ExitStatus RunList(const OfficersOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AdministrationService::NewStub(remote->channel());
  Table table({"officer", "reference", "locked until", "wrong codes"}, 3);
  v1::ListOfficersRequest request;
  request.set_precinct_id(options.precinct);
  request.set_page_size(1000);
  do {
    const Result<v1::ListOfficersResponse> page =
        Call(*remote, *stub, &Stub::ListOfficers, request);
    if (!page) return PrintError(context, page.error());
    for (const v1::Officer& officer : page->officers()) {
      if (context.json) std::puts(ToJson(officer).c_str());
      table.Add({officer.officer_id().empty() ? "(sealed with a key that is gone; add again)"
                                              : officer.officer_id(),
                 officer.officer_reference(),
                 officer.has_unlock_time() ? TimeWord(officer.unlock_time()) : "-",
                 std::to_string(officer.failure_count())});
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  if (!context.json) std::fputs(table.Text().c_str(), stdout);
  return ExitStatus::kSuccess;
}

CLI::App* AddPart(CLI::App& group, Context& context, const CommandText& text,
                  ExitStatus (*run)(const OfficersOptions&, const Context&),
                  const OptionsPtr& options) {
  CLI::App* part =
      AddCommand(group, context, text, [options, &context, run] { return run(*options, context); });
  part->add_option("--precinct", options->precinct, "The precinct")->required();
  AddRemoteOptions(part, &options->remote);
  return part;
}

void AddChange(CLI::App* part, const OptionsPtr& options) {
  part->add_option("--officer", options->officer, "The officer's id")->required();
  part->add_option("--operator", options->operator_id, "Who does it")->required();
  part->add_option("--request-id", options->request_id,
                   "UUID of this request, to get the answer of one whose answer was lost")
      ->check([](const std::string& id) { return IsUuid(id) ? "" : "it is not a UUID"; });
}

}  // namespace

void RegisterOfficers(CLI::App& app, Context& context) {
  CLI::App* group =
      AddCommand(app, context,
                 {"officers", "Register the officers of a precinct, each with a code",
                  "taanu officers add --precinct P0001 --officer B.Isakov --operator admin"});
  const auto add = std::make_shared<OfficersOptions>();
  CLI::App* part =
      AddPart(*group, context,
              {"add", "Register an officer, or give one a new code; the code is asked for",
               "taanu officers add --precinct P0001 --officer B.Isakov --operator admin"},
              RunAdd, add);
  AddChange(part, add);
  part->add_option("--code-file", add->code_file,
                   "Read the code from the first line of this file; -: from standard input")
      ->capture_default_str();
  const auto remove = std::make_shared<OfficersOptions>();
  AddChange(AddPart(*group, context,
                    {"remove", "Take an officer off the list",
                     "taanu officers remove --precinct P0001 --officer B.Isakov --operator admin"},
                    RunRemove, remove),
            remove);
  AddPart(*group, context,
          {"list", "List the officers of a precinct, without codes",
           "taanu officers list --precinct P0001"},
          RunList, std::make_shared<OfficersOptions>());
}

}  // namespace taanu::cli
