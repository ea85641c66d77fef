// Reconciliations as messages of the contract. These functions translate; they decide nothing.
//
// Thread-safety: pure functions.
#pragma once

#include "service/ledger/protocol_store.h"
#include "service/reconcile/preliminary.h"
#include "service/reconcile/report.h"
#include "taanu/v1/reconciliation_service.pb.h"

namespace taanu::rpc {

void FillImport(const ProtocolImportAnswer& in, v1::ImportProtocolResponse* out);
void FillProtocol(const reconcile::ImportedProtocol& in, v1::CountProtocol* out);
void FillChange(const reconcile::TotalChange& in, v1::TotalChange* out);
// Everything but the moment, the size of the log and the election's name.
void FillReport(const reconcile::Report& in, v1::GetReconciliationResponse* out);
void FillPreliminary(const reconcile::Preliminary& in, v1::GetPreliminaryResultsResponse* out);
void FillTimeline(const PrecinctHistory& in, v1::GetPrecinctTimelineResponse* out);

}  // namespace taanu::rpc
