// taanu register export, taanu register check.
#include "service/cli/cmd_register_files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <vector>

#include "enroll/load/csv.h"
#include "enroll/load/finger_column.h"
#include "enroll/load/finger_value.h"
#include "enroll/store/secret_file.h"
#include "service/cli/commands.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/enrollment_service.grpc.pb.h"
#include "taanu/v1/store_service.grpc.pb.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

struct ExportOptions {
  RemoteOptions remote;
  fs::path out;
  std::string precinct;
  std::string officer;
};

struct Exported {
  uint64_t voters = 0;
  uint64_t fingers = 0;
  // References of no known finger, for which a manifest has no column.
  uint64_t left_out = 0;
};

// A folder with manifest.csv and the templates that it names, as `taanu load` reads it.
class ManifestFolder {
 public:
  explicit ManifestFolder(fs::path folder) : folder_(std::move(folder)) {}

  Status Begin() {
    std::error_code failed;
    if (fs::exists(folder_, failed)) {
      return Fail(ErrorCode::kConflict, "FOLDER_EXISTS",
                  folder_.string() + " exists; name a new folder");
    }
    TAANU_RETURN_IF_ERROR(MakeFolder(folder_ / "fingers"));
    fs::permissions(folder_, fs::perms::owner_all, failed);
    TAANU_RETURN_IF_ERROR(WriteNewFile(ManifestPath(), {}, 0600));
    manifest_.open(ManifestPath(), std::ios::binary | std::ios::app);
    std::vector<std::string> header = {"voter_number", "family_name", "given_names",
                                       "birth_year",   "sex",         "precinct"};
    for (int position = 1; position <= kFingerPositionMax; ++position) {
      header.emplace_back(FingerColumn(static_cast<FingerPosition>(position)));
    }
    return Write(header);
  }

  Status Add(const v1::ExportVotersResponse& response, Exported* count) {
    const v1::Voter& voter = response.voter();
    std::vector<std::string> row = {
        voter.voter_number(),
        voter.family_name(),
        voter.given_names(),
        voter.birth_year() == 0 ? "" : std::to_string(voter.birth_year()),
        voter.sex() == v1::SEX_FEMALE ? "F"
        : voter.sex() == v1::SEX_MALE ? "M"
                                      : "",
        voter.precinct_id()};
    row.resize(row.size() + kFingerPositionMax);
    for (const v1::FingerSample& sample : response.samples()) {
      if (sample.position() == v1::FINGER_POSITION_UNSPECIFIED) {
        ++count->left_out;
        continue;
      }
      TAANU_ASSIGN_OR_RETURN(row[5 + static_cast<size_t>(sample.position())],
                             AddFinger(response.voter_reference(), sample));
      ++count->fingers;
    }
    for (const v1::MissingFinger& missing : voter.missing_fingers()) {
      row[5 + static_cast<size_t>(missing.position())] =
          "missing:" + std::string(MissingReasonName(static_cast<MissingReason>(missing.reason())));
    }
    ++count->voters;
    return Write(row);
  }

  Status Finish() {
    manifest_.close();
    if (manifest_) return {};
    return CannotWrite(ManifestPath());
  }

  fs::path ManifestPath() const { return folder_ / "manifest.csv"; }

 private:
  static tl::unexpected<Error> CannotWrite(const fs::path& path) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_WRITE",
                path.string() + " cannot be written; is the disk full?");
  }

  Status Write(const std::vector<std::string>& row) {
    manifest_ << CsvLine(row);
    if (manifest_) return {};
    return CannotWrite(ManifestPath());
  }

  // The file's place in the folder. It is named by the keyed reference, so that a list of files is
  // no list of numbers; 256 folders keep each of them small.
  Result<std::string> AddFinger(const std::string& reference, const v1::FingerSample& sample) {
    const std::string shard = "fingers/" + reference.substr(0, 2);
    TAANU_RETURN_IF_ERROR(MakeFolder(folder_ / shard));
    const std::string name = shard + "/" + reference + "-" + FingerWord(sample.position()) + ".iso";
    std::ofstream out(folder_ / name, std::ios::binary);
    out << sample.minutiae_record();
    out.close();
    if (!out) return CannotWrite(folder_ / name);
    return name;
  }

  const fs::path folder_;
  std::ofstream manifest_;
};

