// taanu audit witness, witness-key: a second party watches that the log is only added to.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

#include "enroll/store/secret_file.h"
#include "service/audit/signer.h"
#include "service/audit/witness.h"
#include "service/cli/audit_files.h"
#include "service/cli/cmd_audit_parts.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "taanu/v1/audit_service.grpc.pb.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

struct WitnessOptions {
  RemoteOptions remote;
  fs::path key;
  fs::path state;
  fs::path public_key;
};

struct WitnessKeyOptions {
  fs::path out;
  std::string name;
};

uint64_t NowSeconds() {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(
                                   std::chrono::system_clock::now().time_since_epoch())
                                   .count());
}

// What the log shows now, with the proof from what was seen.
Result<WitnessOffer> Fetch(const RemoteOptions& options, const note::VerifierKey& log,
                           const std::optional<note::CheckpointHead>& seen) {
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options));
  const auto stub = v1::AuditService::NewStub(remote.channel());
  TAANU_ASSIGN_OR_RETURN(
      const v1::GetCheckpointResponse checkpoint,
      Call(remote, *stub, &v1::AuditService::Stub::GetCheckpoint, v1::GetCheckpointRequest()));
  WitnessOffer offer{checkpoint.signed_note(), {}};
  TAANU_ASSIGN_OR_RETURN(const note::CheckpointHead head,
                         note::VerifyCheckpoint(offer.signed_note, log));
  // A log that is shorter than what was seen has no proof, and needs none to be a fork.
  if (!seen || head.size <= seen->size) return offer;
  v1::GetConsistencyProofRequest request;
  request.set_old_log_size(seen->size);
  request.set_log_size(head.size);
  TAANU_ASSIGN_OR_RETURN(
      const v1::GetConsistencyProofResponse proof,
      Call(remote, *stub, &v1::AuditService::Stub::GetConsistencyProof, request));
  offer.consistency = ToProof(proof.hashes());
  return offer;
}

// Puts the note in the place of the one before; durable when it returns.
Status WriteState(const fs::path& path, const std::string& note) {
  const fs::path draft = path.string() + ".new";
  std::error_code failed;
  fs::remove(draft, failed);
  TAANU_RETURN_IF_ERROR(WriteNewFile(draft, note, 0644));
  fs::rename(draft, path, failed);
  if (failed) {
    return Fail(ErrorCode::kUnavailable, "CANNOT_WRITE",
                path.string() + " cannot be written: " + failed.message());
  }
  SyncFolder(path);
  return {};
}

// Keeps both notes, under names of their own; gives what they were kept as.
Result<std::string> KeepEvidence(const fs::path& state, const std::string& seen,
                                 const std::string& offered) {
  const std::string base = state.string() + ".fork-" + std::to_string(NowSeconds());
  for (int number = 0;; ++number) {
    const std::string name = base + (number == 0 ? "" : "-" + std::to_string(number));
    std::error_code failed;
    if (fs::exists(name + ".seen.note", failed)) continue;
    TAANU_RETURN_IF_ERROR(WriteNewFile(name + ".seen.note", seen, 0644));
    TAANU_RETURN_IF_ERROR(WriteNewFile(name + ".offered.note", offered, 0644));
    return name + ".{seen,offered}.note";
  }
}

// The last note that was cosigned; nothing before the first.
Result<std::optional<std::string>> ReadState(const fs::path& path) {
  std::error_code failed;
  if (!fs::exists(path, failed) && !failed) return std::nullopt;
  TAANU_ASSIGN_OR_RETURN(std::string note, ReadTextFile(path, note::kNoteBytesMax));
  return note;
}

Result<std::string> Witness(const WitnessOptions& options) {
  TAANU_ASSIGN_OR_RETURN(const note::VerifierKey log, ReadVerifierKey(options.public_key));
  TAANU_ASSIGN_OR_RETURN(const auto witness,
                         Signer::FromKeyFile(options.key, note::KeyKind::kWitness));
  TAANU_ASSIGN_OR_RETURN(const auto state, ReadState(options.state));
  std::optional<note::CheckpointHead> seen;
  if (state) {
    auto head = SeenHead(*state, *witness, log);
    if (!head) return tl::make_unexpected(InFile(options.state, std::move(head).error()));
    seen = std::move(*head);
  }
  TAANU_ASSIGN_OR_RETURN(const WitnessOffer offer, Fetch(options.remote, log, seen));
  auto cosigned = Cosign(*witness, log, seen, offer, NowSeconds());
  if (!cosigned) {
    Error error = std::move(cosigned).error();
    if (error.reason == "FORK") {
      TAANU_ASSIGN_OR_RETURN(const std::string kept,
                             KeepEvidence(options.state, *state, offer.signed_note));
      error.message += "; kept as " + kept;
    }
    return tl::make_unexpected(std::move(error));
  }
  // What was cosigned is remembered before anybody gets it.
  TAANU_RETURN_IF_ERROR(WriteState(options.state, *cosigned));
  return std::move(*cosigned);
}

ExitStatus RunWitness(const WitnessOptions& options, const Context& context) {
  const Result<std::string> cosigned = Witness(options);
  if (!cosigned) {
    const ExitStatus status = PrintError(context, cosigned.error());
    const std::string& reason = cosigned.error().reason;
    return reason == "FORK" || reason == "BAD_SIGNATURE" ? ExitStatus::kNotProved : status;
  }
  if (context.json) {
    const nlohmann::json object = {{"signed_note", *cosigned}};
    std::puts(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::fputs(cosigned->c_str(), stdout);
  }
  return ExitStatus::kSuccess;
}

ExitStatus RunWitnessKey(const WitnessKeyOptions& options, const Context& context) {
  const Status made = Signer::CreateKeyFile(options.out, options.name, note::KeyKind::kWitness);
  if (!made) return PrintError(context, made.error());
  const std::string verifier = options.out.string() + ".pub";
  if (context.json) {
    const nlohmann::json object = {{"key", options.out.string()}, {"verifier", verifier}};
    std::puts(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::printf("key\t%s\nverifier\t%s\n", options.out.c_str(), verifier.c_str());
  }
  return ExitStatus::kSuccess;
}

}  // namespace

void AddAuditWitnessCommands(CLI::App& audit, Context& context) {
  auto options = std::make_shared<WitnessOptions>();
  CLI::App* witness = AddCommand(
      audit, context,
      {"witness", "Cosign the log's checkpoint, where the log was only added to; run it by a timer",
       "taanu audit witness --witness-key witness.key --state seen.note --public-key "
       "audit.key.pub"},
      [options, &context] { return RunWitness(*options, context); });
  witness->add_option("--witness-key", options->key, "The key of the witness, from witness-key")
      ->required();
  witness
      ->add_option("--state", options->state,
                   "Where the last cosigned checkpoint is kept; a fork's evidence is put beside it")
      ->required();
  witness->add_option("--public-key", options->public_key, "The public key of the audit log")
      ->required();
  AddRemoteOptions(witness, &options->remote);

  auto key_options = std::make_shared<WitnessKeyOptions>();
  CLI::App* key =
      AddCommand(audit, context,
                 {"witness-key", "Make the key of a witness, FILE and FILE.pub",
                  "taanu audit witness-key --out witness.key --name observers.example/2026"},
                 [key_options, &context] { return RunWitnessKey(*key_options, context); });
  key->add_option("--out", key_options->out, "The new file")->required();
  key->add_option("--name", key_options->name, "The name that the witness signs under")->required();
}

}  // namespace taanu::cli
