// The daemon's settings, read from TOML. Every setting has a default that is safe to run with; a
// key that is not known is an error, since a misspelt limit is a limit that does not hold.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

#include "matcher/error.h"
#include "service/auth/role.h"
#include "service/reconcile/compare.h"

namespace taanu {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarning, kError };
enum class LogFormat : uint8_t { kJson, kText };

// Among whom a finger is searched for a second identity.
enum class DuplicateScope : uint8_t {
  kOff,
  kPrecinct,  // accredited in the same precinct
  kAll,       // accredited on any of the rolls that the daemon keeps
};

struct Config {
  struct Listen {
    // HOST:PORT of the TCP listener, always with mutual TLS; empty for none. Port 0 takes a free
    // one.
    std::string address;
    // Path of the Unix socket, the only plaintext listener; empty for none.
    std::filesystem::path unix_socket = "/run/taanu/taanud.sock";
    // Permission bits of the socket's file: who may open it may use it.
    uint32_t unix_socket_mode = 0660;
    // What those who can open the socket may do.
    auth::RoleSet unix_socket_roles = auth::RoleSet::All();
  } listen;

  struct Tls {
    // PEM files. `ca` signs the certificates of clients.
    std::filesystem::path ca = "/etc/taanu/tls/ca.pem";
    std::filesystem::path certificate = "/etc/taanu/tls/server.pem";
    std::filesystem::path key = "/etc/taanu/tls/server.key";
  } tls;

  struct Store {
    std::filesystem::path database = "/var/lib/taanu/taanu.db";
    // Empty: the systemd credential "store-key", or /etc/taanu/store.key where there is none.
    std::filesystem::path key_file;
  } store;

  struct Audit {
    // Empty: the systemd credential "audit-key", or /etc/taanu/audit.key where there is none.
    std::filesystem::path key_file;
    // Where the last signed checkpoint is kept outside of the database, so that an older database
    // put in its place is found at the start; empty: the database's name with ".checkpoint".
    std::filesystem::path checkpoint_file;
    // Seconds between signed checkpoints while the log grows, 1 to 60.
    int checkpoint_seconds = 60;
  } audit;

  struct Election {
    // Stands on every slip; 1 to 100 bytes on one line.
    std::string name = "unnamed election";
    // The offset from UTC that times on slips are written in, in minutes.
    int utc_offset_minutes = 0;
    // The false match rate of an attempt as a whole, 1e-9 to 0.1.
    double threshold_fmr = 0.0001;
    // Captures to an attempt at most, 1 to 10.
    int captures_max = 4;
    // The quality, 0 to 100, below which a sample is not compared and a finger is not enrolled.
    int quality_min = 20;
    // The chance of a false alarm, for an attempt as a whole, that the finger belongs to somebody
    // who was accredited under another identity, 1e-9 to 0.01.
    double duplicate_fpir = 0.0001;
    // Among whom that is searched.
    DuplicateScope duplicate_scope = DuplicateScope::kAll;
    // By how much figures of counts may differ before a precinct counts as not agreeing: so many
    // ballots, 0 to 1,000,000, or this share of the larger figure, 0 to 1, whichever is more.
    int tolerance_ballots = 0;
    double tolerance_share = 0;

    // Fallbacks in a precinct at most, as a share of its roll, 0 to 1, rounded up to whole voters.
    double fallback_share_max = 0.05;
    // And as a number of voters; -1 for none but the share. The smaller of the two holds.
    int fallback_max = -1;
    // Whether terminals must work in a session of their station; without it those that start none
    // are served too.
    bool sessions_required = false;

    // The share in millionths, so that it is one number wherever it is kept.
    reconcile::Tolerance Tolerance() const;
    // Under how many numbers one finger that matches nobody is suspicious, 2 to 64, 0 for never,
    // and within how many seconds.
    int tried_identities = 3;
    int tried_window_seconds = 600;
  } election;

  struct Search {
    // Keeps rolls in memory: what IdentifyVoter and the search for another identity need.
    bool rolls = true;
    // The precincts whose rolls are kept; empty for all.
    std::set<std::string, std::less<>> precincts;
  } search;

  struct Observers {
    // HOST:PORT of the page for observers, plain HTTP without any log-in; empty for none. Port 0
    // takes a free one.
    std::string listen;
    // Event streams at a time, 1 to 100,000; who comes beyond asks again and again instead.
    int viewers_max = 2000;
    // Connections of one address at a time, 0 for no limit. Behind a proxy all have its address.
    int connections_per_address_max = 0;
  } observers;

  struct Dedup {
    // Whether everybody who comes to the register is searched among all others in the background.
    // The daemon then keeps the references of the whole register in memory.
    bool search_new_voters = false;
    // How many pairs of different people may be taken for one, on average, until the register has
    // expected_voters; 1e-9 to 1,000,000.
    double false_pairs = 1;
    int expected_voters = 1'000'000;
  } dedup;

  struct Limits {
    // Threads of each pool (verification, search, enrolment, queries); 0 means one to a core.
    int worker_threads = 0;
    // Verifications that may wait for a thread; one more is told to come again.
    int verification_queue_max = 256;
    // Enrolments that may wait for a thread. A bulk load takes bulk_window of them for itself.
    int enrollment_queue_max = 1280;
    // Queries and administration that may wait for a thread.
    int query_queue_max = 256;
    // Attempts that one terminal, by its certificate, may make in a minute for long, 0 for no
    // limit, and at once.
    int terminal_attempts_per_minute = 120;
    int terminal_attempts_burst = 60;
    // Searches by finger alone that may wait for a thread.
    int search_queue_max = 32;
    // Items of a bulk load that may be without a status, and the bytes that they may take.
    int bulk_window = 256;
    int bulk_window_mib = 128;
    // The largest message, in MiB.
    int message_mib_max = 32;
    // Calls at a time on one connection.
    int streams_per_connection_max = 512;
    // Memory that gRPC's transports may use for what is on its way, in MiB.
    int transport_memory_mib = 1024;
    // Seconds that calls in flight are given to finish when the daemon is told to stop.
    int drain_seconds = 20;
  } limits;

  struct Log {
    LogLevel level = LogLevel::kInfo;
    LogFormat format = LogFormat::kJson;
  } log;

  // The key files, with the defaults filled in. `credentials_directory` is the environment's
  // CREDENTIALS_DIRECTORY, or empty.
  std::filesystem::path StoreKeyFile(std::string_view credentials_directory) const;
  std::filesystem::path AuditKeyFile(std::string_view credentials_directory) const;
  std::filesystem::path CheckpointFile() const;

  // The TOML that it was read from, of which the log names the digest.
  std::string text;
};

// Reads settings from TOML text; `file` is named in messages. Errors: kBadInput with the file, the
// line, the key and what is allowed there.
Result<Config> ParseConfig(std::string_view text, std::string_view file);

// Errors: as ParseConfig, and kNotFound where the file cannot be read.
Result<Config> LoadConfig(const std::filesystem::path& file);

// Every setting with its default and what it means, as TOML that ParseConfig accepts.
std::string DefaultConfigText();

Result<LogLevel> ParseLogLevel(std::string_view name);

}  // namespace taanu
