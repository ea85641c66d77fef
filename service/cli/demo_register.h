// The synthetic register that a demonstration acts on: what `taanu synth --probes` wrote.
//
// Thread-safety: pure functions over the file system.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "matcher/error.h"
#include "service/cli/sample.h"

namespace taanu::cli {

// A voter of the register, with new impressions of the fingers that are enrolled.
struct DemoVoter {
  std::string number;
  std::string precinct;
  std::vector<FingerArgument> probes;
};

// The first `voters` voters of DIR/manifest.csv that have probes in DIR/probes.csv, in the order of
// the manifest. No probe lies outside the folder.
// Errors: kNotFound (a file), kBadInput (not such a folder, or it has too few voters).
Result<std::vector<DemoVoter>> ReadDemoRegister(const std::filesystem::path& folder, size_t voters);

}  // namespace taanu::cli
