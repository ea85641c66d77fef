// taanu keys: makes the keys and certificates of a deployment. Those of a store in use are changed
// in cmd_store_keys.cc.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "enroll/register/register.h"
#include "enroll/store/sealing.h"
#include "service/audit/signer.h"
#include "service/cli/certificates.h"
#include "service/cli/cmd_store_keys.h"
#include "service/cli/commands.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStoreKey = "store.key";
constexpr const char* kAuditKey = "audit.key";
constexpr const char* kAuditVerifier = "audit.key.pub";
constexpr const char* kAuthorityKey = "ca.key";
constexpr const char* kAuthorityCertificate = "ca.pem";
constexpr const char* kServerKey = "server.key";
constexpr const char* kServerCertificate = "server.pem";
// A PEM file of a key or a certificate is far below this.
constexpr size_t kPemBytesMax = size_t{64} << 10;

struct InitOptions {
  std::string out;
  std::string origin;
  std::vector<std::string> hosts = {"localhost", "127.0.0.1", "::1"};
};

struct IssueOptions {
  std::string folder;
  std::string role;
  std::string name;
  std::string precinct;
  int days = kCertificateDays;
};

// What was made: a role for each file, and where it is.
using MadeFiles = std::vector<std::pair<std::string, fs::path>>;

void PrintMade(const Context& context, const MadeFiles& files) {
  if (context.json) {
    nlohmann::json object;
    for (const auto& [what, path] : files) object[what] = path.string();
    const std::string line = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    std::printf("%s\n", line.c_str());
    return;
  }
  for (const auto& [what, path] : files) {
    std::printf("%s\t%s\n", what.c_str(), path.c_str());
  }
}

Status RefuseExisting(const fs::path& folder, const std::vector<const char*>& names) {
  for (const char* name : names) {
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(folder / name, ignored))) {
      return Fail(
          ErrorCode::kConflict, "KEYS_EXIST",
          (folder / name).string() +
              ": exists already, and keys are never overwritten; name another folder, or "
              "move the old keys to a safe place (a lost store key makes a store unreadable)");
    }
  }
  return {};
}

Result<MadeFiles> Init(const InitOptions& options) {
  const fs::path folder = options.out;
  if (!IsPlainName(options.origin, /*slash_allowed=*/true)) {
    return Fail(ErrorCode::kBadInput, "BAD_ORIGIN",
                "--name '" + options.origin +
                    "' is no origin; use 1 to 64 of letters, digits, '.', '_', '-' and '/', such "
                    "as taanu.example/2026");
  }
  // Everything that can be refused is refused before the first file is written.
  TAANU_ASSIGN_OR_RETURN(const KeyAndCertificate authority, MakeAuthority(options.origin));
  TAANU_ASSIGN_OR_RETURN(const KeyAndCertificate server,
                         MakeServer(authority, options.origin, options.hosts));
  TAANU_RETURN_IF_ERROR(
      RefuseExisting(folder, {kStoreKey, kAuditKey, kAuditVerifier, kAuthorityKey,
                              kAuthorityCertificate, kServerKey, kServerCertificate}));
  TAANU_RETURN_IF_ERROR(MakeFolder(folder));
  TAANU_RETURN_IF_ERROR(Vault::CreateKeyFile(folder / kStoreKey));
  TAANU_RETURN_IF_ERROR(Signer::CreateKeyFile(folder / kAuditKey, options.origin));
  TAANU_RETURN_IF_ERROR(CreateFile(folder / kAuthorityKey, authority.key_pem, true));
  TAANU_RETURN_IF_ERROR(
      CreateFile(folder / kAuthorityCertificate, authority.certificate_pem, false));
  TAANU_RETURN_IF_ERROR(CreateFile(folder / kServerKey, server.key_pem, true));
  TAANU_RETURN_IF_ERROR(CreateFile(folder / kServerCertificate, server.certificate_pem, false));
  return MadeFiles{{"store_key", folder / kStoreKey},
                   {"audit_key", folder / kAuditKey},
                   {"audit_verifier", folder / kAuditVerifier},
                   {"authority_key", folder / kAuthorityKey},
                   {"authority_certificate", folder / kAuthorityCertificate},
                   {"server_key", folder / kServerKey},
                   {"server_certificate", folder / kServerCertificate}};
}

