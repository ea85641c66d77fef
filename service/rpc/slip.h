// Slips in the answers of the daemon.
//
// Thread-safety: pure functions.
#pragma once

#include "matcher/error.h"
#include "service/rpc/backend.h"
#include "service/rules/election.h"
#include "service/rules/ledger.h"
#include "taanu/v1/election.pb.h"
#include "taanu/v1/verification_service.pb.h"

namespace taanu::rpc {

// Signs the slip of an accreditation: the same one each time. `issue_number` 1 is the slip itself,
// from 2 on it is a copy. Errors: kInternal (BAD_SLIP) where the accreditation cannot be one.
Status FillSlip(const Backend& backend, const rules::Accreditation& accreditation,
                uint32_t issue_number, v1::Slip* out);

// The decision, with the slip where the outcome is ACCREDITED. Errors: as FillSlip.
Status FillDecision(const Backend& backend, const rules::AttemptAnswer& answer,
                    v1::VerifyVoterResponse* out);

}  // namespace taanu::rpc
