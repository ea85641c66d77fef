// IdentifyVoter: a finger without a number.
#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "service/rolls/finger_search.h"
#include "service/rpc/call.h"
#include "service/rpc/comparison.h"
#include "service/rpc/convert.h"
#include "service/rpc/other_identity.h"
#include "service/rpc/samples.h"
#include "service/rpc/slip.h"
#include "service/rpc/status.h"
#include "service/rpc/terminal_call.h"
#include "service/rpc/validate.h"
#include "service/rpc/verification.h"
#include "service/rpc/watch.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kIdentifyVoter = "/taanu.v1.VerificationService/IdentifyVoter";
// A search that takes longer keeps the voter waiting for nothing.
constexpr std::chrono::seconds kSearchTime{5};
// When to try again what did not search everybody: a roll of some thousands is read in less.
constexpr std::chrono::milliseconds kRetryDelay{250};

// An attempt on its way to the ledger, and whom it found.
struct Identification {
  rules::Attempt attempt;
  std::string voter_number;  // of attempt.voter
  std::shared_ptr<FingerClaim> claim;
};

tl::unexpected<Error> RegisterMoved() {
  return Fail(ErrorCode::kUnavailable, "SEARCH_INCOMPLETE",
              "the register was changed during the search; try again, or give the number");
}

Result<rules::Attempt> BeginAttempt(const Backend& backend, const UnaryCall& call,
                                    const v1::IdentifyVoterRequest& request) {
  rules::Attempt attempt;
  TAANU_RETURN_IF_ERROR(ReadTerminalCall(backend, call, request, &attempt));
  TAANU_RETURN_IF_ERROR(ValidateSampleCount(request.samples_size(), backend.policy.captures_max));
  attempt.method = rules::Method::kFingerSearch;
  attempt.algorithm_version = backend.algorithm_version;
  attempt.threshold_fmr = backend.policy.threshold_fmr;
  attempt.roll_search.emplace();
  return attempt;
}

// The voter as the register has one; none where there is no such voter.
Result<std::optional<EnrolledVoter>> FindVoter(const Backend& backend,
                                               const KeyedReference& voter) {
  auto found = backend.voters->Find(voter);
  if (found) return *std::move(found);
  if (found.error().code == ErrorCode::kNotFound) return std::nullopt;
  return tl::make_unexpected(std::move(found).error());
}

std::vector<FingerView> UsableViews(const std::vector<PreparedSample>& samples) {
  std::vector<FingerView> views;
  for (const PreparedSample& sample : samples) {
    if (sample.usable) views.insert(views.end(), sample.views.begin(), sample.views.end());
  }
  return views;
}

// Gives the attempt the one voter who was found, and searches the finger among those accredited.
Status TakeVoter(const Backend& backend, const std::vector<PreparedSample>& samples,
                 const rules::FingerHit& found, Identification* out) {
  TAANU_ASSIGN_OR_RETURN(auto voter, FindVoter(backend, found.voter));
  if (!voter) return RegisterMoved();
  rules::Attempt& attempt = out->attempt;
  const rules::Evidence one = CompareAttempt(samples, voter->fingers, backend.policy);
  if (one.references_compared == 0) return RegisterMoved();
  attempt.voter = found.voter;
  attempt.traits = rules::TraitsOf(*voter);
  attempt.evidence.references_compared = one.references_compared;
  attempt.evidence.matched_position = one.matched_position;
  out->voter_number = voter->data.voter_number;
  out->claim = SearchOtherIdentities(backend, samples, voter->fingers, &attempt);
  return {};
}

Status SearchVoter(const Backend& backend, const UnaryCall& call,
                   const std::vector<PreparedSample>& samples, Identification* out) {
  if (backend.rolls == nullptr) {
    return Fail(ErrorCode::kConflict, "ROLL_NOT_KEPT",
                "this daemon keeps no rolls for searches; see [search] rolls");
  }
  rules::Attempt& attempt = out->attempt;
  const auto left = call.deadline() - std::chrono::system_clock::now();
  const auto deadline =
      std::chrono::steady_clock::now() + std::min<std::chrono::nanoseconds>(left, kSearchTime);
  TAANU_ASSIGN_OR_RETURN(
      const RollFinding finding,
      SearchRoll(*backend.rolls, attempt.precinct_id, UsableViews(samples),
                 backend.policy.threshold_fmr,
                 std::chrono::time_point_cast<std::chrono::steady_clock::duration>(deadline)));
  attempt.roll_search = {.complete = true,
                         .searched_count = finding.searched_count,
                         .found_count = finding.found.size()};
  attempt.evidence.threshold_score = finding.threshold_score;
  attempt.evidence.score = finding.best_score;
  if (finding.found.size() != 1) return {};
  return TakeVoter(backend, samples, finding.found.front(), out);
}

