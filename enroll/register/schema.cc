#include "enroll/register/schema.h"

namespace taanu {
namespace {

// Names and numbers are in `sealed` alone; a digest is keyed, since an unkeyed one of personal data
// can be found again by trying. The roll's size is kept beside the precinct, so that a figure over
// millions of voters costs no scan.
constexpr std::string_view kRegister = R"sql(
CREATE TABLE precinct(
  precinct_id TEXT NOT NULL PRIMARY KEY CHECK (length(precinct_id) BETWEEN 1 AND 32),
  voter_count INTEGER NOT NULL DEFAULT 0 CHECK (voter_count >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE voter(
  voter_id INTEGER PRIMARY KEY,
  reference BLOB NOT NULL UNIQUE CHECK (length(reference) = 16),
  precinct_id TEXT NOT NULL REFERENCES precinct,
  sealed BLOB NOT NULL,
  content_digest BLOB NOT NULL CHECK (length(content_digest) = 16),
  reference_count INTEGER NOT NULL CHECK (reference_count >= 0),
  enroll_time_us INTEGER NOT NULL
) STRICT;
CREATE INDEX voter_roll ON voter(precinct_id, reference, reference_count);
CREATE INDEX voter_unreferenced ON voter(reference) WHERE reference_count = 0;

CREATE TABLE finger_reference(
  voter_id INTEGER NOT NULL REFERENCES voter,
  ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
  position INTEGER NOT NULL CHECK (position BETWEEN 0 AND 10),
  view_number INTEGER NOT NULL CHECK (view_number BETWEEN 0 AND 255),
  quality INTEGER NOT NULL CHECK (quality BETWEEN 0 AND 100),
  minutia_count INTEGER NOT NULL CHECK (minutia_count BETWEEN 0 AND 255),
  extractor_version TEXT NOT NULL,
  sealed BLOB NOT NULL,
  UNIQUE (voter_id, ordinal)
) STRICT;
)sql";

// A voter has a data key, a state, and references that were replaced. What a version before this
// one sealed stays readable (key_epoch 0) until the resealer has been by. voter_request keeps the
// answers to requests, so that a repeated one gets the first.
constexpr std::string_view kVoterLife = R"sql(
ALTER TABLE voter ADD COLUMN data_key BLOB CHECK (length(data_key) = 72);
ALTER TABLE voter ADD COLUMN key_epoch INTEGER NOT NULL DEFAULT 0 CHECK (key_epoch >= 0);
ALTER TABLE voter ADD COLUMN inactive_reason INTEGER CHECK (inactive_reason BETWEEN 1 AND 6);
CREATE INDEX voter_key_epoch ON voter(key_epoch);

CREATE TABLE finger_history(
  voter_id INTEGER NOT NULL REFERENCES voter,
  ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
  position INTEGER NOT NULL CHECK (position BETWEEN 1 AND 10),
  view_number INTEGER NOT NULL CHECK (view_number BETWEEN 0 AND 255),
  quality INTEGER NOT NULL CHECK (quality BETWEEN 0 AND 100),
  minutia_count INTEGER NOT NULL CHECK (minutia_count BETWEEN 0 AND 255),
  extractor_version TEXT NOT NULL,
  sealed BLOB NOT NULL,
  operator_ref BLOB NOT NULL CHECK (length(operator_ref) = 16),
  PRIMARY KEY (voter_id, ordinal)
) STRICT, WITHOUT ROWID;

CREATE TABLE voter_request(
  request_id TEXT NOT NULL PRIMARY KEY CHECK (length(request_id) = 36),
  kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 10),
  voter BLOB NOT NULL CHECK (length(voter) = 16),
  content BLOB NOT NULL CHECK (length(content) = 16),
  event_index INTEGER,
  time_us INTEGER NOT NULL,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 2),
  precinct_id TEXT NOT NULL,
  reference_count INTEGER NOT NULL CHECK (reference_count >= 0)
) STRICT, WITHOUT ROWID;
CREATE INDEX voter_request_voter ON voter_request(voter);
)sql";

}  // namespace

std::vector<Migration> RegisterMigrations() { return {{1, kRegister}, {4, kVoterLife}}; }

}  // namespace taanu
