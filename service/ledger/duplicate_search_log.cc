#include "service/ledger/duplicate_search_log.h"

#include <chrono>
#include <optional>
#include <utility>

#include "enroll/store/connection.h"
#include "service/ledger/event_leaf.h"
#include "service/ledger/event_log.h"

namespace taanu {
namespace {

constexpr std::string_view kById =
    "SELECT search_id, request_id, operator_ref, false_pairs, start_time_us, end_time_us, "
    "coalesce(end_reason, ''), people, searched, unsearched, arrived, fmr, score_min, "
    "times_claimed, strangers, pairs, cases FROM duplicate_search WHERE search_id = ?1";
constexpr std::string_view kByRequest =
    "SELECT search_id FROM duplicate_search WHERE request_id = ?1";
constexpr std::string_view kUnended =
    "SELECT search_id FROM duplicate_search WHERE end_event IS NULL";
constexpr std::string_view kLast =
    "SELECT search_id FROM duplicate_search ORDER BY search_id DESC LIMIT 1";

int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

uint64_t Count(Statement* row, int column) { return static_cast<uint64_t>(row->Int64(column)); }

Result<std::optional<SearchRecord>> FindById(Connection& connection, uint64_t search_id) {
  if (!std::in_range<int64_t>(search_id)) return std::nullopt;
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(kById, search_id));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return std::nullopt;
  SearchRecord search;
  search.search_id = Count(&row, 0);
  search.request_id = row.Text(1);
  search.operator_ref = row.Bytes<16>(2);
  search.false_pairs = row.Double(3);
  search.start_time_us = row.Int64(4);
  search.end_time_us = row.OptionalInt64(5);
  search.end_reason = row.Text(6);
  if (!row.IsNull(7)) {
    search.figures = {.people = Count(&row, 7),
                      .searched = Count(&row, 8),
                      .unsearched = Count(&row, 9),
                      .arrived = Count(&row, 10),
                      .fmr = row.Double(11),
                      .score_min = row.Double(12),
                      .times_claimed = row.Double(13),
                      .strangers = Count(&row, 14),
                      .pairs = Count(&row, 15),
                      .cases = Count(&row, 16)};
  }
  TAANU_RETURN_IF_ERROR(row.Check());
  return search;
}

// The search whose number is the first column of the first row, if there is a row.
Result<std::optional<SearchRecord>> FindFirst(Connection& connection, Result<Statement> query) {
  if (!query) return tl::make_unexpected(std::move(query).error());
  TAANU_ASSIGN_OR_RETURN(const bool found, query->Step());
  if (!found) return std::nullopt;
  const uint64_t search_id = Count(&*query, 0);
  TAANU_RETURN_IF_ERROR(query->Check());
  return FindById(connection, search_id);
}

Status Insert(Connection& connection, SearchRecord* search) {
  TAANU_ASSIGN_OR_RETURN(const auto last, FindFirst(connection, connection.Query(kLast)));
  search->search_id = last ? last->search_id + 1 : 1;
  search->start_time_us = NowUs();
  TAANU_ASSIGN_OR_RETURN(const uint64_t index, AppendEvent(connection, SearchStartedLeaf(*search)));
  return connection.Run(
      "INSERT INTO duplicate_search(search_id, request_id, operator_ref, false_pairs, "
      "start_time_us, start_event) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      search->search_id, search->request_id, search->operator_ref, search->false_pairs,
      search->start_time_us, index);
}

Status WriteEnd(Connection& connection, const SearchRecord& search) {
  const int64_t now_us = NowUs();
  TAANU_ASSIGN_OR_RETURN(const uint64_t index,
                         AppendEvent(connection, SearchEndedLeaf(search, now_us)));
  TAANU_RETURN_IF_ERROR(
      connection.Run("UPDATE duplicate_search SET end_time_us = ?2, end_event = ?3, "
                     "end_reason = ?4 WHERE search_id = ?1 AND end_event IS NULL",
                     search.search_id, now_us, index, search.end_reason));
  return {};
}

Status WriteFigures(Connection& connection, const SearchRecord& search) {
  if (!search.figures) return {};
  const SearchFigures& figures = *search.figures;
  return connection.Run(
      "UPDATE duplicate_search SET people = ?2, searched = ?3, unsearched = ?4, arrived = ?5, "
      "fmr = ?6, score_min = ?7, times_claimed = ?8, strangers = ?9, pairs = ?10, cases = ?11 "
      "WHERE search_id = ?1",
      search.search_id, figures.people, figures.searched, figures.unsearched, figures.arrived,
      figures.fmr, figures.score_min, figures.times_claimed, figures.strangers, figures.pairs,
      figures.cases);
}

}  // namespace

Result<SearchRecord> SearchLog::Begin(const std::string& request_id,
                                      const KeyedReference& operator_ref, double false_pairs,
                                      bool* begun) {
  SearchRecord search;
  TAANU_RETURN_IF_ERROR(database_.Write([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(auto earlier,
                           FindFirst(connection, connection.Query(kByRequest, request_id)));
    *begun = !earlier;
    if (earlier && earlier->false_pairs != false_pairs) {
      return Fail(ErrorCode::kConflict, "REQUEST_ID_REUSED",
                  "request_id was used before for another request; make a new one for each");
    }
    if (earlier) {
      search = std::move(*earlier);
      return {};
    }
    TAANU_ASSIGN_OR_RETURN(const auto running, FindFirst(connection, connection.Query(kUnended)));
    if (running) {
      return Fail(ErrorCode::kConflict, "SEARCH_RUNNING",
                  "search " + std::to_string(running->search_id) +
                      " still runs; wait for its end, or cancel it");
    }
    search = {};
    search.request_id = request_id;
    search.operator_ref = operator_ref;
    search.false_pairs = false_pairs;
    return Insert(connection, &search);
  }));
  return search;
}

Status SearchLog::End(const SearchRecord& search) {
  return database_.Write([&](Connection& connection) -> Status {
    TAANU_RETURN_IF_ERROR(WriteFigures(connection, search));
    return WriteEnd(connection, search);
  });
}

Status SearchLog::EndInterrupted() {
  return database_.Write([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(auto unended, FindFirst(connection, connection.Query(kUnended)));
    if (!unended) return {};
    unended->end_reason = kSearchInterrupted;
    return WriteEnd(connection, *unended);
  });
}

Result<SearchRecord> SearchLog::Find(uint64_t search_id) const {
  std::optional<SearchRecord> search;
  TAANU_RETURN_IF_ERROR(database_.Read([&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(search, search_id == 0 ? FindFirst(connection, connection.Query(kLast))
                                                  : FindById(connection, search_id));
    return {};
  }));
  if (!search) {
    return Fail(ErrorCode::kNotFound, "UNKNOWN_SEARCH",
                search_id == 0 ? std::string("the register was never searched for duplicates")
                               : "there is no search of number " + std::to_string(search_id));
  }
  return std::move(*search);
}

}  // namespace taanu
