#include "service/cli/evaluate_pictures.h"

#include <array>
#include <cstdint>
#include <cstdio>
#include <span>
#include <utility>

#include "enroll/image/image.h"
#include "matcher/codec/codec.h"
#include "matcher/compare/comparator.h"
#include "matcher/evaluate/svg/det_plot.h"
#include "matcher/evaluate/svg/discard_plot.h"
#include "matcher/evaluate/svg/pair_picture.h"
#include "matcher/evaluate/svg/svg_writer.h"
#include "service/cli/file_io.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

Status WriteText(const fs::path& path, const std::string& text) {
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

// The views of two prints that agree best, and how.
struct Explanation {
  double score = -1;
  size_t probe_view = 0;
  size_t reference_view = 0;
  std::vector<MinutiaPair> pairs;
};

Explanation ExplainPrints(const LoadedPrint& probe, const LoadedPrint& reference) {
  Comparator comparator;
  Explanation best;
  std::vector<MinutiaPair> pairs;
  for (size_t a = 0; a < probe.prepared.size(); ++a) {
    for (size_t b = 0; b < reference.prepared.size(); ++b) {
      const double score = comparator.Explain(probe.prepared[a], reference.prepared[b], &pairs);
      if (score > best.score) best = {score, a, b, pairs};
    }
  }
  return best;
}

// The print as PNG; empty of a template.
Result<std::vector<uint8_t>> ReadPng(const LoadedPrint& print, const PictureOptions& options) {
  if (!options.with_images) return std::vector<uint8_t>();
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> bytes, ReadFile(print.path, kImageBytesMax));
  if (LooksLikeTemplate(bytes)) return std::vector<uint8_t>();
  TAANU_ASSIGN_OR_RETURN(const GrayImage image, DecodeImage(bytes, options.dpi));
  return EncodePng(image);
}

std::string Title(const LoadedSet& set, const WorstPair& worst, double score) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", score);
  return set.name + (worst.mated ? ": mated" : ": non-mated") + ", score " + text.data() +
         " (FMR " + svg::Percent(FmrForScore(score)) + ")";
}

Status WritePair(const LoadedSet& set, const WorstPair& worst, const PictureOptions& options,
                 const fs::path& path) {
  const LoadedPrint& probe = set.prints[worst.pair.probe];
  const LoadedPrint& reference = set.prints[worst.pair.reference];
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> probe_png, ReadPng(probe, options));
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> reference_png, ReadPng(reference, options));
  const Explanation best = ExplainPrints(probe, reference);
  return WriteText(path, svg::PairPicture(Title(set, worst, best.score),
                                          {.name = PrintWord(probe.name),
                                           .view = &probe.views[best.probe_view],
                                           .png = probe_png},
                                          {.name = PrintWord(reference.name),
                                           .view = &reference.views[best.reference_view],
                                           .png = reference_png},
                                          best.pairs));
}

// A heading for a plot of all sets.
std::string PlotTitle(const std::string& what, const std::vector<SetFigures>& sets) {
  return what + ", " + std::string(AlgorithmVersion()) +
         (sets.size() == 1 ? ", " + sets.front().name : "");
}

}  // namespace

Result<fs::path> WriteDetPlot(const std::vector<SetFigures>& sets, const PictureOptions& options) {
  std::vector<svg::DetSeries> series;
  for (const SetFigures& set : sets) {
    series.push_back({set.name, set.curve, set.observed[kEer], set.mated, set.non_mated});
  }
  TAANU_RETURN_IF_ERROR(MakeFolder(options.folder));
  fs::path path = options.folder / "det.svg";
  const std::string title = PlotTitle("Detection error trade-off", sets);
  TAANU_RETURN_IF_ERROR(WriteText(path, svg::DetPlot(title, series)));
  return path;
}

Result<fs::path> WriteDiscardPlot(const std::vector<SetFigures>& sets,
                                  const PictureOptions& options) {
  std::vector<svg::DiscardSeries> series;
  for (const SetFigures& set : sets) series.push_back({set.name, DiscardCurve(set.rated)});
  const RatedPrints pool = PoolRated(sets);
  if (pool.qualities.empty()) return fs::path();
  if (sets.size() > 1) series.push_back({"all sets pooled", DiscardCurve(pool), true});
  TAANU_RETURN_IF_ERROR(MakeFolder(options.folder));
  fs::path path = options.folder / "discard.svg";
  const std::string title = PlotTitle("Errors by discarded quality", sets);
  TAANU_RETURN_IF_ERROR(WriteText(path, svg::DiscardPlot(title, series)));
  return path;
}

Result<std::vector<fs::path>> WriteWorstPairs(const LoadedSet& set,
                                              const std::vector<WorstPair>& worst,
                                              const PictureOptions& options) {
  const fs::path folder = options.folder / "worst" / set.name;
  TAANU_RETURN_IF_ERROR(MakeFolder(folder));
  std::vector<fs::path> paths;
  for (const WorstPair& pair : worst) {
    paths.push_back(folder / ((pair.mated ? "mated-" : "non-mated-") + std::to_string(pair.rank) +
                              "-" + PrintWord(set.prints[pair.pair.probe].name) + "-" +
                              PrintWord(set.prints[pair.pair.reference].name) + ".svg"));
    TAANU_RETURN_IF_ERROR(WritePair(set, pair, options, paths.back()));
  }
  return paths;
}

}  // namespace taanu::cli
