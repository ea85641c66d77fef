#include "service/daemon/server.h"

#include <grpc/grpc_security_constants.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/resource_quota.h>
#include <grpcpp/security/server_credentials.h>
#include <sodium.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <opencv2/core/utility.hpp>
#include <optional>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "enroll/extract/extractor.h"
#include "enroll/register/resealer.h"
#include "enroll/register/schema.h"
#include "enroll/register/sqlite_register.h"
#include "enroll/store/bind_vault.h"
#include "enroll/store/connection.h"
#include "enroll/store/database.h"
#include "enroll/store/file_copy.h"
#include "matcher/compare/comparator.h"
#include "service/audit/note.h"
#include "service/audit/signer.h"
#include "service/auth/processor.h"
#include "service/cases/background_search.h"
#include "service/cases/new_voter_search.h"
#include "service/daemon/clock_watch.h"
#include "service/daemon/unix_socket.h"
#include "service/ledger/activity_log.h"
#include "service/ledger/audit_log.h"
#include "service/ledger/case_book.h"
#include "service/ledger/checkpoint_keeper.h"
#include "service/ledger/clock_log.h"
#include "service/ledger/daemon_runs.h"
#include "service/ledger/duplicate_search_log.h"
#include "service/ledger/enrollment_audit.h"
#include "service/ledger/figures.h"
#include "service/ledger/office.h"
#include "service/ledger/officers.h"
#include "service/ledger/precinct_log.h"
#include "service/ledger/protocol_store.h"
#include "service/ledger/slip_desk.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/observers/observers_page.h"
#include "service/rolls/finger_claims.h"
#include "service/rolls/rolls.h"
#include "service/rpc/adjudication.h"
#include "service/rpc/administration.h"
#include "service/rpc/audit.h"
#include "service/rpc/backend.h"
#include "service/rpc/backup.h"
#include "service/rpc/enrollment.h"
#include "service/rpc/log.h"
#include "service/rpc/reconciliation.h"
#include "service/rpc/store.h"
#include "service/rpc/verification.h"
#include "service/watch/terminal_pace.h"
#include "service/watch/tried_fingers.h"

namespace taanu {
namespace {

// Bulk work gives way to voters on the same cores; see setpriority(2).
constexpr int kEnrollmentNiceness = 10;
constexpr int kQueryNiceness = 5;
constexpr int kSearchNiceness = 3;
// Bytes of metadata of one call; gRPC's own default, stated.
constexpr int kMetadataBytesMax = 8 * 1024;
// An idle connection is asked for a sign of life this often, and given this long to answer, so that
// a terminal whose uplink was cut does not hold its connection for ever.
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
// In which the last answers leave the machine when the daemon stops, also a busy one. A client that
// is cut off costs this much at each stop.
constexpr std::chrono::seconds kFlushTime{5};
// A client that asks for signs of life more often than this is cut off.
constexpr int kPingIntervalMinMs = 10'000;
// The services whose health is told apart from that of the whole ("").
constexpr const char* kServices[] = {
    "taanu.v1.VerificationService", "taanu.v1.EnrollmentService",
    "taanu.v1.AuditService",        "taanu.v1.AdministrationService",
    "taanu.v1.StoreService",        "taanu.v1.ReconciliationService",
    "taanu.v1.AdjudicationService"};

Result<std::string> ReadPem(std::string_view setting, const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  std::string text = out.str();
  if (!in || text.find("-----BEGIN ") == std::string::npos) {
    return Fail(ErrorCode::kNotFound, "NO_CERTIFICATE",
                "[tls] " + std::string(setting) + ": cannot read PEM from " + path.string() +
                    "; `taanu keys` makes certificates");
  }
  return text;
}

Status CheckKeyMode(const std::filesystem::path& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) != 0) {
    return Fail(
        ErrorCode::kRefused, "KEY_MODE",
        "[tls] key: " + path.string() + " may be read or written by others; run chmod 0600 on it");
  }
  return {};
}

// Mutual TLS and nothing less: a client without a certificate of the authority does not get past
// the handshake.
Result<std::shared_ptr<grpc::ServerCredentials>> TlsCredentials(const Config::Tls& tls) {
  TAANU_RETURN_IF_ERROR(CheckKeyMode(tls.key));
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  grpc::SslServerCredentialsOptions::PemKeyCertPair pair;
  TAANU_ASSIGN_OR_RETURN(options.pem_root_certs, ReadPem("ca", tls.ca));
  TAANU_ASSIGN_OR_RETURN(pair.cert_chain, ReadPem("certificate", tls.certificate));
  TAANU_ASSIGN_OR_RETURN(pair.private_key, ReadPem("key", tls.key));
  options.pem_key_cert_pairs.push_back(std::move(pair));
  return grpc::SslServerCredentials(options);
}

