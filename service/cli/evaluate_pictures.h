// The pictures of an evaluation, as SVG files.
//
// Thread-safety: pure functions of the file system.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "matcher/error.h"
#include "service/cli/evaluate_measure.h"
#include "service/cli/evaluate_sets.h"

namespace taanu::cli {

struct PictureOptions {
  std::filesystem::path folder;
  // Puts the print itself under its minutiae, where it came as an image.
  bool with_images = false;
  std::optional<double> dpi;
};

// Writes FOLDER/det.svg, one curve for each set, and returns its path. Errors: kUnavailable.
Result<std::filesystem::path> WriteDetPlot(const std::vector<SetFigures>& sets,
                                           const PictureOptions& options);

// Writes FOLDER/discard.svg, one curve for each set and one for their pool, and returns its path;
// writes nothing and returns an empty path where no set has qualities that tell prints apart.
// Errors: kUnavailable.
Result<std::filesystem::path> WriteDiscardPlot(const std::vector<SetFigures>& sets,
                                               const PictureOptions& options);

// Writes FOLDER/worst/<set>/<kind>-<rank>-<probe>-<reference>.svg for each of the worst
// comparisons, and returns the paths in the same order. Errors: kUnavailable, and those of reading
// an image again.
Result<std::vector<std::filesystem::path>> WriteWorstPairs(const LoadedSet& set,
                                                           const std::vector<WorstPair>& worst,
                                                           const PictureOptions& options);

}  // namespace taanu::cli
