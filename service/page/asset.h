// Files of a web page, built into the program: there is nothing to install beside it, and nothing
// of it that could be changed on the disk.
//
// Thread-safety: plain values and pure functions.
#pragma once

#include <span>
#include <string_view>

namespace taanu::page {

struct Asset {
  std::string_view name;  // such as "page.js" or "ky.mo"
  std::string_view content;
};

// Empty where there is no such file.
std::string_view AssetNamed(std::span<const Asset> assets, std::string_view name);

}  // namespace taanu::page
