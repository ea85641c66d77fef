#include "service/observers/live_figures.h"

#include <sys/resource.h>

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

namespace taanu::observers {
namespace {

// Figures give way to voters on the same cores; see setpriority(2), which is of a thread on Linux.
constexpr int kNiceness = 10;

}  // namespace

LiveFigures::~LiveFigures() { Stop(); }

void LiveFigures::Start(Published published, Failed failed) {
  published_ = std::move(published);
  failed_ = std::move(failed);
  thread_ = std::thread([this] { Run(); });
}

void LiveFigures::Stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool LiveFigures::Watched() const { return looked_ever_ && Clock::now() - looked_ < rhythm_.look; }

LiveFigures::View LiveFigures::Look() {
  const std::lock_guard lock(mutex_);
  const bool woken = !Watched();
  looked_ = Clock::now();
  looked_ever_ = true;
  if (woken) wake_.notify_all();
  const bool fresh = snapshot_ != nullptr && looked_ - made_ < 2 * rhythm_.age_max;
  return {snapshot_, fresh};
}

void LiveFigures::Run() {
  setpriority(PRIO_PROCESS, 0, kNiceness);
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!Watched()) {
      wake_.wait(lock);
      continue;
    }
    lock.unlock();
    const Clock::duration taken = Renew();
    lock.lock();
    const auto pause = std::max<Clock::duration>(rhythm_.pause_min, rhythm_.idle_times * taken);
    wake_.wait_for(lock, pause, [this] { return stopping_; });
  }
}

LiveFigures::Clock::duration LiveFigures::Renew() {
  const Clock::time_point start = Clock::now();
  std::shared_ptr<const Snapshot> before;
  bool aged = true;
  {
    const std::lock_guard lock(mutex_);
    before = snapshot_;
    aged = before == nullptr || start - made_ >= rhythm_.age_max;
  }
  Result<std::shared_ptr<const Snapshot>> made = before;
  try {
    made = Make(before, aged);
  } catch (const std::exception& e) {
    made = Fail(ErrorCode::kInternal, "INTERNAL",
                std::string("the figures could not be written out: ") + e.what());
  }
  if (!made) {
    failed_(made.error());
  } else if (*made != before) {
    {
      const std::lock_guard lock(mutex_);
      snapshot_ = *std::move(made);
      made_ = start;
    }
    published_();
  }
  return Clock::now() - start;
}

Result<std::shared_ptr<const Snapshot>> LiveFigures::Make(
    const std::shared_ptr<const Snapshot>& before, bool aged) const {
  if (!aged) {
    TAANU_ASSIGN_OR_RETURN(const uint64_t log_size, LogSize(sources_));
    if (log_size == before->log_size) return before;
  }
  TAANU_ASSIGN_OR_RETURN(const Figures figures, CollectFigures(sources_));
  return MakeSnapshot(figures, before == nullptr ? 1 : before->number + 1);
}
}  // namespace taanu::observers
