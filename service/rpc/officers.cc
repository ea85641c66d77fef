#include "service/rpc/officers.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "service/ledger/officers.h"
#include "service/rpc/administration.h"
#include "service/rpc/convert.h"
#include "service/rpc/page_token.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kAddOfficer = "/taanu.v1.AdministrationService/AddOfficer";
constexpr std::string_view kRemoveOfficer = "/taanu.v1.AdministrationService/RemoveOfficer";
constexpr std::string_view kListOfficers = "/taanu.v1.AdministrationService/ListOfficers";

Status CheckCode(const Backend& backend, const std::string& precinct_id,
                 const KeyedReference& terminal, const Vouching& vouching) {
  if (vouching.code.empty()) {
    return tl::make_unexpected(FieldError(vouching.field, "BAD_CODE",
                                          "is required: this precinct has officers registered"));
  }
  auto checked =
      backend.officers->CheckCode(precinct_id, vouching.officer_id, terminal, vouching.code);
  if (checked) return {};
  return tl::make_unexpected(InField(vouching.field, std::move(checked).error()));
}

template <typename Request>
Result<OfficerRequest> ReadRequest(const Backend& backend, const Request& request) {
  OfficerRequest out;
  TAANU_ASSIGN_OR_RETURN(out.request_id, CanonicalRequestId(request.request_id()));
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id()));
  TAANU_RETURN_IF_ERROR(ValidateIdentifier("officer_id", "BAD_OFFICER_ID", request.officer_id()));
  TAANU_RETURN_IF_ERROR(
      ValidateIdentifier("operator_id", "BAD_OPERATOR_ID", request.operator_id()));
  out.precinct_id = request.precinct_id();
  out.officer_id = request.officer_id();
  out.operator_ref = backend.vault->Reference("operator", request.operator_id());
  return out;
}

Status Add(const Backend& backend, const v1::AddOfficerRequest& request,
           v1::AddOfficerResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const OfficerRequest asked, ReadRequest(backend, request));
  if (request.code().size() < kCodeBytesMin || request.code().size() > kCodeBytesMax ||
      !IsPlainUtf8(request.code())) {
    return tl::make_unexpected(FieldError(
        "code", "BAD_CODE", "must be 6 to 64 bytes of UTF-8 without control characters"));
  }
  TAANU_ASSIGN_OR_RETURN(const OfficerChange change, backend.officers->Add(asked, request.code()));
  response->mutable_officer()->set_officer_id(request.officer_id());
  response->mutable_officer()->set_precinct_id(request.precinct_id());
  response->mutable_officer()->set_officer_reference(ToHex(change.officer));
  response->set_event_index(change.event_index);
  response->set_replayed(change.replayed);
  return {};
}

Status Remove(const Backend& backend, const v1::RemoveOfficerRequest& request,
              v1::RemoveOfficerResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const OfficerRequest asked, ReadRequest(backend, request));
  TAANU_ASSIGN_OR_RETURN(const OfficerChange change, backend.officers->Remove(asked));
  response->set_event_index(change.event_index);
  response->set_replayed(change.replayed);
  return {};
}

// Cursors of this list are references, byte for byte.
std::optional<KeyedReference> CursorReference(std::string_view cursor) {
  KeyedReference reference{};
  if (cursor.size() != reference.size()) return std::nullopt;
  std::ranges::copy(cursor, reference.begin());
  return reference;
}

Status List(const Backend& backend, const v1::ListOfficersRequest& request,
            v1::ListOfficersResponse* response) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id()));
  TAANU_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const PageQuestion question{kListOfficers, request.precinct_id()};
  TAANU_ASSIGN_OR_RETURN(const std::string cursor,
                         ReadPageToken(*backend.vault, question, request.page_token()));
  // One more than is given tells whether there is a next page.
  TAANU_ASSIGN_OR_RETURN(
      auto officers,
      backend.officers->List(request.precinct_id(), CursorReference(cursor), page_size + 1));
  if (officers.size() > static_cast<size_t>(page_size)) {
    officers.pop_back();
    const KeyedReference& last = officers.back().reference;
    response->set_next_page_token(
        MakePageToken(*backend.vault, question, std::string(last.begin(), last.end())));
  }
  for (const OfficerRecord& officer : officers) {
    v1::Officer* const out = response->add_officers();
    out->set_officer_id(officer.officer_id);
    out->set_precinct_id(request.precinct_id());
    out->set_officer_reference(ToHex(officer.reference));
    out->set_failure_count(officer.failure_count);
    if (officer.locked_until_us) SetTime(*officer.locked_until_us, out->mutable_unlock_time());
  }
  return {};
}

}  // namespace

Status CheckCodes(const Backend& backend, const UnaryCall& call, const std::string& precinct_id,
                  const Vouching& first, const Vouching& second) {
  TAANU_ASSIGN_OR_RETURN(const bool needed, backend.officers->HasAny(precinct_id));
  if (!needed) return {};
  const KeyedReference terminal = backend.vault->Reference("terminal", call.peer().name);
  TAANU_RETURN_IF_ERROR(CheckCode(backend, precinct_id, terminal, first));
  return CheckCode(backend, precinct_id, terminal, second);
}

grpc::ServerUnaryReactor* AdministrationHandlers::AddOfficer(grpc::CallbackServerContext* context,
                                                             const v1::AddOfficerRequest* request,
                                                             v1::AddOfficerResponse* response) {
  return Run(backend_, context, kAddOfficer, backend_.query_pool,
             [this, request, response](UnaryCall&) { return Add(backend_, *request, response); });
}

grpc::ServerUnaryReactor* AdministrationHandlers::RemoveOfficer(
    grpc::CallbackServerContext* context, const v1::RemoveOfficerRequest* request,
    v1::RemoveOfficerResponse* response) {
  return Run(
      backend_, context, kRemoveOfficer, backend_.query_pool,
      [this, request, response](UnaryCall&) { return Remove(backend_, *request, response); });
}

grpc::ServerUnaryReactor* AdministrationHandlers::ListOfficers(
    grpc::CallbackServerContext* context, const v1::ListOfficersRequest* request,
    v1::ListOfficersResponse* response) {
  return Run(backend_, context, kListOfficers, backend_.query_pool,
             [this, request, response](UnaryCall&) { return List(backend_, *request, response); });
}

}  // namespace taanu::rpc
