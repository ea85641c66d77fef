// taanu load: fills the register from a manifest.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "enroll/image/image.h"
#include "enroll/load/finger_column.h"
#include "enroll/load/manifest.h"
#include "enroll/load/sample_file.h"
#include "service/cli/bulk_loader.h"
#include "service/cli/commands.h"
#include "service/cli/load_progress.h"
#include "service/cli/load_report.h"
#include "service/cli/load_state.h"
#include "service/cli/output.h"
#include "service/cli/rejects_file.h"
#include "service/cli/remote.h"
#include "service/cli/sample.h"
#include "service/cli/uuid.h"
#include "taanu/v1/administration_service.grpc.pb.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kStateInterval{1};

struct LoadOptions {
  RemoteOptions remote;
  fs::path manifest;
  fs::path images;   // empty: the manifest's folder
  fs::path rejects;  // empty: beside the manifest
  double dpi = 0;
  bool dry_run = false;
  bool resume = false;
  bool create_precincts = false;
};

int ThisYear() {
  const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  return static_cast<int>(std::chrono::year_month_day(today).year());
}

fs::path RejectsPath(const LoadOptions& options) {
  if (!options.rejects.empty()) return options.rejects;
  fs::path path = options.manifest;
  return path.replace_extension(".rejects.csv");
}

// One load from beginning to end; its parts share the report and the files.
class Load {
 public:
  Load(LoadOptions options, const Context& context)
      : options_(std::move(options)),
        context_(context),
        rejects_path_(RejectsPath(options_)),
        state_path_(rejects_path_.string() + ".state") {}

  ExitStatus Run() {
    if (const Status done = Prepare(); !done) return PrintError(context_, done.error());
    const Status done = options_.dry_run ? CheckRows() : SendRows();
    rejects_->Finish();
    PrintReport();
    if (!done) return Cut(done.error());
    std::error_code ignored;
    if (!options_.dry_run) fs::remove(state_path_, ignored);
    return rejects_->count() > 0 ? ExitStatus::kBadInput : ExitStatus::kSuccess;
  }

 private:
  Result<std::unique_ptr<ManifestReader>> OpenRows() const {
    return OpenManifest(options_.manifest,
                        {.sample_folder = options_.images, .this_year = ThisYear()});
  }

  Status Prepare() {
    TAANU_ASSIGN_OR_RETURN(manifest_, OpenRows());
    std::error_code absent;
    if (fs::equivalent(options_.manifest, rejects_path_, absent)) {
      return Fail(ErrorCode::kBadInput, "REJECTS_IS_MANIFEST",
                  "--rejects names the manifest itself; give another file");
    }
    TAANU_ASSIGN_OR_RETURN(state_, LoadState::Begin(options_.manifest));
    if (!options_.dry_run) TAANU_RETURN_IF_ERROR(FindEarlierRun());
    TAANU_ASSIGN_OR_RETURN(rejects_,
                           RejectsFile::Open(rejects_path_, *manifest_, state_.next_line));
    if (options_.dry_run) return {};
    TAANU_ASSIGN_OR_RETURN(remote_, Remote::Open(options_.remote));
    if (options_.create_precincts) TAANU_RETURN_IF_ERROR(CreatePrecincts());
    return WriteLoadState(state_path_, state_);
  }

  // With --resume, takes up the state of the run that was cut off.
  Status FindEarlierRun() {
    Result<LoadState> earlier = ReadLoadState(state_path_);
    if (!options_.resume) {
      if (earlier && earlier->SameManifest(state_)) {
        std::fprintf(stderr,
                     "taanu: an earlier load of this manifest was cut off before line %llu; "
                     "--resume would go on from there. Loading all of it again\n",
                     static_cast<unsigned long long>(earlier->next_line));
      }
      return {};
    }
    if (!earlier && earlier.error().code == ErrorCode::kNotFound) {
      return Fail(ErrorCode::kNotFound, "NOTHING_TO_RESUME",
                  "there is no " + state_path_.string() +
                      ": no load of this manifest was cut off. Load it without --resume");
    }
    if (!earlier) return tl::make_unexpected(std::move(earlier).error());
    if (!earlier->SameManifest(state_)) {
      return Fail(ErrorCode::kConflict, "MANIFEST_CHANGED",
                  "the manifest was changed after that load was cut off; load it without --resume "
                  "(rows that are enrolled already are told as such)");
    }
    state_ = *earlier;
    return {};
  }

