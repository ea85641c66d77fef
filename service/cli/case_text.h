// Cases as a person reads them.
//
// Thread-safety: pure functions.
#pragma once

#include <string>

#include "service/cli/table.h"
#include "taanu/v1/adjudication_service.pb.h"
#include "taanu/v1/audit_service.pb.h"

namespace taanu::cli {

// A table of cases, without rows.
Table CaseTable();
void AddCase(const v1::DuplicateCase& item, Table* table);

// Where a case stands, and what is needed next.
std::string StateText(v1::CaseState state, v1::CaseDecision settled_as);

// The case, its voters side by side, and what was said; several lines.
std::string CaseText(const v1::GetCaseResponse& answer);

// Which fingers a picture shows, and which others could be compared; several lines.
std::string PictureText(const v1::GetCasePictureResponse& answer);

}  // namespace taanu::cli
