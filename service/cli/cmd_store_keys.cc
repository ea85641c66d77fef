// taanu keys rotate, taanu keys retire: a new key for a store that is in use.
#include "service/cli/cmd_store_keys.h"

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>

#include "enroll/store/key_file.h"
#include "enroll/store/sealing.h"
#include "service/cli/output.h"
#include "service/cli/remote.h"
#include "service/cli/uuid.h"
#include "service/cli/words.h"
#include "taanu/v1/store_service.grpc.pb.h"

namespace taanu::cli {
namespace {

using Stub = v1::StoreService::Stub;

constexpr std::chrono::milliseconds kPollInterval{200};

struct RotateOptions {
  RemoteOptions remote;
  std::filesystem::path key_file;
  std::filesystem::path retired_to;
  std::string officer;
  bool wait = true;
};

Result<v1::StoreKeyRotation> GetRotation(const Remote& remote, Stub& stub) {
  TAANU_ASSIGN_OR_RETURN(
      const v1::GetStoreKeyRotationResponse answer,
      Call(remote, stub, &Stub::GetStoreKeyRotation, v1::GetStoreKeyRotationRequest()));
  return answer.rotation();
}

Result<v1::StoreKeyRotation> AskToRotate(const Remote& remote, Stub& stub,
                                         const std::string& officer) {
  v1::RotateStoreKeyRequest request;
  request.set_request_id(NewUuid());
  request.set_operator_id(officer);
  TAANU_ASSIGN_OR_RETURN(const v1::RotateStoreKeyResponse answer,
                         Call(remote, stub, &Stub::RotateStoreKey, request));
  return answer.rotation();
}

Result<std::string> FirstKey(const std::filesystem::path& key_file) {
  TAANU_ASSIGN_OR_RETURN(const auto vault, Vault::FromKeyFile(key_file));
  return ToHex(vault->Fingerprint());
}

Result<v1::StoreKeyRotation> Wait(const Remote& remote, Stub& stub, v1::StoreKeyRotation rotation) {
  while (rotation.remaining_count() > 0) {
    std::fprintf(stderr, "\r%llu voters to seal again ",
                 static_cast<unsigned long long>(rotation.remaining_count()));
    std::this_thread::sleep_for(kPollInterval);
    TAANU_ASSIGN_OR_RETURN(rotation, GetRotation(remote, stub));
    if (rotation.remaining_count() == 0) std::fputs("\n", stderr);
  }
  return rotation;
}

// A key is added only where the file's first one is in use already, so that the command can be
// repeated after whatever cut it off.
Result<v1::StoreKeyRotation> Rotate(const RotateOptions& options) {
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  const auto stub = v1::StoreService::NewStub(remote.channel());
  TAANU_ASSIGN_OR_RETURN(const v1::StoreKeyRotation before, GetRotation(remote, *stub));
  TAANU_ASSIGN_OR_RETURN(std::string first, FirstKey(options.key_file));
  if (first == before.key_fingerprint()) {
    if (before.remaining_count() > 0) return Wait(remote, *stub, before);
    TAANU_RETURN_IF_ERROR(AddKey(options.key_file));
    TAANU_ASSIGN_OR_RETURN(first, FirstKey(options.key_file));
  }
  TAANU_ASSIGN_OR_RETURN(const v1::StoreKeyRotation begun,
                         AskToRotate(remote, *stub, options.officer));
  if (begun.key_fingerprint() != first) {
    return Fail(ErrorCode::kConflict, "OTHER_KEY_FILE",
                "the daemon does not read this key file but a copy of it, such as a systemd "
                "credential; restart the daemon, and it goes on with the new key by itself");
  }
  return options.wait ? Wait(remote, *stub, begun) : begun;
}

Result<v1::StoreKeyRotation> Retire(const RotateOptions& options) {
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  const auto stub = v1::StoreService::NewStub(remote.channel());
  TAANU_ASSIGN_OR_RETURN(const v1::StoreKeyRotation now, GetRotation(remote, *stub));
  TAANU_ASSIGN_OR_RETURN(const std::string first, FirstKey(options.key_file));
  if (first != now.key_fingerprint() || now.remaining_count() > 0) {
    return Fail(ErrorCode::kConflict, "KEY_STILL_NEEDED",
                "the rotation of the key is not complete: run `taanu keys rotate` first");
  }
  TAANU_RETURN_IF_ERROR(RetireKeys(options.key_file, options.retired_to));
  return AskToRotate(remote, *stub, options.officer);
}

ExitStatus Print(const Context& context, const Result<v1::StoreKeyRotation>& rotation) {
  if (!rotation) return PrintError(context, rotation.error());
  if (context.json) {
    std::puts(ToJson(*rotation).c_str());
  } else {
    std::printf("key in use      %s\nto seal again   %llu voters\nearlier keys    %u in the file\n",
                rotation->key_fingerprint().c_str(),
                static_cast<unsigned long long>(rotation->remaining_count()),
                rotation->retired_key_count());
  }
  return ExitStatus::kSuccess;
}

}  // namespace

void AddStoreKeyCommands(CLI::App& keys, Context& context) {
  auto options = std::make_shared<RotateOptions>();
  CLI::App* command = AddCommand(
      keys, context,
      {"rotate",
       "Put a new key first in the store's key file and seal all voters with it while the daemon "
       "serves; can be repeated after whatever cut it off",
       "taanu keys rotate --key-file /etc/taanu/keys/store.key --operator aigul"},
      [options, &context] { return Print(context, Rotate(*options)); });
  command->add_option("--key-file", options->key_file, "The store's key file")->required();
  command->add_option("--operator", options->officer, "Who does it, for the audit log")->required();
  command->add_flag("!--no-wait", options->wait, "Do not wait until all voters are sealed again");
  AddRemoteOptions(command, &options->remote);

  options = std::make_shared<RotateOptions>();
  command = AddCommand(
      keys, context,
      {"retire",
       "Move the earlier keys of a rotation that is complete out of the key file; backups made "
       "before it need them",
       "taanu keys retire --key-file /etc/taanu/keys/store.key --to 2026.key --operator aigul"},
      [options, &context] { return Print(context, Retire(*options)); });
  command->add_option("--key-file", options->key_file, "The store's key file")->required();
  command->add_option("--to", options->retired_to, "A new file for the earlier keys")->required();
  command->add_option("--operator", options->officer, "Who does it, for the audit log")->required();
  AddRemoteOptions(command, &options->remote);
}

}  // namespace taanu::cli
