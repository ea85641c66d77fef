// The reconciliation as a printable page: one file, no network, no script, charts within it.
//
// Thread-safety: a pure function.
#pragma once

#include <string>

#include "taanu/v1/reconciliation_service.pb.h"

namespace taanu::cli {

std::string ReportHtml(const v1::GetReconciliationResponse& report);

}  // namespace taanu::cli