int ThreadCount(int configured) {
  if (configured > 0) return configured;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

std::string Sha256Hex(std::string_view text) {
  std::array<uint8_t, crypto_hash_sha256_BYTES> digest{};
  crypto_hash_sha256(digest.data(), reinterpret_cast<const uint8_t*>(text.data()), text.size());
  return ToHex(digest);
}

std::vector<Migration> AllMigrations() {
  std::vector<Migration> migrations = RegisterMigrations();
  for (const Migration& migration : ElectionMigrations()) migrations.push_back(migration);
  std::ranges::sort(migrations, {}, &Migration::number);
  return migrations;
}

void LogNewVoters(const NewVoterFigures& figures) {
  log::Write(LogLevel::kInfo, "new_voters_searched",
             {{"searched", figures.searched},
              {"unsearched", figures.unsearched},
              {"cases", figures.cases},
              {"memory_bytes", figures.bytes},
              {"threshold_score", figures.score_min}});
}

}  // namespace

// Members are destroyed from the last to the first: handlers before pools, pools before the
// database, the database before the keys.
class Server::Impl {
 public:
  explicit Impl(const Config& config) : config_(config) {}
  ~Impl() { Stop(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Status OpenStore(std::string_view credentials_directory) {
    TAANU_ASSIGN_OR_RETURN(vault_, Vault::FromKeyFile(config_.StoreKeyFile(credentials_directory)));
    TAANU_ASSIGN_OR_RETURN(signer_,
                           Signer::FromKeyFile(config_.AuditKeyFile(credentials_directory)));
    DatabaseOptions options;
    options.path = config_.store.database;
    options.migrations = AllMigrations();
    // Those that read rolls into memory, or figures for observers, have connections of their own,
    // so that no voter waits for one.
    if (config_.search.rolls) options.readers += ThreadCount(config_.limits.worker_threads);
    if (!config_.observers.listen.empty()) ++options.readers;
    TAANU_ASSIGN_OR_RETURN(database_, Database::Open(std::move(options)));
    TAANU_RETURN_IF_ERROR(database_->Read(QuickCheck));
    TAANU_RETURN_IF_ERROR(BindVault(*database_, *vault_));
    // Before this run adds entries of its own.
    clock_log_ = std::make_unique<ClockLog>(database_.get());
    TAANU_ASSIGN_OR_RETURN(last_entry_us_, clock_log_->LastTimeUs());
    resealer_ = std::make_unique<Resealer>(database_.get(), vault_.get());
    TAANU_RETURN_IF_ERROR(resealer_->CheckKeys());
    TAANU_RETURN_IF_ERROR(database_->Write(CompleteFigures));
    rpc::RemoveStaleCopies(config_.store.database);
    if (config_.search.rolls) {
      rolls_ = std::make_unique<Rolls>(
          RollReader(database_.get(), vault_.get()),
          RollsOptions{.precincts = config_.search.precincts,
                       .threads = static_cast<size_t>(ThreadCount(config_.limits.worker_threads))});
    }
    register_ = std::make_unique<SqliteRegister>(database_.get(), vault_.get(), &AuditEnrollment,
                                                 rolls_.get());
    ledger_ = std::make_unique<SqliteLedger>(database_.get(), signer_.get(), rolls_.get());
    checkpoints_ = std::make_unique<CheckpointKeeper>(database_.get(), signer_.get(),
                                                      config_.CheckpointFile());
    TAANU_ASSIGN_OR_RETURN(checkpoint_file_there_, checkpoints_->CheckLog());
    activity_ = std::make_unique<ActivityLog>(database_.get());
    audit_log_ = std::make_unique<AuditLog>(database_.get(), signer_.get());
    office_ = std::make_unique<Office>(database_.get(), vault_.get(), rolls_.get());
    cases_ = std::make_unique<CaseBook>(database_.get());
    TAANU_RETURN_IF_ERROR(OpenDuplicateSearch());
    if (rolls_ != nullptr) rolls_->Start();
    slip_desk_ = std::make_unique<SlipDesk>(database_.get());
    precinct_log_ = std::make_unique<PrecinctLog>(database_.get());
    TAANU_ASSIGN_OR_RETURN(backend_.election_name,
                           slip_desk_->SettleElectionName(config_.election.name));
    if (backend_.election_name != config_.election.name) {
      log::Write(LogLevel::kWarning, "election_name_kept",
                 {{"message", "slips were given under \"" + backend_.election_name +
                                  "\", which stays on them; [election] name says otherwise"}});
    }
    protocols_ = std::make_unique<ProtocolStore>(database_.get());
    TAANU_RETURN_IF_ERROR(protocols_->SetTolerance(config_.election.Tolerance()));
    officers_ = std::make_unique<OfficerList>(database_.get(), vault_.get());
    // Goes on with a rotation of the key that was cut off, and with files of an earlier version.
    resealer_->Start();
    return {};
  }

  Status OpenDuplicateSearch() {
    search_log_ = std::make_unique<SearchLog>(database_.get());
    // One that a daemon before this one was killed in is told as what it is: not complete.
    TAANU_RETURN_IF_ERROR(search_log_->EndInterrupted());
    duplicate_search_ = std::make_unique<BackgroundSearch>(
        register_.get(), cases_.get(), search_log_.get(),
        BackgroundSearchOptions{
            .threads = static_cast<size_t>(ThreadCount(config_.limits.worker_threads)),
            .algorithm_version = std::string(AlgorithmVersion())});
    if (config_.dedup.search_new_voters) {
      new_voter_search_ = std::make_unique<NewVoterSearch>(
          database_.get(), register_.get(), cases_.get(),
          NewVoterSearchOptions{
              .false_pairs = config_.dedup.false_pairs,
              .expected_voters = static_cast<uint64_t>(config_.dedup.expected_voters),
              .algorithm_version = std::string(AlgorithmVersion()),
              .on_idle = &LogNewVoters});
    }
    return {};
  }

  // A store that cannot be written is found by whoever writes next; the watch tries again.
  void WatchClock() {
    const int64_t now_us = ReadClocks().wall_us;
    if (last_entry_us_ && now_us < *last_entry_us_ - kClockToleranceUs) {
      ReportClock({*last_entry_us_, now_us}, "start");
    }
    clock_watch_ = std::make_unique<ClockWatch>(
        [this](const ClockJump& jump) { return ReportClock(jump, "running"); });
  }

  void StartPools() {
    const Config::Limits& limits = config_.limits;
    const int threads = ThreadCount(limits.worker_threads);
    verification_pool_ = std::make_unique<WorkerPool>(
        WorkerPool::Options{.name = "verify",
                            .threads = threads,
                            .queue_max = static_cast<size_t>(limits.verification_queue_max)});
    enrollment_pool_ = std::make_unique<WorkerPool>(
        WorkerPool::Options{.name = "enroll",
                            .threads = threads,
                            .queue_max = static_cast<size_t>(limits.enrollment_queue_max),
                            .niceness = kEnrollmentNiceness});
    query_pool_ = std::make_unique<WorkerPool>(
        WorkerPool::Options{.name = "query",
                            .threads = threads,
                            .queue_max = static_cast<size_t>(limits.query_queue_max),
                            .niceness = kQueryNiceness});
    search_pool_ = std::make_unique<WorkerPool>(
        WorkerPool::Options{.name = "search",
                            .threads = threads,
                            .queue_max = static_cast<size_t>(limits.search_queue_max),
                            .niceness = kSearchNiceness});
  }

  void MakeHandlers(std::string_view version) {
    backend_.vault = vault_.get();
    backend_.signer = signer_.get();
    backend_.voters = register_.get();
    backend_.ledger = ledger_.get();
    backend_.audit_log = audit_log_.get();
    backend_.checkpoints = checkpoints_.get();
    backend_.activity = activity_.get();
    backend_.office = office_.get();
    backend_.slip_desk = slip_desk_.get();
    backend_.precinct_log = precinct_log_.get();
    backend_.utc_offset_minutes = config_.election.utc_offset_minutes;
    backend_.officers = officers_.get();
    backend_.cases = cases_.get();
    backend_.duplicate_search = duplicate_search_.get();
    backend_.verification_pool = verification_pool_.get();
    backend_.enrollment_pool = enrollment_pool_.get();
    backend_.query_pool = query_pool_.get();
    backend_.search_pool = search_pool_.get();
    backend_.rolls = rolls_.get();
    backend_.finger_claims = &finger_claims_;
    backend_.duplicate_scope = config_.election.duplicate_scope;
    backend_.duplicate_fpir = config_.election.duplicate_fpir;
    backend_.pace = &pace_;
    backend_.tried = &tried_;
    backend_.gate = &gate_;
    backend_.policy = {.threshold_fmr = config_.election.threshold_fmr,
                       .captures_max = config_.election.captures_max};
    backend_.fallback_limits.share_max = config_.election.fallback_share_max;
    if (config_.election.fallback_max >= 0) {
      backend_.fallback_limits.count_max = static_cast<uint64_t>(config_.election.fallback_max);
    }
    backend_.sessions_required = config_.election.sessions_required;
    backend_.quality_min = config_.election.quality_min;
    backend_.bulk_window = static_cast<size_t>(config_.limits.bulk_window);
    backend_.bulk_window_bytes = static_cast<size_t>(config_.limits.bulk_window_mib) << 20;
    backend_.local_roles = config_.listen.unix_socket_roles;
    backend_.version = version;
    backend_.algorithm_version =
        std::string(ExtractorVersion()) + " " + std::string(AlgorithmVersion());
    verification_ = std::make_unique<rpc::VerificationHandlers>(backend_);
    enrollment_ = std::make_unique<rpc::EnrollmentHandlers>(backend_);
    audit_ = std::make_unique<rpc::AuditHandlers>(backend_);
    adjudication_ = std::make_unique<rpc::AdjudicationHandlers>(backend_);
    administration_ = std::make_unique<rpc::AdministrationHandlers>(backend_);
    store_ = std::make_unique<rpc::StoreHandlers>(
        backend_, rpc::StoreParts{.database_path = config_.store.database,
                                  .database = database_.get(),
                                  .vault = vault_.get(),
                                  .resealer = resealer_.get()});
    reconciliation_ = std::make_unique<rpc::ReconciliationHandlers>(
        backend_,
        rpc::ReconciliationParts{.protocols = protocols_.get(), .election = config_.election.name});
  }

  Status Listen() {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    grpc::ServerBuilder builder;
    SetLimits(&builder);
    TAANU_RETURN_IF_ERROR(AddListeners(&builder));
    builder.RegisterService(verification_.get());
    builder.RegisterService(enrollment_.get());
    builder.RegisterService(audit_.get());
    builder.RegisterService(adjudication_.get());
    builder.RegisterService(administration_.get());
    builder.RegisterService(store_.get());
    builder.RegisterService(reconciliation_.get());
    grpc_server_ = builder.BuildAndStart();
    if (grpc_server_ == nullptr || (!config_.listen.address.empty() && port_ == 0)) {
      return Fail(ErrorCode::kUnavailable, "CANNOT_LISTEN",
                  "cannot listen on " + ListenersText() +
                      "; is the address free, and are certificate and key a pair?");
    }
    if (!config_.listen.unix_socket.empty()) {
      TAANU_RETURN_IF_ERROR(
          SetSocketMode(config_.listen.unix_socket, config_.listen.unix_socket_mode));
    }
    SetServing(true);
    return {};
  }

  // The page for observers, where it is wanted.
  Status ShowObservers() {
    if (config_.observers.listen.empty()) return {};
    TAANU_ASSIGN_OR_RETURN(
        observers_,
        observers::ObserversPage::Start(
            config_.observers,
            {.ledger = ledger_.get(),
             .protocols = protocols_.get(),
             .audit_log = audit_log_.get(),
             .fallback_limits = backend_.fallback_limits,
             .election = backend_.election_name,
             .utc_offset_minutes = config_.election.utc_offset_minutes,
             .public_key = note::FormatVerifierKey(signer_->name(), signer_->public_key())},
            [](const Error& error) {
              log::Write(LogLevel::kWarning, "observers_not_told",
                         {{"reason", error.reason}, {"message", error.message}});
            }));
    return {};
  }

  // From here on the log says that the daemon serves, and is signed.
  void StartAudit() {
    runs_ = std::make_unique<DaemonRuns>(
        database_.get(),
        DaemonIdentity{.version = backend_.version,
                       .algorithm_version = backend_.algorithm_version,
                       .config_sha256 = Sha256Hex(config_.text),
                       .store_key = ToHex(vault_->Fingerprint()),
                       .audit_key = note::FormatVerifierKey(signer_->name(), signer_->public_key()),
                       .checkpoint_file = checkpoint_file_there_});
    LogCounts();
    checkpoints_->Start({.interval = std::chrono::seconds(config_.audit.checkpoint_seconds),
                         .before = [this] { LogCounts(); },
                         .failed = [](const Error& error) { ComplainOfAudit(error); }});
    // A start is signed at once: what stood in the log before it cannot be taken back any more.
    checkpoints_->KeepSoon();
  }

  int port() const { return port_; }
  int observers_port() const { return observers_ == nullptr ? 0 : observers_->port(); }

  void Stop() {
    observers_.reset();
    if (grpc_server_ != nullptr) {
      SetServing(false);
      gate_.Close();
      enrollment_->Drain();
      gate_.WaitUntilEmpty(std::chrono::system_clock::now() +
                           std::chrono::seconds(config_.limits.drain_seconds));
      // What is left now is cancelled after a moment in which the last answers are sent. It returns
      // when every handler has finished, for which the pools and the database are still needed.
      grpc_server_->Shutdown(std::chrono::system_clock::now() + kFlushTime);
    }
    for (auto* pool : {&verification_pool_, &enrollment_pool_, &query_pool_, &search_pool_}) {
      if (*pool != nullptr) (*pool)->Stop();
    }
    grpc_server_.reset();
    clock_watch_.reset();
    clock_log_.reset();
    new_voter_search_.reset();
    duplicate_search_.reset();
    search_log_.reset();
    cases_.reset();
    resealer_.reset();
    if (rolls_ != nullptr) rolls_->Stop();
    StopAudit();
    precinct_log_.reset();
    slip_desk_.reset();
    protocols_.reset();
    officers_.reset();
    office_.reset();
    ledger_.reset();
    register_.reset();
    runs_.reset();
    activity_.reset();
    audit_log_.reset();
    checkpoints_.reset();
    // Before the rolls, since what it commits at its end is told to them.
    database_.reset();
    rolls_.reset();
  }

 private:
  // A full disk keeps the daemon from logging its start; it serves what it can, and logs it later.
  void LogCounts() {
    if (const Status logged = runs_->LogStart(); !logged) ComplainOfAudit(logged.error());
    if (const Status logged = activity_->Flush(); !logged) ComplainOfAudit(logged.error());
  }

  static void ComplainOfAudit(const Error& error) {
    log::Write(LogLevel::kError, "audit_not_logged",
               {{"reason", error.reason}, {"message", error.message}});
  }

  // The last entries and the last checkpoint, when no call is left.
  void StopAudit() {
    if (runs_ == nullptr || checkpoints_ == nullptr) return;
    LogCounts();
    if (const Status logged = runs_->LogStop(); !logged) ComplainOfAudit(logged.error());
    checkpoints_->Stop();
  }

  void SetLimits(grpc::ServerBuilder* builder) const {
    const Config::Limits& limits = config_.limits;
    builder->SetMaxReceiveMessageSize(limits.message_mib_max << 20);
    builder->SetResourceQuota(grpc::ResourceQuota("taanud").Resize(
        static_cast<size_t>(limits.transport_memory_mib) << 20));
    builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, limits.streams_per_connection_max);
    builder->AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
    builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
    builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
    builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                                kPingIntervalMinMs);
    // Two daemons on one port would share its terminals at random.
    builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  }

