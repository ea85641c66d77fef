#include "tests/support/election.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "enroll/store/sealing.h"
#include "service/audit/signer.h"

namespace taanu::test {
namespace {

template <typename T>
T OrThrow(tl::expected<T, Error> result) {
  if (!result) throw std::runtime_error(result.error().message);
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

void WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out || chmod(path.c_str(), 0600) != 0) {
    throw std::runtime_error("cannot write " + path.string());
  }
}

grpc::ChannelArguments OwnConnection() {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetMaxReceiveMessageSize(-1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 200);
  return arguments;
}

}  // namespace

Election::Election(ElectionOptions options) : options_(std::move(options)) {
  OrThrow<void>(Vault::CreateKeyFile(folder() / "store.key"));
  OrThrow<void>(Signer::CreateKeyFile(folder() / "audit.key", "test.example/2026"));
  if (options_.tls) MakeTls();
  WriteConfig();
  Start();
}

void Election::MakeTls() {
  authority_ = OrThrow(cli::MakeAuthority("test.example/2026"));
  const auto server = OrThrow(cli::MakeServer(authority_, "test.example/2026", {"localhost"}));
  WriteFile(folder() / "ca.pem", authority_.certificate_pem);
  WriteFile(folder() / "server.pem", server.certificate_pem);
  WriteFile(folder() / "server.key", server.key_pem);
}

void Election::WriteConfig() const {
  const std::string at = folder().string() + "/";
  std::ostringstream out;
  out << "[listen]\nunix_socket = \"" << at << "taanud.sock\"\n" << options_.listen << "\n";
  if (options_.tls) {
    out << "address = \"localhost:0\"\n[tls]\nca = \"" << at << "ca.pem\"\ncertificate = \"" << at
        << "server.pem\"\nkey = \"" << at << "server.key\"\n";
  }
  out << "[store]\ndatabase = \"" << at << "taanu.db\"\nkey_file = \"" << at << "store.key\"\n"
      << "[audit]\nkey_file = \"" << at << "audit.key\"\n"
      << "[election]\nname = \"test election\"\nthreshold_fmr = " << options_.threshold_fmr << "\n"
      << options_.election << "\n[observers]\n"
      << options_.observers << "\n[search]\n"
      << options_.search << "\n[limits]\n"
      << options_.limits << "\n";
  WriteFile(config(), out.str());
}

std::vector<std::string> Election::Arguments() const {
  return {TAANU_BIN_DIR "/" + options_.daemon, "--config", config().string(), "--ready-file",
          (folder() / "ready").string()};
}

void Election::Start() {
  process_ = std::make_unique<ChildProcess>(Arguments(), folder() / "taanud.log");
}

void Election::StartWithFault(const std::string& point, int passages) {
  setenv("TAANU_FAULT", (point + ":" + std::to_string(passages)).c_str(), 1);
  Start();
  unsetenv("TAANU_FAULT");
}

int Election::Stop() {
  process_->Signal(SIGTERM);
  return process_->Wait();
}

void Election::Kill() {
  process_->Signal(SIGKILL);
  process_->Wait();
}

std::string Election::Log() const {
  std::ifstream in(folder() / "taanud.log", std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Client Election::Connect() const {
  return Client(grpc::CreateCustomChannel("unix:" + socket().string(),
                                          grpc::InsecureChannelCredentials(), OwnConnection()));
}

cli::KeyAndCertificate Election::Issue(const std::string& role, const std::string& name,
                                       const std::string& precinct) const {
  return OrThrow(cli::MakeClient(authority_, {role, name, precinct}, 1));
}

Client Election::ConnectTls(const cli::KeyAndCertificate& identity) const {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = authority_.certificate_pem;
  options.pem_private_key = identity.key_pem;
  options.pem_cert_chain = identity.certificate_pem;
  return Client(grpc::CreateCustomChannel("localhost:" + std::to_string(port()),
                                          grpc::SslCredentials(options), OwnConnection()));
}

int Election::port() const { return PortOf("port="); }
int Election::observers_port() const { return PortOf("observers_port="); }

int Election::PortOf(const std::string& name) const {
  std::ifstream in(folder() / "ready");
  std::string line;
  while (std::getline(in, line)) {
    if (line.starts_with(name)) return std::stoi(line.substr(name.size()));
  }
  throw std::runtime_error("no ready file with " + name);
}

void OpenPrecinct(Client& client, const std::string& precinct) {
  v1::CreatePrecinctResponse created;
  grpc::Status status = client.CreatePrecinct(precinct, &created);
  ASSERT_TRUE(status.ok()) << status.error_message();
  v1::OpenPollsResponse opened;
  status = client.OpenPolls(precinct, &opened);
  ASSERT_TRUE(status.ok()) << status.error_message();
}

}  // namespace taanu::test
