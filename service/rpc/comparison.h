// Compares the samples of an attempt with the references of one voter.
#pragma once

#include <span>

#include "enroll/register/register.h"
#include "service/rpc/samples.h"
#include "service/rules/election.h"

namespace taanu::rpc {

// Each usable sample is compared with the reference of its own position, where it states one that
// is enrolled, and with every reference otherwise. The scores are fused by rules::FuseScores over
// the number of comparisons made, so that the threshold holds for the attempt as a whole.
//
// Thread-safety: may be called from any thread.
rules::Evidence CompareAttempt(std::span<const PreparedSample> samples,
                               std::span<const FingerReference> references,
                               const rules::Policy& policy);

}  // namespace taanu::rpc
