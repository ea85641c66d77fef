// taanu audit prove, consistency, export: what the daemon gives to whoever checks it.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>

#include "enroll/store/secret_file.h"
#include "service/audit/log_export.h"
#include "service/audit/proof_text.h"
#include "service/cli/audit_files.h"
#include "service/cli/cmd_audit_parts.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/words.h"
#include "taanu/v1/audit_service.grpc.pb.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

struct ProveOptions {
  RemoteOptions remote;
  uint64_t index = 0;
  uint64_t log_size = 0;
};

struct ConsistencyOptions {
  RemoteOptions remote;
  uint64_t old_size = 0;
  uint64_t new_size = 0;
};

struct ExportOptions {
  RemoteOptions remote;
  fs::path out;
  uint64_t log_size = 0;
};

// Entries.
using Exported = uint64_t;

ExitStatus RunProve(const ProveOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  v1::GetInclusionProofRequest request;
  request.set_index(options.index);
  request.set_log_size(options.log_size);
  const auto answer = Call(*remote, *stub, &v1::AuditService::Stub::GetInclusionProof, request);
  if (!answer) return PrintError(context, answer.error());
  if (context.json) {
    std::puts(ToJson(*answer).c_str());
    return ExitStatus::kSuccess;
  }
  v1::ListEventsRequest events;
  events.set_first_index(options.index);
  events.set_page_size(1);
  const auto page = Call(*remote, *stub, &v1::AuditService::Stub::ListEvents, events);
  if (!page) return PrintError(context, page.error());
  InclusionProofText proof;
  if (!page->events().empty()) proof.leaf = page->events(0).leaf();
  proof.index = answer->index();
  proof.hashes = ToProof(answer->hashes());
  proof.signed_note = answer->checkpoint().signed_note();
  std::fputs(FormatProof(proof).c_str(), stdout);
  return ExitStatus::kSuccess;
}

ExitStatus RunConsistency(const ConsistencyOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  v1::GetConsistencyProofRequest request;
  request.set_old_log_size(options.old_size);
  request.set_log_size(options.new_size);
  const auto answer = Call(*remote, *stub, &v1::AuditService::Stub::GetConsistencyProof, request);
  if (!answer) return PrintError(context, answer.error());
  const ConsistencyProofText proof{answer->old_log_size(), ToProof(answer->hashes()),
                                   answer->checkpoint().signed_note()};
  std::fputs(context.json ? (ToJson(*answer) + "\n").c_str() : FormatProof(proof).c_str(), stdout);
  return ExitStatus::kSuccess;
}

tl::unexpected<Error> CannotWrite(const fs::path& path) {
  return Fail(ErrorCode::kUnavailable, "CANNOT_WRITE",
              path.string() + " cannot be written; is the disk full?");
}

// Writes the parts as they come.
Result<Exported> Receive(const ExportOptions& options, std::ostream& out) {
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  const auto stub = v1::AuditService::NewStub(remote.channel());
  TAANU_ASSIGN_OR_RETURN(
      const v1::GetCheckpointResponse now,
      Call(remote, *stub, &v1::AuditService::Stub::GetCheckpoint, v1::GetCheckpointRequest()));
  // The first line of a checkpoint names the log.
  out << ExportHeaderLine(now.signed_note().substr(0, now.signed_note().find('\n')));
  v1::ExportEventsRequest request;
  request.set_log_size(options.log_size == 0 ? now.log_size() : options.log_size);
  // It takes as long as it takes, so it has no deadline.
  grpc::ClientContext context;
  const auto stream = stub->ExportEvents(&context, request);
  uint64_t entries = 0;
  for (v1::ExportEventsResponse part; stream->Read(&part);) {
    for (const v1::Event& event : part.events()) {
      out << ExportLeafLine(event.index(), ToHash(event.leaf_hash()), event.leaf());
      ++entries;
    }
    if (!part.signed_note().empty()) out << ExportCheckpointLine(part.signed_note());
    if (!out) context.TryCancel();
  }
  out.flush();
  const bool written = out.good();
  const grpc::Status status = stream->Finish();
  if (!written) return CannotWrite(options.out);
  if (!status.ok()) return tl::make_unexpected(remote.ToError(status));
  return entries;
}