Result<std::string> ReadPem(const fs::path& path) {
  auto bytes = ReadFile(path, kPemBytesMax);
  if (!bytes) {
    Error error = std::move(bytes).error();
    error.message =
        path.string() + ": " + error.message + "; --dir is the folder that `taanu keys init` made";
    return tl::make_unexpected(std::move(error));
  }
  return std::string(bytes->begin(), bytes->end());
}

Result<MadeFiles> Issue(const IssueOptions& options) {
  const bool terminal = options.role == "terminal";
  if (terminal == options.precinct.empty()) {
    return Fail(ErrorCode::kBadInput, "BAD_PRECINCT",
                terminal ? "a terminal is bound to its precinct; name it with --precinct"
                         : "only a terminal is bound to a precinct; leave --precinct out");
  }
  if (terminal) TAANU_RETURN_IF_ERROR(ValidatePrecinctId(options.precinct));
  const fs::path folder = options.folder;
  KeyAndCertificate authority;
  TAANU_ASSIGN_OR_RETURN(authority.key_pem, ReadPem(folder / kAuthorityKey));
  TAANU_ASSIGN_OR_RETURN(authority.certificate_pem, ReadPem(folder / kAuthorityCertificate));
  const ClientIdentity identity{options.role, options.name, options.precinct};
  TAANU_ASSIGN_OR_RETURN(const KeyAndCertificate client,
                         MakeClient(authority, identity, options.days));
  const std::string key_name = options.name + ".key";
  const std::string certificate_name = options.name + ".pem";
  TAANU_RETURN_IF_ERROR(RefuseExisting(folder, {key_name.c_str(), certificate_name.c_str()}));
  TAANU_RETURN_IF_ERROR(CreateFile(folder / key_name, client.key_pem, true));
  TAANU_RETURN_IF_ERROR(CreateFile(folder / certificate_name, client.certificate_pem, false));
  return MadeFiles{{"key", folder / key_name}, {"certificate", folder / certificate_name}};
}

ExitStatus Finish(const Context& context, const Result<MadeFiles>& made) {
  if (!made) return PrintError(context, made.error());
  PrintMade(context, *made);
  return ExitStatus::kSuccess;
}

void RegisterInit(CLI::App& keys, Context& context) {
  auto options = std::make_shared<InitOptions>();
  CLI::App* command = AddCommand(
      keys, context,
      {"init",
       "Make the store key, the audit signing key, a certificate authority and the daemon's "
       "certificate",
       "taanu keys init --out keys --name taanu.example/2026 --host daemon.example 10.0.0.5"},
      [options, &context] { return Finish(context, Init(*options)); });
  command->add_option("--out", options->out, "The folder to make them in")->required();
  command->add_option("--name", options->origin, "The origin that the audit log is signed under")
      ->required();
  command->add_option("--host", options->hosts,
                      "DNS names and IP addresses of the daemon (default: this machine alone)");
}

void RegisterIssue(CLI::App& keys, Context& context) {
  auto options = std::make_shared<IssueOptions>();
  CLI::App* command = AddCommand(
      keys, context,
      {"issue", "Issue a client's key and certificate, NAME.key and NAME.pem",
       "taanu keys issue --dir keys --role terminal --name terminal-0001-a --precinct P0001"},
      [options, &context] { return Finish(context, Issue(*options)); });
  command->add_option("--dir", options->folder, "The folder that `taanu keys init` made")
      ->required();
  command->add_option("--role", options->role, "What the client may do")
      ->required()
      ->check(CLI::IsMember({"terminal", "administrator", "auditor", "supervisor", "observer"}));
  command->add_option("--name", options->name, "The client's name, for the log")->required();
  command->add_option("--precinct", options->precinct, "The precinct of a terminal");
  command->add_option("--days", options->days, "How long it holds")
      ->check(CLI::Range(1, kCertificateDaysMax))
      ->capture_default_str();
}

}  // namespace

void RegisterKeys(CLI::App& app, Context& context) {
  CLI::App* keys =
      AddCommand(app, context,
                 {"keys", "Make keys and certificates, and change the key of a store in use",
                  "taanu keys init --out keys --name taanu.example/2026\n"
                  "taanu keys issue --dir keys --role administrator --name aigul"});
  RegisterInit(*keys, context);
  RegisterIssue(*keys, context);
  AddStoreKeyCommands(*keys, context);
}

}  // namespace taanu::cli