  // The same authorisation stands before both listeners.
  Status AddListeners(grpc::ServerBuilder* builder) {
    const auto processor = std::make_shared<auth::AuthorizationProcessor>(
        config_.listen.unix_socket_roles, [this](const auth::Peer& peer, std::string_view reason) {
          activity_->CountRefusal(auth::RoleNames(peer.roles), reason);
        });
    if (!config_.listen.address.empty()) {
      TAANU_ASSIGN_OR_RETURN(const auto credentials, TlsCredentials(config_.tls));
      credentials->SetAuthMetadataProcessor(processor);
      builder->AddListeningPort(config_.listen.address, credentials, &port_);
    }
    if (!config_.listen.unix_socket.empty()) {
      TAANU_RETURN_IF_ERROR(RemoveStaleSocket(config_.listen.unix_socket));
      const auto credentials = grpc::experimental::LocalServerCredentials(UDS);
      credentials->SetAuthMetadataProcessor(processor);
      builder->AddListeningPort("unix:" + config_.listen.unix_socket.string(), credentials);
    }
    return {};
  }

  std::string ListenersText() const {
    std::string text = config_.listen.address;
    if (!config_.listen.unix_socket.empty()) {
      text += (text.empty() ? "" : " and ") + config_.listen.unix_socket.string();
    }
    return text;
  }

