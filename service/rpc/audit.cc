#include "service/rpc/audit.h"

#include <charconv>
#include <string>
#include <utility>

#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/page_token.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kGetCheckpoint = "/taanu.v1.AuditService/GetCheckpoint";
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

Status Cases(const Backend& backend, const v1::ListCasesRequest& request,
             v1::ListCasesResponse* response) {
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id(), /*optional=*/true));
  TAANU_ASSIGN_OR_RETURN(const int page_size, PageSize(request.page_size()));
  const PageQuestion question{kListCases, request.precinct_id()};
  TAANU_ASSIGN_OR_RETURN(const std::string cursor,
                         ReadPageToken(*backend.vault, question, request.page_token()));
  TAANU_ASSIGN_OR_RETURN(
      auto cases,
      backend.ledger->ListCases(request.precinct_id(), CursorNumber(cursor, 0), page_size + 1));
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

grpc::ServerUnaryReactor* AuditHandlers::GetCheckpoint(grpc::CallbackServerContext* context,
                                                       const v1::GetCheckpointRequest* /*request*/,
                                                       v1::GetCheckpointResponse* response) {
  return Run(backend_, context, kGetCheckpoint, backend_.query_pool,
             [this, response](UnaryCall&) -> Status {
               TAANU_ASSIGN_OR_RETURN(Checkpoint checkpoint, backend_.ledger->GetCheckpoint());
               response->set_signed_note(std::move(checkpoint.signed_note));
               response->set_log_size(checkpoint.log_size);
               response->set_root_hash(
                   std::string(checkpoint.root_hash.begin(), checkpoint.root_hash.end()));
               return {};
             });
}

grpc::ServerUnaryReactor* AuditHandlers::ListEvents(grpc::CallbackServerContext* context,
                                                    const v1::ListEventsRequest* request,
                                                    v1::ListEventsResponse* response) {
  return Run(
      backend_, context, kListEvents, backend_.query_pool,
      [this, request, response](UnaryCall&) { return Events(backend_, *request, response); });
}

grpc::ServerUnaryReactor* AuditHandlers::ListCases(grpc::CallbackServerContext* context,
                                                   const v1::ListCasesRequest* request,
                                                   v1::ListCasesResponse* response) {
  return Run(backend_, context, kListCases, backend_.query_pool,
             [this, request, response](UnaryCall&) { return Cases(backend_, *request, response); });
}

}  // namespace taanu::rpc
