// A model of an election day in plain containers, written from DESIGN section 5 and not from the
// rules' code: what every operation should answer, step by step.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <ostream>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace taanu::test {

enum class Act : uint8_t {
  kAttempt,   // a voter brings a finger
  kStop,      // a search over those accredited ended DUPLICATE_FINGER
  kFallback,  // two officers vouch
  kOpen,
  kClose,
  kCorrect,
  kStart,     // a session begins
  kTakeOver,  // or is taken over
  kEnd,       // or ended
};

// What the finger shows in an attempt.
enum class Finger : uint8_t { kMatches, kDiffers, kTooPoor, kNotCompared };

// One operation. Requests, sessions, voters, precincts and devices are small numbers, so that they
// meet again and again; fields that an act does not use are ignored.
struct Step {
  Act act = Act::kAttempt;
  int request = 0;
  int voter = 0;
  int precinct = 0;
  Finger finger = Finger::kMatches;
  int session = -1;  // the request by which it began; below 0: none is named
  int device = 0;
  int station = 0;
  int reason = 1;      // of a fallback, a take-over or a correction
  int disputed = -1;   // the request of an attempt; below 0: none is named
  bool alone = false;  // the second officer is the operator
  uint64_t count = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step);

// P9 does not exist.
inline const std::string kPrecincts[] = {"P1", "P2", "P9"};
struct KnownVoter {
  std::string number;
  std::string precinct;  // empty: not in the register
  int fingers;
};
inline const KnownVoter kVoters[] = {{"A", "P1", 1}, {"B", "P1", 2}, {"C", "P2", 1}, {"N", "P1", 0},
                                     {"D", "P1", 1}, {"E", "P1", 1}, {"X", "", 0}};

// What a step should give: the reason of an error, or the parts of an answer; what an act does not
// have stays 0.
struct Expected {
  std::string error;
  std::string outcome;
  uint64_t slip = 0;
  uint64_t case_id = 0;
  uint64_t event_index = 0;
  uint64_t used = 0;      // of the cap
  uint64_t max = 0;       // of the cap
  uint64_t number = 0;    // of a correction
  uint64_t sealed = 0;    // total
  uint64_t previous = 0;  // total
  int predecessor = -1;   // session
  bool replayed = false;

  bool operator==(const Expected&) const = default;
};
std::ostream& operator<<(std::ostream& out, const Expected& expected);

class ElectionModel {
 public:
  // `cap` of fallbacks in each precinct, as a number; `log_size` before the first step.
  ElectionModel(uint64_t cap, uint64_t log_size) : cap_(cap), log_size_(log_size) {}

  Expected Do(const Step& step);

  uint64_t log_size() const { return log_size_; }
  uint64_t cases() const { return cases_; }
  const std::map<std::string, uint64_t>& outcomes() const { return outcomes_; }
  uint64_t accredited(int precinct) const { return Count(last_slip_, precinct); }
  uint64_t capped_fallbacks(int precinct) const { return Count(used_, precinct); }
  uint64_t corrections(int precinct) const;
  size_t live_sessions(int precinct) const;

 private:
  struct SessionState {
    Step begun;
    Expected answer;
    enum { kLive, kEnded, kTakenOver } state = kLive;
  };

  template <typename Map>
  static uint64_t Count(const Map& map, int key) {
    const auto found = map.find(key);
    return found == map.end() ? 0 : found->second;
  }
  static Expected Refused(std::string reason) {
    Expected expected;
    expected.error = std::move(reason);
    return expected;
  }
  static uint64_t VotersOf(int precinct);

  Expected Attempt(const Step& step);
  Expected Stop(const Step& step);
  Expected Polls(const Step& step);
  Expected Correct(const Step& step);
  Expected Begin(const Step& step);
  Expected End(const Step& step);

  std::string SessionRefusal(const Step& step) const;
  // The outcome that holds whatever identifies the voter; none where all is well.
  std::optional<std::string> Barred(const Step& step) const;
  std::string ByFinger(const Step& step) const;
  // An outcome, or the reason of an error in front of which stands "!".
  std::string ByOfficers(const Step& step) const;
  Expected Conclude(const Step& step, const std::string& outcome);

  const uint64_t cap_;
  uint64_t log_size_;
  uint64_t cases_ = 0;
  std::set<int> open_, closed_;
  std::map<int, uint64_t> slips_, last_slip_, used_;
  std::map<int, std::pair<Step, Expected>> attempts_, polls_, corrections_, ends_;
  std::map<int, SessionState> sessions_;
  std::map<std::pair<int, int>, int> live_;                // precinct and station: session
  std::set<std::pair<int, int>> no_match_, no_reference_;  // voter and precinct
  std::map<int, std::vector<uint64_t>> totals_;            // of a precinct, one to a correction
  std::map<std::string, uint64_t> outcomes_;
};

}  // namespace taanu::test
