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

}  // namespace

std::vector<Migration> RegisterMigrations() { return {{1, kRegister}}; }

}  // namespace taanu
