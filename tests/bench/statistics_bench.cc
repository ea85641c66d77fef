// statistics_bench: how long questions for figures take, as the log grows.
//
// A file of its own is filled with the attempts of an election day, each with its entry of the log
// and its counters; the questions then go through the same code as the daemon's. The last one is
// all that the observers' page shows, collected and written out.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "enroll/register/schema.h"
#include "enroll/store/connection.h"
#include "enroll/store/database.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/figures.h"
#include "service/ledger/protocol_store.h"
#include "service/ledger/sqlite_ledger.h"
#include "service/observers/snapshot.h"

namespace taanu::bench {
namespace {

constexpr int64_t kHourUs = 3'600'000'000;
// 2026-11-22T02:00:00Z, and the hours that polls are open.
constexpr int64_t kOpening = 1'795'312'800'000'000;
constexpr int kHoursOpen = 12;
constexpr int kAsked = 7;  // times; the median is told

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "statistics_bench: %s\n", what.c_str());
  std::exit(1);
}

template <typename T>
T Expect(Result<T> result) {
  if (!result) Die(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Question {
  const char* name;
  StatisticsFilter filter;
};

std::vector<Question> Questions() {
  return {
      {"outcomes", {.by_outcome = true}},
      {"by hour", {.by_hour = true, .by_outcome = true, .by_method = true}},
      {"by precinct", {.by_precinct = true, .by_outcome = true}},
      {"one precinct by hour",
       {.precinct_id = "P0007", .by_hour = true, .by_outcome = true, .by_method = true}},
      {"one precinct's operators",
       {.precinct_id = "P0007", .by_outcome = true, .facet = Facet::kOperator}},
      {"all operators", {.by_outcome = true, .facet = Facet::kOperator}},
      {"all operators in one hour",
       {.start_time_us = kOpening + 3 * kHourUs,
        .end_time_us = kOpening + 4 * kHourUs,
        .by_outcome = true,
        .facet = Facet::kOperator}},
      {"age groups", {.by_outcome = true, .facet = Facet::kAgeGroup}},
      {"first comparisons by precinct", {.by_precinct = true, .facet = Facet::kFirstComparison}},
      {"one hour by precinct",
       {.start_time_us = kOpening + 3 * kHourUs,
        .end_time_us = kOpening + 4 * kHourUs,
        .by_precinct = true,
        .by_outcome = true}},
  };
}

std::string PrecinctId(int number) {
  char text[16];
  std::snprintf(text, sizeof(text), "P%04d", number);
  return text;
}

// The attempts of the day: nine in ten end well, and some of those that do not come again.
class Day {
 public:
  Day(int precincts, uint64_t attempts) : precincts_(precincts), attempts_(attempts) {}

  Status Fill(Connection& connection) {
    for (int p = 0; p < precincts_; ++p) {
      TAANU_RETURN_IF_ERROR(connection.Run(
          "INSERT INTO precinct(precinct_id, voter_count) VALUES (?1, 1300)", PrecinctId(p)));
      TAANU_RETURN_IF_ERROR(connection.Run(
          "INSERT INTO precinct_polls(precinct_id, state, open_time_us) VALUES (?1, 2, ?2)",
          PrecinctId(p), kOpening));
    }
    for (uint64_t k = 0; k < attempts_; ++k) TAANU_RETURN_IF_ERROR(Attempt(connection, k));
    for (const auto& [key, count] : figures_) {
      TAANU_RETURN_IF_ERROR(connection.Run("INSERT INTO figure VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                                           key.facet, key.precinct_id, key.hour, key.value,
                                           key.outcome, key.method, count));
    }
    return FillTree(connection);
  }
  size_t counters() const { return figures_.size(); }

 private:
  // The nodes of the log's tree of which a checkpoint is made; leaves have no hashes here either.
  Status FillTree(Connection& connection) const {
    for (int level = 1; attempts_ >> level != 0; ++level) {
      const uint64_t complete = attempts_ >> level;
      if (complete % 2 == 0) continue;
      TAANU_RETURN_IF_ERROR(
          connection.Run("INSERT INTO event_node(level, idx, hash) VALUES (?1, ?2, ?3)", level,
                         complete - 1, std::array<uint8_t, 32>{}));
    }
    return {};
  }

  uint64_t UpTo(uint64_t n) { return random_() % n; }

  Status Attempt(Connection& connection, uint64_t k) {
    rules::AttemptAnswer answer;
    rules::Attempt& attempt = answer.attempt;
    const int precinct = static_cast<int>(UpTo(static_cast<uint64_t>(precincts_)));
    char id[37];
    std::snprintf(id, sizeof(id), "00000000-0000-4000-8000-%012llx",
                  static_cast<unsigned long long>(k & 0xffffffffffff));
    attempt.request_id = id;
    attempt.precinct_id = PrecinctId(precinct);
    attempt.voter = Reference(1, k);
    attempt.operator_ref = Reference(2, static_cast<uint64_t>(precinct) * 3 + UpTo(3));
    attempt.terminal = Reference(3, static_cast<uint64_t>(precinct) * 2 + UpTo(2));
    attempt.algorithm_version = "bench";
    attempt.evidence = {1, 2, 57.25, 40, static_cast<FingerPosition>(1 + UpTo(10))};
    attempt.samples.assign(1 + UpTo(3), {static_cast<uint8_t>(UpTo(101)), 0, 42});
    attempt.traits = {static_cast<Sex>(1 + UpTo(2)), static_cast<int>(1930 + UpTo(78)),
                      kOpening - static_cast<int64_t>(UpTo(8)) * 8766 * kHourUs};
    answer.outcome = rules::Outcome::kAccredited;
    if (UpTo(10) == 0) {
      answer.outcome = static_cast<rules::Outcome>(2 + UpTo(7));
      attempt.evidence.score = 10;
    }
    answer.first_comparison = UpTo(10) != 0;
    answer.time_us = kOpening + static_cast<int64_t>(UpTo(kHoursOpen * uint64_t{kHourUs}));
    answer.event_index = k;
    const std::string leaf = AttemptLeaf(answer);
    TAANU_ASSIGN_OR_RETURN(const auto counted, CountEntry(leaf));
    for (FigureKey& key : KeysOf(*counted)) ++figures_[std::move(key)];
    TAANU_RETURN_IF_ERROR(
        connection.Run("INSERT INTO event(idx, leaf, leaf_hash) VALUES (?1, ?2, ?3)", k, leaf,
                       std::array<uint8_t, 32>{}));
    std::optional<std::string> other;
    if (answer.outcome == rules::Outcome::kWrongPrecinct) other = "P0001";
    return connection.Run(
        "INSERT INTO attempt(event_index, request_id, time_us, precinct_id, voter, terminal, "
        "operator_ref, method, outcome, samples_usable, references_compared, score, "
        "threshold_score, threshold_fmr, matched_position, algorithm_version, voter_precinct_id, "
        "samples) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, 1, 2, 57.25, 40, 0.0001, 2, 'bench', "
        "?9, x'00')",
        k, attempt.request_id, answer.time_us, attempt.precinct_id, attempt.voter, attempt.terminal,
        attempt.operator_ref, answer.outcome, other);
  }

  static KeyedReference Reference(uint8_t kind, uint64_t number) {
    KeyedReference reference{kind};
    for (int byte = 0; byte < 8; ++byte) {
      reference[static_cast<size_t>(8 + byte)] = static_cast<uint8_t>(number >> (8 * byte));
    }
    return reference;
  }

  const int precincts_;
  const uint64_t attempts_;
  std::mt19937_64 random_{17};
  Figures figures_;
};

double MedianMs(const std::function<void()>& ask) {
  std::vector<double> ms;
  for (int i = 0; i < kAsked; ++i) {
    const auto start = std::chrono::steady_clock::now();
    ask();
    ms.push_back(std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
                     .count());
  }
  std::ranges::nth_element(ms, ms.begin() + kAsked / 2);
  return ms[kAsked / 2];
}

void MeasureSnapshot(const std::filesystem::path& folder, Database* database,
                     const SqliteLedger& ledger) {
  Expect(Signer::CreateKeyFile(folder / "audit.key", "taanu.example/bench"));
  const auto signer = Expect(Signer::FromKeyFile(folder / "audit.key"));
  const ProtocolStore protocols(database);
  const AuditLog audit_log(database, signer.get());
  const observers::Sources sources{.ledger = &ledger,
                                   .protocols = &protocols,
                                   .audit_log = &audit_log,
                                   .fallback_limits = {},
                                   .election = "bench",
                                   .utc_offset_minutes = 0,
                                   .public_key = "key"};
  observers::Figures figures;
  const double collect_ms = MedianMs([&] { figures = Expect(observers::CollectFigures(sources)); });
  size_t bytes = 0;
  const double write_ms = MedianMs([&] {
    bytes = 0;
    const auto snapshot = Expect(observers::MakeSnapshot(figures, 1));
    for (const auto& [path, document] : snapshot->documents) bytes += document.body->size();
  });
  std::printf("  %-30s %8.2f ms %8zu precincts\n", "observers' page, collected", collect_ms,
              figures.report.precincts.size());
  std::printf("  %-30s %8.2f ms %8.1f MB\n", "observers' page, written out", write_ms,
              static_cast<double>(bytes) / 1e6);
}

void Measure(int precincts, uint64_t attempts) {
  std::string folder =
      (std::filesystem::temp_directory_path() / "taanu-statistics-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) Die("no temporary folder");
  {
    DatabaseOptions options;
    options.path = std::filesystem::path(folder) / "figures.db";
    options.migrations = RegisterMigrations();
    for (const Migration& migration : ElectionMigrations()) options.migrations.push_back(migration);
    std::ranges::sort(options.migrations, {}, &Migration::number);
    const auto database = Expect(Database::Open(std::move(options)));
    Day day(precincts, attempts);
    Expect(database->Write([&](Connection& connection) { return day.Fill(connection); }));
    const SqliteLedger ledger(database.get(), nullptr);
    std::printf("%llu attempts in %d precincts, %zu counters, %.0f MB\n",
                static_cast<unsigned long long>(attempts), precincts, day.counters(),
                static_cast<double>(std::filesystem::file_size(folder + "/figures.db-wal")) / 1e6);
    for (const Question& question : Questions()) {
      size_t cells = 0;
      const double ms =
          MedianMs([&] { cells = Expect(ledger.GetStatistics(question.filter)).cells.size(); });
      std::printf("  %-30s %8.2f ms %8zu cells\n", question.name, ms, cells);
    }
    MeasureSnapshot(folder, database.get(), ledger);
    std::fflush(stdout);
  }
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace taanu::bench

int main(int argc, char** argv) {
  CLI::App app{"Measures how long questions for figures take, as the log grows"};
  int precincts = 3000;
  std::vector<uint64_t> attempts = {40'000, 400'000, 4'000'000};
  app.add_option("--precincts", precincts, "Precincts")->check(CLI::Range(10, 9999));
  app.add_option("--attempts", attempts, "Attempts in the log, one run for each")->delimiter(',');
  CLI11_PARSE(app, argc, argv);
  for (const uint64_t count : attempts) taanu::bench::Measure(precincts, count);
  return 0;
}
