#include "service/ledger/case_schema.h"

namespace taanu {
namespace {

// Cases of all kinds share one series of numbers. A pair of the register has one case at most,
// whatever became of it. A person speaks on a case once, and what was said stands. One search of
// everybody against everybody runs at a time; what is not known of one that was cut off stays NULL.
constexpr std::string_view kAdjudication = R"sql(
CREATE TABLE register_case(
  case_id INTEGER PRIMARY KEY CHECK (case_id >= 1),
  event_index INTEGER NOT NULL UNIQUE REFERENCES event,
  first BLOB NOT NULL CHECK (length(first) = 16),
  second BLOB NOT NULL CHECK (length(second) = 16),
  open_time_us INTEGER NOT NULL,
  score REAL NOT NULL,
  threshold_score REAL NOT NULL,
  threshold_fmr REAL NOT NULL,
  algorithm_version TEXT NOT NULL,
  CHECK (first < second),
  UNIQUE (first, second)
) STRICT;
CREATE TRIGGER register_case_no_update BEFORE UPDATE ON register_case
  BEGIN SELECT RAISE(ABORT, 'a case is settled, never changed'); END;
CREATE TRIGGER register_case_no_delete BEFORE DELETE ON register_case
  BEGIN SELECT RAISE(ABORT, 'a case is settled, never dropped'); END;
CREATE TRIGGER register_case_number BEFORE INSERT ON register_case
  WHEN EXISTS (SELECT 1 FROM duplicate_case WHERE case_id = NEW.case_id)
  BEGIN SELECT RAISE(ABORT, 'another case has this number'); END;
CREATE TRIGGER duplicate_case_number BEFORE INSERT ON duplicate_case
  WHEN EXISTS (SELECT 1 FROM register_case WHERE case_id = NEW.case_id)
  BEGIN SELECT RAISE(ABORT, 'another case has this number'); END;

CREATE TABLE case_opinion(
  case_id INTEGER NOT NULL,
  ordinal INTEGER NOT NULL CHECK (ordinal BETWEEN 1 AND 3),
  request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) = 36),
  person BLOB NOT NULL CHECK (length(person) = 16),
  decision INTEGER NOT NULL CHECK (decision BETWEEN 1 AND 4),
  terminal BLOB NOT NULL CHECK (length(terminal) = 16),
  as_supervisor INTEGER NOT NULL CHECK (as_supervisor IN (0, 1)),
  state INTEGER NOT NULL CHECK (state BETWEEN 2 AND 4),
  settled_as INTEGER CHECK (settled_as BETWEEN 1 AND 4),
  time_us INTEGER NOT NULL,
  event_index INTEGER NOT NULL UNIQUE REFERENCES event,
  PRIMARY KEY (case_id, ordinal),
  UNIQUE (case_id, person),
  CHECK ((state = 4) = (settled_as IS NOT NULL)),
  CHECK (ordinal < 3 OR (as_supervisor = 1 AND state = 4))
) STRICT, WITHOUT ROWID;
CREATE TRIGGER case_opinion_case BEFORE INSERT ON case_opinion
  WHEN NOT EXISTS (SELECT 1 FROM duplicate_case WHERE case_id = NEW.case_id)
  AND NOT EXISTS (SELECT 1 FROM register_case WHERE case_id = NEW.case_id)
  BEGIN SELECT RAISE(ABORT, 'an opinion is on a case'); END;
CREATE TRIGGER case_opinion_settled BEFORE INSERT ON case_opinion
  WHEN EXISTS (SELECT 1 FROM case_opinion WHERE case_id = NEW.case_id AND state = 4)
  BEGIN SELECT RAISE(ABORT, 'what is settled stays settled'); END;
CREATE TRIGGER case_opinion_no_update BEFORE UPDATE ON case_opinion
  BEGIN SELECT RAISE(ABORT, 'an opinion stands'); END;
CREATE TRIGGER case_opinion_no_delete BEFORE DELETE ON case_opinion
  BEGIN SELECT RAISE(ABORT, 'an opinion stands'); END;

CREATE TABLE duplicate_search(
  search_id INTEGER PRIMARY KEY CHECK (search_id >= 1),
  request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) = 36),
  operator_ref BLOB NOT NULL CHECK (length(operator_ref) = 16),
  false_pairs REAL NOT NULL CHECK (false_pairs > 0),
  start_time_us INTEGER NOT NULL,
  start_event INTEGER NOT NULL UNIQUE REFERENCES event,
  end_time_us INTEGER,
  end_event INTEGER UNIQUE REFERENCES event,
  end_reason TEXT,
  people INTEGER,
  searched INTEGER,
  unsearched INTEGER,
  arrived INTEGER,
  fmr REAL,
  score_min REAL,
  times_claimed REAL,
  strangers INTEGER,
  pairs INTEGER,
  cases INTEGER,
  CHECK ((end_time_us IS NULL) = (end_event IS NULL)),
  CHECK ((end_reason IS NULL) = (end_event IS NULL)),
  CHECK (end_reason != 'COMPLETE' OR searched <= people)
) STRICT;
CREATE UNIQUE INDEX duplicate_search_one ON duplicate_search(end_event IS NULL)
  WHERE end_event IS NULL;
CREATE TRIGGER duplicate_search_ended BEFORE UPDATE ON duplicate_search
  WHEN OLD.end_event IS NOT NULL
  BEGIN SELECT RAISE(ABORT, 'how a search ended stands'); END;
CREATE TRIGGER duplicate_search_no_delete BEFORE DELETE ON duplicate_search
  BEGIN SELECT RAISE(ABORT, 'a search stands'); END;
)sql";

// The place in the audit log up to which those who came to the register were searched.
constexpr std::string_view kNewVoterSearch = R"sql(
CREATE TABLE new_voter_search(
  one INTEGER PRIMARY KEY CHECK (one = 1),
  next_event INTEGER NOT NULL CHECK (next_event >= 0)
) STRICT;
)sql";

}  // namespace

std::vector<Migration> CaseMigrations() { return {{6, kAdjudication}, {19, kNewVoterSearch}}; }

}  // namespace taanu
