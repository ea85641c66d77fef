// What tells about the register as a whole: its digest, and who in it has no usable reference.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "enroll/register/register_digest.h"
#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/enrollment.h"
#include "service/rpc/page_token.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kListUnreferenced = "/taanu.v1.EnrollmentService/ListUnreferencedVoters";
constexpr std::string_view kGetDigest = "/taanu.v1.EnrollmentService/GetRegisterDigest";
// Voters between two looks at whether anybody still waits for the answer.
constexpr uint64_t kVotersBetweenLooks = 1024;

Status ListUnreferenced(const Backend& backend, const v1::ListUnreferencedVotersRequest& request,
                        v1::ListUnreferencedVotersResponse* response) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id(), /*optional=*/true));
  TAANU_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const PageQuestion question{kListUnreferenced, request.precinct_id()};
  TAANU_ASSIGN_OR_RETURN(const std::string cursor,
                         ReadPageToken(*backend.vault, question, request.page_token()));
  // The cursor is the reference of the last voter given, as it is in memory.
  std::optional<KeyedReference> after;
  if (cursor.size() == std::tuple_size_v<KeyedReference>) {
    std::copy(cursor.begin(), cursor.end(), after.emplace().begin());
  }
  // One more than is given tells whether there is a next page.
  TAANU_ASSIGN_OR_RETURN(
      auto voters, backend.voters->List(request.precinct_id(), /*without_reference=*/true, after,
                                        page_size + 1));
  const bool more = voters.size() > static_cast<size_t>(page_size);
  if (more) voters.resize(static_cast<size_t>(page_size));
  for (const VoterSummary& summary : voters) {
    const Result<EnrolledVoter> voter = backend.voters->Find(summary.reference);
    // Gone between the two reads.
    if (!voter && voter.error().code == ErrorCode::kNotFound) continue;
    if (!voter) return tl::make_unexpected(voter.error());
    FillVoterData(voter->data, response->add_voters());
  }
  if (more) {
    const KeyedReference& last = voters.back().reference;
    response->set_next_page_token(
        MakePageToken(*backend.vault, question, std::string(last.begin(), last.end())));
  }
  return {};
}

Status Digest(const Backend& backend, const UnaryCall& call,
              v1::GetRegisterDigestResponse* response) {
  RegisterDigest digest(backend.vault);
  TAANU_RETURN_IF_ERROR(backend.voters->ForEach([&](const EnrolledVoter& voter) -> Status {
    if (digest.voter_count() % kVotersBetweenLooks == 0 && call.IsAbandoned()) {
      return Fail(ErrorCode::kCancelled, "ABANDONED", "nobody waits for the digest any more");
    }
    return digest.Add(voter);
  }));
  response->set_digest(digest.Hex());
  response->set_voter_count(digest.voter_count());
  response->set_reference_count(digest.reference_count());
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* EnrollmentHandlers::ListUnreferencedVoters(
    grpc::CallbackServerContext* context, const v1::ListUnreferencedVotersRequest* request,
    v1::ListUnreferencedVotersResponse* response) {
  return Run(backend_, context, kListUnreferenced, backend_.query_pool,
             [this, request, response](UnaryCall&) {
               return ListUnreferenced(backend_, *request, response);
             });
}

grpc::ServerUnaryReactor* EnrollmentHandlers::GetRegisterDigest(
    grpc::CallbackServerContext* context, const v1::GetRegisterDigestRequest* /*request*/,
    v1::GetRegisterDigestResponse* response) {
  return Run(backend_, context, kGetDigest, backend_.query_pool,
             [this, response](UnaryCall& call) { return Digest(backend_, call, response); });
}

}  // namespace taanu::rpc