  Status CreatePrecincts() {
    TAANU_ASSIGN_OR_RETURN(const std::unique_ptr<ManifestReader> rows, OpenRows());
    std::set<std::string> precincts;
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const std::optional<LoadRow> row, rows->Next());
      if (!row) break;
      if (!row->problem) precincts.insert(row->voter.precinct_id);
    }
    const auto stub = v1::AdministrationService::NewStub(remote_->channel());
    for (const std::string& precinct : precincts) {
      v1::CreatePrecinctRequest request;
      request.set_request_id(NewUuid());
      request.set_precinct_id(precinct);
      TAANU_RETURN_IF_ERROR(
          Call(*remote_, *stub, &v1::AdministrationService::Stub::CreatePrecinct, request));
    }
    return {};
  }

  BulkLoadOptions BulkOptions() const {
    BulkLoadOptions bulk;
    bulk.request_id = state_.request_id;
    bulk.fallback_dpi = options_.dpi;
    bulk.first_line = state_.next_line;
    return bulk;
  }

  Status SendRows() {
    LoadProgress progress(state_.manifest_bytes, context_.json);
    BulkLoadEvents events;
    events.settled = [this](const LoadRow& row, const v1::BulkEnrollResponse& response) {
      report_.AddSettled(row, response);
    };
    events.rejected = [this](const LoadRow& row, const RowProblem& problem) {
      report_.AddRejected(problem);
      return rejects_->Add(row, problem);
    };
    events.advanced = [this, &progress](uint64_t next_line, uint64_t manifest_bytes) {
      progress.Show(report_, manifest_bytes);
      SaveState(next_line);
    };
    const Status done = BulkLoader(*remote_, manifest_.get(), BulkOptions(), events).Run();
    if (!done) TAANU_RETURN_IF_ERROR(WriteLoadState(state_path_, state_));
    return done;
  }

  // A state that cannot be kept now is kept later, or not at all: it only saves time.
  void SaveState(uint64_t next_line) {
    state_.next_line = next_line;
    if (Clock::now() - state_saved_ < kStateInterval) return;
    state_saved_ = Clock::now();
    (void)WriteLoadState(state_path_, state_);
  }

  // Everything that can be checked without the daemon.
  Status CheckRows() {
    LoadProgress progress(state_.manifest_bytes, context_.json);
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const std::optional<LoadRow> row, manifest_->Next());
      if (!row) return {};
      if (const std::optional<RowProblem> problem = Check(*row)) {
        report_.AddRejected(*problem);
        TAANU_RETURN_IF_ERROR(rejects_->Add(*row, *problem));
      } else {
        ++report_.loaded;
      }
      progress.Show(report_, manifest_->bytes_read());
    }
  }

  std::optional<RowProblem> Check(const LoadRow& row) const {
    if (row.problem) return row.problem;
    for (const SampleFile& sample : row.samples) {
      const auto problem = [&sample](const Error& error) {
        return RowProblem{std::string(FingerColumn(sample.position)), error.reason, error.message};
      };
      const auto bytes = ReadSampleFile(sample.path, kImageBytesMax);
      if (!bytes) return problem(bytes.error());
      if (const Status good = CheckSample(sample.position, *bytes, options_.dpi); !good) {
        return problem(good.error());
      }
    }
    return std::nullopt;
  }

  void PrintReport() const {
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    const std::string rejects = rejects_->count() > 0 ? rejects_path_.string() : std::string();
    if (context_.json) {
      std::fputs(report_.Json(seconds, rejects).c_str(), stdout);
      return;
    }
    if (options_.dry_run) std::puts("Dry run: \"loaded\" counts rows that would be sent.");
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
                   static_cast<unsigned long long>(state_.next_line));
    }
    return status;
  }

  const LoadOptions options_;
  const Context& context_;
  const fs::path rejects_path_;
  const fs::path state_path_;
  const Clock::time_point start_ = Clock::now();

  std::unique_ptr<ManifestReader> manifest_;
  std::unique_ptr<RejectsFile> rejects_;
  std::optional<Remote> remote_;
  LoadState state_;
  Clock::time_point state_saved_ = start_;
  LoadReport report_;
};

}  // namespace

void RegisterLoad(CLI::App& app, Context& context) {
  auto options = std::make_shared<LoadOptions>();
  CLI::App* command =
      AddCommand(app, context,
                 {"load", "Fill the register from a manifest of voters and files of their fingers",
                  "taanu load register/manifest.csv --dpi 500 --create-precincts\n"
                  "taanu load register/manifest.rejects.csv   # the rejected rows, mended\n"
                  "taanu load register/manifest.csv --resume  # after it was cut off"},
                 [options, &context] { return Load(*options, context).Run(); });
  command->add_option("MANIFEST", options->manifest, "CSV file; the first row names the columns")
      ->required();
  command->add_option("--dpi", options->dpi, "Resolution of images that state none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  command->add_option("--images", options->images,
                      "The folder of the files (default: the manifest's own)");
  command->add_option("--rejects", options->rejects,
                      "Where rejected rows go (default: MANIFEST with .rejects.csv)");
  command->add_flag("--create-precincts", options->create_precincts,
                    "First create the precincts that the manifest names");
  auto* dry_run = command->add_flag(
      "--dry-run", options->dry_run,
      "Check rows and files without the daemon; rejects also rows with an unusable file, which a "
      "load takes without that finger");
  command->add_flag("--resume", options->resume, "Go on where a load was cut off")
      ->excludes(dry_run);
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
