// taanu reconcile: imports counts and lays them beside the log.
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "service/cli/cmd_reconcile.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/reconcile_html.h"
#include "service/cli/reconcile_words.h"
#include "service/cli/remote.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "service/reconcile/protocol_csv.h"
#include "taanu/v1/reconciliation_service.grpc.pb.h"

namespace taanu::cli {
namespace {

using Stub = v1::ReconciliationService::Stub;

struct ReconcileOptions {
  RemoteOptions remote;
  std::string file;
  std::string officer;
  std::string reason;
  std::string request_id;
  std::string precinct;
  std::string as_of;
  std::string html;
  bool check = false;
  bool csv = false;
};

// Says everything that is wrong with the file, so that it can be mended at once.
ExitStatus CheckFile(const std::string& text, const ReconcileOptions& options,
                     const Context& context) {
  const reconcile::ProtocolFile file = reconcile::ReadProtocols(text);
  for (const reconcile::ProtocolProblem& problem : file.problems) {
    PrintError(context, Error{ErrorCode::kBadInput, problem.reason, problem.Text()}, options.file);
  }
  if (!file.problems.empty()) return ExitStatus::kBadInput;
  if (options.check && !context.json) {
    std::printf("%zu protocols; the file may be imported\n", file.rows.size());
  } else if (options.check) {
    std::printf("{\"protocol_count\": %zu}\n", file.rows.size());
  }
  return ExitStatus::kSuccess;
}

void PrintImport(const v1::ImportProtocolResponse& answer) {
  std::printf(
      "import %llu: %llu protocols, %llu of which supersede earlier ones and %llu change "
      "figures; log entry %llu%s\n",
      static_cast<unsigned long long>(answer.import_id()),
      static_cast<unsigned long long>(answer.protocol_count()),
      static_cast<unsigned long long>(answer.superseded_count()),
      static_cast<unsigned long long>(answer.changed_count()),
      static_cast<unsigned long long>(answer.event_index()),
      answer.replayed() ? " (DONE BEFORE)" : "");
}

ExitStatus RunImport(const ReconcileOptions& options, const Context& context) {
  const auto bytes = ReadFile(options.file, reconcile::kProtocolFileBytesMax);
  if (!bytes) return PrintError(context, bytes.error(), options.file);
  const std::string text(bytes->begin(), bytes->end());
  const ExitStatus checked = CheckFile(text, options, context);
  if (checked != ExitStatus::kSuccess || options.check) return checked;
  if (options.officer.empty()) {
    std::fputs("taanu: say with --operator who imports the file\n", stderr);
    return ExitStatus::kUsage;
  }
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::ReconciliationService::NewStub(remote->channel());
  v1::ImportProtocolRequest request;
  request.set_request_id(options.request_id.empty() ? NewUuid() : options.request_id);
  request.set_operator_id(options.officer);
  request.set_file(text);
  request.set_reason(options.reason);
  const auto answer = Call(*remote, *stub, &Stub::ImportProtocol, request);
  if (!answer) return PrintError(context, answer.error(), options.file);
  if (context.json) {
    std::puts(ToJson(*answer).c_str());
  } else {
    PrintImport(*answer);
  }
  return ExitStatus::kSuccess;
}

Result<v1::GetReconciliationResponse> GetReport(const ReconcileOptions& options) {
  v1::GetReconciliationRequest request;
  request.set_precinct_id(options.precinct);
  if (!options.as_of.empty()) {
    TAANU_ASSIGN_OR_RETURN(*request.mutable_as_of_time(), ParseMoment(options.as_of));
  }
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  const auto stub = v1::ReconciliationService::NewStub(remote.channel());
  return Call(remote, *stub, &Stub::GetReconciliation, request);
}

ExitStatus RunReport(const ReconcileOptions& options, const Context& context) {
  const Result<v1::GetReconciliationResponse> report = GetReport(options);
  if (!report) return PrintError(context, report.error());
  if (!options.html.empty()) {
    const std::string page = ReportHtml(*report);
    const Status written = WriteFile(
        options.html, std::span(reinterpret_cast<const uint8_t*>(page.data()), page.size()));
    if (!written) return PrintError(context, written.error(), options.html);
  }
  if (context.json) {
    std::puts(ToJson(*report).c_str());
  } else if (options.csv) {
    std::fputs(ReportCsv(*report).c_str(), stdout);
  } else if (options.html.empty()) {
    std::fputs(ReportText(*report).c_str(), stdout);
  }
  return ExitStatus::kSuccess;
}

std::string KindText(v1::TimelineKind kind) {
  switch (kind) {
    case v1::TIMELINE_KIND_OPENED:
      return "polls opened";
    case v1::TIMELINE_KIND_CLOSED:
      return "polls closed";
    case v1::TIMELINE_KIND_CORRECTED:
      return "total corrected";
    case v1::TIMELINE_KIND_IMPORTED:
      return "count imported";
    default:
      return std::to_string(kind);
  }
}

std::string Changes(const v1::TimelineEntry& entry) {
  std::string text;
  for (const v1::TotalChange& change : entry.changes()) {
    text += (text.empty() ? "" : "; ") + change.figure() + " " +
            CountWord(change.has_before_count(), change.before_count()) + " -> " +
            CountWord(change.has_after_count(), change.after_count());
  }
  const std::string reason = entry.changes().empty() ? "" : entry.changes(0).reason();
  return reason.empty() ? text : text + " (" + reason + ")";
}

void PrintTimeline(const v1::GetPrecinctTimelineResponse& timeline) {
  Table table({"time", "what", "identified", "counted", "log entry", "by", "changes"}, 7);
  for (const v1::TimelineEntry& entry : timeline.entries()) {
    const v1::CountProtocol& protocol = entry.protocol();
    const bool hand = protocol.source() == v1::FIGURE_SOURCE_HAND;
    table.Add({TimeWord(entry.entry_time()), KindText(entry.kind()),
               CountWord(entry.has_identified_count(), entry.identified_count()),
               entry.has_protocol()
                   ? std::to_string(hand ? protocol.hand_count() : protocol.machine_count()) +
                         " by " + SourceWord(protocol.source())
                   : "-",
               std::to_string(entry.event_index()), entry.operator_reference(), Changes(entry)});
  }
  std::fputs(table.Text().c_str(), stdout);
}

ExitStatus RunTimeline(const ReconcileOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::ReconciliationService::NewStub(remote->channel());
  v1::GetPrecinctTimelineRequest request;
  request.set_precinct_id(options.precinct);
  const auto timeline = Call(*remote, *stub, &Stub::GetPrecinctTimeline, request);
  if (!timeline) return PrintError(context, timeline.error());
  if (context.json) {
    for (const v1::TimelineEntry& entry : timeline->entries()) std::puts(ToJson(entry).c_str());
  } else {
    PrintTimeline(*timeline);
  }
  return ExitStatus::kSuccess;
}

void AddImport(CLI::App& reconcile, Context& context) {
  auto options = std::make_shared<ReconcileOptions>();
  CLI::App* command =
      AddCommand(reconcile, context,
                 {"import", "Import a file of counter reports and hand-count protocols (CSV)",
                  "taanu reconcile import counts.csv --operator aigul"},
                 [options, &context] { return RunImport(*options, context); });
  command->add_option("FILE", options->file, "The file; it is kept with its digest")->required();
  command->add_option("--operator", options->officer, "Who does it; logged as a keyed reference");
  command->add_option("--reason", options->reason,
                      "Why figures that were imported before change; needed where they do");
  command->add_option("--request-id", options->request_id,
                      "The id of an import whose answer was lost, to repeat it");
  command->add_flag("--check", options->check, "Only read the file, and say what is wrong with it");
  AddRemoteOptions(command, &options->remote);
}

void AddReport(CLI::App& reconcile, Context& context) {
  auto options = std::make_shared<ReconcileOptions>();
  CLI::App* command =
      AddCommand(reconcile, context,
                 {"report", "Lay log, counter and hand count side by side, and name differences",
                  "taanu reconcile report --html report.html"},
                 [options, &context] { return RunReport(*options, context); });
  command->add_option("--precinct", options->precinct, "Only this precinct");
  command->add_option("--as-of", options->as_of, "As it was at this moment, UTC");
  command->add_option("--html", options->html,
                      "Write a printable page with charts, one file that needs no network");
  command->add_flag("--csv", options->csv, "Write CSV, a row for each precinct");
  AddRemoteOptions(command, &options->remote);
}

void AddTimeline(CLI::App& reconcile, Context& context) {
  auto options = std::make_shared<ReconcileOptions>();
  CLI::App* command = AddCommand(
      reconcile, context,
      {"timeline", "Tell what happened to a precinct's totals, from opening to the latest import",
       "taanu reconcile timeline P0001"},
      [options, &context] { return RunTimeline(*options, context); });
  command->add_option("PRECINCT", options->precinct, "The precinct")->required();
  AddRemoteOptions(command, &options->remote);
}

}  // namespace

void RegisterReconcile(CLI::App& app, Context& context) {
  CLI::App* reconcile =
      AddCommand(app, context,
                 {"reconcile", "Compare the log with ballot counters and hand counts",
                  "taanu reconcile report --csv"});
  AddImport(*reconcile, context);
  AddReport(*reconcile, context);
  AddTimeline(*reconcile, context);
}

}  // namespace taanu::cli
