// Keeps a snapshot fresh while somebody looks, on one thread, whoever and however many look.
//
// A new one is made where the log has grown, at most once a second and never in more than a tenth
// of this thread's time, so that a large election's figures cannot crowd out its voters; and every
// ten seconds without that, so that a figure says when it was last known to hold. Where nobody
// looks nothing is done.
//
// Thread-safety: may be used from any thread; Start and the destructor by one.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "matcher/error.h"
#include "service/observers/figures.h"
#include "service/observers/snapshot.h"

namespace taanu::observers {

class LiveFigures {
 public:
  using Clock = std::chrono::steady_clock;

  struct Rhythm {
    std::chrono::milliseconds pause_min{1000};
    // Of each pause, in times of what the snapshot before it took.
    int idle_times = 9;
    std::chrono::milliseconds age_max{10'000};
    // For how long a look counts.
    std::chrono::milliseconds look{15'000};
  };

  // Called on the thread of this, after each new snapshot.
  using Published = std::function<void()>;
  // Called where none could be made; the next try is at its time.
  using Failed = std::function<void(const Error&)>;

  LiveFigures(Sources sources, Rhythm rhythm) : sources_(std::move(sources)), rhythm_(rhythm) {}
  ~LiveFigures();
  LiveFigures(const LiveFigures&) = delete;
  LiveFigures& operator=(const LiveFigures&) = delete;

  void Start(Published published, Failed failed);
  void Stop();

  // Somebody looks. Gives the snapshot, null before the first; `fresh` is false where a newer one
  // is on its way that a viewer should rather wait for.
  struct View {
    std::shared_ptr<const Snapshot> snapshot;
    bool fresh = false;
  };
  View Look();

 private:
  void Run();
  bool Watched() const;
  // Makes one where that is due, and gives what it took.
  Clock::duration Renew();
  // The one before where it still holds.
  Result<std::shared_ptr<const Snapshot>> Make(const std::shared_ptr<const Snapshot>& before,
                                               bool aged) const;

  const Sources sources_;
  const Rhythm rhythm_;
  Published published_;
  Failed failed_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::shared_ptr<const Snapshot> snapshot_;
  Clock::time_point made_;
  Clock::time_point looked_;
  bool looked_ever_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace taanu::observers
