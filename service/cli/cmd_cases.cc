// taanu cases: what people have to settle, from double registrations to second attempts.
#include "enroll/load/finger_column.h"
#include "service/cli/case_text.h"
#include "service/cli/commands.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/table.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/adjudication_service.grpc.pb.h"
#include "taanu/v1/audit_service.grpc.pb.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace taanu::cli {
namespace {

using Audit = v1::AuditService::Stub;
using Adjudication = v1::AdjudicationService::Stub;

const std::map<std::string, v1::CaseKind> kKinds = {
    {"second_attempt", v1::CASE_KIND_SECOND_ATTEMPT},
    {"duplicate_finger", v1::CASE_KIND_DUPLICATE_FINGER},
    {"register_duplicate", v1::CASE_KIND_REGISTER_DUPLICATE}};
const std::map<std::string, v1::CaseState> kStates = {{"open", v1::CASE_STATE_OPEN},
                                                      {"one_opinion", v1::CASE_STATE_ONE_OPINION},
                                                      {"disputed", v1::CASE_STATE_DISPUTED},
                                                      {"settled", v1::CASE_STATE_SETTLED}};
const std::map<std::string, v1::CaseDecision> kDecisions = {
    {"same_person", v1::CASE_DECISION_SAME_PERSON},
    {"different_people", v1::CASE_DECISION_DIFFERENT_PEOPLE},
    {"mistake", v1::CASE_DECISION_MISTAKE},
    {"cannot_tell", v1::CASE_DECISION_CANNOT_TELL}};

struct CasesOptions {
  RemoteOptions remote;
  std::string precinct;
  v1::CaseKind kind = v1::CASE_KIND_UNSPECIFIED;
  v1::CaseState state = v1::CASE_STATE_UNSPECIFIED;
  uint64_t case_id = 0;
  v1::CaseDecision decision = v1::CASE_DECISION_UNSPECIFIED;
  std::string officer;
  std::string request_id;
  std::string finger;
  std::filesystem::path out;
};
using OptionsPtr = std::shared_ptr<CasesOptions>;

ExitStatus RunList(const CasesOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  Table table = CaseTable();
  v1::ListCasesRequest request;
  request.set_precinct_id(options.precinct);
  request.set_kind(options.kind);
  request.set_state(options.state);
  request.set_page_size(1000);
  do {
    const Result<v1::ListCasesResponse> page = Call(*remote, *stub, &Audit::ListCases, request);
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

// Makes one call, and prints the answer with `print`, or as JSON.
template <typename Request, typename Response, typename Print>
ExitStatus RunOne(const CasesOptions& options, const Context& context,
                  grpc::Status (Adjudication::*method)(grpc::ClientContext*, const Request&,
                                                       Response*),
                  const Request& request, const Print& print) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AdjudicationService::NewStub(remote->channel());
  const Result<Response> answer = Call(*remote, *stub, method, request);
  if (!answer) return PrintError(context, answer.error());
  if (!context.json) return print(*answer);
  std::puts(ToJson(*answer).c_str());
  return ExitStatus::kSuccess;
}

ExitStatus RunShow(const CasesOptions& options, const Context& context) {
  v1::GetCaseRequest request;
  request.set_case_id(options.case_id);
  return RunOne(options, context, &Adjudication::GetCase, request,
                [](const v1::GetCaseResponse& answer) {
                  std::fputs(CaseText(answer).c_str(), stdout);
                  return ExitStatus::kSuccess;
                });
}

ExitStatus RunDecide(const CasesOptions& options, const Context& context) {
  v1::DecideCaseRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_case_id(options.case_id);
  request.set_decision(options.decision);
  request.set_operator_id(options.officer);
  return RunOne(options, context, &Adjudication::DecideCase, request,
                [](const v1::DecideCaseResponse& answer) {
                  std::printf("%s\n  case       %llu\n  state      %s\n  log entry  %llu\n",
                              answer.replayed() ? "DONE BEFORE" : "DONE",
                              static_cast<unsigned long long>(answer.case_id()),
                              StateText(answer.state(), answer.settled_as()).c_str(),
                              static_cast<unsigned long long>(answer.event_index()));
                  return ExitStatus::kSuccess;
                });
}

ExitStatus RunPicture(const CasesOptions& options, const Context& context) {
  v1::GetCasePictureRequest request;
  request.set_case_id(options.case_id);
  if (!options.finger.empty()) {
    const auto position = FingerOfColumn(options.finger);
    if (!position) {
      return PrintError(context, {ErrorCode::kBadInput, "BAD_POSITION",
                                  "--finger '" + options.finger +
                                      "' is no finger; use a word such as right_index"});
    }
    request.set_position(static_cast<v1::FingerPosition>(*position));
  }
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AdjudicationService::NewStub(remote->channel());
  Result<v1::GetCasePictureResponse> answer =
      Call(*remote, *stub, &Adjudication::GetCasePicture, request);
  if (!answer) return PrintError(context, answer.error());
  // Minutiae can be made into a print: only its owner may read the file.
  if (const Status written = CreateFile(options.out, answer->svg(), /*secret=*/true); !written) {
    return PrintError(context, written.error(), options.out.string());
  }
  answer->clear_svg();
  if (context.json) {
    std::puts(ToJson(*answer).c_str());
  } else {
    std::fputs(PictureText(*answer).c_str(), stdout);
  }
  return ExitStatus::kSuccess;
}

void AddCaseNumber(CLI::App* command, const OptionsPtr& options) {
  command->add_option("CASE", options->case_id, "The number of the case")->required();
}

void AddList(CLI::App& group, Context& context) {
  auto options = std::make_shared<CasesOptions>();
  CLI::App* command = AddCommand(group, context,
                                 {"list", "List cases in the order in which they were opened",
                                  "taanu cases list --state open --kind register_duplicate"},
                                 [options, &context] { return RunList(*options, context); });
  command->add_option("--precinct", options->precinct,
                      "Only of attempts in this precinct, and of voters on its roll");
  command->add_option("--kind", options->kind, "Only this kind")
      ->transform(CLI::CheckedTransformer(kKinds, CLI::ignore_case));
  command->add_option("--state", options->state, "Only in this state")
      ->transform(CLI::CheckedTransformer(kStates, CLI::ignore_case));
  AddRemoteOptions(command, &options->remote);
}

void AddShow(CLI::App& group, Context& context) {
  auto options = std::make_shared<CasesOptions>();
  CLI::App* command = AddCommand(
      group, context, {"show", "Show a case with the records of its voters", "taanu cases show 7"},
      [options, &context] { return RunShow(*options, context); });
  AddCaseNumber(command, options);
  AddRemoteOptions(command, &options->remote);
}

void AddPicture(CLI::App& group, Context& context) {
  auto options = std::make_shared<CasesOptions>();
  CLI::App* command = AddCommand(
      group, context,
      {"picture",
       "Draw the fingers of both records side by side, as SVG; it is personal data, and the file "
       "is readable for its owner alone",
       "taanu cases picture 7 --out case-7.svg"},
      [options, &context] { return RunPicture(*options, context); });
  AddCaseNumber(command, options);
  command->add_option("--out", options->out, "A new file for the picture")->required();
  command->add_option("--finger", options->finger,
                      "Which finger, such as right_index; otherwise the one that agrees best");
  AddRemoteOptions(command, &options->remote);
}

void AddDecide(CLI::App& group, Context& context) {
  auto options = std::make_shared<CasesOptions>();
  CLI::App* command = AddCommand(
      group, context,
      {"decide", "Decide on a case; two people who agree settle it, a supervisor where they differ",
       "taanu cases decide 7 --decision same_person --operator aigul"},
      [options, &context] { return RunDecide(*options, context); });
  AddCaseNumber(command, options);
  command->add_option("--decision", options->decision, "What it is")
      ->required()
      ->transform(CLI::CheckedTransformer(kDecisions, CLI::ignore_case));
  command->add_option("--operator", options->officer, "Who decides, for the audit log")->required();
  command->add_option("--request-id", options->request_id,
                      "Repeat a request whose answer was lost");
  AddRemoteOptions(command, &options->remote);
}

}  // namespace

void RegisterCases(CLI::App& app, Context& context) {
  CLI::App* group = AddCommand(
      app, context,
      {"cases", "Double registrations and second attempts, to be settled by people",
       "taanu cases list --state open\ntaanu cases decide 7 --decision same_person --operator "
       "aigul"});
  AddList(*group, context);
  AddShow(*group, context);
  AddPicture(*group, context);
  AddDecide(*group, context);
}

}  // namespace taanu::cli
