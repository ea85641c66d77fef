// Reads and writes the files that commands are given.
//
// Thread-safety: pure functions of the file system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu::cli {

// Reads the whole file, or a pipe to its end. Errors: kNotFound, kBadInput (a folder, or longer
// than `size_max` bytes), kUnavailable (it may not be read, or the device failed). The messages do
// not name the file; PrintError puts it in front.
Result<std::vector<uint8_t>> ReadFile(const std::filesystem::path& path, size_t size_max);

// Puts `bytes` at `path`, replacing what is there; another process sees the old file or the whole
// new one. It is not forced to the disk: what it holds can be computed again. Errors: kUnavailable.
Status WriteFile(const std::filesystem::path& path, std::span<const uint8_t> bytes);

// The same for text.
Status WriteText(const std::filesystem::path& path, std::string_view text);

// Makes the folder, and those above it, where they are missing. Errors: kUnavailable.
Status MakeFolder(const std::filesystem::path& path);

// Writes a file that must not exist yet, which only its owner may read if `secret`, and makes it
// durable. Errors: kConflict (it exists; it is left as it is), kUnavailable.
Status CreateFile(const std::filesystem::path& path, std::string_view text, bool secret);

}  // namespace taanu::cli
