// What a demonstration saw, against what it should have seen.
//
// Thread-safety: plain values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "taanu/v1/audit_service.pb.h"
#include "taanu/v1/election.pb.h"

namespace taanu::cli {

// The latency below which that share of `latencies_ms` lies (nearest rank); 0 where there is none.
double Percentile(std::vector<double> latencies_ms, double share);

// Attempts by outcome, as the daemon counts them.
using OutcomeCounts = std::map<v1::Outcome, uint64_t>;
OutcomeCounts CountOutcomes(const v1::GetStatisticsResponse& statistics);

// Says how the growth of the daemon's figures differs from what was `done`; empty where it does
// not.
std::vector<std::string> CompareCounts(const OutcomeCounts& before, const OutcomeCounts& after,
                                       const OutcomeCounts& done);

}  // namespace taanu::cli