  bool ReportClock(const ClockJump& jump, std::string_view seen) {
    const bool kept = clock_log_->Record(jump.expected_us, jump.found_us, seen).has_value();
    log::Write(LogLevel::kWarning, "clock_jumped",
               {{"expected_us", jump.expected_us},
                {"found_us", jump.found_us},
                {"seen", std::string(seen)},
                {"in_audit_log", kept}});
    return kept;
  }

  void SetServing(bool serving) {
    grpc::HealthCheckServiceInterface* const health = grpc_server_->GetHealthCheckService();
    if (health == nullptr) return;
    for (const char* service : kServices) health->SetServingStatus(service, serving);
    health->SetServingStatus(serving);
  }

  const Config config_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Signer> signer_;
  std::unique_ptr<Rolls> rolls_;
  FingerClaims finger_claims_;
  TerminalPace pace_{
      {.per_minute = static_cast<double>(config_.limits.terminal_attempts_per_minute),
       .burst = config_.limits.terminal_attempts_burst}};
  TriedFingers tried_{{.identities = config_.election.tried_identities,
                       .window = std::chrono::seconds(config_.election.tried_window_seconds)}};
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteRegister> register_;
  std::unique_ptr<SqliteLedger> ledger_;
  std::unique_ptr<AuditLog> audit_log_;
  std::unique_ptr<ActivityLog> activity_;
  std::unique_ptr<DaemonRuns> runs_;
  std::unique_ptr<CheckpointKeeper> checkpoints_;
  bool checkpoint_file_there_ = false;
  std::unique_ptr<Office> office_;
  std::unique_ptr<SlipDesk> slip_desk_;
  std::unique_ptr<ProtocolStore> protocols_;
  std::unique_ptr<OfficerList> officers_;
  std::unique_ptr<CaseBook> cases_;
  std::unique_ptr<SearchLog> search_log_;
  std::unique_ptr<BackgroundSearch> duplicate_search_;
  std::unique_ptr<PrecinctLog> precinct_log_;
  std::unique_ptr<NewVoterSearch> new_voter_search_;
  std::unique_ptr<Resealer> resealer_;
  std::unique_ptr<ClockLog> clock_log_;
  std::optional<int64_t> last_entry_us_;  // when the daemon started
  std::unique_ptr<ClockWatch> clock_watch_;
  std::unique_ptr<WorkerPool> verification_pool_;
  std::unique_ptr<WorkerPool> enrollment_pool_;
  std::unique_ptr<WorkerPool> query_pool_;
  std::unique_ptr<WorkerPool> search_pool_;
  CallGate gate_;
  rpc::Backend backend_;
  std::unique_ptr<rpc::VerificationHandlers> verification_;
  std::unique_ptr<rpc::EnrollmentHandlers> enrollment_;
  std::unique_ptr<rpc::AuditHandlers> audit_;
  std::unique_ptr<rpc::AdjudicationHandlers> adjudication_;
  std::unique_ptr<rpc::AdministrationHandlers> administration_;
  std::unique_ptr<rpc::StoreHandlers> store_;
  std::unique_ptr<rpc::ReconciliationHandlers> reconciliation_;
  std::unique_ptr<observers::ObserversPage> observers_;
  std::unique_ptr<grpc::Server> grpc_server_;
  int port_ = 0;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::Start(const Config& config, std::string_view version,
                                              std::string_view credentials_directory) {
  // The pools are the parallelism; OpenCV's own threads would only get in their way.
  cv::setNumThreads(1);
  auto impl = std::make_unique<Impl>(config);
  TAANU_RETURN_IF_ERROR(impl->OpenStore(credentials_directory));
  impl->WatchClock();
  impl->StartPools();
  impl->MakeHandlers(version);
  impl->StartAudit();
  TAANU_RETURN_IF_ERROR(impl->Listen());
  TAANU_RETURN_IF_ERROR(impl->ShowObservers());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

int Server::port() const { return impl_->port(); }
int Server::observers_port() const { return impl_->observers_port(); }

void Server::Stop() { impl_->Stop(); }

}  // namespace taanu
