// What a load came to.
//
// Thread-safety: none; see BulkLoader, which makes its calls one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "enroll/load/manifest.h"
#include "taanu/v1/enrollment_service.pb.h"

namespace taanu::cli {

// Fingers of one precinct that were given but gave no reference, and voters who have none at all.
struct MissingReferences {
  uint64_t fingers = 0;
  uint64_t voters = 0;
};

struct LoadReport {
  uint64_t loaded = 0;
  uint64_t already_enrolled = 0;
  uint64_t rejected = 0;
  std::map<std::string, uint64_t> rejected_by_reason;
  std::map<std::string, MissingReferences> missing_by_precinct;
  std::map<std::string, uint64_t> missing_by_reason;  // of fingers

  uint64_t rows() const { return loaded + already_enrolled + rejected; }

  void AddSettled(const LoadRow& row, const v1::BulkEnrollResponse& response);
  void AddRejected(const RowProblem& problem);

  // For a person; a table for each split that is not empty.
  std::string Text(double seconds) const;
  // One JSON object on one line; `rejects` is the file of the rejected rows, empty where there is
  // none.
  std::string Json(double seconds, const std::string& rejects) const;
};

}  // namespace taanu::cli
