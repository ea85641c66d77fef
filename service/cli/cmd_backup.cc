// taanu backup, taanu restore: copies of the store, and putting one in place.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>

#include "enroll/store/secret_file.h"
#include "service/cli/backup_file.h"
#include "service/cli/commands.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/uuid.h"
#include "taanu/v1/store_service.grpc.pb.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

struct BackupOptions {
  RemoteOptions remote;
  fs::path out;
  std::string officer;
  BackupPaths paths;
  fs::path database;
};

fs::path NoteBeside(const fs::path& file) { return file.string() + ".note"; }

// Removes a file that is not finished when it goes.
class Draft {
 public:
  explicit Draft(fs::path path) : path_(std::move(path)) {}
  ~Draft() {
    std::error_code ignored;
    if (!kept_) fs::remove(path_, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  void Keep() { kept_ = true; }

 private:
  const fs::path path_;
  bool kept_ = false;
};

// Receives the file into `draft`, and gives the signed note.
Result<std::string> Receive(const BackupOptions& options, const fs::path& draft) {
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  const auto stub = v1::StoreService::NewStub(remote.channel());
  v1::BackUpStoreRequest request;
  request.set_request_id(NewUuid());
  request.set_operator_id(options.officer);
  grpc::ClientContext context;
  const auto stream = stub->BackUpStore(&context, request);
  std::ofstream out(draft, std::ios::binary | std::ios::app);
  v1::BackUpStoreResponse part;
  std::string note;
  while (stream->Read(&part)) {
    out << part.chunk();
    if (!part.signed_note().empty()) note = part.signed_note();
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
  if (!note.empty()) return note;
  return Fail(ErrorCode::kInternal, "NO_NOTE", "the daemon sent no note with the backup");
}

// The file gets its name last, so that what has that name is whole.
Result<BackupNote> Create(BackupOptions options) {
  const fs::path note = NoteBeside(options.out);
  std::error_code ignored;
  if (fs::exists(fs::symlink_status(options.out, ignored))) {
    return Fail(ErrorCode::kConflict, "BACKUP_EXISTS",
                options.out.string() + " exists; a backup is never overwritten: give another name");
  }
  // What a run that was killed left behind: without its file a note says nothing.
  fs::remove(note, ignored);
  const fs::path draft = options.out.string() + ".part";
  fs::remove(draft, ignored);
  TAANU_RETURN_IF_ERROR(WriteNewFile(draft, {}, 0600));
  Draft file(draft);
  TAANU_ASSIGN_OR_RETURN(const std::string text, Receive(options, draft));
  TAANU_RETURN_IF_ERROR(CreateFile(note, text, /*secret=*/false));
  Draft note_file(note);
  options.paths.file = draft;
  options.paths.note = note;
  TAANU_ASSIGN_OR_RETURN(BackupNote made, VerifyBackup(options.paths));
  TAANU_RETURN_IF_ERROR(SyncFile(draft));
  std::error_code failed;
  fs::rename(draft, options.out, failed);
  if (failed) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_WRITE",
                options.out.string() + " cannot be made: " + failed.message());
  }
  SyncFolder(options.out);
  file.Keep();
  note_file.Keep();
  return made;
}

BackupPaths WithNote(BackupPaths paths) {
  if (paths.note.empty()) paths.note = NoteBeside(paths.file);
  return paths;
}

ExitStatus Print(const Context& context, const Result<BackupNote>& note, const fs::path& file) {
  if (!note) return PrintError(context, note.error());
  if (context.json) {
    const nlohmann::json object = {{"file", file.string()},      {"origin", note->origin},
                                   {"time", note->time},         {"bytes", note->bytes},
                                   {"sha256", note->sha256},     {"schema", note->schema},
                                   {"voters", note->voters},     {"log_size", note->log_size},
                                   {"log_root", note->log_root}, {"key_fingerprint", note->key}};
    std::puts(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return ExitStatus::kSuccess;
  }
  std::printf("%s\n%s", file.c_str(), FormatBackupNote(*note).c_str());
  return ExitStatus::kSuccess;
}

void AddCheckOptions(CLI::App* command, BackupPaths* paths) {
  command->add_option("--verifier", paths->verifier, "The public key of the audit log")->required();
  command->add_option("--store-key", paths->key_file,
                      "The store's key file, to open every seal too");
}

}  // namespace

void RegisterBackup(CLI::App& app, Context& context) {
  CLI::App* group = AddCommand(
      app, context,
      {"backup", "Copy the store while the daemon serves, and check copies",
       "taanu backup create --out taanu-1122.db --verifier keys/audit.key.pub --operator aigul\n"
       "taanu backup verify --backup taanu-1122.db --verifier keys/audit.key.pub"});
  auto options = std::make_shared<BackupOptions>();
  CLI::App* command = AddCommand(
      *group, context,
      {"create", "Copy the store, with a signed note beside the copy, and check it",
       "taanu backup create --out taanu-1122.db --verifier keys/audit.key.pub --operator aigul"},
      [options, &context] { return Print(context, Create(*options), options->out); });
  command->add_option("--out", options->out, "The new file; its note is FILE.note")->required();
  command->add_option("--operator", options->officer, "Who does it, for the audit log")->required();
  AddCheckOptions(command, &options->paths);
  AddRemoteOptions(command, &options->remote);

  options = std::make_shared<BackupOptions>();
  command = AddCommand(
      *group, context,
      {"verify", "Check a backup: signature, digest, file and audit log; no daemon is needed",
       "taanu backup verify --backup taanu-1122.db --verifier keys/audit.key.pub"},
      [options, &context] {
        return Print(context, VerifyBackup(WithNote(options->paths)), options->paths.file);
      });
  command->add_option("--backup", options->paths.file, "The file")->required();
  command->add_option("--note", options->paths.note, "Its note (default: FILE.note)");
  AddCheckOptions(command, &options->paths);
}

void RegisterRestore(CLI::App& app, Context& context) {
  auto options = std::make_shared<BackupOptions>();
  CLI::App* command =
      AddCommand(app, context,
                 {"restore", "Check a backup and put it in place, while the daemon is stopped",
                  "taanu restore --backup taanu-1122.db --verifier keys/audit.key.pub \\\n"
                  "  --database /var/lib/taanu/taanu.db"},
                 [options, &context] {
                   return Print(context, RestoreBackup(WithNote(options->paths), options->database),
                                options->database);
                 });
  command->add_option("--backup", options->paths.file, "The file")->required();
  command->add_option("--note", options->paths.note, "Its note (default: FILE.note)");
  command->add_option("--database", options->database, "The daemon's database, not there yet")
      ->required();
  AddCheckOptions(command, &options->paths);
}

}  // namespace taanu::cli
