// The figures, once or as they move.
#include <map>
#include <string>

#include "service/ledger/small_cells.h"
#include "service/rpc/audit.h"
#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/query_log.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"
#include "service/rpc/watch_call.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kGetStatistics = "/taanu.v1.AuditService/GetStatistics";
constexpr std::string_view kWatchStatistics = "/taanu.v1.AuditService/WatchStatistics";
constexpr int kIntervalSeconds = 5;
constexpr int kIntervalSecondsMax = 3600;

const std::map<int, Facet> kFacets = {
    {v1::STATISTICS_DIMENSION_OPERATOR, Facet::kOperator},
    {v1::STATISTICS_DIMENSION_TERMINAL, Facet::kTerminal},
    {v1::STATISTICS_DIMENSION_SEX, Facet::kSex},
    {v1::STATISTICS_DIMENSION_AGE_GROUP, Facet::kAgeGroup},
    {v1::STATISTICS_DIMENSION_FINGER, Facet::kFinger},
    {v1::STATISTICS_DIMENSION_QUALITY, Facet::kQuality},
    {v1::STATISTICS_DIMENSION_CAPTURES, Facet::kCaptures},
    {v1::STATISTICS_DIMENSION_REFERENCE_AGE, Facet::kReferenceAge},
    {v1::STATISTICS_DIMENSION_FIRST_COMPARISON, Facet::kFirstComparison},
    {v1::STATISTICS_DIMENSION_FALLBACK_REASON, Facet::kFallbackReason},
};

tl::unexpected<Error> BadDimension() {
  return tl::make_unexpected(
      FieldError("group_by", "BAD_DIMENSION",
                 "must name known dimensions, each at most once, and of those from OPERATOR on one "
                 "at most"));
}

// Marks one dimension. Errors: kBadInput where it is not one, or may not be marked any more.
Status MarkDimension(int dimension, StatisticsFilter* filter) {
  if (const auto facet = kFacets.find(dimension); facet != kFacets.end()) {
    if (filter->facet != Facet::kNone) return BadDimension();
    filter->facet = facet->second;
    return {};
  }
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
  if (mark == nullptr || *mark) return BadDimension();
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

// An observer, and nothing more, sees no cell of few.
bool SeesEveryCell(const auth::Peer& peer) {
  constexpr auth::RoleSet kComplete = {auth::Role::kAdministrator, auth::Role::kAuditor,
                                       auth::Role::kSupervisor};
  return !peer.roles.And(kComplete).empty();
}

Status Count(const Backend& backend, const auth::Peer& peer,
             const v1::GetStatisticsRequest& request, v1::GetStatisticsResponse* response) {
  TAANU_ASSIGN_OR_RETURN(StatisticsFilter filter, ReadFilter(request));
  filter.fallback_limits = backend.fallback_limits;
  TAANU_ASSIGN_OR_RETURN(Statistics statistics, backend.ledger->GetStatistics(filter));
  if (!SeesEveryCell(peer)) {
    MergeSmallCells(&statistics.cells);
    MergeSmallCells(&statistics.case_tallies);
  }
  FillStatistics(filter, statistics, response);
  return {};
}

Status CheckWatch(const v1::WatchStatisticsRequest& request) {
  if (request.interval_seconds() < 0 || request.interval_seconds() > kIntervalSecondsMax) {
    return tl::make_unexpected(
        FieldError("interval_seconds", "BAD_INTERVAL", "must be 0 to 3,600 seconds"));
  }
  TAANU_RETURN_IF_ERROR(ReadFilter(request.statistics()));
  return {};
}

}  // namespace

grpc::ServerUnaryReactor* AuditHandlers::GetStatistics(grpc::CallbackServerContext* context,
                                                       const v1::GetStatisticsRequest* request,
                                                       v1::GetStatisticsResponse* response) {
  return Run(backend_, context, kGetStatistics, backend_.query_pool,
             [this, request, response](UnaryCall& call) {
               CountQuery(backend_, call);
               return Count(backend_, call.peer(), *request, response);
             });
}

grpc::ServerWriteReactor<v1::WatchStatisticsResponse>* AuditHandlers::WatchStatistics(
    grpc::CallbackServerContext* context, const v1::WatchStatisticsRequest* request) {
  const int seconds = request->interval_seconds();
  const auth::Peer peer = auth::PeerFromAuthContext(*context->auth_context(), backend_.local_roles);
  const Status checked = CheckWatch(*request);
  // One question, however often it is answered.
  if (checked) CountQuery(backend_, kWatchStatistics, peer);
  return WatchCall<v1::WatchStatisticsResponse>::Begin(
      backend_,
      {.method = kWatchStatistics,
       .pool = backend_.query_pool,
       .interval = std::chrono::seconds(seconds > 0 ? seconds : kIntervalSeconds),
       .watchers = &watchers_},
      checked, [this, wanted = request->statistics(), peer](v1::WatchStatisticsResponse* response) {
        return Count(backend_, peer, wanted, response->mutable_statistics());
      });
}

}  // namespace taanu::rpc