Result<Exported> Export(const ExportOptions& options) {
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  const auto stub = v1::EnrollmentService::NewStub(remote.channel());
  ManifestFolder folder(options.out);
  TAANU_RETURN_IF_ERROR(folder.Begin());
  v1::ExportVotersRequest request;
  request.set_request_id(NewUuid());
  request.set_operator_id(options.officer);
  request.set_precinct_id(options.precinct);
  grpc::ClientContext context;
  const auto stream = stub->ExportVoters(&context, request);
  Exported count;
  Status written;
  v1::ExportVotersResponse voter;
  while (stream->Read(&voter)) {
    if (!written) continue;
    written = folder.Add(voter, &count);
    if (!written) context.TryCancel();
  }
  const grpc::Status status = stream->Finish();
  TAANU_RETURN_IF_ERROR(written);
  if (!status.ok()) return tl::make_unexpected(remote.ToError(status));
  TAANU_RETURN_IF_ERROR(folder.Finish());
  return count;
}

ExitStatus RunExport(const ExportOptions& options, const Context& context) {
  const Result<Exported> count = Export(options);
  if (!count) return PrintError(context, count.error());
  if (context.json) {
    const nlohmann::json object = {{"folder", options.out.string()},
                                   {"voters", count->voters},
                                   {"fingers", count->fingers},
                                   {"fingers_left_out", count->left_out}};
    std::puts(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return ExitStatus::kSuccess;
  }
  std::printf("%s\n%llu voters, %llu fingers\n", (options.out / "manifest.csv").c_str(),
              static_cast<unsigned long long>(count->voters),
              static_cast<unsigned long long>(count->fingers));
  if (count->left_out > 0) {
    std::printf("%llu fingers whose position is not known were left out\n",
                static_cast<unsigned long long>(count->left_out));
  }
  return ExitStatus::kSuccess;
}

ExitStatus RunCheck(const RemoteOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::StoreService::NewStub(remote->channel());
  const auto check =
      Call(*remote, *stub, &v1::StoreService::Stub::CheckStore, v1::CheckStoreRequest());
  if (!check) return PrintError(context, check.error());
  if (context.json) {
    std::puts(ToJson(*check).c_str());
  } else {
    for (const std::string& problem : check->problems()) std::printf("%s\n", problem.c_str());
    std::printf("%s: %llu voters, %llu references, %llu log entries\n",
                check->problems().empty() ? "SOUND" : "NOT SOUND",
                static_cast<unsigned long long>(check->voter_count()),
                static_cast<unsigned long long>(check->reference_count()),
                static_cast<unsigned long long>(check->log_size()));
  }
  return check->problems().empty() ? ExitStatus::kSuccess : ExitStatus::kInternal;
}

}  // namespace

void AddRegisterFileCommands(CLI::App& group, Context& context) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App* command = AddCommand(
      group, context,
      {"export",
       "Write the voters who are on a roll as a manifest that `taanu load` reads, with names and "
       "templates in the clear",
       "taanu register export --out register-2026 --operator aigul"},
      [options, &context] { return RunExport(*options, context); });
  command->add_option("--out", options->out, "A new folder")->required();
  command->add_option("--precinct", options->precinct, "Only this precinct's roll");
  command->add_option("--operator", options->officer, "Who does it, for the audit log")->required();
  AddRemoteOptions(command, &options->remote);

  auto check_options = std::make_shared<RemoteOptions>();
  check_options->timeout_s = 3600;
  command = AddCommand(group, context,
                       {"check", "Read all of the store and check it", "taanu register check"},
                       [check_options, &context] { return RunCheck(*check_options, context); });
  AddRemoteOptions(command, check_options.get());
}

void RegisterRegisterFiles(CLI::App& app, Context& context) {
  const auto groups =
      app.get_subcommands([](CLI::App* sub) { return sub->get_name() == "register"; });
  CLI::App* group = groups.empty()
                        ? AddCommand(app, context,
                                     {"register", "Check the register, and write it out",
                                      "taanu register check\n"
                                      "taanu register export --out register-2026 --operator aigul"})
                        : groups.front();
  AddRegisterFileCommands(*group, context);
}

}  // namespace taanu::cli
