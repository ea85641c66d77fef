// How a case is settled: who may say what about it, and when it is decided.
//
// A case is a question about people that a machine must not answer: whether two records of the
// register are one person, or whether somebody came to the polls twice. It is put to two people.
// Where they agree, that settles it; where they differ, a supervisor who is neither of them does. A
// decision changes nothing else: what follows from it, such as taking a record off the roll, is an
// act of its own, done by people.
//
// As in election.h nothing here knows of gRPC or SQL.
// Thread-safety: plain values and pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/store/sealing.h"  // KeyedReference
#include "matcher/error.h"

namespace taanu::rules {

// Numbers as in taanu/v1/election.proto; they are kept in the log, and never change their meaning.
enum class CaseKind : uint8_t {
  // A voter who was accredited before came again; whether the finger matched is told beside it.
  kSecondAttempt = 1,
  // A finger that belongs to somebody who was accredited under another identity.
  kDuplicateFinger = 2,
  // Two records of the register whose fingers match.
  kRegisterDuplicate = 3,
};
std::string_view CaseKindName(CaseKind kind);  // "SECOND_ATTEMPT"

enum class CaseDecision : uint8_t {
  // One person: registered twice, under two identities, or at the polls a second time.
  kSamePerson = 1,
  // Two people: a chance likeness, or at the polls somebody who came under another's number.
  kDifferentPeople = 2,
  // Nobody came a second time: a wrong number was entered, or an attempt repeated for nothing.
  kMistake = 3,
  // What is on record does not tell.
  kCannotTell = 4,
};
std::string_view CaseDecisionName(CaseDecision decision);  // "SAME_PERSON"

enum class CaseState : uint8_t {
  kOpen = 1,        // nobody has spoken
  kOneOpinion = 2,  // one has
  kDisputed = 3,    // two have, and differ
  kSettled = 4,
};
std::string_view CaseStateName(CaseState state);  // "OPEN"

struct Opinion {
  KeyedReference person{};
  CaseDecision decision = CaseDecision::kCannotTell;
};

// What is on record when somebody speaks.
struct CaseFacts {
  CaseKind kind = CaseKind::kSecondAttempt;
  // In the order in which they were given.
  std::vector<Opinion> opinions;
  // Who made the attempts that the case is about.
  std::vector<KeyedReference> involved;
};

// Where a case stands after these opinions, and what it was settled as; none before.
CaseState StateOf(std::span<const Opinion> opinions);
std::optional<CaseDecision> SettledAs(std::span<const Opinion> opinions);

// Whether the opinion may be given now. Errors: kBadInput (DECISION_DOES_NOT_FIT); kConflict
// (CASE_SETTLED, ALREADY_DECIDED); kRefused (INVOLVED_IN_CASE, SUPERVISOR_NEEDED).
Status MayGive(const CaseFacts& facts, const Opinion& opinion, bool as_supervisor);

// An opinion as it came from a client.
struct CaseRequest {
  std::string request_id;  // canonical lower-case UUID
  uint64_t case_id = 0;
  Opinion opinion;
  KeyedReference terminal{};   // the certificate by which it came
  bool as_supervisor = false;  // whether that is a supervisor's
};

struct CaseAnswer {
  CaseRequest request;  // as it was given the first time
  CaseState state = CaseState::kOpen;
  std::optional<CaseDecision> settled_as;
  int64_t time_us = 0;  // microseconds since 1970, UTC
  uint64_t event_index = 0;
  bool replayed = false;
};

// One transaction, serialised against all others.
class CaseTransaction {
 public:
  virtual ~CaseTransaction() = default;

  // The answer given before to this request id, if any.
  virtual Result<std::optional<CaseAnswer>> FindAnswer(std::string_view request_id) = 0;
  // Errors: kNotFound (UNKNOWN_CASE).
  virtual Result<CaseFacts> GatherFacts(uint64_t case_id) = 0;
  // Writes the opinion and its entry of the audit log; gives the answer its time and event index.
  virtual Status Record(CaseKind kind, CaseAnswer* answer) = 0;
};

// Gives the opinion inside the transaction; a request id that was answered before gets the first
// answer. Errors: those of MayGive and of the transaction; kConflict with reason REQUEST_ID_REUSED
// where the id was used for another opinion; kBadInput (BAD_REQUEST_ID).
Result<CaseAnswer> DecideCase(CaseTransaction& transaction, const CaseRequest& request);

}  // namespace taanu::rules
