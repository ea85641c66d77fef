// What keeps keys and templates out of core files and of other processes of the same user.
#pragma once

#include "matcher/error.h"

namespace taanu {

// No core file, whatever the limits of whoever started the program are, and no process of the same
// user may read its memory (prctl(2), PR_SET_DUMPABLE). Once, before a key or a finger is read.
// Under the address sanitizer, whose leak check reads the process's own memory, only the first.
// Errors: kInternal (CANNOT_HARDEN).
Status ForbidMemoryDumps();

}  // namespace taanu
