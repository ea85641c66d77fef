// The station with everybody who has to do with it: the page gives commands, the reader's thread
// and the daemon's threads wait for what the station wants of them and bring it.
//
// Each change is published to the feed before the call that made it returns.
// Thread-safety: may be used from any thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "service/terminal/command.h"
#include "service/terminal/feed.h"
#include "service/terminal/station.h"
#include "service/terminal/surroundings.h"
#include "service/terminal/view.h"

namespace taanu::terminal {

class Agent {
 public:
  // `feed` must outlive it.
  Agent(Station station, ViewText text, Feed* feed);

  // Errors: as the station's.
  Status Do(const Command& command);

  // Ends every wait, now and from now on.
  void Stop();
  bool stopped() const;
  // Waits, unless it is stopped before; false where it is stopped.
  bool Sleep(std::chrono::milliseconds time);

  // For the reader's thread. The ticket of the capture that is wanted, waiting for one at most
  // `time`.
  std::optional<uint64_t> WaitForCapture(std::chrono::milliseconds time);
  bool IsCaptureWanted(uint64_t ticket) const;
  void OnPrompt(uint64_t ticket, CapturePrompt prompt);
  void OnTouch(uint64_t ticket, const Touch& touch, v1::FingerSample sample);
  void OnReader(ReaderState state, const std::string& name, const std::optional<Error>& error);

  // For the daemon's threads. Waits for an open question; none where it is stopped.
  std::optional<Question> WaitForQuestion();
  void OnDecision(uint64_t ticket, const Decision& decision);
  void OnSlip(uint64_t ticket, const GivenSlip& slip);
  void OnSession(uint64_t ticket, const std::string& session_id);
  void OnDelay(uint64_t ticket, const Error& why);
  void OnRefusal(uint64_t ticket, const Error& why);
  // For the printer's thread. That there is a printer: every slip that the daemon gives is then
  // printed. Waits for the next one; none where it is stopped.
  void HasPrinter();
  std::optional<GivenSlip> WaitForSlip();
  void OnPrinted(const Status& printed);
  // Waits until a decision has changed the precinct's figures, or for `time`.
  void WaitForDecision(std::chrono::milliseconds time);
  void OnLink(LinkState state, const std::optional<Error>& error);
  void OnPrecinct(const v1::Precinct& precinct);
  void OnCapturesMax(int captures_max);

 private:
  // Makes a change, publishes what the screen is then, and wakes whoever waits.
  template <typename Change>
  auto Apply(Change change);
  static uint64_t NowSeconds();
  // Under the lock.
  void Print(const std::optional<GivenSlip>& slip);
  Status PrintAgain(uint64_t step);

  Feed* const feed_;
  const ViewText text_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Station station_;
  Surroundings around_;
  std::deque<GivenSlip> to_print_;
  uint64_t decisions_ = 0;
  bool stopped_ = false;
};

}  // namespace taanu::terminal
