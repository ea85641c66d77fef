// The files of the operator's page: nothing of it could be changed on the precinct's disk.
//
// Thread-safety: constants.
#pragma once

#include <span>

#include "service/page/asset.h"

namespace taanu::terminal {

// Files of page/ and catalogues of po/, the latter compiled by msgfmt.
std::span<const page::Asset> Assets();

}  // namespace taanu::terminal
