// taanu evaluate: error rates of the comparator on prints whose fingers are known.
//
// Every folder at or below DIR with files named <finger>_<impression>.<ending> is a set. All pairs
// of a set are scored; intervals come from resampling its fingers. With --out:
//
//   OUT/det.svg                                            the trade-off of all sets
//   OUT/discard.svg                                        how errors fall as the quality rises
//   OUT/worst/<set>/<kind>-<rank>-<probe>-<reference>.svg  the comparisons that went worst
//
// Pictures of prints are personal data: they show the minutiae, and the prints themselves only with
// --with-images.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "enroll/image/image.h"
#include "matcher/compare/comparator.h"
#include "service/cli/commands.h"
#include "service/cli/evaluate_measure.h"
#include "service/cli/evaluate_pictures.h"
#include "service/cli/evaluate_report.h"
#include "service/cli/evaluate_sets.h"
#include "service/cli/output.h"
#include "service/cli/parallel.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

struct EvaluateOptions {
  std::vector<std::string> folders;
  std::optional<double> dpi;
  unsigned threads = DefaultThreads();
  std::string out;
  bool with_images = false;
  size_t worst = 5;
  size_t resamples = 2000;
  uint64_t seed = 1;
};

constexpr size_t kWorstMax = 1000;
constexpr size_t kResamplesMin = 100;
constexpr size_t kResamplesMax = 100'000;

// Sets are measured one after the other, since what is kept of one is large.
class Evaluation {
 public:
  Evaluation(const EvaluateOptions& options, const Context& context)
      : options_(options),
        context_(context),
        pictures_{options.out, options.with_images, options.dpi} {}

  ExitStatus Run() {
    const std::vector<fs::path> roots(options_.folders.begin(), options_.folders.end());
    const auto sets = FindSets(roots);
    if (!sets) return PrintError(context_, sets.error());
    for (const SetFiles& set : *sets) {
      if (const Status measured = Add(set); !measured) {
        status_ = FirstFailure(status_, PrintError(context_, measured.error(), set.name));
      }
    }
    if (!measured_.empty()) Finish();
    return status_;
  }

 private:
  Status Add(const SetFiles& files) {
    ExitStatus usable = ExitStatus::kSuccess;
    const LoadedSet set = LoadSet(files, options_.dpi, options_.threads, context_, &usable);
    status_ = FirstFailure(status_, usable);
    // Each set is drawn from by a seed of its own, so that the sets are independent.
    TAANU_ASSIGN_OR_RETURN(SetFigures figures,
                           MeasureSet(set, {.threads = options_.threads,
                                            .seed = options_.seed + measured_.size(),
                                            .resamples = options_.resamples,
                                            .worst = options_.worst}));
    std::vector<fs::path> paths;
    if (!options_.out.empty()) {
      TAANU_ASSIGN_OR_RETURN(paths, WriteWorstPairs(set, figures.worst, pictures_));
    }
    if (context_.json) {
      report_["sets"].push_back(SetJson(set, figures, paths));
    } else {
      std::printf("%s%s", measured_.empty() ? "" : "\n", SetText(figures).c_str());
    }
    measured_.push_back(std::move(figures));
    return {};
  }

  void Finish() {
    std::string det;
    std::string discard;
    if (!options_.out.empty()) {
      det = PathOrError(WriteDetPlot(measured_, pictures_));
      discard = PathOrError(WriteDiscardPlot(measured_, pictures_));
    }
    if (context_.json) {
      report_["algorithm"] = std::string(AlgorithmVersion());
      report_["resamples"] = options_.resamples;
      report_["seed"] = options_.seed;
      report_["mean"] = MeanJson(measured_);
      report_["pooled_quality"] = DiscardJson(PoolRated(measured_));
      if (!det.empty()) report_["det"] = det;
      if (!discard.empty()) report_["discard"] = discard;
      std::printf("%s\n",
                  report_.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
      return;
    }
    if (measured_.size() > 1) std::printf("\n%s", MeanText(measured_).c_str());
    std::printf("\nBy %s; intervals by %zu resamplings of the fingers.\n",
                std::string(AlgorithmVersion()).c_str(), options_.resamples);
    if (!det.empty()) {
      std::printf("The trade-off is drawn in %s, the worst comparisons below %s.\n", det.c_str(),
                  (pictures_.folder / "worst").string().c_str());
    }
    if (!discard.empty()) {
      std::printf("How errors fall as the worst prints are discarded is drawn in %s.\n",
                  discard.c_str());
    }
  }

  // Empty where nothing was written.
  std::string PathOrError(const Result<fs::path>& path) {
    if (path) return path->string();
    status_ = FirstFailure(status_, PrintError(context_, path.error()));
    return {};
  }

  const EvaluateOptions& options_;
  const Context& context_;
  const PictureOptions pictures_;
  std::vector<SetFigures> measured_;
  nlohmann::json report_;
  ExitStatus status_ = ExitStatus::kSuccess;
};

}  // namespace

void RegisterEvaluate(CLI::App& app, Context& context) {
  auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command =
      AddCommand(app, context,
                 {"evaluate",
                  "Measure error rates, and whether quality predicts errors, on folders of prints "
                  "named <finger>_<impression>.<ending>, images or "
                  "templates",
                  "taanu evaluate fvc2002/DB1_B --dpi 500 --out report"},
                 [options, &context] { return Evaluation(*options, context).Run(); });
  command->add_option("DIR", options->folders, "Folders; each one with prints in it is a set")
      ->required();
  command->add_option("--dpi", options->dpi, "Resolution of images that state none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  command->add_option("--threads", options->threads, "Threads (default: one for each core)")
      ->check(CLI::Range(1U, kThreadsMax));
  CLI::Option* out = command->add_option(
      "--out", options->out,
      "Folder for pictures: the trade-off, errors by quality, and the worst comparisons");
  command
      ->add_flag("--with-images", options->with_images,
                 "Show the prints themselves in the pictures; keep these as personal data")
      ->needs(out);
  command->add_option("--worst", options->worst, "How many of the worst comparisons of each kind")
      ->check(CLI::Range(size_t{0}, kWorstMax))
      ->capture_default_str();
  command->add_option("--resamples", options->resamples, "Resamplings of the fingers")
      ->check(CLI::Range(kResamplesMin, kResamplesMax))
      ->capture_default_str();
  command->add_option("--seed", options->seed, "Seed of the resamplings")->capture_default_str();
}

}  // namespace taanu::cli
