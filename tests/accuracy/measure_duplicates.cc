// measure_duplicates: how many of planted double registrations a search finds among synthetic
// voters, how many false ones, and what each step costs.
//
// A register is made in a file of its own: voters of two fingers, and some of them a second time,
// by new impressions and under other data. It grows from one size to the next, so that voters are
// made once. Clean synthetic fingers are more alike than real ones.
#include <CLI/CLI.hpp>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "enroll/dedup/duplicate_search.h"
#include "enroll/register/schema.h"
#include "enroll/register/sqlite_register.h"
#include "enroll/store/bind_vault.h"
#include "enroll/store/connection.h"
#include "enroll/store/database.h"
#include "enroll/synth/person.h"
#include "matcher/gallery/on_threads.h"
#include "tests/accuracy/drawn_fingers.h"
#include "tests/accuracy/kept_prints.h"

namespace taanu::accuracy {
namespace {

constexpr uint64_t kSeed = 11;

double CpuSeconds(clockid_t clock = CLOCK_PROCESS_CPUTIME_ID) {
  timespec t;
  clock_gettime(clock, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

[[noreturn]] void Die(const std::string& what) {
  std::fprintf(stderr, "measure_duplicates: %s\n", what.c_str());
  std::exit(1);
}

// Where fingers come from.
struct Source {
  KeptPrints* prints = nullptr;
  uint64_t grown = UINT64_MAX;  // people; those after them have drawn fingers
};

// The fingers of person `k`; `again` by new impressions.
std::vector<FingerReference> FingersOf(uint64_t k, bool again, const Source& source) {
  std::vector<FingerReference> fingers;
  for (const auto& finger : MakeSyntheticVoter(kSeed, k).fingers) {
    auto view = k < source.grown ? source.prints->Get(finger.seed, again ? 1 : 0)
                                 : Result<FingerView>(DrawFinger(finger.seed));
    if (!view) Die(view.error().message);
    view->position = finger.position;
    fingers.push_back({*std::move(view), "measure"});
  }
  return fingers;
}

// Person `k`; `again` under other data, too.
EnrollmentRecord RecordOf(uint64_t k, bool again, const Source& source) {
  EnrollmentRecord record;
  record.data = MakeSyntheticVoter(kSeed, again ? k + 1'000'000'000 : k).data;
  record.data.precinct_id = "P1";
  record.fingers = FingersOf(k, again, source);
  record.content_digest[0] = 1;
  return record;
}

// Makes the prints of all of `people`, `twice` of them twice, those first.
void MakePrints(uint64_t people, uint64_t twice, unsigned threads, const Source& source) {
  std::atomic<uint64_t> next{0};
  gallery::OnThreads(threads, [&](size_t) {
    for (uint64_t k = next++; k < people + twice; k = next++) {
      (void)FingersOf(k < twice ? k : k - twice, k < twice, source);
      if (k % 1000 == 999) std::fprintf(stderr, "%llu people\n", (unsigned long long)k + 1);
    }
  });
}

class Made {
 public:
  // The source's prints must outlive it.
  Made(const std::filesystem::path& folder, const Source& source) : source_(source) {
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
  }

  // People from `first` to `end`, each once, or again.
  void Add(uint64_t first, uint64_t end, bool again, unsigned threads) {
    std::atomic<uint64_t> next{first};
    const double start = CpuSeconds();
    std::vector<std::thread> makers;
    for (unsigned t = 0; t < threads; ++t) {
      makers.emplace_back([&] {
        for (uint64_t k = next++; k < end; k = next++) {
          const double begun = CpuSeconds(CLOCK_THREAD_CPUTIME_ID);
          EnrollmentRecord record = RecordOf(k, again, source_);
          const double made = CpuSeconds(CLOCK_THREAD_CPUTIME_ID) - begun;
          const KeyedReference reference = Enroll(std::move(record));
          const std::lock_guard lock(mutex_);
          making_ += made;
          (again ? twice_ : once_).emplace(k, reference);
        }
      });
    }
    for (std::thread& maker : makers) maker.join();
    all_ += CpuSeconds() - start;
  }

  const Register& voters() const { return *register_; }
  uint64_t size() const { return once_.size() + twice_.size(); }
  // Processor time that growing and extracting fingers took, and all else of enrolling them.
  double making() const { return making_; }
  double enrolling() const { return all_ - making_; }

  std::set<std::pair<KeyedReference, KeyedReference>> Planted() const {
    std::set<std::pair<KeyedReference, KeyedReference>> planted;
    for (const auto& [k, reference] : twice_) {
      planted.insert(std::minmax(once_.at(k), reference));
    }
    return planted;
  }

 private:
  KeyedReference Enroll(EnrollmentRecord record) {
    std::promise<Result<EnrollmentAnswer>> promise;
    const auto queued = register_->Enroll(
        std::move(record), [&](auto answer) { promise.set_value(std::move(answer)); });
    if (!queued) Die(queued.error().message);
    const auto answer = promise.get_future().get();
    if (!answer) Die(answer.error().message);
    return answer->reference;
  }

  const Source source_;
  std::unique_ptr<Vault> vault_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<SqliteRegister> register_;
  std::mutex mutex_;  // over those below
  std::map<uint64_t, KeyedReference> once_;
  std::map<uint64_t, KeyedReference> twice_;
  double making_ = 0;
  double all_ = 0;
};

// How many of the planted pairs are among those found.
size_t CountFound(const Made& made, const std::vector<LikelyDuplicate>& pairs) {
  const auto planted = made.Planted();
  return static_cast<size_t>(std::ranges::count_if(pairs, [&](const LikelyDuplicate& pair) {
    return planted.contains({pair.first, pair.second});
  }));
}

void PrintRow(const char* how, const Made& made, const std::vector<LikelyDuplicate>& pairs,
              double seconds) {
  const size_t found = CountFound(made, pairs);
  std::printf("  %-28s found %zu of %zu, false %zu, search %.1f s, %.2f ms a person\n", how, found,
              made.Planted().size(), pairs.size() - found, seconds,
              1e3 * seconds / static_cast<double>(made.size()));
  std::fflush(stdout);
}

// Everybody against everybody; gives the threshold.
double MeasureRun(const Made& made, DuplicateSearchOptions options, bool* complete) {
  DuplicateSearch search;
  const double start = CpuSeconds();
  if (!search.Load(made.voters())) Die("the register was not loaded");
  const double loaded = CpuSeconds();
  double sampled = 0;
  uint64_t told = 0;
  options.progress = [&](const DuplicateSearchResult& so_far) -> Status {
    if (sampled == 0) sampled = CpuSeconds();
    if (so_far.searched < told + 5000) return {};
    told = so_far.searched;
    std::fprintf(stderr, "searched %llu, %zu pairs, %.1f s\n", (unsigned long long)told,
                 so_far.pairs.size(), CpuSeconds() - sampled);
    return {};
  };
  const auto result = search.Run(made.voters(), options);
  if (!result) Die(result.error().message);
  const double done = CpuSeconds();
  std::printf(
      "%llu voters: threshold %.1f, at which strangers match %.3g times as often as the score "
      "claims, by %llu pairs; %g false pairs are to be expected\n"
      "  processor time so far: fingers %.1f s, enrolling %.1f s; now: gallery %.2f s (%.1f MiB), "
      "strangers %.1f s\n",
      (unsigned long long)result->people, result->score_min, result->times_claimed,
      (unsigned long long)result->strangers, options.false_pairs, made.making(), made.enrolling(),
      loaded - start, static_cast<double>(search.bytes()) / (1 << 20), sampled - loaded);
  PrintRow("the search", made, result->pairs, done - sampled);
  *complete &= result->complete;
  return result->score_min;
}

std::vector<std::pair<const char*, DuplicateSearchTuning>> Variants() {
  std::vector<std::pair<const char*, DuplicateSearchTuning>> variants(5);
  variants[0] = {"as it is", {}};
  variants[1] = {"8 clusters", {.clusters = 8}};
  variants[2] = {"2 clusters", {.clusters = 2}};
  variants[3] = {"check 2 %", {.check_share = 0.02}};
  variants[4] = {"one finger", {.fingers_screened = 1}};
  return variants;
}

// Each voter against those before.
void MeasureOnce(const Made& made, const char* how, const DuplicateSearchTuning& tuning,
                 double score_min) {
  DuplicateSearch search(tuning);
  std::vector<LikelyDuplicate> pairs;
  double seconds = 0;
  const Status read = made.voters().ForEach([&](const EnrolledVoter& voter) -> Status {
    const double start = CpuSeconds();
    TAANU_ASSIGN_OR_RETURN(const auto found, search.Find(voter, score_min, 100));
    seconds += CpuSeconds() - start;
    pairs.insert(pairs.end(), found.begin(), found.end());
    return search.Put(voter);
  });
  if (!read) Die(read.error().message);
  PrintRow(how, made, pairs, seconds);
}

int Main(int argc, char** argv) {
  CLI::App app{"Finds planted double registrations among synthetic voters"};
  std::vector<uint64_t> people = {1000};
  uint64_t twice = 50;
  unsigned threads = 2;
  bool variants = false;
  std::string keep;
  uint64_t grown = UINT64_MAX;
  bool only_prints = false;
  DuplicateSearchOptions options;
  app.add_option("--people", people, "Different voters, of two fingers each: one size or several")
      ->delimiter(',')
      ->check(CLI::Range(2, 10'000'000));
  app.add_option("--twice", twice, "How many of them are registered a second time");
  app.add_option("--false-pairs", options.false_pairs, "False pairs to expect in all");
  app.add_option("--sample", options.sample,
                 "People by whom it is measured how alike strangers are");
  app.add_option("--threads", threads, "Threads")->check(CLI::Range(1, 64));
  app.add_option("--keep", keep, "A file to keep the people's prints in, for later runs");
  app.add_option("--grown", grown,
                 "How many people have fingers that are grown; all others' are drawn, in a "
                 "thousandth of the time");
  app.add_flag("--only-prints", only_prints, "End once all prints are made and kept");
  app.add_flag("--variants", variants, "Measure other ways to search, too");
  CLI11_PARSE(app, argc, argv);
  std::ranges::sort(people);
  if (people.empty() || twice > people.front()) Die("--twice is more than --people");
  if (twice > grown) Die("--twice is more than --grown");

  auto prints = std::make_unique<KeptPrints>();
  if (!keep.empty()) {
    auto opened = KeptPrints::Open(keep);
    if (!opened) Die(opened.error().message);
    prints = *std::move(opened);
  }
  const Source source{prints.get(), grown};
  if (only_prints) {
    MakePrints(people.back(), twice, threads, source);
    return 0;
  }
  std::string folder = (std::filesystem::temp_directory_path() / "taanu-measure-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) Die("no temporary folder");
  bool complete = true;
  {
    Made made(folder, source);
    made.Add(0, twice, /*again=*/true, threads);
    uint64_t first = 0;
    for (const uint64_t size : people) {
      made.Add(first, size, /*again=*/false, threads);
      std::fprintf(stderr, "%llu enrolled\n", (unsigned long long)made.size());
      first = size;
      options.threads = threads;
      const double score_min = MeasureRun(made, options, &complete);
      if (!variants) continue;
      for (const auto& [how, tuning] : Variants()) MeasureOnce(made, how, tuning, score_min);
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  return complete ? 0 : 1;
}

}  // namespace
}  // namespace taanu::accuracy

int main(int argc, char** argv) { return taanu::accuracy::Main(argc, argv); }
