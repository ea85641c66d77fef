// A picture of a case of two voters: a finger of each side by side, with the minutiae that
// correspond. It is personal data, and shows no name.
//
// Thread-safety: pure function.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/error.h"
#include "matcher/template.h"

namespace taanu {

// How a finger of one voter agrees with one of the other.
struct FingerAgreement {
  FingerPosition position = FingerPosition::kUnknown;
  FingerPosition other_position = FingerPosition::kUnknown;
  double score = 0;          // a comparison's
  size_t matched_count = 0;  // minutiae of one that correspond to one of the other
};

struct CasePicture {
  std::string svg;
  FingerAgreement shown;
  std::vector<FingerAgreement> comparisons;  // all, the best first
};

// Draws the fingers that agree best, or those of `position` where it is known. Fingers are compared
// where their positions are the same, or either is unknown. Errors: kConflict
// (NO_COMPARABLE_FINGER).
Result<CasePicture> DrawCase(uint64_t case_id, const EnrolledVoter& voter,
                             const EnrolledVoter& other, FingerPosition position);

}  // namespace taanu
