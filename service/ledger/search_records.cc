#include "service/ledger/search_records.h"

#include <optional>
#include <utility>

#include "service/ledger/ledger_queries.h"

namespace taanu {
namespace {

// `holder` is the voter to whom the finger of a DUPLICATE_FINGER belongs, and `score` that voter's.
constexpr std::string_view kSearches = R"sql(
CREATE TABLE accredited_search(
  event_index INTEGER PRIMARY KEY REFERENCES attempt,
  searched_count INTEGER NOT NULL CHECK (searched_count >= 0),
  complete INTEGER NOT NULL CHECK (complete IN (0, 1)),
  threshold_score REAL NOT NULL,
  holder BLOB REFERENCES accreditation CHECK (length(holder) = 16),
  score REAL,
  CHECK ((holder IS NULL) = (score IS NULL))
) STRICT;
CREATE TRIGGER accredited_search_no_update BEFORE UPDATE ON accredited_search
  BEGIN SELECT RAISE(ABORT, 'an attempt stands'); END;
CREATE TRIGGER accredited_search_no_delete BEFORE DELETE ON accredited_search
  BEGIN SELECT RAISE(ABORT, 'an attempt stands'); END;

CREATE TABLE roll_search(
  event_index INTEGER PRIMARY KEY REFERENCES attempt,
  searched_count INTEGER NOT NULL CHECK (searched_count >= 0),
  found_count INTEGER NOT NULL CHECK (found_count >= 0)
) STRICT;
CREATE TRIGGER roll_search_no_update BEFORE UPDATE ON roll_search
  BEGIN SELECT RAISE(ABORT, 'an attempt stands'); END;
CREATE TRIGGER roll_search_no_delete BEFORE DELETE ON roll_search
  BEGIN SELECT RAISE(ABORT, 'an attempt stands'); END;
)sql";

Status ReadAccreditedSearch(Connection& connection, rules::AttemptAnswer* answer) {
  std::optional<KeyedReference> holder;
  double score = 0;
  {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT searched_count, complete, threshold_score, holder, "
                         "coalesce(score, 0.0) FROM accredited_search WHERE event_index = ?1",
                         answer->event_index));
    TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
    if (!found) return {};
    rules::AccreditedSearch& search = answer->attempt.accredited_search;
    search.made = true;
    search.searched_count = static_cast<uint64_t>(row.Int64(0));
    search.complete = row.Int64(1) != 0;
    search.threshold_score = row.Double(2);
    if (!row.IsNull(3)) holder = row.Bytes<16>(3);
    score = row.Double(4);
    TAANU_RETURN_IF_ERROR(row.Check());
  }
  if (!holder) return {};
  TAANU_ASSIGN_OR_RETURN(auto accreditation, QueryAccreditation(connection, *holder));
  // The foreign key says that it is there.
  if (accreditation) answer->finger_holder = {*std::move(accreditation), score};
  return {};
}

}  // namespace

std::vector<Migration> SearchMigrations() { return {{12, kSearches}}; }

Status InsertSearches(Connection& connection, const rules::AttemptAnswer& answer) {
  const rules::AccreditedSearch& search = answer.attempt.accredited_search;
  if (search.made) {
    std::optional<KeyedReference> holder;
    std::optional<double> score;
    if (answer.finger_holder) {
      holder = answer.finger_holder->accreditation.voter;
      score = answer.finger_holder->score;
    }
    TAANU_RETURN_IF_ERROR(
        connection.Run("INSERT INTO accredited_search(event_index, searched_count, complete, "
                       "threshold_score, holder, score) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                       answer.event_index, search.searched_count, search.complete,
                       search.threshold_score, holder, score));
  }
  if (!answer.attempt.roll_search) return {};
  return connection.Run(
      "INSERT INTO roll_search(event_index, searched_count, found_count) VALUES (?1, ?2, ?3)",
      answer.event_index, answer.attempt.roll_search->searched_count,
      answer.attempt.roll_search->found_count);
}

Status ReadSearches(Connection& connection, rules::AttemptAnswer* answer) {
  TAANU_RETURN_IF_ERROR(ReadAccreditedSearch(connection, answer));
  if (answer->attempt.method != rules::Method::kFingerSearch) return {};
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT searched_count, found_count FROM roll_search WHERE event_index = ?1",
                       answer->event_index));
  TAANU_ASSIGN_OR_RETURN(const bool found, row.Step());
  if (!found) return {};
  answer->attempt.roll_search = rules::RollSearch{true, static_cast<uint64_t>(row.Int64(0)),
                                                  static_cast<uint64_t>(row.Int64(1))};
  return row.Check();
}

}  // namespace taanu
