#include "service/rolls/rolls.h"

#include <pthread.h>
#include <sys/resource.h>

#include <algorithm>
#include <utility>

#include "matcher/gallery/on_threads.h"
#include "service/rpc/log.h"

namespace taanu {
namespace {

using Clock = std::chrono::steady_clock;

// Loading gives way to everything else; see setpriority(2).
constexpr int kLoaderNiceness = 10;
// Voters that are read at a time: some MB of templates.
constexpr int kPage = 1024;
// Changes that are noted at most; a bulk load makes more, and its rolls are loaded afresh.
constexpr size_t kChangesMax = 4096;
constexpr size_t kChangesAtOnce = 512;
// How long it must have been quiet before a stale roll is loaded afresh, and how soon after a fault
// of the store it is tried again.
constexpr std::chrono::milliseconds kQuiet{1000};

}  // namespace

Rolls::Rolls(RollReader reader, RollsOptions options)
    : reader_(reader), options_(std::move(options)) {}

Rolls::~Rolls() { Stop(); }

void Rolls::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Rolls::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Rolls::Serves(std::string_view precinct_id) const {
  return options_.precincts.empty() || options_.precincts.contains(precinct_id);
}

Roll* Rolls::FindRoll(std::string_view precinct_id) const {
  const std::shared_lock lock(rolls_mutex_);
  const auto it = rolls_.find(precinct_id);
  return it == rolls_.end() ? nullptr : it->second.get();
}

Roll* Rolls::FindOrAdd(std::string_view precinct_id) {
  if (precinct_id.empty() || !Serves(precinct_id)) return nullptr;
  if (Roll* const roll = FindRoll(precinct_id)) return roll;
  Roll* added = nullptr;
  {
    const std::unique_lock lock(rolls_mutex_);
    auto& roll = rolls_[std::string(precinct_id)];
    if (roll == nullptr) roll = std::make_unique<Roll>(std::string(precinct_id));
    added = roll.get();
  }
  {
    const std::lock_guard lock(mutex_);
    more_to_load_ = true;
  }
  wake_.notify_all();
  return added;
}

const Roll* Rolls::Find(std::string_view precinct_id) { return FindOrAdd(precinct_id); }

std::vector<Roll*> Rolls::AllRolls() const {
  const std::shared_lock lock(rolls_mutex_);
  std::vector<Roll*> all;
  all.reserve(rolls_.size());
  for (const auto& [name, roll] : rolls_) all.push_back(roll.get());
  return all;
}

std::vector<const Roll*> Rolls::All() const {
  const std::vector<Roll*> all = AllRolls();
  return {all.begin(), all.end()};
}

RollsFigures Rolls::figures() const {
  RollsFigures figures;
  for (const Roll* roll : All()) {
    const GallerySize size = roll->size();
    ++figures.precincts;
    figures.ready += roll->ready() ? 1 : 0;
    figures.unsearchable += roll->unsearchable();
    figures.size.subjects += size.subjects;
    figures.size.views += size.views;
    figures.size.minutiae += size.minutiae;
    figures.size.bytes += size.bytes;
  }
  return figures;
}

void Rolls::OnAccredited(const rules::Accreditation& accreditation) {
  if (Roll* const roll = FindOrAdd(accreditation.precinct_id)) {
    roll->OnAccredited(accreditation.voter);
  }
}

void Rolls::OnVoterChanged(const KeyedReference& voter, std::string_view precinct_id,
                           bool from_elsewhere) {
  Roll* const roll = FindOrAdd(precinct_id);
  if (roll == nullptr && !from_elsewhere) return;
  {
    const std::lock_guard lock(mutex_);
    // A roll that will be loaded afresh is read as it is then.
    const bool lost = changes_.size() >= kChangesMax || (roll != nullptr && roll->stale());
    if (lost && roll != nullptr && !from_elsewhere) {
      roll->set_stale(true);
      more_to_load_ = true;
      overflow_ = Clock::now();
      return;
    }
    if (roll != nullptr) roll->AddWaiting(1);
    changes_.push_back({voter, roll, from_elsewhere});
  }
  wake_.notify_all();
}

void Rolls::Run() {
  pthread_setname_np(pthread_self(), "rolls");
  // On Linux "who" 0 is the calling thread, and those that it starts. It works without it too.
  (void)setpriority(PRIO_PROCESS, 0, kLoaderNiceness);
  Clock::time_point since = Clock::now();
  bool told = false;
  while (!stopping_) {
    if (!accredited_known_) {
      const Status read = ReadPrecincts();
      accredited_known_ = read.has_value();
      if (!read) {
        log::Write(LogLevel::kError, "rolls_unreadable", {{"reason", read.error().reason}});
      }
    }
    const bool applied = ApplyChanges();
    const bool loaded = accredited_known_ && LoadSome();
    if (loaded && told) {
      told = false;
      since = Clock::now();
    }
    if (applied || loaded) continue;
    std::unique_lock lock(mutex_);
    if (!more_to_load_ && !told) {
      told = true;
      lock.unlock();
      LogFigures(since);
      lock.lock();
    }
    const auto wanted = [this] { return stopping_ || !changes_.empty(); };
    if (more_to_load_) {
      wake_.wait_for(lock, kQuiet, wanted);
    } else {
      wake_.wait(lock, [&] { return wanted() || more_to_load_; });
    }
  }
}

Status Rolls::ReadPrecincts() {
  TAANU_ASSIGN_OR_RETURN(const std::vector<std::string> precincts, reader_.Precincts());
  for (const std::string& name : precincts) {
    Roll* const roll = FindOrAdd(name);
    if (roll == nullptr) continue;
    TAANU_ASSIGN_OR_RETURN(const auto accredited, reader_.Accredited(name));
    for (const KeyedReference& voter : accredited) roll->OnAccredited(voter);
    if (stopping_) break;
  }
  return {};
}

std::vector<Roll*> Rolls::NextToLoad(size_t count) {
  std::vector<Roll*> rolls = AllRolls();
  const std::lock_guard lock(mutex_);
  const bool quiet = Clock::now() - overflow_ >= kQuiet;
  const size_t unloaded = static_cast<size_t>(
      std::ranges::count_if(rolls, [](const Roll* r) { return !r->current(); }));
  more_to_load_ = unloaded > 0;
  std::erase_if(rolls, [quiet](const Roll* r) { return r->current() || (r->stale() && !quiet); });
  std::stable_partition(rolls.begin(), rolls.end(),
                        [](const Roll* r) { return r->accredited() > 0; });
  if (rolls.size() > count) rolls.resize(count);
  return rolls;
}

bool Rolls::LoadSome() {
  const std::vector<Roll*> rolls = NextToLoad(options_.threads);
  if (rolls.empty()) return false;
  std::atomic<bool> failed = false;
  std::atomic<size_t> next = 0;
  gallery::OnThreads(rolls.size(), [&](size_t /*thread*/) {
    for (size_t k = next++; k < rolls.size(); k = next++) {
      const Status loaded = Load(rolls[k]);
      if (loaded) continue;
      failed = true;
      log::Write(LogLevel::kError, "roll_unreadable",
                 {{"precinct", rolls[k]->precinct_id()}, {"reason", loaded.error().reason}});
    }
  });
  return !failed;
}

Status Rolls::Load(Roll* roll) {
  // What becomes durable from here on is noted, and applied afterwards.
  roll->set_stale(false);
  roll->Clear();
  std::optional<KeyedReference> after;
  while (!stopping_) {
    TAANU_ASSIGN_OR_RETURN(const std::vector<EnrolledVoter> page,
                           reader_.Voters(roll->precinct_id(), after, kPage));
    roll->InsertAll(page);
    if (page.size() < kPage) {
      roll->set_loaded(true);
      return {};
    }
    after = page.back().reference;
  }
  return {};
}

bool Rolls::ApplyChanges() {
  std::vector<Change> changes;
  {
    const std::lock_guard lock(mutex_);
    const size_t count = std::min(changes_.size(), kChangesAtOnce);
    changes.assign(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(count));
    changes_.erase(changes_.begin(), changes_.begin() + static_cast<std::ptrdiff_t>(count));
  }
  std::map<Roll*, std::vector<EnrolledVoter>> newcomers;
  for (const Change& change : changes) {
    const Status applied = Apply(change, &newcomers);
    if (applied) continue;
    log::Write(LogLevel::kError, "roll_change_unreadable", {{"reason", applied.error().reason}});
    for (Roll* roll : AllRolls()) {
      if (roll == change.roll || change.roll == nullptr) roll->set_stale(true);
    }
    const std::lock_guard lock(mutex_);
    more_to_load_ = true;
    overflow_ = Clock::now();
  }
  for (const auto& [roll, voters] : newcomers) roll->InsertAll(voters);
  for (const Change& change : changes) {
    if (change.roll != nullptr) change.roll->AddWaiting(-1);
  }
  return !changes.empty();
}

Status Rolls::Apply(const Change& change, std::map<Roll*, std::vector<EnrolledVoter>>* newcomers) {
  // A roll that is not loaded is read after this, as it is then.
  if (!change.from_elsewhere && !change.roll->current()) return {};
  TAANU_ASSIGN_OR_RETURN(auto voter, reader_.Find(change.voter));
  Roll* const home = voter ? FindRoll(voter->data.precinct_id) : nullptr;
  if (change.from_elsewhere || !voter) {
    for (Roll* roll : AllRolls()) {
      if (roll != home) roll->Remove(change.voter);
    }
  }
  if (home == nullptr || !home->current()) return {};
  if (home->Contains(change.voter)) {
    home->Put(*voter);
  } else {
    (*newcomers)[home].push_back(*std::move(voter));
  }
  return {};
}

void Rolls::LogFigures(Clock::time_point since) const {
  const RollsFigures all = figures();
  const double prints = static_cast<double>(std::max<size_t>(1, all.size.views));
  log::Write(LogLevel::kInfo, "rolls_loaded",
             {{"precincts", static_cast<uint64_t>(all.precincts)},
              {"voters", static_cast<uint64_t>(all.size.subjects)},
              {"prints", static_cast<uint64_t>(all.size.views)},
              {"unsearchable", static_cast<uint64_t>(all.unsearchable)},
              {"bytes_per_print", static_cast<double>(all.size.bytes) / prints},
              {"taken_s", std::chrono::duration<double>(Clock::now() - since).count()}});
}

}  // namespace taanu
