// The files of the page, built into the program: there is nothing to install beside it, and nothing
// of it that could be changed on the precinct's disk.
//
// Thread-safety: constants.
#pragma once

#include <span>
#include <string_view>

namespace taanu::terminal {

struct Asset {
  std::string_view name;  // such as "page.js" or "ky.mo"
  std::string_view content;
};

// Files of page/ and catalogues of po/, the latter compiled by msgfmt. Written by embed.cmake.
std::span<const Asset> Assets();

// Empty where there is no such file.
std::string_view AssetNamed(std::string_view name);

}  // namespace taanu::terminal
