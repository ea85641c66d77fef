// taanu preliminary: the running table of election night, now or as it was.
#include <cstdio>
#include <memory>
#include <string>

#include "service/cli/cmd_reconcile.h"
#include "service/cli/output.h"
#include "service/cli/reconcile_words.h"
#include "service/cli/remote.h"
#include "service/cli/words.h"
#include "taanu/v1/reconciliation_service.grpc.pb.h"

namespace taanu::cli {
namespace {

struct PreliminaryOptions {
  RemoteOptions remote;
  std::string as_of;
  bool csv = false;
};

std::string FigureTime(const v1::SourcedFigure& figure) {
  return figure.has_source_time() ? TimeWord(figure.source_time()) : "-";
}

Table PrecinctsTable(const v1::GetPreliminaryResultsResponse& results) {
  Table table({"precinct", "polls", "state", "voters", "identified", "as of", "ballots", "source",
               "imported"},
              9);
  for (const v1::PreliminaryPrecinct& precinct : results.precincts()) {
    const v1::SourcedFigure& ballots = precinct.ballots();
    table.Add({precinct.precinct_id(), PollsWord(precinct.polls()), StateWord(precinct.state()),
               std::to_string(precinct.voter_count()),
               std::to_string(precinct.identified().count()), FigureTime(precinct.identified()),
               CountWord(precinct.has_ballots(), ballots.count()),
               precinct.has_ballots() ? SourceWord(ballots.source()) : "-", FigureTime(ballots)});
  }
  return table;
}

Table ChoicesTable(const v1::GetPreliminaryResultsResponse& results) {
  Table table({"contest", "choice", "votes", "precincts by hand", "precincts by machine"}, 2);
  for (const v1::ChoiceTotal& choice : results.choices()) {
    table.Add({choice.contest(), choice.choice(), std::to_string(choice.vote_count()),
               std::to_string(choice.hand_precinct_count()),
               std::to_string(choice.machine_precinct_count())});
  }
  return table;
}

void Print(const v1::GetPreliminaryResultsResponse& results) {
  std::printf("%s, preliminary, as of %s\n", results.election().c_str(),
              TimeWord(results.as_of_time()).c_str());
  std::printf("precincts: %d, closed %llu, with a count %llu, agreeing %llu, differing %llu\n",
              results.precincts_size(), static_cast<unsigned long long>(results.closed_count()),
              static_cast<unsigned long long>(results.reported_count()),
              static_cast<unsigned long long>(results.agreeing_count()),
              static_cast<unsigned long long>(results.differing_count()));
  std::printf("identified %llu of %llu voters (log); ballots counted %llu\n\n",
              static_cast<unsigned long long>(results.identified_count()),
              static_cast<unsigned long long>(results.voter_count()),
              static_cast<unsigned long long>(results.ballot_count()));
  if (results.choices_size() > 0) {
    std::printf("%s\n", ChoicesTable(results).Text().c_str());
  }
  std::fputs(PrecinctsTable(results).Text().c_str(), stdout);
}

ExitStatus RunPreliminary(const PreliminaryOptions& options, const Context& context) {
  v1::GetPreliminaryResultsRequest request;
  if (!options.as_of.empty()) {
    const auto moment = ParseMoment(options.as_of);
    if (!moment) return PrintError(context, moment.error());
    *request.mutable_as_of_time() = *moment;
  }
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::ReconciliationService::NewStub(remote->channel());
  const auto results =
      Call(*remote, *stub, &v1::ReconciliationService::Stub::GetPreliminaryResults, request);
  if (!results) return PrintError(context, results.error());
  if (context.json) {
    std::puts(ToJson(*results).c_str());
  } else if (options.csv) {
    std::fputs(PrecinctsTable(*results).Csv().c_str(), stdout);
  } else {
    Print(*results);
  }
  return ExitStatus::kSuccess;
}

}  // namespace

void RegisterPreliminary(CLI::App& app, Context& context) {
  auto options = std::make_shared<PreliminaryOptions>();
  CLI::App* command = AddCommand(
      app, context,
      {"preliminary", "Show the running table of election night, now or as it was shown before",
       "taanu preliminary --as-of 2026-11-22T15:30"},
      [options, &context] { return RunPreliminary(*options, context); });
  command->add_option("--as-of", options->as_of, "As it was at this moment, UTC");
  command->add_flag("--csv", options->csv, "Write the precincts as CSV");
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
