#include "service/rolls/roll_reader.h"

#include "enroll/register/voter_rows.h"
#include "enroll/register/voter_sealing.h"
#include "enroll/store/connection.h"
#include "service/ledger/ledger_queries.h"

namespace taanu {
namespace {

constexpr int kPrecinctsPage = 1000;

}  // namespace

Result<std::vector<std::string>> RollReader::Precincts() const {
  std::vector<std::string> names;
  const auto read = [&names](Connection& connection) -> Status {
    for (;;) {
      const std::string after = names.empty() ? std::string() : names.back();
      TAANU_ASSIGN_OR_RETURN(const auto page, QueryPrecincts(connection, after, kPrecinctsPage));
      if (page.empty()) return {};
      for (const rules::PrecinctRecord& precinct : page) names.push_back(precinct.precinct_id);
    }
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  return names;
}

Result<std::vector<EnrolledVoter>> RollReader::Voters(std::string_view precinct_id,
                                                      const std::optional<KeyedReference>& after,
                                                      int limit) const {
  std::vector<StoredVoter> stored;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto voters, ListRoll(connection, precinct_id, after, limit));
    stored.reserve(voters.size());
    for (const KeyedReference& voter : voters) {
      TAANU_RETURN_IF_ERROR(ReadVoter(connection, voter, &stored.emplace_back()));
    }
    return {};
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  std::vector<EnrolledVoter> voters;
  voters.reserve(stored.size());
  for (const StoredVoter& voter : stored) {
    TAANU_ASSIGN_OR_RETURN(voters.emplace_back(), OpenVoter(vault_, voter));
  }
  return voters;
}

Result<std::optional<EnrolledVoter>> RollReader::Find(const KeyedReference& voter) const {
  StoredVoter stored;
  const Status read =
      database_.Read([&](Connection& connection) { return ReadVoter(connection, voter, &stored); });
  if (!read && read.error().code == ErrorCode::kNotFound) return std::nullopt;
  TAANU_RETURN_IF_ERROR(read);
  TAANU_ASSIGN_OR_RETURN(EnrolledVoter open, OpenVoter(vault_, stored));
  return open;
}

Result<std::vector<KeyedReference>> RollReader::Accredited(std::string_view precinct_id) const {
  std::vector<KeyedReference> voters;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(
        Statement row,
        connection.Query("SELECT voter FROM accreditation WHERE precinct_id = ?1", precinct_id));
    for (;;) {
      TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
      if (!more) return {};
      voters.push_back(row.Bytes<16>(0));
      TAANU_RETURN_IF_ERROR(row.Check());
    }
  };
  TAANU_RETURN_IF_ERROR(database_.Read(read));
  return voters;
}

}  // namespace taanu
