#include "service/cli/load_run.h"

#include <chrono>
#include <cstdio>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "service/cli/bulk_loader.h"
#include "service/cli/load_files.h"
#include "service/cli/load_progress.h"
#include "service/cli/load_report.h"
#include "service/cli/output.h"
#include "service/cli/seen_numbers.h"
#include "service/cli/uuid.h"
#include "taanu/v1/administration_service.grpc.pb.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kStateInterval{1};

// Creates the precincts that the manifest names.
Status CreatePrecincts(const LoadOptions& options, const Remote& remote) {
  TAANU_ASSIGN_OR_RETURN(const std::unique_ptr<ManifestReader> rows, OpenRows(options));
  std::set<std::string> precincts;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const std::optional<LoadRow> row, rows->Next());
    if (!row) break;
    if (!row->problem) precincts.insert(row->voter.precinct_id);
  }
  const auto stub = v1::AdministrationService::NewStub(remote.channel());
  for (const std::string& precinct : precincts) {
    v1::CreatePrecinctRequest request;
    request.set_request_id(NewUuid());
    request.set_precinct_id(precinct);
    TAANU_RETURN_IF_ERROR(
        Call(remote, *stub, &v1::AdministrationService::Stub::CreatePrecinct, request));
  }
  return {};
}

// The rows on their way, and what became of them. Its calls come one at a time (BulkLoader).
class Load {
 public:
  Load(const LoadOptions& options, const Context& context, LoadFiles files)
      : options_(options), context_(context), files_(std::move(files)) {}

  ExitStatus Run() {
    const Status done = SendRows();
    files_.rejects->Finish();
    PrintReport();
    if (!done) return Cut(done.error());
    std::error_code ignored;
    if (!options_.dry_run) fs::remove(files_.state_path, ignored);
    return files_.rejects->count() > 0 ? ExitStatus::kBadInput : ExitStatus::kSuccess;
  }

 private:
  Status SendRows() {
    TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options_.remote));
    if (options_.create_precincts && !options_.dry_run) {
      TAANU_RETURN_IF_ERROR(CreatePrecincts(options_, remote));
    }
    TAANU_RETURN_IF_ERROR(SaveState());
    LoadProgress progress(files_.state.manifest_bytes, context_.json);
    BulkLoadEvents events;
    events.settled = [this](const LoadRow& row, const v1::BulkEnrollResponse& response) {
      return Settle(row, response);
    };
    events.rejected = [this](const LoadRow& row, const RowProblem& problem) {
      return Reject(row, problem);
    };
    events.advanced = [this, &progress](uint64_t next_line, uint64_t manifest_bytes) {
      progress.Show(report_, manifest_bytes);
      Advance(next_line);
    };
    const Status done =
        BulkLoader(remote, files_.manifest.get(), files_.samples.get(), BulkOptions(), events)
            .Run();
    if (!done) TAANU_RETURN_IF_ERROR(SaveState());
    return done;
  }

  BulkLoadOptions BulkOptions() const {
    BulkLoadOptions bulk;
    bulk.request_id = files_.state.request_id;
    bulk.fallback_dpi = options_.dpi;
    bulk.first_line = files_.state.next_line;
    bulk.validate_only = options_.dry_run;
    bulk.all_samples_required = options_.reject_unusable;
    return bulk;
  }

  Status Settle(const LoadRow& row, const v1::BulkEnrollResponse& response) {
    if (!options_.dry_run || response.already_enrolled()) {
      report_.AddSettled(row, response);
      return {};
    }
    const SeenNumbers::Seen seen = numbers_.Add(row);
    if (seen == SeenNumbers::Seen::kOther) {
      return Reject(row, {"voter_number", "VOTER_NUMBER_EXISTS",
                          "another row of this manifest has the same number with other data"});
    }
    v1::BulkEnrollResponse told = response;
    told.set_already_enrolled(seen == SeenNumbers::Seen::kSame);
    report_.AddSettled(row, told);
    return {};
  }

  Status Reject(const LoadRow& row, const RowProblem& problem) {
    report_.AddRejected(problem);
    return files_.rejects->Add(row, problem);
  }

  // A state that cannot be kept now is kept later, or not at all: it only saves time.
  void Advance(uint64_t next_line) {
    files_.state.next_line = next_line;
    if (Clock::now() - state_saved_ >= kStateInterval) (void)SaveState();
  }

  Status SaveState() {
    if (options_.dry_run) return {};
    state_saved_ = Clock::now();
    return WriteLoadState(files_.state_path, files_.state);
  }

  void PrintReport() const {
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    const std::string rejects =
        files_.rejects->count() > 0 ? files_.rejects_path.string() : std::string();
    if (context_.json) {
      std::fputs(report_.Json(seconds, rejects).c_str(), stdout);
      return;
    }
    if (options_.dry_run) {
      std::puts("Dry run: nothing was stored. \"loaded\" counts rows that would be.");
    }
    std::fputs(report_.Text(seconds).c_str(), stdout);
    if (!rejects.empty()) {
      std::printf("\nrejected rows are in %s; mend them there and load that file\n",
                  rejects.c_str());
    }
  }

  ExitStatus Cut(const Error& error) const {
    const ExitStatus status = PrintError(context_, error);
    if (!options_.dry_run) {
      std::fprintf(stderr,
                   "taanu: the load was cut off before line %llu; what was loaded is kept. Run the "
                   "same command with --resume to go on\n",
                   static_cast<unsigned long long>(files_.state.next_line));
    }
    return status;
  }

  const LoadOptions& options_;
  const Context& context_;
  const Clock::time_point start_ = Clock::now();
  LoadFiles files_;
  Clock::time_point state_saved_ = start_;
  LoadReport report_;
  SeenNumbers numbers_;
};

}  // namespace

ExitStatus RunLoad(const LoadOptions& options, const Context& context) {
  Result<LoadFiles> files = LoadFiles::Open(options);
  if (!files) return PrintError(context, files.error());
  return Load(options, context, std::move(*files)).Run();
}

}  // namespace taanu::cli
