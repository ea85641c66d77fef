// measure_duplicates: how many of planted double registrations a search finds among synthetic
// voters, how many false ones, and how long it takes.
//
// A register is made in a file of its own: voters of two fingers, and some of them a second time,
// by new impressions and under other data. Clean synthetic fingers are more alike than real ones.
#include <CLI/CLI.hpp>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <future>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "enroll/dedup/duplicate_search.h"
#include "enroll/extract/extractor.h"
#include "enroll/register/schema.h"
#include "enroll/register/sqlite_register.h"
#include "enroll/store/bind_vault.h"
#include "enroll/store/connection.h"
#include "enroll/store/database.h"
#include "enroll/synth/person.h"
#include "enroll/synth/synth.h"

namespace taanu::accuracy {
namespace {

constexpr uint64_t kSeed = 11;

double CpuSeconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "measure_duplicates: %s\n", what.c_str());
  std::exit(1);
}

// Voter `k` of all; those from `people` on are the first ones again.
EnrollmentRecord RecordOf(uint64_t k, uint64_t people) {
  EnrollmentRecord record;
  record.data = MakeSyntheticVoter(kSeed, k).data;
  record.data.precinct_id = "P1";
  const bool again = k >= people;
  for (const auto& finger : MakeSyntheticVoter(kSeed, again ? k - people : k).fingers) {
    auto extraction = Extract(SyntheticFinger(finger.seed).Impression(again ? 1 : 0));
    if (!extraction) Die(extraction.error().message);
    extraction->view.position = finger.position;
    record.fingers.push_back({std::move(extraction->view), "measure"});
  }
  record.content_digest[0] = 1;
  return record;
}

class Made {
 public:
  Made(const std::filesystem::path& folder, uint64_t people, uint64_t twice, unsigned threads)
      : references_(people + twice) {
    if (!Vault::CreateKeyFile(folder / "key")) Die("no key file");
    vault_ = std::move(*Vault::FromKeyFile(folder / "key"));
    DatabaseOptions options;
    options.path = folder / "register.db";
    options.migrations = RegisterMigrations();
    database_ = std::move(*Database::Open(std::move(options)));
    if (!BindVault(*database_, *vault_) || !database_->Write([](Connection& connection) {
          return connection.RunScript("INSERT INTO precinct(precinct_id) VALUES ('P1')");
        })) {
      Die("no register");
    }
    register_ = std::make_unique<SqliteRegister>(database_.get(), vault_.get());
    std::atomic<uint64_t> next{0};
    std::vector<std::thread> makers;
    for (unsigned t = 0; t < threads; ++t) {
      makers.emplace_back([&] {
        for (uint64_t k = next++; k < references_.size(); k = next++) {
          Enroll(k, RecordOf(k, people));
          if (k % 500 == 499) std::printf("made %llu voters\n", (unsigned long long)k + 1);
        }
      });
    }
    for (std::thread& maker : makers) maker.join();
  }

  const Register& voters() const { return *register_; }
  const std::vector<KeyedReference>& references() const { return references_; }

 private:
  void Enroll(uint64_t k, EnrollmentRecord record) {
    std::promise<Result<EnrollmentAnswer>> promise;
    const auto queued = register_->Enroll(
        std::move(record), [&](auto answer) { promise.set_value(std::move(answer)); });
    if (!queued) Die(queued.error().message);
    const auto answer = promise.get_future().get();
    if (!answer) Die(answer.error().message);
    references_[k] = answer->reference;
  }

  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteRegister> register_;
  std::vector<KeyedReference> references_;
};

int Main(int argc, char** argv) {
  CLI::App app{"Finds planted double registrations among synthetic voters"};
  uint64_t people = 1000;
  uint64_t twice = 50;
  unsigned threads = 2;
  DuplicateSearchOptions options;
  app.add_option("--people", people, "Different voters, of two fingers each")
      ->check(CLI::Range(2, 10'000'000));
  app.add_option("--twice", twice, "How many of them are registered a second time");
  app.add_option("--false-pairs", options.false_pairs, "False pairs to expect in all");
  app.add_option("--sample", options.sample,
                 "People by whom it is measured how alike strangers are");
  app.add_option("--threads", threads, "Threads")->check(CLI::Range(1, 64));
  CLI11_PARSE(app, argc, argv);
  if (twice > people) Die("--twice is more than --people");

  std::string folder = (std::filesystem::temp_directory_path() / "taanu-measure-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) Die("no temporary folder");
  std::set<std::pair<KeyedReference, KeyedReference>> planted;
  int status = 0;
  {
    const Made made(folder, people, twice, threads);
    for (uint64_t k = 0; k < twice; ++k) {
      planted.insert(std::minmax(made.references()[k], made.references()[people + k]));
    }
    DuplicateSearch search;
    const double start = CpuSeconds();
    if (!search.Load(made.voters())) Die("the register was not loaded");
    const double loaded = CpuSeconds();
    options.threads = threads;
    const auto result = search.Run(made.voters(), options);
    if (!result) Die(result.error().message);
    const double done = CpuSeconds();
    uint64_t found = 0;
    for (const LikelyDuplicate& pair : result->pairs)
      found += planted.count({pair.first, pair.second});
    std::printf(
        "people %llu, planted %llu: found %llu (%.2f %%), false %llu where %g are to be expected\n"
        "threshold %.1f, at which strangers match %.3g times as often as the score claims, by %llu "
        "pairs\n"
        "processor time: gallery %.1f s, search %.1f s, %.2f ms a person\n",
        (unsigned long long)result->people, (unsigned long long)twice, (unsigned long long)found,
        100.0 * static_cast<double>(found) / static_cast<double>(std::max<uint64_t>(1, twice)),
        (unsigned long long)(result->pairs.size() - found), options.false_pairs, result->score_min,
        result->times_claimed, (unsigned long long)result->strangers, loaded - start, done - loaded,
        1e3 * (done - loaded) / static_cast<double>(std::max<uint64_t>(1, result->searched)));
    status = result->complete() ? 0 : 1;
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return status;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
