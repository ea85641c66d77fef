// Sets of prints in the naming of the Fingerprint Verification Competitions, as files.
//
// Thread-safety: plain values and pure functions of the file system.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "matcher/compare/comparator.h"
#include "matcher/error.h"
#include "matcher/evaluate/protocol.h"
#include "matcher/template.h"
#include "service/cli/command.h"

namespace taanu::cli {

// The most prints of a set: all pairs of them are scored and kept.
inline constexpr size_t kSetPrintsMax = 3000;

struct PrintFile {
  PrintName name;
  std::filesystem::path path;
};

struct SetFiles {
  std::string name;              // relative and without "..", so that it may become a folder
  std::vector<PrintFile> files;  // by finger, then impression
};

// Every folder at or below each of `roots` that holds files named <finger>_<impression>.<ending> is
// a set; sets come in the order of the roots, then by name. Errors: kNotFound (no folder, or no
// such file in it), kBadInput (an impression in two files, or too many of them).
Result<std::vector<SetFiles>> FindSets(const std::vector<std::filesystem::path>& roots);

// A print ready to be compared. Of several views the best score counts.
struct LoadedPrint {
  PrintName name;
  std::filesystem::path path;
  std::vector<FingerView> views;
  std::vector<Prepared> prepared;
};

struct LoadedSet {
  std::string name;
  std::vector<LoadedPrint> prints;
  std::vector<uint32_t> fingers;  // of each print, its finger's number from 0
  uint32_t finger_count = 0;
  size_t unusable = 0;  // files that were left out
};

// Reads the files, each a template or an image. One that cannot be used is told on standard error
// and left out, and makes `status` kBadInput.
LoadedSet LoadSet(const SetFiles& set, std::optional<double> dpi, unsigned threads,
                  const Context& context, ExitStatus* status);

// "101_1".
std::string PrintWord(const PrintName& name);

}  // namespace taanu::cli
