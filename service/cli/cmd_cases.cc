// taanu cases: the duplicate attempts that people have to settle.
#include <cstdio>
#include <memory>
#include <string>

#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/table.h"
#include "service/cli/words.h"
#include "taanu/v1/audit_service.grpc.pb.h"

namespace taanu::cli {
namespace {

struct CasesOptions {
  RemoteOptions remote;
  std::string precinct;
};

void AddCase(const v1::DuplicateCase& item, Table* table) {
  table->Add({std::to_string(item.case_id()), TimeWord(item.attempt_time()), item.precinct_id(),
              OutcomeWord(item.outcome()), item.finger_matched() ? "yes" : "no",
              TimeWord(item.earlier().accredit_time()), item.earlier().precinct_id(),
              std::to_string(item.earlier().slip_number()), item.voter_reference()});
}

ExitStatus RunCases(const CasesOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  Table table({"case", "second attempt", "precinct", "outcome", "finger matched",
               "first accredited", "precinct", "slip", "voter reference"},
              9);
  v1::ListCasesRequest request;
  request.set_precinct_id(options.precinct);
  request.set_page_size(1000);
  do {
    const Result<v1::ListCasesResponse> page =
        Call(*remote, *stub, &v1::AuditService::Stub::ListCases, request);
    if (!page) return PrintError(context, page.error());
    for (const v1::DuplicateCase& item : page->cases()) {
      if (context.json) {
        std::puts(ToJson(item).c_str());
      } else {
        AddCase(item, &table);
      }
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  if (!context.json) std::fputs(table.Text().c_str(), stdout);
  return ExitStatus::kSuccess;
}

}  // namespace

void RegisterCases(CLI::App& app, Context& context) {
  auto options = std::make_shared<CasesOptions>();
  CLI::App* command = AddCommand(app, context,
                                 {"cases", "List the duplicate attempts to be settled by people",
                                  "taanu cases --precinct P0001"},
                                 [options, &context] { return RunCases(*options, context); });
  command->add_option("--precinct", options->precinct, "Only this precinct");
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
