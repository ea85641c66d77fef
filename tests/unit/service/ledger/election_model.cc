#include "tests/unit/service/ledger/election_model.h"

namespace taanu::test {
namespace {

constexpr int kFingerNotMatched = 2;
constexpr int kNoReference = 3;
constexpr int kFingerDisputed = 5;

}  // namespace

std::ostream& operator<<(std::ostream& out, const Step& step) {
  constexpr const char* kActs[] = {"attempt", "stop",  "fallback",  "open", "close",
                                   "correct", "start", "take over", "end"};
  out << kActs[static_cast<int>(step.act)] << "(request " << step.request << ", "
      << kVoters[step.voter].number << " at " << kPrecincts[step.precinct] << ", finger "
      << static_cast<int>(step.finger) << ", session " << step.session << ", device " << step.device
      << ", station " << step.station << ", reason " << step.reason;
  if (step.disputed >= 0) out << ", disputes " << step.disputed;
  if (step.alone) out << ", alone";
  return out << ", count " << step.count << ")";
}

std::ostream& operator<<(std::ostream& out, const Expected& e) {
  return out << "{" << e.error << e.outcome << " slip " << e.slip << " case " << e.case_id
             << " event " << e.event_index << " used " << e.used << "/" << e.max << " number "
             << e.number << " sealed " << e.sealed << " previous " << e.previous << " predecessor "
             << e.predecessor << (e.replayed ? " again" : "") << "}";
}

uint64_t ElectionModel::VotersOf(int precinct) {
  uint64_t voters = 0;
  for (const KnownVoter& voter : kVoters) voters += voter.precinct == kPrecincts[precinct] ? 1 : 0;
  return voters;
}

uint64_t ElectionModel::corrections(int precinct) const {
  const auto found = totals_.find(precinct);
  return found == totals_.end() ? 0 : found->second.size();
}

size_t ElectionModel::live_sessions(int precinct) const {
  size_t count = 0;
  for (const auto& [station, session] : live_) count += station.first == precinct ? 1 : 0;
  return count;
}

Expected ElectionModel::Do(const Step& step) {
  switch (step.act) {
    case Act::kAttempt:
    case Act::kFallback:
      return Attempt(step);
    case Act::kStop:
      return Stop(step);
    case Act::kOpen:
    case Act::kClose:
      return Polls(step);
    case Act::kCorrect:
      return Correct(step);
    case Act::kStart:
    case Act::kTakeOver:
      return Begin(step);
    case Act::kEnd:
      return End(step);
  }
  return {};
}

std::string ElectionModel::SessionRefusal(const Step& step) const {
  if (step.session < 0) return {};
  const auto found = sessions_.find(step.session);
  if (found == sessions_.end() || found->second.begun.precinct != step.precinct) {
    return "UNKNOWN_SESSION";
  }
  if (found->second.state == SessionState::kTakenOver) return "SESSION_TAKEN_OVER";
  if (found->second.state == SessionState::kEnded) return "SESSION_ENDED";
  return found->second.begun.device == step.device ? "" : "SESSION_OF_ANOTHER_DEVICE";
}

Expected ElectionModel::Attempt(const Step& step) {
  const bool fallback = step.act == Act::kFallback;
  if (fallback && step.alone) return Refused("SAME_OFFICER");
  if (fallback && (step.reason == kFingerDisputed) != (step.disputed >= 0)) {
    return Refused("BAD_DISPUTED_REQUEST_ID");
  }
  if (const auto earlier = attempts_.find(step.request); earlier != attempts_.end()) {
    const auto& [first, answer] = earlier->second;
    const bool first_was_fallback = first.act == Act::kFallback;
    if (first.voter != step.voter || first.precinct != step.precinct ||
        first_was_fallback != fallback ||
        (fallback && (first.reason != step.reason || first.disputed != step.disputed))) {
      return Refused("REQUEST_ID_REUSED");
    }
    Expected again = answer;
    again.replayed = true;
    return again;
  }
  if (const std::string refusal = SessionRefusal(step); !refusal.empty()) return Refused(refusal);
  if (kPrecincts[step.precinct] == "P9") return Refused("UNKNOWN_PRECINCT");
  std::string outcome;
  if (const auto barred = Barred(step)) {
    outcome = *barred;
  } else {
    outcome = fallback ? ByOfficers(step) : ByFinger(step);
  }
  if (outcome.starts_with('!')) return Refused(outcome.substr(1));
  return Conclude(step, outcome);
}

std::optional<std::string> ElectionModel::Barred(const Step& step) const {
  const KnownVoter& voter = kVoters[step.voter];
  if (closed_.contains(step.precinct)) return "POLLS_CLOSED";
  if (!open_.contains(step.precinct)) return "POLLS_NOT_OPEN";
  if (voter.precinct.empty()) return "NOT_ON_ROLL";
  if (voter.precinct != kPrecincts[step.precinct]) return "WRONG_PRECINCT";
  if (slips_.contains(step.voter)) return "ALREADY_ACCREDITED";
  return std::nullopt;
}

std::string ElectionModel::ByFinger(const Step& step) const {
  if (kVoters[step.voter].fingers == 0) return "NO_REFERENCE";
  switch (step.finger) {
    case Finger::kTooPoor:
      return "LOW_QUALITY";
    case Finger::kNotCompared:
      return "NO_REFERENCE";
    case Finger::kDiffers:
      return "NO_MATCH";
    case Finger::kMatches:
      break;
  }
  return "ACCREDITED";
}

std::string ElectionModel::ByOfficers(const Step& step) const {
  const std::pair here{step.voter, step.precinct};
  bool founded = true;
  if (step.reason == kFingerNotMatched) founded = no_match_.contains(here);
  if (step.reason == kNoReference) {
    founded = kVoters[step.voter].fingers == 0 || no_reference_.contains(here);
  }
  if (step.reason == kFingerDisputed) {
    const auto disputed = attempts_.find(step.disputed);
    founded = disputed != attempts_.end() && disputed->second.first.voter == step.voter &&
              disputed->second.first.precinct == step.precinct &&
              disputed->second.second.outcome == "DUPLICATE_FINGER";
    return founded ? "ACCREDITED_BY_FALLBACK" : "!FALLBACK_REASON_UNFOUNDED";
  }
  if (!founded) return "!FALLBACK_REASON_UNFOUNDED";
  return Count(used_, step.precinct) < std::min(cap_, VotersOf(step.precinct))
             ? "ACCREDITED_BY_FALLBACK"
             : "FALLBACK_CAP_REACHED";
}

Expected ElectionModel::Conclude(const Step& step, const std::string& outcome) {
  Expected expected;
  expected.outcome = outcome;
  const bool accredited = outcome == "ACCREDITED" || outcome == "ACCREDITED_BY_FALLBACK";
  if (accredited) slips_[step.voter] = ++last_slip_[step.precinct];
  if (outcome == "ACCREDITED_BY_FALLBACK" && step.reason != kFingerDisputed) {
    ++used_[step.precinct];
  }
  if (accredited || outcome == "ALREADY_ACCREDITED") expected.slip = slips_.at(step.voter);
  if (outcome == "ALREADY_ACCREDITED" || outcome == "DUPLICATE_FINGER") {
    expected.case_id = ++cases_;
  }
  if (step.act == Act::kFallback) {
    expected.used = Count(used_, step.precinct);
    expected.max = std::min(cap_, VotersOf(step.precinct));
  }
  if (outcome == "NO_MATCH") no_match_.insert({step.voter, step.precinct});
  if (outcome == "NO_REFERENCE") no_reference_.insert({step.voter, step.precinct});
  expected.event_index = log_size_++;
  ++outcomes_[outcome];
  attempts_[step.request] = {step, expected};
  return expected;
}

Expected ElectionModel::Stop(const Step& step) {
  if (attempts_.contains(step.request)) return Refused("REQUEST_ID_REUSED");
  if (kPrecincts[step.precinct] == "P9") return Refused("UNKNOWN_PRECINCT");
  return Conclude(step, "DUPLICATE_FINGER");
}

Expected ElectionModel::Polls(const Step& step) {
  if (const auto earlier = polls_.find(step.request); earlier != polls_.end()) {
    const auto& [first, answer] = earlier->second;
    if (first.act != step.act || first.precinct != step.precinct) {
      return Refused("REQUEST_ID_REUSED");
    }
    return answer;
  }
  if (kPrecincts[step.precinct] == "P9") return Refused("UNKNOWN_PRECINCT");
  if (closed_.contains(step.precinct)) return Refused("POLLS_CLOSED");
  const bool opens = step.act == Act::kOpen;
  const bool is_open = open_.contains(step.precinct);
  if (opens && is_open) return Refused("POLLS_ALREADY_OPEN");
  if (!opens && !is_open) return Refused("POLLS_NOT_OPEN");
  (opens ? open_ : closed_).insert(step.precinct);
  Expected expected;
  expected.event_index = log_size_++;
  polls_[step.request] = {step, expected};
  return expected;
}

Expected ElectionModel::Correct(const Step& step) {
  if (step.alone) return Refused("SAME_OFFICER");
  if (const auto earlier = corrections_.find(step.request); earlier != corrections_.end()) {
    const auto& [first, answer] = earlier->second;
    if (first.precinct != step.precinct || first.reason != step.reason ||
        first.count != step.count) {
      return Refused("REQUEST_ID_REUSED");
    }
    Expected again = answer;
    again.replayed = true;
    return again;
  }
  if (kPrecincts[step.precinct] == "P9") return Refused("UNKNOWN_PRECINCT");
  if (!closed_.contains(step.precinct)) return Refused("POLLS_NOT_CLOSED");
  if (step.count > VotersOf(step.precinct)) return Refused("CORRECTION_ABOVE_ROLL");
  std::vector<uint64_t>& totals = totals_[step.precinct];
  Expected expected;
  expected.sealed = accredited(step.precinct);
  expected.previous = totals.empty() ? expected.sealed : totals.back();
  if (step.count == expected.previous) return Refused("NOTHING_TO_CORRECT");
  totals.push_back(step.count);
  expected.number = totals.size();
  expected.event_index = log_size_++;
  corrections_[step.request] = {step, expected};
  return expected;
}

Expected ElectionModel::Begin(const Step& step) {
  const bool takes_over = step.act == Act::kTakeOver;
  if (takes_over && step.alone) return Refused("SAME_OFFICER");
  if (const auto earlier = sessions_.find(step.request); earlier != sessions_.end()) {
    const Step& first = earlier->second.begun;
    if (first.act != step.act || first.precinct != step.precinct || first.device != step.device ||
        first.station != step.station || (takes_over && first.reason != step.reason)) {
      return Refused("REQUEST_ID_REUSED");
    }
    Expected again = earlier->second.answer;
    again.replayed = true;
    return again;
  }
  if (kPrecincts[step.precinct] == "P9") return Refused("UNKNOWN_PRECINCT");
  if (closed_.contains(step.precinct)) return Refused("POLLS_CLOSED");
  const std::pair at{step.precinct, step.station};
  const auto live = live_.find(at);
  Expected expected;
  if (live == live_.end()) {
    if (takes_over) return Refused("NO_SESSION");
  } else {
    SessionState& before = sessions_.at(live->second);
    if (!takes_over && before.begun.device != step.device) return Refused("SESSION_EXISTS");
    before.state = takes_over ? SessionState::kTakenOver : SessionState::kEnded;
    expected.predecessor = live->second;
  }
  expected.event_index = log_size_++;
  live_[at] = step.request;
  sessions_[step.request] = {step, expected, SessionState::kLive};
  return expected;
}

Expected ElectionModel::End(const Step& step) {
  if (const auto earlier = ends_.find(step.request); earlier != ends_.end()) {
    const auto& [first, answer] = earlier->second;
    if (first.session != step.session || first.precinct != step.precinct) {
      return Refused("REQUEST_ID_REUSED");
    }
    Expected again = answer;
    again.replayed = true;
    return again;
  }
  if (const std::string refusal = SessionRefusal(step); !refusal.empty()) return Refused(refusal);
  SessionState& session = sessions_.at(step.session);
  session.state = SessionState::kEnded;
  live_.erase({session.begun.precinct, session.begun.station});
  Expected expected;
  expected.predecessor = session.answer.predecessor;
  expected.event_index = log_size_++;
  ends_[step.request] = {step, expected};
  return expected;
}

}  // namespace taanu::test
