// taanu voter: what happens to a voter of the register after enrolment.
#include <algorithm>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "enroll/image/image.h"
#include "enroll/load/finger_column.h"
#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/sample.h"
#include "service/cli/table.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/enrollment_service.grpc.pb.h"

namespace taanu::cli {
namespace {

using Stub = v1::EnrollmentService::Stub;

struct VoterOptions {
  RemoteOptions remote;
  std::string number;
  std::string officer;
  std::string request_id;
  // Of one command each.
  std::optional<std::string> family_name;
  std::optional<std::string> given_names;
  std::optional<uint32_t> birth_year;
  std::optional<std::string> sex;
  std::string precinct;
  std::string finger;
  std::string reason;
  double dpi = 0;
};
using OptionsPtr = std::shared_ptr<VoterOptions>;

const std::map<std::string, v1::DeactivationReason>& Reasons() {
  static const std::map<std::string, v1::DeactivationReason> reasons = {
      {"died", v1::DEACTIVATION_REASON_DIED},
      {"moved_away", v1::DEACTIVATION_REASON_MOVED_AWAY},
      {"duplicate", v1::DEACTIVATION_REASON_DUPLICATE},
      {"not_eligible", v1::DEACTIVATION_REASON_NOT_ELIGIBLE},
      {"mistake", v1::DEACTIVATION_REASON_MISTAKE},
      {"other", v1::DEACTIVATION_REASON_OTHER},
  };
  return reasons;
}

std::string ReasonWord(v1::DeactivationReason reason) {
  for (const auto& [word, value] : Reasons()) {
    if (value == reason) return word;
  }
  return "unknown";
}

std::string StateWord(v1::VoterState state) {
  switch (state) {
    case v1::VOTER_STATE_ACTIVE:
      return "on the roll";
    case v1::VOTER_STATE_INACTIVE:
      return "off the roll";
    default:
      return "erased";
  }
}

template <typename Request>
Request MakeRequest(const VoterOptions& options) {
  Request request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_voter_number(options.number);
  request.set_operator_id(options.officer);
  return request;
}

Result<v1::FingerPosition> Position(const std::string& word) {
  const auto position = FingerOfColumn(word);
  if (!position) {
    return Fail(ErrorCode::kBadInput, "BAD_POSITION",
                "--finger '" + word + "' is no finger; use a word such as right_index");
  }
  return static_cast<v1::FingerPosition>(*position);
}

void PrintChange(const v1::VoterChange& change) {
  std::printf("%s\n  reference  %s\n", change.replayed() ? "DONE BEFORE" : "DONE",
              change.voter_reference().c_str());
  std::printf("  voter      %s\n", StateWord(change.state()).c_str());
  if (!change.precinct_id().empty()) {
    std::printf("  precinct   %s\n  fingers    %u\n", change.precinct_id().c_str(),
                change.reference_count());
  }
  std::printf("  log entry  %llu\n", static_cast<unsigned long long>(change.event_index()));
}

// Makes the request with `fill`, calls, and prints the change.
template <typename Request, typename Response>
ExitStatus RunChange(const VoterOptions& options, const Context& context,
                     grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                     const std::function<Status(Request*)>& fill) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  auto request = MakeRequest<Request>(options);
  if (const Status filled = fill(&request); !filled) return PrintError(context, filled.error());
  const auto stub = v1::EnrollmentService::NewStub(remote->channel());
  const Result<Response> answer = Call(*remote, *stub, method, request);
  if (!answer) return PrintError(context, answer.error());
  if (context.json) {
    std::puts(ToJson(*answer).c_str());
  } else {
    PrintChange(answer->change());
  }
  return ExitStatus::kSuccess;
}

void AddFingers(const google::protobuf::RepeatedPtrField<v1::FingerReport>& fingers,
                const std::string& state, Table* table) {
  for (const v1::FingerReport& finger : fingers) {
    table->Add({FingerWord(finger.position()), std::to_string(finger.quality()),
                std::to_string(finger.minutia_count()), state});
  }
}

void PrintVoter(const v1::GetVoterResponse& voter) {
  std::printf("%s, %s\n", voter.voter().family_name().c_str(), voter.voter().given_names().c_str());
  std::printf(
      "  reference  %s\n  precinct   %s\n  born       %s\n", voter.voter_reference().c_str(),
      voter.voter().precinct_id().c_str(),
      voter.voter().birth_year() == 0 ? "-" : std::to_string(voter.voter().birth_year()).c_str());
  std::printf("  voter      %s%s\n  enrolled   %s\n", StateWord(voter.state()).c_str(),
              voter.state() == v1::VOTER_STATE_INACTIVE
                  ? (" (" + ReasonWord(voter.deactivation_reason()) + ")").c_str()
                  : "",
              TimeWord(voter.enroll_time()).c_str());
  Table table({"finger", "quality", "minutiae", "state"}, 4);
  AddFingers(voter.fingers(), "in use", &table);
  AddFingers(voter.superseded_fingers(), "kept until confirmed", &table);
  std::printf("\n%s", table.Text().c_str());
}

ExitStatus RunShow(const VoterOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  v1::GetVoterRequest request;
  request.set_voter_number(options.number);
  const auto stub = v1::EnrollmentService::NewStub(remote->channel());
  const auto voter = Call(*remote, *stub, &Stub::GetVoter, request);
  if (!voter) return PrintError(context, voter.error());
  if (context.json) {
    std::puts(ToJson(*voter).c_str());
  } else {
    PrintVoter(*voter);
  }
  return ExitStatus::kSuccess;
}

Status FillUpdate(const VoterOptions& options, v1::UpdateVoterRequest* request) {
  v1::Voter* const voter = request->mutable_voter();
  auto* const mask = request->mutable_update_mask();
  if (options.family_name) {
    voter->set_family_name(*options.family_name);
    mask->add_paths("family_name");
  }
  if (options.given_names) {
    voter->set_given_names(*options.given_names);
    mask->add_paths("given_names");
  }
  if (options.birth_year) {
    voter->set_birth_year(*options.birth_year);
    mask->add_paths("birth_year");
  }
  if (options.sex) {
    voter->set_sex(*options.sex == "F"   ? v1::SEX_FEMALE
                   : *options.sex == "M" ? v1::SEX_MALE
                                         : v1::SEX_UNSPECIFIED);
    mask->add_paths("sex");
  }
  if (!mask->paths().empty()) return {};
  return Fail(ErrorCode::kBadInput, "NOTHING_TO_UPDATE",
              "name what is to be corrected: --family-name, --given-names, --birth-year or --sex");
}

ExitStatus RunUpdate(const VoterOptions& options, const Context& context) {
  return RunChange<v1::UpdateVoterRequest, v1::UpdateVoterResponse>(
      options, context, &Stub::UpdateVoter,
      [&](v1::UpdateVoterRequest* request) { return FillUpdate(options, request); });
}

ExitStatus RunMove(const VoterOptions& options, const Context& context) {
  return RunChange<v1::MoveVoterRequest, v1::MoveVoterResponse>(
      options, context, &Stub::MoveVoter, [&](v1::MoveVoterRequest* request) -> Status {
        request->set_precinct_id(options.precinct);
        return {};
      });
}

ExitStatus RunReenroll(const VoterOptions& options, const Context& context) {
  return RunChange<v1::ReenrollFingerRequest, v1::ReenrollFingerResponse>(
      options, context, &Stub::ReenrollFinger, [&](v1::ReenrollFingerRequest* request) -> Status {
        TAANU_ASSIGN_OR_RETURN(*request->mutable_sample(),
                               ReadSample(ParseFingerArgument(options.finger), options.dpi));
        return {};
      });
}

ExitStatus RunConfirm(const VoterOptions& options, const Context& context) {
  return RunChange<v1::ConfirmFingerRequest, v1::ConfirmFingerResponse>(
      options, context, &Stub::ConfirmFinger, [&](v1::ConfirmFingerRequest* request) -> Status {
        TAANU_ASSIGN_OR_RETURN(const v1::FingerPosition position, Position(options.finger));
        request->set_position(position);
        return {};
      });
}

ExitStatus RunRevert(const VoterOptions& options, const Context& context) {
  return RunChange<v1::RevertFingerRequest, v1::RevertFingerResponse>(
      options, context, &Stub::RevertFinger, [&](v1::RevertFingerRequest* request) -> Status {
        TAANU_ASSIGN_OR_RETURN(const v1::FingerPosition position, Position(options.finger));
        request->set_position(position);
        return {};
      });
}

ExitStatus RunDeactivate(const VoterOptions& options, const Context& context) {
  return RunChange<v1::DeactivateVoterRequest, v1::DeactivateVoterResponse>(
      options, context, &Stub::DeactivateVoter, [&](v1::DeactivateVoterRequest* request) -> Status {
        request->set_reason(Reasons().at(options.reason));
        return {};
      });
}

ExitStatus RunReactivate(const VoterOptions& options, const Context& context) {
  return RunChange<v1::ReactivateVoterRequest, v1::ReactivateVoterResponse>(
      options, context, &Stub::ReactivateVoter,
      [](v1::ReactivateVoterRequest*) -> Status { return {}; });
}

ExitStatus RunErase(const VoterOptions& options, const Context& context) {
  return RunChange<v1::EraseVoterRequest, v1::EraseVoterResponse>(
      options, context, &Stub::EraseVoter, [](v1::EraseVoterRequest*) -> Status { return {}; });
}

using RunVoter = ExitStatus (*)(const VoterOptions&, const Context&);

// A command on one voter; one that changes the voter also has an operator and a request id.
CLI::App* AddVoterCommand(CLI::App& group, Context& context, const CommandText& text, RunVoter run,
                          const OptionsPtr& options) {
  CLI::App* command =
      AddCommand(group, context, text, [options, run, &context] { return run(*options, context); });
  command->add_option("number", options->number, "The voter's number")->required();
  AddRemoteOptions(command, &options->remote);
  if (run == &RunShow) return command;
  command->add_option("--operator", options->officer, "Who does it, for the audit log")->required();
  command
      ->add_option("--request-id", options->request_id,
                   "UUID of this request, to repeat one whose answer was lost")
      ->check([](const std::string& id) { return IsUuid(id) ? "" : "it is not a UUID"; });
  return command;
}

void AddData(CLI::App& group, Context& context) {
  auto options = std::make_shared<VoterOptions>();
  AddVoterCommand(
      group, context,
      {"show", "Show a voter, with what is enrolled", "taanu voter show 20101199012345"}, &RunShow,
      options);
  options = std::make_shared<VoterOptions>();
  CLI::App* command =
      AddVoterCommand(group, context,
                      {"update", "Correct names, year of birth or sex",
                       "taanu voter update 20101199012345 --family-name Асанова --operator aigul"},
                      &RunUpdate, options);
  command->add_option("--family-name", options->family_name, "Family name");
  command->add_option("--given-names", options->given_names, "Given names");
  command->add_option("--birth-year", options->birth_year,
                      "Year of birth; 0 where it is not known");
  command->add_option("--sex", options->sex, "F or M; X where it is not stated")
      ->check(CLI::IsMember({"F", "M", "X"}));
  options = std::make_shared<VoterOptions>();
  command = AddVoterCommand(group, context,
                            {"move", "Put a voter on the roll of another precinct",
                             "taanu voter move 20101199012345 --to P0002 --operator aigul"},
                            &RunMove, options);
  command->add_option("--to", options->precinct, "The precinct to move to")->required();
}

void AddFingerCommands(CLI::App& group, Context& context) {
  auto options = std::make_shared<VoterOptions>();
  CLI::App* command = AddVoterCommand(
      group, context,
      {"reenroll", "Enrol a finger again; its earlier reference is kept until that is confirmed",
       "taanu voter reenroll 20101199012345 --finger right_index=ri.png --operator aigul"},
      &RunReenroll, options);
  command->add_option("--finger", options->finger, "POSITION=FILE, an image or a template")
      ->required();
  command->add_option("--dpi", options->dpi, "Resolution of an image that states none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  options = std::make_shared<VoterOptions>();
  command =
      AddVoterCommand(group, context,
                      {"confirm", "Confirm a finger that another operator enrolled again",
                       "taanu voter confirm 20101199012345 --finger right_index --operator bakyt"},
                      &RunConfirm, options);
  command->add_option("--finger", options->finger, "The finger, such as right_index")->required();
  options = std::make_shared<VoterOptions>();
  command =
      AddVoterCommand(group, context,
                      {"revert", "Take back a finger that was enrolled again",
                       "taanu voter revert 20101199012345 --finger right_index --operator bakyt"},
                      &RunRevert, options);
  command->add_option("--finger", options->finger, "The finger, such as right_index")->required();
}

void AddStates(CLI::App& group, Context& context) {
  auto options = std::make_shared<VoterOptions>();
  CLI::App* command =
      AddVoterCommand(group, context,
                      {"deactivate", "Take a voter off the roll",
                       "taanu voter deactivate 20101199012345 --reason died --operator aigul"},
                      &RunDeactivate, options);
  std::set<std::string> words;
  for (const auto& [word, reason] : Reasons()) words.insert(word);
  command->add_option("--reason", options->reason, "Why")->required()->check(CLI::IsMember(words));
  options = std::make_shared<VoterOptions>();
  AddVoterCommand(group, context,
                  {"reactivate", "Put a voter back on the roll",
                   "taanu voter reactivate 20101199012345 --operator aigul"},
                  &RunReactivate, options);
  options = std::make_shared<VoterOptions>();
  AddVoterCommand(group, context,
                  {"erase", "Destroy all data of a voter who is off the roll",
                   "taanu voter erase 20101199012345 --operator aigul"},
                  &RunErase, options);
}

}  // namespace

void RegisterVoter(CLI::App& app, Context& context) {
  CLI::App* group = AddCommand(
      app, context,
      {"voter", "Show, correct, move, deactivate or erase a voter, or enrol a finger again",
       "taanu voter show 20101199012345\n"
       "taanu voter deactivate 20101199012345 --reason died --operator aigul"});
  AddData(*group, context);
  AddFingerCommands(*group, context);
  AddStates(*group, context);
}

}  // namespace taanu::cli
