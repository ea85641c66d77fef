// The names of the ten fingers as manifests and command lines write them: right_thumb, left_index.
//
// Thread-safety: pure functions. Source: the positions are those of ISO/IEC 19794-2:2005 table 2.
#pragma once

#include <optional>
#include <string_view>

#include "matcher/template.h"

namespace taanu {

// "unknown" for kUnknown.
std::string_view FingerColumn(FingerPosition position);

// Nothing where no known finger has that name.
std::optional<FingerPosition> FingerOfColumn(std::string_view name);

}  // namespace taanu
