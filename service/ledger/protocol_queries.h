// Rows of protocols and of the log as figures of precincts.
//
// Internal to service/ledger. Thread-safety: as Connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"
#include "service/ledger/protocol_store.h"

namespace taanu {

// Every precinct with its polls and accreditations up to `until_us`, in the order of their
// identifiers; without protocols.
Result<std::vector<reconcile::PrecinctFigures>> QueryLogFigures(Connection& connection,
                                                                std::optional<int64_t> until_us);

// Adds every version of every protocol that was imported up to `until_us`. `precincts` are in the
// order of their identifiers.
Status AddProtocols(Connection& connection, int64_t until_us,
                    std::vector<reconcile::PrecinctFigures>* precincts);

// The version that holds now; none where there is none.
Result<std::optional<reconcile::Protocol>> LatestProtocol(Connection& connection,
                                                          std::string_view precinct_id,
                                                          reconcile::Source source);

Result<reconcile::Tolerance> QueryTolerance(Connection& connection, int64_t until_us);

Result<std::vector<PollsEntry>> QueryPollsEntries(Connection& connection,
                                                  std::string_view precinct_id);

// How votes stand in the column `votes`, and back. Errors: kInternal (PROTOCOL_DAMAGED).
std::string VotesText(const std::vector<reconcile::ChoiceVotes>& votes);
Result<std::vector<reconcile::ChoiceVotes>> ParseVotes(const std::string& text);

}  // namespace taanu
