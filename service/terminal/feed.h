// The latest screen, for whoever waits for a newer one.
//
// Thread-safety: may be used from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace taanu::terminal {

struct Screen {
  uint64_t number = 0;  // counts from 1
  std::string json;
};

class Feed {
 public:
  // Shows it to everybody who waits, unless it is what they have.
  void Publish(std::string json);

  // The screen if it is newer than `seen`, waiting for one at most `time`; none where there is
  // none, or the feed has ended, or Wake was called.
  std::optional<Screen> Next(uint64_t seen, std::chrono::milliseconds time);

  // Ends every wait that goes on now.
  void Wake();
  // Ends every wait, now and from now on.
  void End();
  bool ended() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Screen screen_;
  uint64_t wakes_ = 0;
  bool ended_ = false;
};

}  // namespace taanu::terminal
