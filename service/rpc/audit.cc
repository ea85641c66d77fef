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

constexpr std::string_view kGetStatistics = "/taanu.v1.AuditService/GetStatistics";
constexpr std::string_view kGetCheckpoint = "/taanu.v1.AuditService/GetCheckpoint";
constexpr std::string_view kListEvents = "/taanu.v1.AuditService/ListEvents";
constexpr std::string_view kListCases = "/taanu.v1.AuditService/ListCases";

// Marks one dimension. Errors: kBadInput where it is not one, or was marked before.
Status MarkDimension(int dimension, StatisticsFilter* filter) {
  bool* mark = nullptr;
  switch (dimension) {
    case v1::STATISTICS_DIMENSION_PRECINCT:
      mark = &filter->by_precinct;
      break;
    case v1::STATISTICS_DIMENSION_HOUR:
      mark = &filter->by_hour;
      break;
    case v1::STATISTICS_DIMENSION_OUTCOME:
      mark = &filter->by_outcome;
      break;
    case v1::STATISTICS_DIMENSION_METHOD:
      mark = &filter->by_method;
      break;
    default:
      break;
  }
  if (mark == nullptr || *mark) {
    return tl::make_unexpected(
        FieldError("group_by", "BAD_DIMENSION", "must name known dimensions, each at most once"));
  }
  *mark = true;
  return {};
}

Result<StatisticsFilter> ReadFilter(const v1::GetStatisticsRequest& request) {
  StatisticsFilter filter;
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id(), /*optional=*/true));
  filter.precinct_id = request.precinct_id();
  if (request.has_start_time()) {
    TAANU_ASSIGN_OR_RETURN(filter.start_time_us, TimeUs("start_time", request.start_time()));
  }
  if (request.has_end_time()) {
    TAANU_ASSIGN_OR_RETURN(filter.end_time_us, TimeUs("end_time", request.end_time()));
  }
  if (filter.start_time_us && filter.end_time_us && *filter.start_time_us > *filter.end_time_us) {
    return tl::make_unexpected(FieldError("end_time", "BAD_TIME", "must not be before start_time"));
  }
  for (const int dimension : request.group_by()) {
    TAANU_RETURN_IF_ERROR(MarkDimension(dimension, &filter));
  }
  return filter;
}

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

grpc::ServerUnaryReactor* AuditHandlers::GetStatistics(grpc::CallbackServerContext* context,
                                                       const v1::GetStatisticsRequest* request,
                                                       v1::GetStatisticsResponse* response) {
  return Run(backend_, context, kGetStatistics, backend_.query_pool,
             [this, request, response](UnaryCall&) -> Status {
               TAANU_ASSIGN_OR_RETURN(const StatisticsFilter filter, ReadFilter(*request));
               TAANU_ASSIGN_OR_RETURN(const Statistics statistics,
                                      backend_.ledger->GetStatistics(filter));
               FillStatistics(filter, statistics, response);
               return {};
             });
}

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
