// A TCP socket that listens.
//
// Thread-safety: pure functions.
#pragma once

#include <string>
#include <utility>

#include "matcher/error.h"

namespace taanu::observers {

// HOST:PORT or [ADDRESS]:PORT. Errors: kBadInput (BAD_ADDRESS).
Result<std::pair<std::string, std::string>> SplitAddress(const std::string& address);

struct Listener {
  int fd = -1;
  int port = 0;
};

// What listens takes nobody else's port, and gives those who do not read little memory and an end.
// Errors: as SplitAddress, and kUnavailable (CANNOT_LISTEN).
Result<Listener> Listen(const std::string& address);

// Allows this process `count` more open files than it may have now in use. Errors: kUnavailable
// (TOO_FEW_FILES).
Status AllowOpenFiles(size_t count);

}  // namespace taanu::observers
