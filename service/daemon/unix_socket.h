// The file of the Unix socket, before and after gRPC binds it.
#pragma once

#include <cstdint>
#include <filesystem>

#include "matcher/error.h"

namespace taanu {

// Makes way for a socket at `path`: removes a stale one that a killed daemon left, and nothing
// else. Errors: kConflict with reason SOCKET_IN_USE where somebody listens there, or where the path
// is taken by what is not a socket; kBadInput where the path is too long for a socket;
// kUnavailable.
Status RemoveStaleSocket(const std::filesystem::path& path);

// Sets who may open it. Errors: kUnavailable.
Status SetSocketMode(const std::filesystem::path& path, uint32_t mode);

}  // namespace taanu
