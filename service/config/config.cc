#include "service/config/config.h"

#include <toml++/toml.h>

#include <array>
#include <cmath>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "service/slip/slip_code.h"

namespace taanu {
namespace {

// The largest configuration file that is read, in bytes.
constexpr size_t kConfigBytesMax = size_t{1} << 20;

// Reads values out of one table, remembers which keys it was asked for, and keeps the first error.
class TableReader {
 public:
  TableReader(const toml::table* table, std::string section, std::string_view file)
      : table_(table), section_(std::move(section)), file_(file) {}

  void Text(std::string_view key, size_t bytes_max, std::string* value) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>();
    if (!text || text->size() > bytes_max) {
      Complain(*node, key, "must be text of at most " + std::to_string(bytes_max) + " bytes");
      return;
    }
    *value = *text;
  }

  void Path(std::string_view key, std::filesystem::path* value) {
    std::string text = value->string();
    Text(key, 4096, &text);
    *value = text;
  }

  void Integer(std::string_view key, int64_t min, int64_t max, int* value) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    const auto number = node->value_exact<int64_t>();
    if (!number || *number < min || *number > max) {
      Complain(*node, key,
               "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max));
      return;
    }
    *value = static_cast<int>(*number);
  }

  void Flag(std::string_view key, bool* value) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    const auto flag = node->value_exact<bool>();
    if (!flag) {
      Complain(*node, key, "must be true or false");
      return;
    }
    *value = *flag;
  }

  // `range` says the range in the message.
  void Real(std::string_view key, double min, double max, std::string_view range, double* value) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    const auto number = node->value<double>();
    if (!number || !(*number >= min && *number <= max)) {
      Complain(*node, key, "must be a number from " + std::string(range));
      return;
    }
    *value = *number;
  }

  template <typename T, size_t kCount>
  void Choice(std::string_view key,
              const std::array<std::pair<std::string_view, T>, kCount>& choices, T* value) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>();
    std::string allowed;
    for (const auto& [name, choice] : choices) {
      if (text && *text == name) {
        *value = choice;
        return;
      }
      allowed += (allowed.empty() ? "\"" : ", \"") + std::string(name) + "\"";
    }
    Complain(*node, key, "must be one of " + allowed);
  }

  // An offset from UTC, as text such as "+06:00".
  void UtcOffset(std::string_view key, int* minutes) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>();
    const auto digit = [&](size_t at) { return (*text)[at] - '0'; };
    const bool form = text && text->size() == 6 && ((*text)[0] == '+' || (*text)[0] == '-') &&
                      (*text)[3] == ':' &&
                      text->find_first_not_of("0123456789", 4) == std::string::npos &&
                      text->substr(1, 2).find_first_not_of("0123456789") == std::string::npos;
    const int value = form ? (digit(1) * 10 + digit(2)) * 60 + digit(4) * 10 + digit(5) : 0;
    if (!form || digit(4) > 5 || value > 14 * 60) {
      Complain(*node, key, "must be an offset from UTC in quotes, such as \"+06:00\"");
      return;
    }
    *minutes = (*text)[0] == '-' ? -value : value;
  }

  // Permission bits, as text in octal such as "0660".
  void Mode(std::string_view key, uint32_t* value) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    const auto text = node->value_exact<std::string>();
    const bool octal = text && text->size() == 4 && (*text)[0] == '0' &&
                       text->find_first_not_of("01234567") == std::string::npos;
    if (!octal) {
      Complain(*node, key, "must be four octal digits in quotes, such as \"0660\"");
      return;
    }
    *value = static_cast<uint32_t>(std::stoul(*text, nullptr, 8));
  }

  void Roles(std::string_view key, auth::RoleSet* value) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    constexpr std::string_view kWhat =
        "must be a list of \"terminal\", \"administrator\", \"auditor\", \"supervisor\", "
        "\"observer\"";
    const toml::array* list = node->as_array();
    if (list == nullptr) {
      Complain(*node, key, kWhat);
      return;
    }
    auth::RoleSet roles;
    for (const toml::node& element : *list) {
      const auto name = element.value_exact<std::string>();
      const auto role = name ? auth::RoleFromName(*name) : std::nullopt;
      if (!role) {
        Complain(element, key, kWhat);
        return;
      }
      roles.Add(*role);
    }
    *value = roles;
  }

  // A list of texts of 1 to `bytes_max` bytes.
  void Texts(std::string_view key, size_t bytes_max, std::set<std::string, std::less<>>* value) {
    const toml::node* node = Take(key);
    if (node == nullptr) return;
    std::set<std::string, std::less<>> texts;
    const toml::array* list = node->as_array();
    if (list == nullptr) {
      Complain(*node, key, "must be a list of texts");
      return;
    }
    for (const toml::node& element : *list) {
      const auto text = element.value_exact<std::string>();
      if (!text || text->empty() || text->size() > bytes_max) {
        Complain(element, key,
                 "must be a list of texts of 1 to " + std::to_string(bytes_max) + " bytes");
        return;
      }
      texts.insert(*text);
    }
    *value = std::move(texts);
  }

  // The first error; call it last, since it also finds the keys that nobody asked for.
  Status Finish() {
    if (table_ != nullptr) {
      for (const auto& [key, node] : *table_) {
        if (!taken_.contains(key.str())) Complain(node, key.str(), "is not a known setting");
      }
    }
    if (error_) return tl::make_unexpected(*error_);
    return {};
  }

 private:
  const toml::node* Take(std::string_view key) {
    taken_.emplace(key);
    return table_ == nullptr ? nullptr : table_->get(key);
  }

  void Complain(const toml::node& node, std::string_view key, std::string_view what) {
    const uint32_t line = node.source().begin.line;
    if (error_ && line >= error_line_) return;
    error_line_ = line;
    error_ = Error{ErrorCode::kBadInput, "BAD_SETTING",
                   file_ + ":" + std::to_string(line) + ": [" + section_ + "] " + std::string(key) +
                       " " + std::string(what)};
  }

  const toml::table* table_;
  std::string section_;
  std::string file_;
  std::set<std::string, std::less<>> taken_;
  std::optional<Error> error_;
  uint32_t error_line_ = 0;
};

