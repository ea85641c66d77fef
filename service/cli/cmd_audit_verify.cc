// taanu audit verify: checks an export or a proof of the audit log with its public key alone.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "service/audit/cosignature.h"
#include "service/audit/log_export.h"
#include "service/audit/proof_text.h"
#include "service/cli/audit_files.h"
#include "service/cli/cmd_audit_parts.h"
#include "service/cli/output.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

struct VerifyOptions {
  fs::path file;
  fs::path public_key;
  std::vector<fs::path> checkpoints;
  std::vector<fs::path> witnesses;
  size_t witnesses_min = 0;  // 0: all
};

// What was proved, for people and for programs.
struct Proved {
  std::string what;
  note::CheckpointHead head;
  json details = json::object();
};

ExitStatus Print(const Context& context, const Proved& proved) {
  if (context.json) {
    json object = proved.details;
    object["proved"] = true;
    object["origin"] = proved.head.origin;
    object["log_size"] = proved.head.size;
    object["root"] = note::ToBase64(proved.head.root.data(), proved.head.root.size());
    std::puts(object.dump(-1, ' ', false, json::error_handler_t::replace).c_str());
    return ExitStatus::kSuccess;
  }
  std::printf("%s\n%s", proved.what.c_str(),
              note::CheckpointText(proved.head.origin, proved.head.size, proved.head.root).c_str());
  return ExitStatus::kSuccess;
}

// What was to be proved is not so: a status of its own, unless the input cannot be used at all.
ExitStatus PrintDisproved(const Context& context, const Error& error, const fs::path& file) {
  const ExitStatus status = PrintError(context, error, file.string());
  return error.code == ErrorCode::kRefused ? ExitStatus::kNotProved : status;
}

// A checkpoint that somebody kept, and that the witnesses saw.
Result<note::CheckpointHead> ReadCheckpoint(const fs::path& path, const note::VerifierKey& key,
                                            const note::WitnessPolicy& witnesses) {
  TAANU_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path, note::kNoteBytesMax));
  auto head = note::VerifyCheckpoint(text, key);
  if (!head) return tl::make_unexpected(InFile(path, std::move(head).error()));
  Status seen = note::CheckWitnesses(text, witnesses);
  if (!seen) return tl::make_unexpected(InFile(path, std::move(seen).error()));
  return std::move(*head);
}

Result<note::WitnessPolicy> ReadWitnesses(const VerifyOptions& options) {
  note::WitnessPolicy policy;
  for (const fs::path& path : options.witnesses) {
    TAANU_ASSIGN_OR_RETURN(policy.witnesses.emplace_back(),
                           ReadVerifierKey(path, note::KeyKind::kWitness));
  }
  policy.count_min = options.witnesses_min == 0 ? policy.witnesses.size() : options.witnesses_min;
  if (policy.count_min > 0 && options.checkpoints.empty()) {
    return Fail(ErrorCode::kBadInput, "NO_CHECKPOINT",
                "witnesses cosign checkpoints: give with --checkpoint what `taanu audit witness` "
                "wrote");
  }
  return policy;
}

// What the file is checked against.
Result<ExportPolicy> ReadPolicy(const VerifyOptions& options) {
  ExportPolicy policy;
  TAANU_ASSIGN_OR_RETURN(policy.key, ReadVerifierKey(options.public_key));
  TAANU_ASSIGN_OR_RETURN(const note::WitnessPolicy witnesses, ReadWitnesses(options));
  for (const fs::path& path : options.checkpoints) {
    TAANU_ASSIGN_OR_RETURN(policy.earlier.emplace_back(),
                           ReadCheckpoint(path, policy.key, witnesses));
  }
  return policy;
}

