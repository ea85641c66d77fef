// taanu audit: the log from which the figures can be proved.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <limits>
#include <memory>

#include "service/cli/cmd_audit_parts.h"
#include "service/cli/commands.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/words.h"
#include "taanu/v1/audit_service.grpc.pb.h"

namespace taanu::cli {
namespace {

constexpr uint64_t kPageSizeMax = 1000;

struct EventsOptions {
  RemoteOptions remote;
  uint64_t first = 0;
  uint64_t count = std::numeric_limits<uint64_t>::max();
};

ExitStatus RunCheckpoint(const RemoteOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  const Result<v1::GetCheckpointResponse> checkpoint =
      Call(*remote, *stub, &v1::AuditService::Stub::GetCheckpoint, v1::GetCheckpointRequest());
  if (!checkpoint) return PrintError(context, checkpoint.error());
  // The note is printed byte for byte: a changed byte breaks its signature.
  std::fputs(
      context.json ? (ToJson(*checkpoint) + "\n").c_str() : checkpoint->signed_note().c_str(),
      stdout);
  return ExitStatus::kSuccess;
}

// A note to a line in --json; else size and time of each.
ExitStatus RunCheckpoints(const RemoteOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  v1::ListCheckpointsRequest request;
  request.set_page_size(static_cast<int32_t>(kPageSizeMax));
  do {
    const Result<v1::ListCheckpointsResponse> page =
        Call(*remote, *stub, &v1::AuditService::Stub::ListCheckpoints, request);
    if (!page) return PrintError(context, page.error());
    for (const v1::KeptCheckpoint& kept : page->checkpoints()) {
      if (context.json) {
        std::puts(ToJson(kept).c_str());
      } else {
        std::printf("%llu\t%s\n", static_cast<unsigned long long>(kept.log_size()),
                    TimeWord(kept.sign_time()).c_str());
      }
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return ExitStatus::kSuccess;
}

ExitStatus RunEvents(const EventsOptions& options, const Context& context) {
  const Result<Remote> remote = Remote::Open(options.remote);
  if (!remote) return PrintError(context, remote.error());
  const auto stub = v1::AuditService::NewStub(remote->channel());
  v1::ListEventsRequest request;
  request.set_first_index(options.first);
  uint64_t left = options.count;
  while (left > 0) {
    request.set_page_size(static_cast<int32_t>(std::min(left, kPageSizeMax)));
    const Result<v1::ListEventsResponse> page =
        Call(*remote, *stub, &v1::AuditService::Stub::ListEvents, request);
    if (!page) return PrintError(context, page.error());
    for (const v1::Event& event : page->events()) {
      // A leaf is canonical JSON on one line, printed as it is hashed.
      std::puts(context.json ? ToJson(event).c_str() : event.leaf().c_str());
    }
    left -= std::min(left, static_cast<uint64_t>(page->events_size()));
    if (page->next_page_token().empty()) break;
    request.set_page_token(page->next_page_token());
  }
  return ExitStatus::kSuccess;
}

}  // namespace

void RegisterAudit(CLI::App& app, Context& context) {
  CLI::App* audit = AddCommand(app, context,
                               {"audit", "Read the audit log, prove it and check proofs of it",
                                "taanu audit export --out log.jsonl\n"
                                "taanu audit verify log.jsonl --public-key audit.key.pub"});
  auto checkpoint_options = std::make_shared<RemoteOptions>();
  CLI::App* checkpoint = AddCommand(
      *audit, context,
      {"checkpoint", "Print the signed tree head, a signed note",
       "taanu audit checkpoint > checkpoint.txt"},
      [checkpoint_options, &context] { return RunCheckpoint(*checkpoint_options, context); });
  AddRemoteOptions(checkpoint, checkpoint_options.get());

  auto checkpoints_options = std::make_shared<RemoteOptions>();
  CLI::App* checkpoints = AddCommand(
      *audit, context,
      {"checkpoints", "List the checkpoints that the daemon signed and kept",
       "taanu audit checkpoints --json"},
      [checkpoints_options, &context] { return RunCheckpoints(*checkpoints_options, context); });
  AddRemoteOptions(checkpoints, checkpoints_options.get());

  auto events_options = std::make_shared<EventsOptions>();
  CLI::App* events = AddCommand(
      *audit, context,
      {"events", "Print entries of the log, one a line", "taanu audit events --first 0 --count 10"},
      [events_options, &context] { return RunEvents(*events_options, context); });
  events->add_option("--first", events_options->first, "The first entry, counted from 0");
  events->add_option("--count", events_options->count, "Entries at most (default: all)");
  AddRemoteOptions(events, &events_options->remote);
  RegisterAuditRecount(*audit, context);
  AddAuditProofCommands(*audit, context);
  AddAuditVerifyCommand(*audit, context);
  AddAuditWitnessCommands(*audit, context);
}

}  // namespace taanu::cli
