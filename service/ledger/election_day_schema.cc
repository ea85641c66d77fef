#include "service/ledger/election_day_schema.h"

namespace taanu {
namespace {

// `attempt` gets what a fallback has, the session that it was made in, and two more outcomes. A
// CHECK of SQLite cannot be changed, so the table is made again under its own name: with foreign
// keys deferred, what refers to its rows is without them for the length of this transaction alone.
// No trigger runs on DROP TABLE.
constexpr std::string_view kFallback = R"sql(
PRAGMA defer_foreign_keys=ON;
CREATE TABLE attempt_before AS SELECT * FROM attempt;
DROP TABLE attempt;
CREATE TABLE attempt(
  event_index INTEGER PRIMARY KEY REFERENCES event,
  request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) = 36),
  time_us INTEGER NOT NULL,
  precinct_id TEXT NOT NULL REFERENCES precinct_polls,
  voter BLOB NOT NULL CHECK (length(voter) = 16),
  terminal BLOB NOT NULL CHECK (length(terminal) = 16),
  operator_ref BLOB NOT NULL CHECK (length(operator_ref) = 16),
  method INTEGER NOT NULL CHECK (method IN (1, 2, 3)),
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 13),
  samples_usable INTEGER NOT NULL CHECK (samples_usable >= 0),
  references_compared INTEGER NOT NULL CHECK (references_compared >= 0),
  score REAL NOT NULL,
  threshold_score REAL NOT NULL,
  threshold_fmr REAL NOT NULL,
  matched_position INTEGER NOT NULL CHECK (matched_position BETWEEN 0 AND 10),
  algorithm_version TEXT NOT NULL,
  voter_precinct_id TEXT,
  samples BLOB NOT NULL,
  session_id TEXT CHECK (length(session_id) = 36),
  fallback_reason INTEGER CHECK (fallback_reason BETWEEN 1 AND 5),
  second_officer BLOB CHECK (length(second_officer) = 16 AND second_officer != operator_ref),
  disputed_request_id TEXT CHECK (length(disputed_request_id) = 36),
  fallbacks_used INTEGER CHECK (fallbacks_used >= 0),
  fallbacks_max INTEGER CHECK (fallbacks_max >= 0),
  CHECK ((outcome = 7) = (voter_precinct_id IS NOT NULL)),
  CHECK ((method = 2) = (fallback_reason IS NOT NULL)),
  CHECK ((method = 2) = (second_officer IS NOT NULL)),
  CHECK ((method = 2) = (fallbacks_used IS NOT NULL)),
  CHECK ((method = 2) = (fallbacks_max IS NOT NULL)),
  CHECK (outcome NOT IN (11, 12) OR method = 2),
  CHECK (outcome != 11 OR fallback_reason = 5 OR fallbacks_used BETWEEN 1 AND fallbacks_max),
  CHECK (disputed_request_id IS NULL OR fallback_reason = 5)
) STRICT;
INSERT INTO attempt(event_index, request_id, time_us, precinct_id, voter, terminal, operator_ref,
    method, outcome, samples_usable, references_compared, score, threshold_score, threshold_fmr,
    matched_position, algorithm_version, voter_precinct_id, samples)
  SELECT event_index, request_id, time_us, precinct_id, voter, terminal, operator_ref, method,
    outcome, samples_usable, references_compared, score, threshold_score, threshold_fmr,
    matched_position, algorithm_version, voter_precinct_id, samples FROM attempt_before;
DROP TABLE attempt_before;
CREATE INDEX attempt_figures ON attempt(precinct_id, time_us, outcome, method);
-- What a fallback looks for: how many there are, and whether a finger of this voter failed before.
CREATE INDEX attempt_fallback ON attempt(precinct_id, fallback_reason) WHERE outcome = 11;
CREATE INDEX attempt_unidentified ON attempt(voter, precinct_id, outcome) WHERE outcome IN (2, 8);
CREATE TRIGGER attempt_no_update BEFORE UPDATE ON attempt
  BEGIN SELECT RAISE(ABORT, 'an attempt stands'); END;
CREATE TRIGGER attempt_no_delete BEFORE DELETE ON attempt
  BEGIN SELECT RAISE(ABORT, 'an attempt stands'); END;
)sql";