ExitStatus VerifyLog(const VerifyOptions& options, const ExportPolicy& policy,
                     const Context& context) {
  std::ifstream in(options.file, std::ios::binary);
  const auto report = VerifyExport(in, policy);
  if (!report) return PrintError(context, report.error(), options.file.string());
  for (const Error& problem : report->problems) {
    PrintError(context, problem, options.file.string());
  }
  if (!report->problems.empty()) return ExitStatus::kNotProved;
  Proved proved;
  proved.head = {policy.key.name, report->log_size, report->root};
  proved.what = "proved: " + std::to_string(report->log_size) + " entries, every one as it was " +
                "signed; checkpoints: " + std::to_string(report->checkpoint_count) +
                ", earlier ones kept by others: " + std::to_string(policy.earlier.size());
  proved.details = {{"checkpoints", report->checkpoint_count},
                    {"earlier_checkpoints", policy.earlier.size()}};
  return Print(context, proved);
}

ExitStatus VerifyEntry(const VerifyOptions& options, std::string_view text,
                       const note::VerifierKey& key, const Context& context) {
  const auto proof = ParseInclusionProof(text);
  if (!proof) return PrintError(context, proof.error(), options.file.string());
  const auto head = CheckProof(*proof, key);
  if (!head) return PrintDisproved(context, head.error(), options.file);
  return Print(context, {"proved: entry " + std::to_string(proof->index) + " is " + proof->leaf,
                         *head,
                         {{"index", proof->index}, {"leaf", proof->leaf}}});
}

ExitStatus VerifyGrowth(const VerifyOptions& options, std::string_view text,
                        const ExportPolicy& policy, const Context& context) {
  const auto proof = ParseConsistencyProof(text);
  if (!proof) return PrintError(context, proof.error(), options.file.string());
  if (policy.earlier.size() != 1) {
    return PrintError(context,
                      {ErrorCode::kBadInput, "NO_CHECKPOINT",
                       "this proves that a log begins with an earlier one; give the one checkpoint "
                       "of the earlier log with --checkpoint"});
  }
  const auto head = CheckProof(*proof, policy.earlier.front(), policy.key);
  if (!head) return PrintDisproved(context, head.error(), options.file);
  return Print(context, {"proved: the log begins with the " + std::to_string(proof->old_size) +
                             " entries of the earlier checkpoint, unchanged",
                         *head,
                         {{"old_log_size", proof->old_size}}});
}

ExitStatus RunVerify(const VerifyOptions& options, const Context& context) {
  const Result<ExportPolicy> read = ReadPolicy(options);
  if (!read) return PrintDisproved(context, read.error(), {});
  const ExportPolicy& policy = *read;
  // What kind of file it is, its first byte tells; a proof is small enough to be read whole.
  std::ifstream in(options.file, std::ios::binary);
  if (in.peek() == '{') return VerifyLog(options, policy, context);
  const auto text = ReadTextFile(options.file, kProofTextBytesMax);
  if (!text) return PrintError(context, text.error());
  if (text->starts_with(kInclusionProofStart)) {
    return VerifyEntry(options, *text, policy.key, context);
  }
  if (text->starts_with(kConsistencyProofStart)) {
    return VerifyGrowth(options, *text, policy, context);
  }
  return VerifyLog(options, policy, context);
}

}  // namespace

void AddAuditVerifyCommand(CLI::App& audit, Context& context) {
  auto options = std::make_shared<VerifyOptions>();
  CLI::App* command = AddCommand(
      audit, context,
      {"verify", "Check an export or a proof of the log with its public key alone; no daemon",
       "taanu audit verify log.jsonl --public-key audit.key.pub --checkpoint kept.note"},
      [options, &context] { return RunVerify(*options, context); });
  command->add_option("FILE", options->file, "What export, prove or consistency wrote")->required();
  command->add_option("--public-key", options->public_key, "The public key of the audit log")
      ->required();
  command->add_option("--checkpoint", options->checkpoints,
                      "A checkpoint kept from before, which the log must begin with");
  command->add_option("--witness", options->witnesses,
                      "The public key of a witness who must have cosigned each --checkpoint");
  command->add_option("--witnesses-min", options->witnesses_min,
                      "How many of the witnesses must have (default: all)");
}

}  // namespace taanu::cli
