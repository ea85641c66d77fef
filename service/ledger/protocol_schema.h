// The tables of imported protocols and of the tolerance, as migrations of the election's file.
//
// Thread-safety: constants.
#pragma once

#include <string_view>

namespace taanu {

// Imports, with the files as they were, and one row for each precinct and source of each. Only
// added to: a later import supersedes by its higher number.
//
// `votes` is a JSON array of [contest, choice, votes], in the order of the file's columns. It is
// derived from the file beside it, which the digest in the log covers.
inline constexpr std::string_view kProtocolTables = R"sql(
CREATE TABLE protocol_import(
  import_id INTEGER PRIMARY KEY CHECK (import_id >= 1),
  request_id TEXT NOT NULL UNIQUE CHECK (length(request_id) = 36),
  event_index INTEGER NOT NULL UNIQUE REFERENCES event,
  time_us INTEGER NOT NULL,
  operator_ref BLOB NOT NULL CHECK (length(operator_ref) = 16),
  reason TEXT NOT NULL,
  file_sha256 BLOB NOT NULL CHECK (length(file_sha256) = 32),
  file BLOB NOT NULL,
  protocol_count INTEGER NOT NULL CHECK (protocol_count >= 1),
  superseded_count INTEGER NOT NULL CHECK (superseded_count >= 0),
  changed_count INTEGER NOT NULL CHECK (changed_count BETWEEN 0 AND superseded_count),
  CHECK (changed_count = 0 OR reason != '')
) STRICT;
CREATE TRIGGER protocol_import_no_update BEFORE UPDATE ON protocol_import
  BEGIN SELECT RAISE(ABORT, 'an import stands'); END;
CREATE TRIGGER protocol_import_no_delete BEFORE DELETE ON protocol_import
  BEGIN SELECT RAISE(ABORT, 'an import stands'); END;

CREATE TABLE protocol(
  precinct_id TEXT NOT NULL REFERENCES precinct_polls,
  source INTEGER NOT NULL CHECK (source IN (1, 2)),
  import_id INTEGER NOT NULL REFERENCES protocol_import,
  issued INTEGER CHECK (issued >= 0),
  spoiled INTEGER CHECK (spoiled >= 0),
  in_box INTEGER CHECK (in_box >= 0),
  by_machine INTEGER CHECK (by_machine >= 0),
  by_hand INTEGER CHECK (by_hand >= 0),
  votes TEXT NOT NULL,
  PRIMARY KEY (precinct_id, source, import_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER protocol_no_update BEFORE UPDATE ON protocol
  BEGIN SELECT RAISE(ABORT, 'an import stands'); END;
CREATE TRIGGER protocol_no_delete BEFORE DELETE ON protocol
  BEGIN SELECT RAISE(ABORT, 'an import stands'); END;
)sql";

// Which tolerance was in force from when, so that an earlier report can be made again as it was.
// Where there is no row, none was set: figures must be equal.
inline constexpr std::string_view kToleranceTable = R"sql(
CREATE TABLE reconciliation_tolerance(
  event_index INTEGER PRIMARY KEY REFERENCES event,
  time_us INTEGER NOT NULL,
  ballots INTEGER NOT NULL CHECK (ballots >= 0),
  share_ppm INTEGER NOT NULL CHECK (share_ppm BETWEEN 0 AND 1000000)
) STRICT;
CREATE TRIGGER reconciliation_tolerance_no_update BEFORE UPDATE ON reconciliation_tolerance
  BEGIN SELECT RAISE(ABORT, 'a tolerance that was set stands'); END;
CREATE TRIGGER reconciliation_tolerance_no_delete BEFORE DELETE ON reconciliation_tolerance
  BEGIN SELECT RAISE(ABORT, 'a tolerance that was set stands'); END;
)sql";

}  // namespace taanu