void ReadListen(TableReader& in, Config::Listen* listen) {
  in.Text("address", 300, &listen->address);
  in.Path("unix_socket", &listen->unix_socket);
  in.Mode("unix_socket_mode", &listen->unix_socket_mode);
  in.Roles("unix_socket_roles", &listen->unix_socket_roles);
}

void ReadTls(TableReader& in, Config::Tls* tls) {
  in.Path("ca", &tls->ca);
  in.Path("certificate", &tls->certificate);
  in.Path("key", &tls->key);
}

constexpr std::array<std::pair<std::string_view, DuplicateScope>, 3> kDuplicateScopes = {
    {{"off", DuplicateScope::kOff},
     {"precinct", DuplicateScope::kPrecinct},
     {"all", DuplicateScope::kAll}}};
// As the contract bounds them.
constexpr size_t kPrecinctBytesMax = 32;

void ReadElection(TableReader& in, Config::Election* election) {
  in.Text("name", 100, &election->name);
  in.UtcOffset("utc_offset", &election->utc_offset_minutes);
  in.Real("threshold_fmr", 1e-9, 0.1, "1e-9 to 0.1", &election->threshold_fmr);
  in.Integer("captures_max", 1, 10, &election->captures_max);
  in.Integer("quality_min", 0, 100, &election->quality_min);
  in.Real("duplicate_fpir", 1e-9, 0.01, "1e-9 to 0.01", &election->duplicate_fpir);
  in.Choice("duplicate_scope", kDuplicateScopes, &election->duplicate_scope);
  in.Integer("tolerance_ballots", 0, 1'000'000, &election->tolerance_ballots);
  in.Real("tolerance_share", 0, 1, "0 to 1", &election->tolerance_share);
  in.Real("fallback_share_max", 0, 1, "0 to 1", &election->fallback_share_max);
  in.Integer("fallback_max", -1, 1'000'000, &election->fallback_max);
  in.Flag("sessions_required", &election->sessions_required);
  in.Integer("tried_identities", 0, 64, &election->tried_identities);
  in.Integer("tried_window_seconds", 1, 86'400, &election->tried_window_seconds);
}

void ReadDedup(TableReader& in, Config::Dedup* dedup) {
  in.Flag("search_new_voters", &dedup->search_new_voters);
  in.Real("false_pairs", 1e-9, 1e6, "1e-9 to 1,000,000", &dedup->false_pairs);
  in.Integer("expected_voters", 1, 1'000'000'000, &dedup->expected_voters);
}

void ReadLimits(TableReader& in, Config::Limits* limits) {
  in.Integer("worker_threads", 0, 1024, &limits->worker_threads);
  in.Integer("verification_queue_max", 1, 65536, &limits->verification_queue_max);
  in.Integer("enrollment_queue_max", 1, 65536, &limits->enrollment_queue_max);
  in.Integer("query_queue_max", 1, 65536, &limits->query_queue_max);
  in.Integer("search_queue_max", 1, 65536, &limits->search_queue_max);
  in.Integer("terminal_attempts_per_minute", 0, 1'000'000, &limits->terminal_attempts_per_minute);
  in.Integer("terminal_attempts_burst", 1, 1'000'000, &limits->terminal_attempts_burst);
  in.Integer("bulk_window", 1, 256, &limits->bulk_window);
  in.Integer("bulk_window_mib", 1, 4096, &limits->bulk_window_mib);
  in.Integer("message_mib_max", 1, 256, &limits->message_mib_max);
  in.Integer("streams_per_connection_max", 1, 65536, &limits->streams_per_connection_max);
  in.Integer("transport_memory_mib", 64, 65536, &limits->transport_memory_mib);
  in.Integer("drain_seconds", 0, 3600, &limits->drain_seconds);
}

void ReadObservers(TableReader& in, Config::Observers* observers) {
  in.Text("listen", 300, &observers->listen);
  in.Integer("viewers_max", 1, 100'000, &observers->viewers_max);
  in.Integer("connections_per_address_max", 0, 100'000, &observers->connections_per_address_max);
}

constexpr std::array<std::pair<std::string_view, LogLevel>, 4> kLogLevels = {
    {{"debug", LogLevel::kDebug},
     {"info", LogLevel::kInfo},
     {"warning", LogLevel::kWarning},
     {"error", LogLevel::kError}}};
constexpr std::array<std::pair<std::string_view, LogFormat>, 2> kLogFormats = {
    {{"json", LogFormat::kJson}, {"text", LogFormat::kText}}};

void ReadLog(TableReader& in, Config::Log* log) {
  in.Choice("level", kLogLevels, &log->level);
  in.Choice("format", kLogFormats, &log->format);
}

// What no single setting can tell.
Status CheckTogether(const Config& config, std::string_view file) {
  const auto fail = [&](std::string_view what) {
    return Fail(ErrorCode::kBadInput, "BAD_SETTING", std::string(file) + ": " + std::string(what));
  };
  if (config.listen.address.empty() && config.listen.unix_socket.empty()) {
    return fail("[listen] needs an address, a unix_socket, or both");
  }
  if (!config.listen.address.empty() &&
      (config.tls.ca.empty() || config.tls.certificate.empty() || config.tls.key.empty())) {
    return fail(
        "[listen] address needs [tls] ca, certificate and key: TCP without mutual TLS is refused");
  }
  if (!config.listen.address.empty() && config.listen.address.find(':') == std::string::npos) {
    return fail("[listen] address must be HOST:PORT, such as \"0.0.0.0:7443\"");
  }
  if (!config.observers.listen.empty() && config.observers.listen.find(':') == std::string::npos) {
    return fail("[observers] listen must be HOST:PORT, such as \"127.0.0.1:8090\"");
  }
  if (config.store.database.empty()) return fail("[store] database must not be empty");
  if (!slip::IsElectionName(config.election.name)) {
    return fail("[election] name must be one line of 1 to 100 bytes: it stands on every slip");
  }
  if (config.election.tried_identities == 1) {
    return fail("[election] tried_identities must be at least 2, or 0 for never");
  }
  if (config.limits.enrollment_queue_max < config.limits.bulk_window) {
    return fail("[limits] enrollment_queue_max must be at least bulk_window");
  }
  return {};
}

std::filesystem::path KeyFile(const std::filesystem::path& configured,
                              std::string_view credentials_directory, std::string_view credential,
                              std::string_view fallback) {
  if (!configured.empty()) return configured;
  if (!credentials_directory.empty()) {
    return std::filesystem::path(credentials_directory) / credential;
  }
  return fallback;
}

}  // namespace

std::filesystem::path Config::StoreKeyFile(std::string_view credentials_directory) const {
  return KeyFile(store.key_file, credentials_directory, "store-key", "/etc/taanu/store.key");
}

std::filesystem::path Config::AuditKeyFile(std::string_view credentials_directory) const {
  return KeyFile(audit.key_file, credentials_directory, "audit-key", "/etc/taanu/audit.key");
}

reconcile::Tolerance Config::Election::Tolerance() const {
  return {.ballots = static_cast<uint64_t>(tolerance_ballots),
          .share_ppm = static_cast<uint32_t>(std::lround(tolerance_share * 1e6))};
}

std::filesystem::path Config::CheckpointFile() const {
  if (!audit.checkpoint_file.empty()) return audit.checkpoint_file;
  return store.database.string() + ".checkpoint";
}

Result<LogLevel> ParseLogLevel(std::string_view name) {
  for (const auto& [known, level] : kLogLevels) {
    if (known == name) return level;
  }
  return Fail(ErrorCode::kBadInput, "BAD_SETTING",
              "the log level must be debug, info, warning or error");
}

Result<Config> ParseConfig(std::string_view text, std::string_view file) {
  if (text.size() > kConfigBytesMax) {
    return Fail(ErrorCode::kBadInput, "BAD_SETTING",
                std::string(file) + ": larger than 1 MiB, which no configuration is");
  }
  const toml::parse_result parsed = toml::parse(text, file);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return Fail(ErrorCode::kBadInput, "BAD_SETTING",
                std::string(file) + ":" + std::to_string(error.source().begin.line) +
                    ": not TOML: " + std::string(error.description()));
  }

  Config config;
  config.text = text;
  using Read = std::function<void(TableReader&)>;
  const std::map<std::string_view, Read> sections = {
      {"listen", [&](TableReader& in) { ReadListen(in, &config.listen); }},
      {"tls", [&](TableReader& in) { ReadTls(in, &config.tls); }},
      {"store",
       [&](TableReader& in) {
         in.Path("database", &config.store.database);
         in.Path("key_file", &config.store.key_file);
       }},
      {"audit",
       [&](TableReader& in) {
         in.Path("key_file", &config.audit.key_file);
         in.Path("checkpoint_file", &config.audit.checkpoint_file);
         in.Integer("checkpoint_seconds", 1, 60, &config.audit.checkpoint_seconds);
       }},
      {"election", [&](TableReader& in) { ReadElection(in, &config.election); }},
      {"search",
       [&](TableReader& in) {
         in.Flag("rolls", &config.search.rolls);
         in.Texts("precincts", kPrecinctBytesMax, &config.search.precincts);
       }},
      {"observers", [&](TableReader& in) { ReadObservers(in, &config.observers); }},
      {"dedup", [&](TableReader& in) { ReadDedup(in, &config.dedup); }},
      {"limits", [&](TableReader& in) { ReadLimits(in, &config.limits); }},
      {"log", [&](TableReader& in) { ReadLog(in, &config.log); }},
  };
  for (const auto& [key, node] : parsed.table()) {
    const auto section = sections.find(key.str());
    if (section == sections.end() || !node.is_table()) {
      return Fail(ErrorCode::kBadInput, "BAD_SETTING",
                  std::string(file) + ":" + std::to_string(node.source().begin.line) + ": " +
                      std::string(key.str()) + " is not a known section");
    }
    TableReader in(node.as_table(), std::string(key.str()), file);
    section->second(in);
    TAANU_RETURN_IF_ERROR(in.Finish());
  }
  TAANU_RETURN_IF_ERROR(CheckTogether(config, file));
  return config;
}

Result<Config> LoadConfig(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    return Fail(ErrorCode::kNotFound, "NO_CONFIG",
                "cannot read the configuration file " + file.string() +
                    "; give one with --config, and see --print-default-config");
  }
  std::string text(kConfigBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  return ParseConfig(text, file.string());
}

std::string DefaultConfigText() {
  return R"(# Settings of taanud, with their defaults. A key that is not known is an error.

[listen]
# TCP, always with mutual TLS: HOST:PORT; empty for none. Port 0 takes a free one.
address = ""
# The only plaintext listener: who can open this file may use it; empty for none.
unix_socket = "/run/taanu/taanud.sock"
unix_socket_mode = "0660"
# What those who can open it may do.
unix_socket_roles = ["terminal", "administrator", "auditor", "supervisor", "observer"]

[tls]
# PEM. The roles of a client are URIs in its certificate: urn:taanu:role:terminal (administrator,
# auditor, supervisor, observer), urn:taanu:precinct:ID for a terminal, urn:taanu:name:NAME.
ca = "/etc/taanu/tls/ca.pem"
certificate = "/etc/taanu/tls/server.pem"
key = "/etc/taanu/tls/server.key"

[store]
database = "/var/lib/taanu/taanu.db"
# Empty: the systemd credential "store-key", or /etc/taanu/store.key where there is none.
key_file = ""

[audit]
# Empty: the systemd credential "audit-key", or /etc/taanu/audit.key where there is none.
key_file = ""
# Where the last signed checkpoint is kept outside of the database, so that an older database put in
# its place is found at the start; empty: the database's name with ".checkpoint".
checkpoint_file = ""
# Seconds between signed checkpoints while the log grows, 1 to 60.
checkpoint_seconds = 60

[election]
# Stands on every slip, 1 to 100 bytes. From the first slip on it stays what it was then.
name = "unnamed election"
# The offset from UTC that times on slips are written in, such as "+06:00".
utc_offset = "+00:00"
# The false match rate of an attempt as a whole: 0.0001 is one impostor in 10,000.
threshold_fmr = 0.0001
# Captures to an attempt at most.
captures_max = 4
# The quality, 0 to 100, below which a sample is not compared and a finger is not enrolled.
quality_min = 20
# The chance of a false alarm, for an attempt as a whole, that the finger belongs to somebody who was
# accredited under another identity. The threshold follows from it and from how many were accredited.
duplicate_fpir = 0.0001
# Among whom that is searched: "all" on the rolls that are kept, "precinct", or "off".
duplicate_scope = "all"
# By how much figures of counts may differ before a precinct counts as not agreeing: so many ballots,
# or this share of the larger figure, whichever is more. A change is an entry in the log.
tolerance_ballots = 0
tolerance_share = 0.0

# Voters whom two officers may accredit in a precinct without a finger that matched, as a share of
# its roll (rounded up), and as a number (-1: the share alone). The smaller of the two holds. Above
# it a fallback is answered FALLBACK_CAP_REACHED, and logged.
fallback_share_max = 0.05
fallback_max = -1
# Whether a terminal must work in a session of its station (`taanu session start`), so that a device
# and its backup cannot both accredit. Without it terminals that start no session are served too.
sessions_required = false
# One finger that matches nobody under so many numbers within so many seconds is told to the auditors
# as suspicious_attempts; 0 for never.
tried_identities = 3
tried_window_seconds = 600

[search]
# Keeps rolls in memory, some 1.5 KB to a print: what identification by finger alone, and the search
# for another identity, need. They are loaded in the background after the start.
rolls = true
# The precincts whose rolls are kept; empty for all.
precincts = []

[observers]
# The page for observers, read-only, without any personal data and without a log-in: HOST:PORT, such as
# "127.0.0.1:8090"; empty for none. It is plain HTTP: a reverse proxy publishes it with TLS.
listen = ""
# Who may follow it live at a time; others see it too, and it asks again and again for them.
viewers_max = 2000
# Connections of one address at a time, 0 for no limit: behind a proxy all have its address.
connections_per_address_max = 0

[dedup]
# Whether everybody who comes to the register is searched among all others in the background, and a
# case opened for each likely pair. The daemon then keeps the references of the whole register in
# memory. `taanu dedup` searches the whole register when it is asked to, whatever stands here.
search_new_voters = false
# How many pairs of different people may be taken for one until the register has expected_voters.
false_pairs = 1.0
expected_voters = 1000000

[limits]
# Threads of each pool (verification, search, enrolment, queries); 0 means one to a core.
worker_threads = 0
# Calls that may wait for a thread; one more is answered RESOURCE_EXHAUSTED and told when to retry.
verification_queue_max = 256
# A bulk load takes bulk_window of these for itself.
enrollment_queue_max = 1280
query_queue_max = 256
# Searches by finger alone.
search_queue_max = 32
# Attempts that one terminal, by its certificate, may make in a minute for long (0: no limit), and at
# once: more than a queue of people makes. One more is answered RESOURCE_EXHAUSTED.
terminal_attempts_per_minute = 120
terminal_attempts_burst = 60
# Items of a bulk load that may be without a status, and the MiB that they may take.
bulk_window = 256
bulk_window_mib = 128
# The largest message, in MiB.
message_mib_max = 32
# Calls at a time on one connection.
streams_per_connection_max = 512
# Memory for messages on their way, in MiB.
transport_memory_mib = 1024
# Seconds that calls in flight are given to finish when the daemon is told to stop.
drain_seconds = 20

[log]
# debug, info, warning, error
level = "info"
# json (one object to a line) or text, on standard error
format = "json"
)";
}

}  // namespace taanu