// Everything before the ledger.
Result<Identification> Prepare(const Backend& backend, const UnaryCall& call,
                               const v1::IdentifyVoterRequest& request) {
  Identification out;
  TAANU_ASSIGN_OR_RETURN(out.attempt, BeginAttempt(backend, call, request));
  // A repeated request gets its first answer, and is not searched again.
  TAANU_ASSIGN_OR_RETURN(const auto earlier, backend.ledger->FindAnswer(out.attempt.request_id));
  if (earlier) {
    TAANU_ASSIGN_OR_RETURN(const auto voter, FindVoter(backend, earlier->attempt.voter));
    if (voter) out.voter_number = voter->data.voter_number;
    out.attempt.voter = earlier->attempt.voter;
    return out;
  }
  TAANU_ASSIGN_OR_RETURN(const rules::PrecinctRecord precinct,
                         backend.ledger->GetPrecinct(request.precinct_id()));
  TAANU_ASSIGN_OR_RETURN(const std::vector<PreparedSample> samples,
                         PrepareSamples(request.samples(), backend.quality_min));
  out.attempt.samples = ReportsOf(samples);
  out.attempt.evidence.samples_usable =
      static_cast<int>(std::ranges::count_if(samples, &PreparedSample::usable));
  const bool searches =
      precinct.state == rules::PollsState::kOpen && out.attempt.evidence.samples_usable > 0;
  if (searches) TAANU_RETURN_IF_ERROR(SearchVoter(backend, call, samples, &out));
  return out;
}

// Whether the voter of the answer was found on this precinct's roll, and may be named to it.
bool NamesVoter(const rules::AttemptAnswer& answer) {
  return answer.attempt.voter != rules::kNobody &&
         answer.outcome != rules::Outcome::kWrongPrecinct &&
         answer.outcome != rules::Outcome::kNotOnRoll &&
         answer.outcome != rules::Outcome::kPollsNotOpen &&
         answer.outcome != rules::Outcome::kPollsClosed;
}

void Identify(const Backend& backend, const UnaryCallPtr& call,
              const v1::IdentifyVoterRequest& request, v1::IdentifyVoterResponse* response) {
  if (auto refusal = CheckPace(backend, *call)) {
    call->Finish(tl::make_unexpected(std::move(refusal->error)), refusal->retry_delay);
    return;
  }
  auto prepared = Prepare(backend, *call, request);
  if (!prepared) {
    call->Finish(tl::make_unexpected(std::move(prepared).error()), kRetryDelay);
    return;
  }
  auto found = std::make_shared<const Identification>(*std::move(prepared));
  auto answer = std::make_shared<rules::AttemptAnswer>();
  const Status queued = backend.ledger->Submit(
      [found, answer](rules::LedgerTransaction& ledger) -> Status {
        rules::Attempt attempt = found->attempt;
        AddClaimedHits(found->claim.get(), &attempt);
        TAANU_ASSIGN_OR_RETURN(*answer, rules::MakeAttempt(ledger, attempt));
        return {};
      },
      [&backend, call, found, answer, response](Status status) {
        if (status) {
          status = FillDecision(backend, *answer, response->mutable_decision());
          if (answer->attempt.roll_search) {
            response->set_searched_count(answer->attempt.roll_search->searched_count);
          }
          if (NamesVoter(*answer) && answer->attempt.voter == found->attempt.voter) {
            response->set_voter_number(found->voter_number);
          }
          LogAttempt(*answer);
        }
        call->Finish(status);
      });
  if (!queued) call->Finish(queued);
}

}  // namespace

grpc::ServerUnaryReactor* VerificationHandlers::IdentifyVoter(
    grpc::CallbackServerContext* context, const v1::IdentifyVoterRequest* request,
    v1::IdentifyVoterResponse* response) {
  return RunAsync(backend_, context, kIdentifyVoter, backend_.search_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Identify(backend_, call, *request, response);
                  });
}

}  // namespace taanu::rpc
