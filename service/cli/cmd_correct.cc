// taanu polls correct, corrections: what is said beside a total that was sealed at closing.
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "service/cli/cmd_correct.h"
#include "service/cli/codes.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/table.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/administration_service.grpc.pb.h"

namespace taanu::cli {
namespace {

using Stub = v1::AdministrationService::Stub;

struct CorrectOptions {
  RemoteOptions remote;
  std::string precinct;
  std::string officer;
  std::string second_officer;
  uint64_t accredited = 0;
  v1::TotalsCorrectionReason reason = v1::TOTALS_CORRECTION_REASON_UNSPECIFIED;
  std::string document;
  std::string codes;
  std::string request_id;
};

const std::map<std::string, v1::TotalsCorrectionReason> kReasons = {
    {"unrecorded", v1::TOTALS_CORRECTION_REASON_UNRECORDED},
    {"no_ballot_taken", v1::TOTALS_CORRECTION_REASON_NO_BALLOT_TAKEN},
    {"counted_twice", v1::TOTALS_CORRECTION_REASON_COUNTED_TWICE},
    {"court_order", v1::TOTALS_CORRECTION_REASON_COURT_ORDER},
    {"other", v1::TOTALS_CORRECTION_REASON_OTHER},
};

ExitStatus RunCorrect(const CorrectOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  v1::CorrectTotalsRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_precinct_id(options.precinct);
  request.set_operator_id(options.officer);
  request.set_second_officer_id(options.second_officer);
  request.set_accredited_count(options.accredited);
  request.set_reason(options.reason);
  request.set_document(options.document);
  if (const Status given = AddCodes(options.codes, &request); !given) {
    return PrintError(context, given.error());
  }
  const auto stub = v1::AdministrationService::NewStub(remote->channel());
  const Result<v1::CorrectTotalsResponse> response =
      Call(*remote, *stub, &Stub::CorrectTotals, request);
  if (!response) {
    if (!context.json) {
      std::fprintf(stderr, "taanu: the correction was --request-id %s\n",
                   request.request_id().c_str());
    }
    return PrintError(context, response.error());
  }
  if (context.json) {
    std::puts(ToJson(*response).c_str());
  } else {
    std::fputs(CorrectionsText({response->correction()}).c_str(), stdout);
  }
  return ExitStatus::kSuccess;
}

Result<std::vector<v1::TotalsCorrection>> ListAll(const Remote& remote,
                                                  const std::string& precinct) {
  const auto stub = v1::AdministrationService::NewStub(remote.channel());
  std::vector<v1::TotalsCorrection> corrections;
  v1::ListCorrectionsRequest request;
  request.set_precinct_id(precinct);
  request.set_page_size(1000);
  do {
    TAANU_ASSIGN_OR_RETURN(const v1::ListCorrectionsResponse page,
                           Call(remote, *stub, &Stub::ListCorrections, request));
    corrections.insert(corrections.end(), page.corrections().begin(), page.corrections().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return corrections;
}

ExitStatus RunCorrections(const CorrectOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto corrections = ListAll(*remote, options.precinct);
  if (!corrections) return PrintError(context, corrections.error());
  if (context.json) {
    for (const auto& correction : *corrections) std::puts(ToJson(correction).c_str());
  } else {
    std::fputs(CorrectionsText(*corrections).c_str(), stdout);
  }
  return ExitStatus::kSuccess;
}

}  // namespace

std::string CorrectionsText(const std::vector<v1::TotalsCorrection>& corrections) {
  Table table({"precinct", "reason", "document", "corrected", "number", "sealed", "before",
               "accredited", "log entry"},
              4);
  for (const v1::TotalsCorrection& correction : corrections) {
    table.Add(
        {correction.precinct_id(), CorrectionWord(correction.reason()), correction.document(),
         TimeWord(correction.correct_time()), std::to_string(correction.number()),
         std::to_string(correction.sealed_count()), std::to_string(correction.previous_count()),
         std::to_string(correction.accredited_count()), std::to_string(correction.event_index())});
  }
  return table.Text();
}

void AddCorrectionCommands(CLI::App& polls, Context& context) {
  const auto options = std::make_shared<CorrectOptions>();
  CLI::App* correct = AddCommand(
      polls, context,
      {"correct", "Correct a total after closing, by two people; the sealed one stands beside it",
       "taanu polls correct P0001 --operator chair --second-officer secretary \\\n"
       "  --accredited 812 --reason unrecorded --document \"act 17-2026\""},
      [options, &context] { return RunCorrect(*options, context); });
  correct->add_option("PRECINCT", options->precinct, "The precinct")->required();
  correct->add_option("--operator", options->officer, "Who corrects it")->required();
  correct->add_option("--second-officer", options->second_officer, "The second person")->required();
  correct->add_option("--accredited", options->accredited, "Voters accredited, as it should be")
      ->required();
  correct
      ->add_option("--reason", options->reason,
                   "unrecorded, no_ballot_taken, counted_twice, court_order, other")
      ->required()
      ->transform(CLI::CheckedTransformer(kReasons, CLI::ignore_case));
  AddCodesOption(correct, &options->codes);
  correct
      ->add_option("--document", options->document,
                   "The document that it rests on; everybody may read it, so no name")
      ->required();
  correct
      ->add_option("--request-id", options->request_id,
                   "UUID of this correction, to get the answer of one whose answer was lost")
      ->check([](const std::string& id) { return IsUuid(id) ? "" : "it is not a UUID"; });
  AddRemoteOptions(correct, &options->remote);

  const auto list = std::make_shared<CorrectOptions>();
  CLI::App* corrections = AddCommand(
      polls, context,
      {"corrections", "List the corrections of totals", "taanu polls corrections --precinct P0001"},
      [list, &context] { return RunCorrections(*list, context); });
  corrections->add_option("--precinct", list->precinct, "Only this precinct");
  AddRemoteOptions(corrections, &list->remote);
}

}  // namespace taanu::cli