// Which device acts for a station, who may vouch for a voter, and what was corrected after closing.
// That a station has one live session is an index, not a look before. An officer's code is kept as
// an Argon2id hash alone; who is taken off the list leaves no row, but an entry of the log.
constexpr std::string_view kStations = R"sql(
CREATE TABLE station_session(
  session_id TEXT NOT NULL PRIMARY KEY CHECK (length(session_id) = 36),
  precinct_id TEXT NOT NULL REFERENCES precinct_polls,
  station_id TEXT NOT NULL CHECK (length(station_id) BETWEEN 1 AND 32),
  terminal BLOB NOT NULL CHECK (length(terminal) = 16),
  operator_ref BLOB NOT NULL CHECK (length(operator_ref) = 16),
  take_over_reason INTEGER CHECK (take_over_reason BETWEEN 1 AND 4),
  second_officer BLOB CHECK (length(second_officer) = 16 AND second_officer != operator_ref),
  predecessor TEXT UNIQUE REFERENCES station_session,
  state INTEGER NOT NULL CHECK (state IN (1, 2, 3)),
  start_time_us INTEGER NOT NULL,
  start_event INTEGER NOT NULL UNIQUE REFERENCES event,
  end_time_us INTEGER,
  end_event INTEGER UNIQUE REFERENCES event,
  end_request_id TEXT UNIQUE CHECK (length(end_request_id) = 36),
  CHECK ((state = 1) = (end_time_us IS NULL)),
  CHECK ((state = 1) = (end_event IS NULL)),
  CHECK (state = 2 OR end_request_id IS NULL),
  CHECK ((take_over_reason IS NULL) = (second_officer IS NULL)),
  CHECK (take_over_reason IS NULL OR predecessor IS NOT NULL)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX station_session_live ON station_session(precinct_id, station_id)
  WHERE state = 1;
CREATE TRIGGER station_session_ends_once BEFORE UPDATE ON station_session
  WHEN OLD.state != 1 OR NEW.state = 1 OR NEW.session_id != OLD.session_id OR
    NEW.precinct_id != OLD.precinct_id OR NEW.station_id != OLD.station_id OR
    NEW.terminal != OLD.terminal OR NEW.operator_ref != OLD.operator_ref OR
    NEW.start_time_us != OLD.start_time_us OR NEW.start_event != OLD.start_event OR
    NEW.predecessor IS NOT OLD.predecessor OR NEW.second_officer IS NOT OLD.second_officer OR
    NEW.take_over_reason IS NOT OLD.take_over_reason
  BEGIN SELECT RAISE(ABORT, 'a session only ends, and once'); END;
CREATE TRIGGER station_session_no_delete BEFORE DELETE ON station_session
  BEGIN SELECT RAISE(ABORT, 'a session is ended, never dropped'); END;

CREATE TABLE totals_correction(
  request_id TEXT NOT NULL PRIMARY KEY CHECK (length(request_id) = 36),
  event_index INTEGER NOT NULL UNIQUE REFERENCES event,
  precinct_id TEXT NOT NULL REFERENCES precinct_polls,
  number INTEGER NOT NULL CHECK (number >= 1),
  time_us INTEGER NOT NULL,
  operator_ref BLOB NOT NULL CHECK (length(operator_ref) = 16),
  second_officer BLOB NOT NULL CHECK (length(second_officer) = 16
                                      AND second_officer != operator_ref),
  reason INTEGER NOT NULL CHECK (reason BETWEEN 1 AND 5),
  document TEXT NOT NULL CHECK (length(document) BETWEEN 1 AND 64),
  sealed_count INTEGER NOT NULL CHECK (sealed_count >= 0),
  previous_count INTEGER NOT NULL CHECK (previous_count >= 0),
  accredited_count INTEGER NOT NULL CHECK (accredited_count >= 0
                                           AND accredited_count != previous_count),
  UNIQUE (precinct_id, number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER totals_correction_no_update BEFORE UPDATE ON totals_correction
  BEGIN SELECT RAISE(ABORT, 'a correction stands'); END;
CREATE TRIGGER totals_correction_no_delete BEFORE DELETE ON totals_correction
  BEGIN SELECT RAISE(ABORT, 'a correction stands'); END;

CREATE TABLE officer(
  precinct_id TEXT NOT NULL REFERENCES precinct_polls,
  officer_ref BLOB NOT NULL CHECK (length(officer_ref) = 16),
  sealed BLOB NOT NULL,
  code_hash TEXT NOT NULL,
  add_event INTEGER NOT NULL UNIQUE REFERENCES event,
  failure_count INTEGER NOT NULL DEFAULT 0 CHECK (failure_count >= 0),
  locked_until_us INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (precinct_id, officer_ref)
) STRICT, WITHOUT ROWID;
CREATE TABLE officer_change(
  request_id TEXT NOT NULL PRIMARY KEY CHECK (length(request_id) = 36),
  event_index INTEGER NOT NULL UNIQUE REFERENCES event,
  precinct_id TEXT NOT NULL REFERENCES precinct_polls,
  officer_ref BLOB NOT NULL CHECK (length(officer_ref) = 16),
  added INTEGER NOT NULL CHECK (added IN (0, 1))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER officer_change_no_update BEFORE UPDATE ON officer_change
  BEGIN SELECT RAISE(ABORT, 'a change of officers stands'); END;
CREATE TRIGGER officer_change_no_delete BEFORE DELETE ON officer_change
  BEGIN SELECT RAISE(ABORT, 'a change of officers stands'); END;
)sql";

}  // namespace

std::vector<Migration> ElectionDayMigrations() { return {{8, kFallback}, {9, kStations}}; }

}  // namespace taanu
