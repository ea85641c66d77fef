// The files of the observers' page.
//
// Thread-safety: constants.
#pragma once

#include <span>

#include "service/page/asset.h"

namespace taanu::observers {

// Files of page/ and catalogues of po/, the latter compiled by msgfmt.
std::span<const page::Asset> Assets();

}  // namespace taanu::observers
