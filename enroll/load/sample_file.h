// Finds and reads the files that a manifest names, none of which may lie outside its folder.
//
// Thread-safety: pure functions over the file system.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>
#include <vector>

#include "matcher/error.h"

namespace taanu {

// The file that `name`, a relative path, means inside `folder`, with every symbolic link followed.
// `folder` must be canonical (std::filesystem::canonical).
// Errors: kBadInput with reason PATH_ABSOLUTE, PATH_LEAVES_FOLDER (by a "..", or by a symbolic
// link), PATH_NOT_USABLE (a zero byte, a loop of links, a name that is too long).
Result<std::filesystem::path> ResolveSamplePath(const std::filesystem::path& folder,
                                                std::string_view name);

// Reads a regular file of at most `bytes_max`. A pipe or device is refused before it could block.
// Errors: kNotFound (FILE_NOT_FOUND), kBadInput (FILE_EMPTY, FILE_TOO_LARGE, FILE_NOT_REGULAR),
// kRefused (FILE_NOT_PERMITTED), kUnavailable (FILE_UNREADABLE).
Result<std::vector<uint8_t>> ReadSampleFile(const std::filesystem::path& path, size_t bytes_max);

}  // namespace taanu
