#include "service/ledger/case_schema.h"
#include "service/ledger/election_day_schema.h"
#include "service/ledger/protocol_schema.h"
#include "service/ledger/search_records.h"
#include "service/ledger/slip_desk.h"
#include "service/ledger/sqlite_ledger.h"

namespace taanu {
namespace {

// Persons appear as keyed references only. What was written is never changed: triggers refuse it,
// so that a fault of this program cannot do it either. A figure is counted from `attempt`, whose
// rows and the events of the log are written together, one for one.
constexpr std::string_view kElection = R"sql(
CREATE TABLE precinct_polls(
  precinct_id TEXT NOT NULL PRIMARY KEY REFERENCES precinct,
  state INTEGER NOT NULL CHECK (state IN (1, 2, 3)),
  open_time_us INTEGER,
  close_time_us INTEGER,
  CHECK ((state = 1) = (open_time_us IS NULL)),
  CHECK ((state = 3) = (close_time_us IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER precinct_polls_forward BEFORE UPDATE ON precinct_polls
  WHEN NEW.state != OLD.state + 1 OR NEW.precinct_id != OLD.precinct_id
  BEGIN SELECT RAISE(ABORT, 'polls only go from not open to open to closed'); END;

CREATE TABLE event(
  idx INTEGER PRIMARY KEY CHECK (idx >= 0),
  leaf TEXT NOT NULL,
  leaf_hash BLOB NOT NULL CHECK (length(leaf_hash) = 32)
) STRICT;
CREATE TRIGGER event_no_update BEFORE UPDATE ON event
  BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER event_no_delete BEFORE DELETE ON event
  BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;

CREATE TABLE event_node(
  level INTEGER NOT NULL CHECK (level BETWEEN 1 AND 62),
  idx INTEGER NOT NULL CHECK (idx >= 0),
  hash BLOB NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER event_node_no_update BEFORE UPDATE ON event_node
  BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;
CREATE TRIGGER event_node_no_delete BEFORE DELETE ON event_node
  BEGIN SELECT RAISE(ABORT, 'the audit log is only added to'); END;

CREATE TABLE polls_change(
  request_id TEXT NOT NULL PRIMARY KEY CHECK (length(request_id) = 36),
  event_index INTEGER NOT NULL UNIQUE REFERENCES event,
  precinct_id TEXT NOT NULL REFERENCES precinct_polls,
  state INTEGER NOT NULL CHECK (state IN (2, 3)),
  operator_ref BLOB NOT NULL CHECK (length(operator_ref) = 16),
  open_time_us INTEGER NOT NULL,
  close_time_us INTEGER,
  voter_count INTEGER NOT NULL,
  accredited_count INTEGER NOT NULL,
  UNIQUE (precinct_id, state)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER polls_change_no_update BEFORE UPDATE ON polls_change
  BEGIN SELECT RAISE(ABORT, 'a change of polls stands'); END;
CREATE TRIGGER polls_change_no_delete BEFORE DELETE ON polls_change
  BEGIN SELECT RAISE(ABORT, 'a change of polls stands'); END;

CREATE TABLE accreditation(
  voter BLOB NOT NULL PRIMARY KEY CHECK (length(voter) = 16),
  precinct_id TEXT NOT NULL REFERENCES precinct_polls,
  slip_number INTEGER NOT NULL CHECK (slip_number >= 1),
  time_us INTEGER NOT NULL,
  method INTEGER NOT NULL CHECK (method IN (1, 2, 3)),
  UNIQUE (precinct_id, slip_number)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER accreditation_no_update BEFORE UPDATE ON accreditation
  BEGIN SELECT RAISE(ABORT, 'an accreditation stands'); END;
CREATE TRIGGER accreditation_no_delete BEFORE DELETE ON accreditation
  BEGIN SELECT RAISE(ABORT, 'an accreditation stands'); END;

CREATE TABLE attempt(
  event_index INTEGER PRIMARY KEY REFERENCES event,
  request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) = 36),
  time_us INTEGER NOT NULL,
  precinct_id TEXT NOT NULL REFERENCES precinct_polls,
  voter BLOB NOT NULL CHECK (length(voter) = 16),
  terminal BLOB NOT NULL CHECK (length(terminal) = 16),
  operator_ref BLOB NOT NULL CHECK (length(operator_ref) = 16),
  method INTEGER NOT NULL CHECK (method IN (1, 2, 3)),
  outcome INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 11),
  samples_usable INTEGER NOT NULL CHECK (samples_usable >= 0),
  references_compared INTEGER NOT NULL CHECK (references_compared >= 0),
  score REAL NOT NULL,
  threshold_score REAL NOT NULL,
  threshold_fmr REAL NOT NULL,
  matched_position INTEGER NOT NULL CHECK (matched_position BETWEEN 0 AND 10),
  algorithm_version TEXT NOT NULL,
  voter_precinct_id TEXT,
  samples BLOB NOT NULL,
  CHECK ((outcome = 7) = (voter_precinct_id IS NOT NULL))
) STRICT;
CREATE INDEX attempt_figures ON attempt(precinct_id, time_us, outcome, method);
CREATE TRIGGER attempt_no_update BEFORE UPDATE ON attempt
  BEGIN SELECT RAISE(ABORT, 'an attempt stands'); END;
CREATE TRIGGER attempt_no_delete BEFORE DELETE ON attempt
  BEGIN SELECT RAISE(ABORT, 'an attempt stands'); END;

CREATE TABLE duplicate_case(
  case_id INTEGER PRIMARY KEY CHECK (case_id >= 1),
  event_index INTEGER NOT NULL UNIQUE REFERENCES attempt,
  precinct_id TEXT NOT NULL REFERENCES precinct_polls
) STRICT;
CREATE INDEX duplicate_case_precinct ON duplicate_case(precinct_id, case_id);
CREATE TRIGGER duplicate_case_no_delete BEFORE DELETE ON duplicate_case
  BEGIN SELECT RAISE(ABORT, 'a case is settled, never dropped'); END;
)sql";

// What an office does with the register as a whole is in the log, once for each request.
constexpr std::string_view kOffice = R"sql(
CREATE TABLE office_act(
  request_id TEXT NOT NULL PRIMARY KEY CHECK (length(request_id) = 36),
  type TEXT NOT NULL,
  event_index INTEGER NOT NULL UNIQUE REFERENCES event
) STRICT, WITHOUT ROWID;
)sql";

// What figures.h counts, so that a question costs no look at every attempt. It follows from the log
// alone: the full check counts again.
constexpr std::string_view kFigures = R"sql(
CREATE TABLE figure(
  facet INTEGER NOT NULL CHECK (facet >= 0),
  precinct_id TEXT NOT NULL,
  hour INTEGER NOT NULL,
  value TEXT NOT NULL,
  outcome INTEGER NOT NULL CHECK (outcome >= 1),
  method INTEGER NOT NULL CHECK (method >= 1),
  attempt_count INTEGER NOT NULL CHECK (attempt_count >= 1),
  PRIMARY KEY (facet, precinct_id, hour, value, outcome, method)
) STRICT, WITHOUT ROWID;
CREATE INDEX attempt_compared ON attempt(voter) WHERE references_compared > 0;
)sql";

// Heads of the log that were signed; the same size was signed once.
constexpr std::string_view kCheckpoints = R"sql(
CREATE TABLE checkpoint(
  log_size INTEGER PRIMARY KEY CHECK (log_size >= 0),
  time_us INTEGER NOT NULL,
  signed_note TEXT NOT NULL
) STRICT;
CREATE TRIGGER checkpoint_no_update BEFORE UPDATE ON checkpoint
  BEGIN SELECT RAISE(ABORT, 'a checkpoint stands'); END;
CREATE TRIGGER checkpoint_no_delete BEFORE DELETE ON checkpoint
  BEGIN SELECT RAISE(ABORT, 'a checkpoint stands'); END;
)sql";

// One row to a run of the daemon, by the events of its start and its stop.
constexpr std::string_view kRuns = R"sql(
CREATE TABLE daemon_run(
  started INTEGER PRIMARY KEY REFERENCES event,
  stopped INTEGER UNIQUE REFERENCES event,
  store_key TEXT NOT NULL,
  audit_key TEXT NOT NULL
) STRICT;
CREATE TRIGGER daemon_run_no_delete BEFORE DELETE ON daemon_run
  BEGIN SELECT RAISE(ABORT, 'a run stands'); END;
)sql";

}  // namespace

std::vector<Migration> ElectionMigrations() {
  std::vector<Migration> migrations = {
      {2, kElection}, {5, kOffice},          {10, kSlipTables},     {14, kCheckpoints},
      {15, kRuns},    {16, kProtocolTables}, {17, kToleranceTable}, {18, kFigures},
  };
  for (const Migration& migration : SearchMigrations()) migrations.push_back(migration);
  for (const Migration& migration : ElectionDayMigrations()) migrations.push_back(migration);
  for (const Migration& migration : CaseMigrations()) migrations.push_back(migration);
  return migrations;
}

}  // namespace taanu