// The file gets its name last, so that what has that name is whole.
Result<Exported> Export(const ExportOptions& options) {
  std::error_code failed;
  if (fs::exists(fs::symlink_status(options.out, failed))) {
    return Fail(ErrorCode::kConflict, "FILE_EXISTS",
                options.out.string() +
                    " exists; an export is evidence and never overwritten: give another name");
  }
  const fs::path draft = options.out.string() + ".part";
  fs::remove(draft, failed);
  TAANU_RETURN_IF_ERROR(WriteNewFile(draft, {}, 0600));
  std::ofstream out(draft, std::ios::binary | std::ios::app);
  auto exported = Receive(options, out);
  out.close();
  if (exported && !out) exported = CannotWrite(options.out);
  if (exported) {
    fs::rename(draft, options.out, failed);
    if (failed) exported = CannotWrite(options.out);
  }
  if (!exported) fs::remove(draft, failed);
  return exported;
}

ExitStatus RunExport(const ExportOptions& options, const Context& context) {
  const Result<Exported> exported = Export(options);
  if (!exported) return PrintError(context, exported.error());
  if (context.json) {
    const nlohmann::json object = {{"file", options.out.string()}, {"log_size", *exported}};
    std::puts(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::printf("%s\n%llu entries\n", options.out.c_str(),
                static_cast<unsigned long long>(*exported));
  }
  return ExitStatus::kSuccess;
}

}  // namespace

void AddAuditProofCommands(CLI::App& audit, Context& context) {
  auto prove_options = std::make_shared<ProveOptions>();
  CLI::App* prove =
      AddCommand(audit, context,
                 {"prove", "Print the proof that an entry is in the log (c2sp.org/tlog-proof)",
                  "taanu audit prove 17 > entry-17.tlog-proof\n"
                  "taanu audit verify entry-17.tlog-proof --public-key audit.key.pub"},
                 [prove_options, &context] { return RunProve(*prove_options, context); });
  prove->add_option("INDEX", prove_options->index, "The entry, counted from 0")->required();
  prove->add_option("--log-size", prove_options->log_size,
                    "In the log as it was at this size (default: as it is now)");
  AddRemoteOptions(prove, &prove_options->remote);

  auto consistency_options = std::make_shared<ConsistencyOptions>();
  CLI::App* consistency = AddCommand(
      audit, context,
      {"consistency", "Print the proof that the log begins with what it was before",
       "taanu audit consistency 120 480 > growth.proof\n"
       "taanu audit verify growth.proof --public-key audit.key.pub --checkpoint kept-120.note"},
      [consistency_options, &context] { return RunConsistency(*consistency_options, context); });
  consistency->add_option("OLD", consistency_options->old_size, "Entries of the earlier log")
      ->required();
  consistency->add_option("NEW", consistency_options->new_size,
                          "Entries of the later log (default: as it is now)");
  AddRemoteOptions(consistency, &consistency_options->remote);

  auto export_options = std::make_shared<ExportOptions>();
  CLI::App* exporting = AddCommand(
      audit, context,
      {"export", "Write the whole log with its checkpoint into a file that anyone can check",
       "taanu audit export --out log.jsonl\n"
       "taanu audit verify log.jsonl --public-key audit.key.pub"},
      [export_options, &context] { return RunExport(*export_options, context); });
  exporting->add_option("--out", export_options->out, "The new file, JSON Lines")->required();
  exporting->add_option("--log-size", export_options->log_size,
                        "The log as it was at this size (default: as it is now)");
  AddRemoteOptions(exporting, &export_options->remote);
}

}  // namespace taanu::cli
