#include "service/rules/adjudication.h"

#include <algorithm>

#include "service/rules/ledger.h"

namespace taanu::rules {
namespace {

// Two people speak first; a third one only where they differ.
constexpr size_t kFirstOpinions = 2;

bool Fits(CaseKind kind, CaseDecision decision) {
  switch (decision) {
    case CaseDecision::kSamePerson:
    case CaseDecision::kDifferentPeople:
    case CaseDecision::kCannotTell:
      return true;
    // Two records are there whoever made a mistake; an attempt may be nothing but one.
    case CaseDecision::kMistake:
      return kind == CaseKind::kSecondAttempt;
  }
  return false;
}

bool SameRequest(const CaseRequest& a, const CaseRequest& b) {
  return a.case_id == b.case_id && a.opinion.person == b.opinion.person &&
         a.opinion.decision == b.opinion.decision;
}

}  // namespace

std::string_view CaseKindName(CaseKind kind) {
  switch (kind) {
    case CaseKind::kSecondAttempt:
      return "SECOND_ATTEMPT";
    case CaseKind::kDuplicateFinger:
      return "DUPLICATE_FINGER";
    case CaseKind::kRegisterDuplicate:
      return "REGISTER_DUPLICATE";
  }
  return "UNKNOWN";
}

std::string_view CaseDecisionName(CaseDecision decision) {
  switch (decision) {
    case CaseDecision::kSamePerson:
      return "SAME_PERSON";
    case CaseDecision::kDifferentPeople:
      return "DIFFERENT_PEOPLE";
    case CaseDecision::kMistake:
      return "MISTAKE";
    case CaseDecision::kCannotTell:
      return "CANNOT_TELL";
  }
  return "UNKNOWN";
}

std::string_view CaseStateName(CaseState state) {
  switch (state) {
    case CaseState::kOpen:
      return "OPEN";
    case CaseState::kOneOpinion:
      return "ONE_OPINION";
    case CaseState::kDisputed:
      return "DISPUTED";
    case CaseState::kSettled:
      return "SETTLED";
  }
  return "UNKNOWN";
}

std::optional<CaseDecision> SettledAs(std::span<const Opinion> opinions) {
  if (opinions.size() < kFirstOpinions) return std::nullopt;
  // 1. Two people who say the same settle the case.
  if (opinions[0].decision == opinions[1].decision) return opinions[0].decision;
  // 2. Where they differ, what the supervisor says settles it, whether or not it is what one of
  //    the two said.
  if (opinions.size() > kFirstOpinions) return opinions[kFirstOpinions].decision;
  return std::nullopt;
}

CaseState StateOf(std::span<const Opinion> opinions) {
  if (opinions.empty()) return CaseState::kOpen;
  if (opinions.size() < kFirstOpinions) return CaseState::kOneOpinion;
  return SettledAs(opinions) ? CaseState::kSettled : CaseState::kDisputed;
}

Status MayGive(const CaseFacts& facts, const Opinion& opinion, bool as_supervisor) {
  // 1. The answer must be one to the question that is asked.
  if (!Fits(facts.kind, opinion.decision)) {
    return Fail(ErrorCode::kBadInput, "DECISION_DOES_NOT_FIT",
                std::string(CaseDecisionName(opinion.decision)) + " is no decision on a case of " +
                    std::string(CaseKindName(facts.kind)));
  }

  // 2. What is settled stays settled.
  if (StateOf(facts.opinions) == CaseState::kSettled) {
    return Fail(ErrorCode::kConflict, "CASE_SETTLED",
                "this case was settled; nothing is added to it");
  }

  // 3. Nobody judges what they did themselves.
  if (std::ranges::find(facts.involved, opinion.person) != facts.involved.end()) {
    return Fail(ErrorCode::kRefused, "INVOLVED_IN_CASE",
                "who made one of the attempts of a case does not decide on it; it needs another "
                "person");
  }

  // 4. Nobody speaks twice on one case, the supervisor included: it takes two people to agree, and
  // a
  //    third one to decide between two.
  if (std::ranges::find(facts.opinions, opinion.person, &Opinion::person) != facts.opinions.end()) {
    return Fail(ErrorCode::kConflict, "ALREADY_DECIDED",
                "this person has decided on this case before; it needs another one");
  }

  // 5. Where two differ, a supervisor decides.
  if (StateOf(facts.opinions) == CaseState::kDisputed && !as_supervisor) {
    return Fail(ErrorCode::kRefused, "SUPERVISOR_NEEDED",
                "two people differ on this case; a supervisor who is neither of them decides");
  }
  return {};
}

Result<CaseAnswer> DecideCase(CaseTransaction& transaction, const CaseRequest& request) {
  if (!IsCanonicalRequestId(request.request_id)) {
    return Fail(ErrorCode::kBadInput, "BAD_REQUEST_ID",
                "request_id must be a UUID of 36 characters in lower case");
  }
  TAANU_ASSIGN_OR_RETURN(auto earlier, transaction.FindAnswer(request.request_id));
  if (earlier && !SameRequest(earlier->request, request)) {
    return Fail(ErrorCode::kConflict, "REQUEST_ID_REUSED",
                "request_id was used before for another request; make a new one for each");
  }
  if (earlier) {
    earlier->replayed = true;
    return std::move(*earlier);
  }
  TAANU_ASSIGN_OR_RETURN(CaseFacts facts, transaction.GatherFacts(request.case_id));
  TAANU_RETURN_IF_ERROR(MayGive(facts, request.opinion, request.as_supervisor));
  facts.opinions.push_back(request.opinion);
  CaseAnswer answer;
  answer.request = request;
  answer.state = StateOf(facts.opinions);
  answer.settled_as = SettledAs(facts.opinions);
  TAANU_RETURN_IF_ERROR(transaction.Record(facts.kind, &answer));
  return answer;
}

}  // namespace taanu::rules
