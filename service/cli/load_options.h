// What `taanu load` was asked to do.
#pragma once

#include <filesystem>

#include "service/cli/remote.h"

namespace taanu::cli {

struct LoadOptions {
  RemoteOptions remote;
  std::filesystem::path manifest;
  std::filesystem::path samples;  // a folder or tar archive; empty: the manifest's folder
  std::filesystem::path rejects;  // empty: beside the manifest
  double dpi = 0;
  bool dry_run = false;
  bool resume = false;
  bool create_precincts = false;
  bool reject_unusable = false;  // a row with a finger that gives no reference
};

}  // namespace taanu::cli
