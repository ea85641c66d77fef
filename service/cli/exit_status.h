// What the exit status of `taanu` tells a script.
//
// Thread-safety: pure functions.
#pragma once

#include "matcher/error.h"

namespace taanu::cli {

enum class ExitStatus : int {
  kSuccess = 0,
  kInternal = 1,     // a fault of this program or of the machine (a full disk, a closed pipe)
  kUsage = 2,        // the command line itself is wrong; nothing was done
  kBadInput = 3,     // a file or a value cannot be used; everything else was still done
  kNotFound = 4,     // what was named does not exist
  kRefused = 5,      // not allowed, or what is there already does not allow it
  kUnavailable = 6,  // not possible now (no daemon, no reader, too busy); a later try may succeed
  kNotProved = 7,    // what was to be proved is not so: an audit log was changed
};

// The status that stands for an error of this code.
ExitStatus StatusFor(ErrorCode code);

}  // namespace taanu::cli
