#include "service/cases/new_voter_search.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "enroll/dedup/duplicate_search.h"
#include "matcher/compare/comparator.h"
#include "service/ledger/register_events.h"

namespace taanu {
namespace {

// As the full search (background_search.cc).
constexpr int kNiceness = 19;
// Entries of the log that are worked off before their place is written down.
constexpr int kBatch = 256;
// How soon an enrolment is noticed, and after which an error is tried again.
constexpr std::chrono::milliseconds kIdleInterval{500};
// As for the full search: more are one case for a human all the same.
constexpr size_t kPairsEach = 100;
// How alike strangers are is measured anew with each doubling of the register up to this size; a
// sample of a larger one tells nothing new.
constexpr uint64_t kMeasuredMax = 16'000;

}  // namespace

class NewVoterSearch::Impl {
 public:
  Impl(Database* database, const Register* voters, CaseBook* cases, NewVoterSearchOptions options)
      : database_(*database), voters_(*voters), cases_(*cases), options_(std::move(options)) {
    thread_ = std::thread([this] { Run(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

 private:
  void Run() {
    pthread_setname_np(pthread_self(), "dedup-new");
    // Of the calling thread alone.
    (void)setpriority(PRIO_PROCESS, 0, kNiceness);
    while (!stopping_) {
      bool more = false;
      try {
        // What fails, such as on a full disk, is tried again until it works.
        if (search_ == nullptr) search_ = Loaded();
        if (search_ != nullptr) more = WorkOff().value_or(false);
      } catch (const std::exception&) {
        more = false;
      }
      if (more) continue;
      if (figures_.searched != told_ && options_.on_idle) options_.on_idle(figures_);
      told_ = figures_.searched;
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, kIdleInterval, [this] { return stopping_.load(); });
    }
  }

  // The whole register in memory; none where it cannot be read now.
  std::unique_ptr<DuplicateSearch> Loaded() const {
    auto search = std::make_unique<DuplicateSearch>();
    if (!search->Load(voters_, &stopping_)) return nullptr;
    return search;
  }

  // Searches for the voters of the next entries. True where there were some.
  Result<bool> WorkOff() {
    RegisterEvents events;
    TAANU_RETURN_IF_ERROR(database_.Read([&](Connection& connection) -> Status {
      TAANU_ASSIGN_OR_RETURN(events, NextRegisterEvents(connection, kBatch));
      return {};
    }));
    if (events.next == events.first) return false;
    for (const KeyedReference& voter : events.voters) {
      if (stopping_) return false;
      TAANU_RETURN_IF_ERROR(SearchFor(voter));
    }
    TAANU_RETURN_IF_ERROR(database_.Write(
        [&](Connection& connection) { return SetNextRegisterEvent(connection, events.next); }));
    return true;
  }

  Status SearchFor(const KeyedReference& reference) {
    const auto voter = voters_.Find(reference);
    const bool gone = !voter && voter.error().code == ErrorCode::kNotFound;
    if (!voter && !gone) return tl::make_unexpected(voter.error());
    // A reference of no finger's size, or none, is in no search.
    const bool searchable = voter && search_->Put(*voter) && search_->Contains(reference);
    if (!searchable) {
      search_->Remove(reference);
      if (!gone) ++figures_.unsearched;
      return {};
    }
    TAANU_RETURN_IF_ERROR(SetThreshold());
    TAANU_ASSIGN_OR_RETURN(const std::vector<LikelyDuplicate> pairs,
                           search_->Find(*voter, score_min_, kPairsEach));
    TAANU_ASSIGN_OR_RETURN(const uint64_t opened, OpenCases(pairs));
    ++figures_.searched;
    figures_.cases += opened;
    figures_.score_min = score_min_;
    figures_.bytes = search_->bytes();
    return {};
  }

  // The threshold of one pair, from the size that the register is going to have.
  Status SetThreshold() {
    const uint64_t people = search_->people();
    if (measured_ == 0 || (people >= 2 * measured_ && people <= kMeasuredMax)) {
      DuplicateSearchOptions options;
      options.cancelled = &stopping_;
      TAANU_ASSIGN_OR_RETURN(scale_, MeasureStrangers(voters_, people, options));
      measured_ = std::max<uint64_t>(1, people);
    }
    fmr_ = DuplicateFmr(options_.false_pairs, std::max(people, options_.expected_voters));
    score_min_ = std::min(scale_.ScoreAt(fmr_), kScoreMax);
    return {};
  }

  Result<uint64_t> OpenCases(const std::vector<LikelyDuplicate>& pairs) {
    std::vector<RegisterPair> found;
    for (const LikelyDuplicate& pair : pairs) {
      found.push_back({.first = pair.first,
                       .second = pair.second,
                       .score = pair.score,
                       .threshold_score = score_min_,
                       .threshold_fmr = fmr_,
                       .algorithm_version = options_.algorithm_version});
    }
    return cases_.OpenForPairs(found);
  }

  Database& database_;
  const Register& voters_;
  CaseBook& cases_;
  const NewVoterSearchOptions options_;

  // Of the thread alone.
  std::unique_ptr<DuplicateSearch> search_;
  StrangerScale scale_;
  uint64_t measured_ = 0;  // people when that was measured
  double fmr_ = 1;
  double score_min_ = 0;

  NewVoterFigures figures_;
  uint64_t told_ = 0;  // searched when it was told

  std::mutex mutex_;
  std::condition_variable wake_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

NewVoterSearch::NewVoterSearch(Database* database, const Register* voters, CaseBook* cases,
                               NewVoterSearchOptions options)
    : impl_(std::make_unique<Impl>(database, voters, cases, std::move(options))) {}
NewVoterSearch::~NewVoterSearch() = default;

}  // namespace taanu
