#include "service/cli/cmd_polls_files.h"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "enroll/store/secret_file.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/polls_report.h"
#include "service/cli/remote.h"
#include "service/cli/slip_file.h"
#include "service/polls/merge.h"
#include "service/polls/polls_file.h"
#include "taanu/v1/administration_service.grpc.pb.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

struct ExportOptions {
  RemoteOptions remote;
  std::string precinct;
  fs::path out;
  std::string verifier;
  bool preliminary = false;
};

struct ImportOptions {
  std::vector<std::string> files;
  std::vector<std::string> verifiers;
  bool merge = false;
  bool csv = false;
};

Result<polls::PollsReport> VerifyFile(const fs::path& path,
                                      const std::vector<note::VerifierKey>& keys) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return Fail(ErrorCode::kNotFound, "NO_SUCH_FILE", "there is no such file that can be read");
  }
  return polls::VerifyPollsFile(in, keys);
}

Status Receive(const ExportOptions& options, const fs::path& draft) {
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  const auto stub = v1::AdministrationService::NewStub(remote.channel());
  v1::ExportPollsRequest request;
  request.set_precinct_id(options.precinct);
  request.set_preliminary(options.preliminary);
  grpc::ClientContext context;
  const auto stream = stub->ExportPolls(&context, request);
  std::ofstream out(draft, std::ios::binary | std::ios::trunc);
  v1::ExportPollsResponse part;
  while (stream->Read(&part)) {
    out << part.chunk();
    if (!out) context.TryCancel();
  }
  out.flush();
  const bool written = out.good();
  const grpc::Status status = stream->Finish();
  if (!written) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_WRITE",
                draft.string() + " cannot be written; is the disk full?");
  }
  if (!status.ok()) return tl::make_unexpected(remote.ToError(status));
  return {};
}

// The file gets its name last, so that what has that name is whole.
Result<polls::PollsReport> Export(const ExportOptions& options) {
  TAANU_ASSIGN_OR_RETURN(const note::VerifierKey key, ReadVerifierKey(options.verifier));
  std::error_code failed;
  if (fs::exists(fs::symlink_status(options.out, failed))) {
    return Fail(ErrorCode::kConflict, "FILE_EXISTS",
                options.out.string() + " exists and is never overwritten; give another name");
  }
  const fs::path draft = options.out.string() + ".part";
  Status done = Receive(options, draft);
  Result<polls::PollsReport> report =
      done ? VerifyFile(draft, {key}) : tl::make_unexpected(std::move(done).error());
  if (report) {
    done = SyncFile(draft);
    if (done) fs::rename(draft, options.out, failed);
    if (failed) {
      report = Fail(ErrorCode::kUnavailable, "CANNOT_WRITE",
                    options.out.string() + " cannot be made: " + failed.message());
    } else if (!done) {
      report = tl::make_unexpected(std::move(done).error());
    } else {
      SyncFolder(options.out);
    }
  }
  if (!report) fs::remove(draft, failed);
  return report;
}

void PrintReports(const Context& context, const std::vector<polls::PollsReport>& reports,
                  const polls::MergedPolls* merged, bool csv) {
  if (!context.json) {
    const Table table = PollsTable(reports, merged);
    std::fputs((csv ? table.Csv() : table.Text()).c_str(), stdout);
    return;
  }
  for (const polls::PollsReport& report : reports) std::puts(PollsJson(report).dump().c_str());
  if (merged != nullptr) std::puts(MergedJson(*merged).dump().c_str());
}

ExitStatus RunExport(const ExportOptions& options, const Context& context) {
  const auto report = Export(options);
  if (!report) return PrintError(context, report.error());
  PrintReports(context, {*report}, nullptr, false);
  return ExitStatus::kSuccess;
}

ExitStatus Merge(const std::vector<polls::PollsReport>& reports, const ImportOptions& options,
                 const Context& context) {
  const auto merged = polls::MergePolls(reports);
  if (!merged) return PrintError(context, merged.error());
  PrintReports(context, reports, &*merged, options.csv);
  if (merged->multiple.empty()) return ExitStatus::kSuccess;
  // JSON has them in it; beside CSV a person is still told.
  if (!context.json) {
    std::fputs(MultipleText(*merged).c_str(), options.csv ? stderr : stdout);
  }
  return ExitStatus::kRefused;
}

ExitStatus RunImport(const ImportOptions& options, const Context& context) {
  std::vector<note::VerifierKey> keys;
  for (const std::string& path : options.verifiers) {
    auto key = ReadVerifierKey(path);
    if (!key) return PrintError(context, key.error());
    keys.push_back(*std::move(key));
  }
  ExitStatus status = ExitStatus::kSuccess;
  std::vector<polls::PollsReport> reports;
  for (const std::string& file : options.files) {
    auto report = VerifyFile(file, keys);
    if (report) {
      reports.push_back(*std::move(report));
    } else {
      status = FirstFailure(status, PrintError(context, report.error(), file));
    }
  }
  // Totals without a file that was given would be wrong.
  if (options.merge && status == ExitStatus::kSuccess) return Merge(reports, options, context);
  if (!reports.empty()) PrintReports(context, reports, nullptr, options.csv);
  return status;
}

}  // namespace

void AddPollsFileCommands(CLI::App& group, Context& context) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = AddCommand(
      group, context,
      {"export", "Write a closed precinct's sealed totals and its part of the audit log to a file",
       "taanu polls export P0001 --out P0001.polls --verifier audit.key.pub"},
      [options, &context] { return RunExport(*options, context); });
  command->add_option("PRECINCT", options->precinct, "The precinct")->required();
  command->add_option("--out", options->out, "The new file")->required();
  command
      ->add_option("--verifier,--public-key", options->verifier,
                   "The public key of the audit log; the file is checked before it gets its name")
      ->required();
  command->add_flag("--preliminary", options->preliminary,
                    "Also before the polls closed; the file says so, and is not merged");
  AddRemoteOptions(command, &options->remote);

  auto import_options = std::make_shared<ImportOptions>();
  command = AddCommand(
      group, context,
      {"import",
       "Check precincts' files with the public key alone, and find who was accredited twice",
       "taanu polls import P0001.polls P0002.polls --verifier audit.key.pub --merge"},
      [import_options, &context] { return RunImport(*import_options, context); });
  command->add_option("FILE", import_options->files, "Files of `taanu polls export`")->required();
  command
      ->add_option("--verifier,--public-key", import_options->verifiers,
                   "The public keys of the audit logs; give it once for each")
      ->required()
      ->allow_extra_args(false);
  command->add_flag("--merge", import_options->merge,
                    "Add up, and find voters accredited in more than one precinct: exit status 5");
  command->add_flag("--csv", import_options->csv, "CSV (RFC 4180) instead of a table");
}

}  // namespace taanu::cli
