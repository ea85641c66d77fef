// One search over one state of a gallery.
//
// Thread-safety: pure functions, which use threads of their own where the options say so.
#pragma once

#include <span>

#include "matcher/gallery/gallery.h"
#include "matcher/gallery/state.h"

namespace taanu::gallery {

// Errors: kBadInput (BAD_OPTION), naming the option.
Status CheckOptions(const SearchOptions& options);

// The probe and the options have been checked.
SearchResult Search(const State& state, std::span<const FingerView> probe,
                    const SearchOptions& options);

}  // namespace taanu::gallery
