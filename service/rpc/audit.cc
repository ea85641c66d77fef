#include "service/rpc/audit.h"

#include <charconv>
#include <string>
#include <utility>

#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/page_token.h"
#include "service/rpc/query_log.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kListEvents = "/taanu.v1.AuditService/ListEvents";
constexpr std::string_view kListCases = "/taanu.v1.AuditService/ListCases";

// Cursors of these lists are numbers; a token of ours always holds one.
uint64_t CursorNumber(std::string_view cursor, uint64_t otherwise) {
  uint64_t number = otherwise;
  std::from_chars(cursor.data(), cursor.data() + cursor.size(), number);
  return number;
}

Status Events(const Backend& backend, const v1::ListEventsRequest& request,
              v1::ListEventsResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const PageQuestion question{kListEvents, std::to_string(request.first_index())};
  TAANU_ASSIGN_OR_RETURN(const std::string cursor,
                         ReadPageToken(*backend.vault, question, request.page_token()));
  // One more than is given tells whether there is a next page.
  TAANU_ASSIGN_OR_RETURN(
      auto entries,
      backend.ledger->ListEvents(CursorNumber(cursor, request.first_index()), page_size + 1));
  const bool more = entries.size() > static_cast<size_t>(page_size);
  if (more) {
    response->set_next_page_token(
        MakePageToken(*backend.vault, question, std::to_string(entries.back().index)));
    entries.pop_back();
  }
  for (LogEntry& entry : entries) {
    v1::Event* const event = response->add_events();
    event->set_index(entry.index);
    event->set_leaf(std::move(entry.leaf));
    event->set_leaf_hash(std::string(entry.leaf_hash.begin(), entry.leaf_hash.end()));
  }
  return {};
}

Result<CaseFilter> ReadCaseFilter(const v1::ListCasesRequest& request) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id(), /*optional=*/true));
  if (!v1::CaseKind_IsValid(request.kind())) {
    return tl::make_unexpected(FieldError("kind", "BAD_KIND", "must be a kind of the contract"));
  }
  if (!v1::CaseState_IsValid(request.state())) {
    return tl::make_unexpected(FieldError("state", "BAD_STATE", "must be a state of the contract"));
  }
  CaseFilter filter{.precinct_id = request.precinct_id()};
  if (request.kind() != v1::CASE_KIND_UNSPECIFIED) {
    filter.kind = static_cast<rules::CaseKind>(request.kind());
  }
  if (request.state() != v1::CASE_STATE_UNSPECIFIED) {
    filter.state = static_cast<rules::CaseState>(request.state());
  }
  return filter;
}

Status Cases(const Backend& backend, const v1::ListCasesRequest& request,
             v1::ListCasesResponse* response) {
  TAANU_ASSIGN_OR_RETURN(const CaseFilter filter, ReadCaseFilter(request));
  TAANU_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const PageQuestion question{kListCases, std::to_string(request.kind()) + ":" +
                                              std::to_string(request.state()) + ":" +
                                              request.precinct_id()};
  TAANU_ASSIGN_OR_RETURN(const std::string cursor,
                         ReadPageToken(*backend.vault, question, request.page_token()));
  TAANU_ASSIGN_OR_RETURN(auto cases,
                         backend.cases->List(filter, CursorNumber(cursor, 0), page_size + 1));
  const bool more = cases.size() > static_cast<size_t>(page_size);
  if (more) {
    cases.pop_back();
    response->set_next_page_token(
        MakePageToken(*backend.vault, question, std::to_string(cases.back().case_id)));
  }
  for (const DuplicateCase& found : cases) FillCase(found, response->add_cases());
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* AuditHandlers::ListEvents(grpc::CallbackServerContext* context,
                                                    const v1::ListEventsRequest* request,
                                                    v1::ListEventsResponse* response) {
  return Run(backend_, context, kListEvents, backend_.query_pool,
             [this, request, response](UnaryCall& call) {
               CountQuery(backend_, call);
               return Events(backend_, *request, response);
             });
}

grpc::ServerUnaryReactor* AuditHandlers::ListCases(grpc::CallbackServerContext* context,
                                                   const v1::ListCasesRequest* request,
                                                   v1::ListCasesResponse* response) {
  return Run(backend_, context, kListCases, backend_.query_pool,
             [this, request, response](UnaryCall& call) {
               CountQuery(backend_, call);
               return Cases(backend_, *request, response);
             });
}

}  // namespace taanu::rpc
