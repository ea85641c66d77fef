// taanu enroll: enrols one voter.
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "enroll/image/image.h"
#include "enroll/load/finger_column.h"
#include "service/cli/commands.h"
#include "service/cli/finger_capture.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/sample.h"
#include "service/cli/table.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/enrollment_service.grpc.pb.h"

namespace taanu::cli {
namespace {

struct EnrollOptions {
  RemoteOptions remote;
  VoterData voter;
  std::vector<std::string> fingers;
  std::vector<std::string> captures;  // positions of fingers to capture now
  CaptureRequest capture;
  double dpi = 0;
  std::string request_id;
};

Result<v1::FingerSample> CaptureSample(const std::string& position, const EnrollOptions& options) {
  const auto finger = FingerOfColumn(position);
  if (!finger) {
    return Fail(ErrorCode::kBadInput, "BAD_POSITION",
                position + " is no finger; name one such as right_index or left_thumb");
  }
  std::fprintf(stderr, "Finger: %s.\n", position.c_str());
  CaptureRequest request = options.capture;
  if (options.dpi > 0) request.dpi = options.dpi;
  TAANU_ASSIGN_OR_RETURN(const CapturedFinger captured, CaptureBest(request));
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> png, EncodePng(captured.capture.image));
  return MakeSample(*finger, png, 0);
}

Result<v1::EnrollVoterRequest> MakeRequest(const EnrollOptions& options) {
  v1::EnrollVoterRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  *request.mutable_voter() = ToProto(options.voter);
  for (const std::string& finger : options.fingers) {
    TAANU_ASSIGN_OR_RETURN(*request.add_samples(),
                           ReadSample(ParseFingerArgument(finger), options.dpi));
  }
  for (const std::string& position : options.captures) {
    TAANU_ASSIGN_OR_RETURN(*request.add_samples(), CaptureSample(position, options));
  }
  return request;
}

std::string FingerOutcome(const v1::FingerReport& finger) {
  if (finger.enrolled()) return "enrolled";
  return "not enrolled: " + ToError(finger.error()).message;
}

void PrintAnswer(const v1::EnrollVoterResponse& answer) {
  std::printf("%s\n  reference  %s\n",
              answer.already_enrolled() ? "ALREADY ENROLLED with the same data" : "ENROLLED",
              answer.voter_reference().c_str());
  if (answer.finger_reports().empty()) return;
  Table table({"finger", "quality", "minutiae", "result"}, 4);
  for (const v1::FingerReport& finger : answer.finger_reports()) {
    table.Add({FingerWord(finger.position()), std::to_string(finger.quality()),
               std::to_string(finger.minutia_count()), FingerOutcome(finger)});
  }
  std::printf("\n%s", table.Text().c_str());
}

ExitStatus RunEnroll(const EnrollOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const Result<v1::EnrollVoterRequest> request = MakeRequest(options);
  if (!request) return PrintError(context, request.error());
  const auto stub = v1::EnrollmentService::NewStub(remote->channel());
  const Result<v1::EnrollVoterResponse> answer =
      Call(*remote, *stub, &v1::EnrollmentService::Stub::EnrollVoter, *request);
  if (!answer) return PrintError(context, answer.error());
  if (context.json) {
    std::puts(ToJson(*answer).c_str());
  } else {
    PrintAnswer(*answer);
  }
  return ExitStatus::kSuccess;
}

}  // namespace

void RegisterEnroll(CLI::App& app, Context& context) {
  constexpr int kTouches = 3;
  auto options = std::make_shared<EnrollOptions>();
  options->capture.touches = kTouches;
  CLI::App* command = AddCommand(
      app, context,
      {"enroll", "Enrol one voter",
       "taanu enroll --number 20101199012345 --family-name Асанова --given-names Айгүл \\\n"
       "  --birth-year 1990 --sex F --precinct P0001 --dpi 500 --finger right_index=ri.png"},
      [options, &context] { return RunEnroll(*options, context); });
  command->add_option("--number", options->voter.voter_number, "The voter's number")->required();
  command->add_option("--family-name", options->voter.family_name, "Family name");
  command->add_option("--given-names", options->voter.given_names, "Given names");
  command->add_option("--birth-year", options->voter.birth_year, "Year of birth")
      ->check(CLI::Range(1880, 9999));
  command->add_option("--sex", options->voter.sex, "F or M")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Sex>{{"F", Sex::kFemale}, {"M", Sex::kMale}}, CLI::ignore_case));
  command->add_option("--precinct", options->voter.precinct_id, "The precinct of the voter's roll")
      ->required();
  command->add_option("--finger", options->fingers,
                      "POSITION=FILE, an image or a template; POSITION such as right_index or "
                      "left_thumb");
  command->add_option("--capture", options->captures,
                      "POSITION of a finger to capture from a reader now");
  AddCaptureOptions(command, "--touch-timeout", &options->capture);
  command
      ->add_option("--dpi", options->dpi,
                   "Resolution of images, and of readers whose driver states none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  command
      ->add_option("--request-id", options->request_id,
                   "UUID of this request, to repeat one whose answer was lost")
      ->check([](const std::string& id) { return IsUuid(id) ? "" : "it is not a UUID"; });
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
