// The ledger: the storage that the rules of the election need, and nothing more.
//
// Thread-safety: Ledger may be used from any thread; a LedgerTransaction belongs to the step that
// received it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/register/register.h"  // EnrolledVoter
#include "matcher/error.h"
#include "service/rules/correction.h"
#include "service/rules/duplicate_finger.h"
#include "service/rules/election.h"
#include "service/rules/fallback.h"
#include "service/rules/roll_search.h"
#include "service/rules/session.h"

namespace taanu::rules {

// Samples of one attempt at most, whatever the policy allows.
inline constexpr size_t kSamplesMax = 64;

// Whether it is a UUID of 36 characters, in lower case.
bool IsCanonicalRequestId(std::string_view request_id);

struct PrecinctRecord {
  std::string precinct_id;
  PollsState state = PollsState::kNotOpen;
  std::optional<int64_t> open_time_us;
  std::optional<int64_t> close_time_us;
  uint64_t voter_count = 0;
  uint64_t accredited_count = 0;
};

// One finger that came under the numbers of several voters and matched none of them.
struct Suspicion {
  uint64_t identities = 0;
  std::vector<std::string> request_ids;  // of those attempts
};

// An attempt as it came from the terminal, after the comparison.
struct Attempt {
  std::string request_id;  // canonical lower-case UUID
  KeyedReference voter{};  // kNobody where a search of the roll found no one
  std::string precinct_id;
  KeyedReference terminal{};
  KeyedReference operator_ref{};
  std::string session_id;  // canonical lower-case UUID; empty: none
  Method method = Method::kFinger;
  Evidence evidence;
  std::string algorithm_version;
  double threshold_fmr = 0;
  // What was told about each sample: (quality, reason, minutiae), so that a repeated request gets
  // the very same answer.
  struct SampleReport {
    uint8_t quality = 0;
    uint8_t reason = 0;  // QualityReason
    uint8_t minutia_count = 0;
  };
  std::vector<SampleReport> samples;
  // The search of the roll that found the voter; with Method::kFingerSearch, and only then.
  std::optional<RollSearch> roll_search;
  // The search for another identity.
  AccreditedSearch accredited_search;
  // What figures are split by and no rule looks at. As the register has it; empty where the voter
  // is not in it.
  struct Traits {
    Sex sex = Sex::kUnspecified;
    int birth_year = 0;
    std::optional<int64_t> enroll_time_us;
  };
  Traits traits;
  // What two officers state; with Method::kFallback, and only then.
  std::optional<FallbackClaim> fallback;
  // Written down beside the attempt where it ends in kNoMatch.
  std::optional<Suspicion> suspicion;
};

inline Attempt::Traits TraitsOf(const EnrolledVoter& voter) {
  return {voter.data.sex, voter.data.birth_year, voter.enroll_time_us};
}

// The answer to an attempt, complete enough to be given again.
struct AttemptAnswer {
  Attempt attempt;  // as it was decided the first time
  Outcome outcome = Outcome::kNoMatch;
  std::optional<Accreditation> accreditation;
  std::optional<FingerHolder> finger_holder;  // with kDuplicateFinger
  std::string voter_precinct_id;              // with kWrongPrecinct
  int64_t time_us = 0;
  uint64_t event_index = 0;
  uint64_t case_id = 0;  // 0: none was opened
  bool replayed = false;
  // A finger was compared in this attempt, and in none of the voter's before. Set by Record; not
  // known of an answer that is given again.
  bool first_comparison = false;
  std::optional<FallbackTally> tally;  // with Method::kFallback
};

struct PollsChange {
  PrecinctRecord precinct;
  uint64_t event_index = 0;
};

// A voter as the roll has one.
struct RollEntry {
  std::string precinct_id;
  int reference_count = 0;
  bool active = true;  // false: taken off the roll
};

// One transaction, serialised against all others.
class LedgerTransaction : public CorrectionStore, public SessionStore {
 public:
  ~LedgerTransaction() override = default;

