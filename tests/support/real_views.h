// Templates of real prints in the naming of the Fingerprint Verification Competitions, decoded but
// not prepared, for tests that prepare them in several ways.
//
// Thread-safety: plain values.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "matcher/template.h"

namespace taanu::test {

struct RealView {
  int finger = 0;
  int impression = 0;
  FingerView view;
};

struct RealSet {
  std::string name;             // its folder below the root
  std::vector<RealView> views;  // by finger, then impression

  double MeanMinutiae() const;
};

// Every folder below `root` that holds files <finger>_<impression>.<any ending>, by name. What
// cannot be read, or is no template, is left out; nothing where there is no such folder.
std::vector<RealSet> ReadRealSets(const std::filesystem::path& root);

}  // namespace taanu::test
