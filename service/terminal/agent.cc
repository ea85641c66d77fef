#include "service/terminal/agent.h"

#include <type_traits>
#include <utility>

namespace taanu::terminal {

Agent::Agent(Station station, ViewText text, Feed* feed)
    : feed_(feed), text_(std::move(text)), station_(std::move(station)) {
  feed_->Publish(ViewJson(station_, around_, text_));
}

uint64_t Agent::NowSeconds() {
  using std::chrono::duration_cast;
  return static_cast<uint64_t>(
      duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}

template <typename Change>
auto Agent::Apply(Change change) {
  const std::lock_guard lock(mutex_);
  if constexpr (std::is_void_v<decltype(change())>) {
    change();
    feed_->Publish(ViewJson(station_, around_, text_));
    changed_.notify_all();
  } else {
    auto result = change();
    feed_->Publish(ViewJson(station_, around_, text_));
    changed_.notify_all();
    return result;
  }
}

Status Agent::Do(const Command& command) {
  return Apply([&]() -> Status {
    switch (command.action) {
      case Action::kSignOn:
        return station_.SignOn(command.step, command.text);
      case Action::kSignOff:
        return station_.SignOff(command.step);
      case Action::kStart:
        return station_.Start(command.step, command.text, NowSeconds());
      case Action::kSearch:
        return station_.StartSearch(command.step, NowSeconds());
      case Action::kReissue:
        return station_.Reissue(command.step);
      case Action::kPrint:
        return PrintAgain(command.step);
      case Action::kFallback:
        return station_.Fallback(command.step, command.fallback);
      case Action::kTakeOver:
        return station_.TakeOver(command.step, command.take_over);
      case Action::kCancel:
        return station_.Cancel(command.step);
      case Action::kTryAgain:
        return station_.TryAgain(command.step, command.next_finger);
      case Action::kFinish:
        return station_.Finish(command.step);
    }
    return Fail(ErrorCode::kBadInput, "BAD_COMMAND", "there is no such action");
  });
}

void Agent::Stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
  changed_.notify_all();
}

bool Agent::stopped() const {
  const std::lock_guard lock(mutex_);
  return stopped_;
}

bool Agent::Sleep(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return !changed_.wait_for(lock, time, [&] { return stopped_; });
}

std::optional<uint64_t> Agent::WaitForCapture(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, time, [&] { return stopped_ || station_.capture_wanted().has_value(); });
  if (stopped_) return std::nullopt;
  return station_.capture_wanted();
}

bool Agent::IsCaptureWanted(uint64_t ticket) const {
  const std::lock_guard lock(mutex_);
  return !stopped_ && station_.capture_wanted() == ticket;
}

void Agent::OnPrompt(uint64_t ticket, CapturePrompt prompt) {
  Apply([&] { station_.OnPrompt(ticket, prompt); });
}

void Agent::OnTouch(uint64_t ticket, const Touch& touch, v1::FingerSample sample) {
  Apply([&] { station_.OnTouch(ticket, touch, std::move(sample)); });
}

void Agent::OnReader(ReaderState state, const std::string& name,
                     const std::optional<Error>& error) {
  Apply([&] {
    around_.reader = state;
    around_.reader_name = name;
    around_.reader_error = error;
  });
}

std::optional<Question> Agent::WaitForQuestion() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_ || station_.question().has_value(); });
  if (stopped_) return std::nullopt;
  return station_.question();
}

void Agent::OnDecision(uint64_t ticket, const Decision& decision) {
  Apply([&] {
    station_.OnDecision(ticket, decision, NowSeconds());
    Print(decision.slip);
    ++decisions_;
  });
}

void Agent::OnSlip(uint64_t ticket, const GivenSlip& slip) {
  Apply([&] {
    station_.OnSlip(ticket, slip);
    Print(slip);
  });
}

void Agent::OnSession(uint64_t ticket, const std::string& session_id) {
  Apply([&] { station_.OnSession(ticket, session_id); });
}

void Agent::OnDelay(uint64_t ticket, const Error& why) {
  Apply([&] { station_.OnDelay(ticket, why); });
}

void Agent::OnRefusal(uint64_t ticket, const Error& why) {
  Apply([&] { station_.OnRefusal(ticket, why); });
}

void Agent::HasPrinter() {
  Apply([&] { around_.printer = PrinterState::kReady; });
}

void Agent::Print(const std::optional<GivenSlip>& slip) {
  if (!slip || around_.printer == PrinterState::kNone) return;
  to_print_.push_back(*slip);
  around_.printer = PrinterState::kPrinting;
}

Status Agent::PrintAgain(uint64_t step) {
  TAANU_RETURN_IF_ERROR(station_.Print(step));
  if (around_.printer != PrinterState::kFailed) {
    return Fail(ErrorCode::kConflict, "NOT_NOW", "what was printed is issued again, not printed");
  }
  Print(station_.decision()->slip);
  return {};
}

std::optional<GivenSlip> Agent::WaitForSlip() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return stopped_ || !to_print_.empty(); });
  if (stopped_) return std::nullopt;
  return to_print_.front();
}

void Agent::OnPrinted(const Status& printed) {
  Apply([&] {
    to_print_.pop_front();
    around_.printer_error = printed ? std::nullopt : std::optional<Error>(printed.error());
    around_.printer = !printed            ? PrinterState::kFailed
                      : to_print_.empty() ? PrinterState::kReady
                                          : PrinterState::kPrinting;
  });
}

void Agent::WaitForDecision(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  const uint64_t seen = decisions_;
  changed_.wait_for(lock, time, [&] { return stopped_ || decisions_ != seen; });
}

void Agent::OnLink(LinkState state, const std::optional<Error>& error) {
  Apply([&] {
    around_.link = state;
    around_.link_error = error;
  });
}

void Agent::OnPrecinct(const v1::Precinct& precinct) {
  Apply([&] { around_.precinct = precinct; });
}

void Agent::OnCapturesMax(int captures_max) {
  Apply([&] { station_.SetCapturesMax(captures_max); });
}

}  // namespace taanu::terminal
