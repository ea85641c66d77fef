// The rolls that this daemon serves, in memory: what a finger is searched in without a number, and
// among whom it is searched when a voter is about to be accredited.
//
// They are loaded in the background after the start, precinct by precinct, those first in which
// somebody was accredited; a roll that is loaded can be searched at once. They are kept true by
// what the writer has committed: each change is noted before it is acknowledged, and a roll with a
// change that is noted but not in it yet is not `ready`. More changes than can be noted, as in a
// bulk load, make a roll stale, and it is loaded afresh when they have come to an end.
//
// Thread-safety: all may be called from any thread at any time, but for Start and Stop.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "enroll/register/register_observer.h"
#include "matcher/error.h"
#include "matcher/gallery/gallery.h"
#include "service/ledger/accreditation_observer.h"
#include "service/rolls/roll.h"
#include "service/rolls/roll_reader.h"

namespace taanu {

struct RollsOptions {
  // The precincts whose rolls are kept; empty for all.
  std::set<std::string, std::less<>> precincts;
  // Threads that load.
  size_t threads = 1;
};

struct RollsFigures {
  size_t precincts = 0;  // served
  size_t ready = 0;      // of them
  size_t unsearchable = 0;
  GallerySize size;
};

class Rolls : public RegisterObserver, public AccreditationObserver {
 public:
  Rolls(RollReader reader, RollsOptions options);
  ~Rolls() override;
  Rolls(const Rolls&) = delete;
  Rolls& operator=(const Rolls&) = delete;

  // Begins to load. The observers' methods may have been called before.
  void Start();
  void Stop();

  void OnVoterChanged(const KeyedReference& voter, std::string_view precinct_id,
                      bool from_elsewhere) override;
  void OnAccredited(const rules::Accreditation& accreditation) override;

  // Whether this precinct's roll is one of those that are kept.
  bool Serves(std::string_view precinct_id) const;
  // Null where the roll is not kept, or is not known yet.
  const Roll* FindKnown(std::string_view precinct_id) const { return FindRoll(precinct_id); }
  // The same; a roll of a precinct that exists and is not known yet is asked for. Null where the
  // roll is not kept.
  const Roll* Find(std::string_view precinct_id);
  // All rolls that are known, in the order of their precincts.
  std::vector<const Roll*> All() const;
  // Whether everybody who was accredited on the rolls that are kept is marked on them: false in the
  // first moments after the start.
  bool accredited_known() const { return accredited_known_; }

  RollsFigures figures() const;

 private:
  struct Change {
    KeyedReference voter{};
    Roll* roll = nullptr;  // on which it is counted as waiting; null for none
    bool from_elsewhere = false;
  };

  Roll* FindRoll(std::string_view precinct_id) const;
  Roll* FindOrAdd(std::string_view precinct_id);
  std::vector<Roll*> AllRolls() const;

  void Run();
  Status ReadPrecincts();
  // True where there was something to do.
  bool ApplyChanges();
  bool LoadSome();
  std::vector<Roll*> NextToLoad(size_t count);
  Status Load(Roll* roll);
  Status Apply(const Change& change, std::map<Roll*, std::vector<EnrolledVoter>>* newcomers);
  void LogFigures(std::chrono::steady_clock::time_point since) const;

  const RollReader reader_;
  const RollsOptions options_;

  mutable std::shared_mutex rolls_mutex_;
  std::map<std::string, std::unique_ptr<Roll>, std::less<>> rolls_;  // by rolls_mutex_; only grows
  std::atomic<bool> accredited_known_ = false;

  std::mutex mutex_;  // over the four below
  std::condition_variable wake_;
  std::deque<Change> changes_;
  bool more_to_load_ = true;
  std::chrono::steady_clock::time_point overflow_{};
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

}  // namespace taanu