  virtual int64_t NowUs() const = 0;

  // The answer given before to this request id, if any.
  virtual Result<std::optional<AttemptAnswer>> FindAnswer(std::string_view request_id) = 0;
  virtual Result<std::optional<PrecinctRecord>> FindPrecinct(std::string_view precinct_id) = 0;
  // None where no such voter is in the register.
  virtual Result<std::optional<RollEntry>> FindRollEntry(const KeyedReference& voter) = 0;
  virtual Result<std::optional<Accreditation>> FindAccreditation(const KeyedReference& voter) = 0;

  // Attempts of this voter by a finger, in this precinct.
  virtual Result<PriorAttempts> FindPriorAttempts(const KeyedReference& voter,
                                                  std::string_view precinct_id) = 0;
  // Accreditations by fallback in this precinct.
  virtual Result<FallbackCounts> CountFallbacks(std::string_view precinct_id) = 0;

  // Adds an accreditation with the next slip number of its precinct. Errors: kConflict where the
  // voter has one already (a primary key, not a look before).
  virtual Result<Accreditation> Accredit(const KeyedReference& voter, std::string_view precinct_id,
                                         Method method) = 0;
  // Writes the attempt, its event in the audit log and, where `open_case`, a case; gives the answer
  // its time, event index and case id.
  virtual Status Record(AttemptAnswer* answer, bool open_case) = 0;

  // Errors: none of its own; the caller has checked that the change is allowed.
  virtual Result<PollsChange> SetPolls(std::string_view precinct_id, PollsState state,
                                       std::string_view request_id,
                                       const KeyedReference& operator_ref) = 0;
  // The change made before under this request id, if any.
  virtual Result<std::optional<PollsChange>> FindPollsChange(std::string_view request_id) = 0;
};

class Ledger {
 public:
  virtual ~Ledger() = default;

  // Runs `step` in a transaction and calls `done`, on another thread, once it is durable or has
  // failed. The error of `step` undoes it.
  // Errors: kExhausted, kUnavailable.
  virtual Status Submit(std::function<Status(LedgerTransaction&)> step,
                        std::function<void(Status)> done) = 0;
};

// Decides the attempt inside the transaction and records it; a request id that was answered before
// gets the first answer. Errors: kConflict with reason REQUEST_ID_REUSED where the id was used for
// another voter, precinct or method; kNotFound with reason UNKNOWN_PRECINCT; kBadInput
// (BAD_REQUEST_ID, TOO_MANY_SAMPLES); kUnavailable with reason SEARCH_INCOMPLETE; kInternal with
// reason BAD_EVIDENCE where a score is not finite; those of CheckSession where the attempt names
// a session.
Result<AttemptAnswer> MakeAttempt(LedgerTransaction& ledger, const Attempt& attempt);

// The same for two officers who vouch for the voter: `attempt` has a claim and no samples. Errors:
// as MakeAttempt, kConflict (FALLBACK_REASON_UNFOUNDED), and kBadInput (SAME_OFFICER,
// BAD_DISPUTED_REQUEST_ID).
Result<AttemptAnswer> MakeFallback(LedgerTransaction& ledger, const Attempt& attempt,
                                   const FallbackLimits& limits);

// Errors: kNotFound (UNKNOWN_PRECINCT), kConflict (POLLS_ALREADY_OPEN, POLLS_NOT_OPEN,
// POLLS_CLOSED, REQUEST_ID_REUSED), kBadInput (BAD_REQUEST_ID). A repeated request gets the first
// answer.
Result<PollsChange> OpenPolls(LedgerTransaction& ledger, std::string_view request_id,
                              std::string_view precinct_id, const KeyedReference& operator_ref);
Result<PollsChange> ClosePolls(LedgerTransaction& ledger, std::string_view request_id,
                               std::string_view precinct_id, const KeyedReference& operator_ref);

}  // namespace taanu::rules
