#include "service/ledger/store_check.h"

#include <optional>
#include <string_view>
#include <utility>

#include "enroll/register/voter_rows.h"
#include "enroll/register/voter_sealing.h"
#include "enroll/store/file_copy.h"
#include "service/ledger/figures.h"
#include "service/ledger/log_check.h"
#include "service/ledger/protocol_check.h"

namespace taanu {
namespace {

// Voters that are read at a time.
constexpr int kPage = 256;

void Note(StoreCheck* check, std::string problem) {
  if (check->problems.size() < kProblemsMax) check->problems.push_back(std::move(problem));
}

Status CheckSeals(Connection& connection, const Vault& vault, StoreCheck* check) {
  std::optional<KeyedReference> after;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const auto page, ListVoters(connection, {}, false, after, kPage));
    if (page.empty()) return {};
    for (const VoterSummary& voter : page) {
      StoredVoter stored;
      TAANU_RETURN_IF_ERROR(ReadVoter(connection, voter.reference, &stored));
      const auto open = OpenVoter(vault, stored);
      if (!open) {
        Note(check, "voter " + ToHex(voter.reference) + ": " + open.error().message);
        continue;
      }
      if (vault.Reference(kVoterDomain, open->data.voter_number) != voter.reference) {
        Note(check, "voter " + ToHex(voter.reference) + ": the number sealed is another one's");
      }
      ++check->voter_count;
      check->reference_count += open->fingers.size();
    }
    after = page.back().reference;
  }
}

// `sql` gives a row for each thing that does not agree, with its name in the first column.
Status CheckCounts(Connection& connection, std::string_view sql, std::string_view what,
                   StoreCheck* check) {
  TAANU_ASSIGN_OR_RETURN(Statement row, connection.Query(sql));
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return {};
    Note(check, std::string(what) + " " + row.Text(0));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

constexpr std::string_view kRolls =
    "SELECT p.precinct_id FROM precinct AS p WHERE p.voter_count != (SELECT count(*) FROM voter AS "
    "v WHERE v.precinct_id = p.precinct_id AND v.inactive_reason IS NULL)";
constexpr std::string_view kReferences =
    "SELECT lower(hex(v.reference)) FROM voter AS v WHERE v.reference_count != (SELECT count(*) "
    "FROM finger_reference AS f WHERE f.voter_id = v.voter_id)";
constexpr std::string_view kAccreditations =
    "SELECT lower(hex(a.voter)) FROM accreditation AS a WHERE NOT EXISTS (SELECT 1 FROM attempt AS "
    "t WHERE t.voter = a.voter AND t.precinct_id = a.precinct_id AND t.time_us = a.time_us AND "
    "t.outcome IN (1, 11))";

// An accreditation says FALLBACK, and its attempt carries what two officers stated, or neither
// does.
constexpr std::string_view kFallbacks =
    "SELECT lower(hex(a.voter)) FROM accreditation AS a JOIN attempt AS t ON t.voter = a.voter AND "
    "t.precinct_id = a.precinct_id AND t.time_us = a.time_us AND t.outcome IN (1, 11) "
    "WHERE (a.method = 2) != (t.outcome = 11) OR a.method != t.method";
constexpr std::string_view kDisputes =
    "SELECT f.event_index FROM attempt AS f LEFT JOIN attempt AS d ON d.request_id = "
    "f.disputed_request_id WHERE f.fallback_reason = 5 AND f.outcome = 11 AND "
    "(d.outcome IS NOT 5 OR d.voter != f.voter OR d.precinct_id != f.precinct_id)";

// Corrections of a precinct follow one another from the total that was sealed.
constexpr std::string_view kCorrections =
    "SELECT c.precinct_id FROM totals_correction AS c LEFT JOIN polls_change AS s ON "
    "s.precinct_id = c.precinct_id AND s.state = 3 LEFT JOIN totals_correction AS b ON "
    "b.precinct_id = c.precinct_id AND b.number = c.number - 1 "
    "WHERE c.sealed_count IS NOT s.accredited_count OR "
    "c.previous_count IS NOT iif(c.number = 1, c.sealed_count, b.accredited_count)";
// What was taken over says by whom.
constexpr std::string_view kSessions =
    "SELECT s.session_id FROM station_session AS s LEFT JOIN station_session AS n ON "
    "n.predecessor = s.session_id WHERE s.state = 3 AND n.take_over_reason IS NULL";

Status CheckImports(Connection& connection, StoreCheck* check) {
  auto problems = CheckProtocols(connection);
  if (!problems && problems.error().reason == "PROTOCOL_DAMAGED") {
    Note(check, problems.error().message);
    return {};
  }
  TAANU_RETURN_IF_ERROR(problems);
  for (std::string& problem : *problems) Note(check, std::move(problem));
  return {};
}

Status CheckLog(Connection& connection, const note::VerifierKey* key, StoreCheck* check) {
  TAANU_ASSIGN_OR_RETURN(LogCheck log, CheckLogPart(connection, {.key = key}));
  for (std::string& problem : log.problems) Note(check, std::move(problem));
  check->log_size = log.log_size;
  check->log_root = log.root;
  return {};
}

// Counts every figure again from the log. Not where the log itself is damaged.
Status CheckFigures(Connection& connection, StoreCheck* check) {
  TAANU_ASSIGN_OR_RETURN(const Figures stored, StoredFigures(connection));
  const auto recounted = RecountedFigures(connection);
  if (!recounted) {
    Note(check, "figures cannot be counted again: " + recounted.error().message);
  } else if (stored != *recounted) {
    Note(check, "the figures are not those that follow from the audit log");
  }
  return {};
}

}  // namespace

Result<StoreCheck> CheckStore(Connection& connection, const Vault* vault,
                              const note::VerifierKey* audit_key) {
  StoreCheck check;
  TAANU_ASSIGN_OR_RETURN(check.problems, FullCheck(connection, kProblemsMax));
  if (vault != nullptr) TAANU_RETURN_IF_ERROR(CheckSeals(connection, *vault, &check));
  TAANU_RETURN_IF_ERROR(CheckCounts(
      connection, kRolls, "the number of voters is not that of the roll of precinct", &check));
  TAANU_RETURN_IF_ERROR(CheckCounts(connection, kReferences,
                                    "the number of references is not that of the rows of voter",
                                    &check));
  TAANU_RETURN_IF_ERROR(CheckCounts(connection, kAccreditations,
                                    "no attempt led to the accreditation of voter", &check));
  TAANU_RETURN_IF_ERROR(
      CheckCounts(connection, kFallbacks,
                  "the method is not that of the attempt, for the accreditation of voter", &check));
  TAANU_RETURN_IF_ERROR(CheckCounts(connection, kDisputes,
                                    "no DUPLICATE_FINGER of this voter was disputed by log entry",
                                    &check));
  TAANU_RETURN_IF_ERROR(CheckCounts(
      connection, kCorrections, "corrections do not follow the sealed total of precinct", &check));
  TAANU_RETURN_IF_ERROR(
      CheckCounts(connection, kSessions, "nobody took over what was taken over, session", &check));
  TAANU_RETURN_IF_ERROR(CheckImports(connection, &check));
  TAANU_RETURN_IF_ERROR(CheckLog(connection, audit_key, &check));
  TAANU_RETURN_IF_ERROR(CheckFigures(connection, &check));
  return check;
}

}  // namespace taanu
