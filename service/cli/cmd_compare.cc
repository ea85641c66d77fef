// taanu compare: scores a list of pairs of fingers.
//
// A file that holds several views is compared by the best of them: the score of a pair is the
// highest over the views of both.
#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "matcher/compare/comparator.h"
#include "service/cli/commands.h"
#include "service/cli/file_io.h"
#include "service/cli/finger_file.h"
#include "service/cli/output.h"
#include "service/cli/pair_list.h"
#include "service/cli/parallel.h"
#include "service/cli/progress.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

struct CompareOptions {
  std::string pairs;
  std::optional<double> dpi;
  unsigned threads = DefaultThreads();
};

// Pairs that are scored before their lines are printed.
constexpr size_t kBatchPairs = 8192;

// The views of one file, ready for comparison; none where the file cannot be used.
using Finger = std::vector<Prepared>;

// The files behind the names: two names of one file share it, so that it is read once.
struct Fingers {
  std::vector<uint32_t> file_of_name;
  std::vector<Finger> files;

  const Finger& of(uint32_t name) const { return files[file_of_name[name]]; }
};

// The name under which a file is first given stands for it in messages.
std::vector<uint32_t> FirstNames(const std::vector<std::string>& names, Fingers* fingers) {
  std::vector<uint32_t> first;
  std::map<fs::path, uint32_t> known;
  for (uint32_t i = 0; i < names.size(); ++i) {
    std::error_code missing;
    fs::path file = fs::canonical(names[i], missing);
    if (missing) file = names[i];
    const auto [at, added] =
        known.try_emplace(std::move(file), static_cast<uint32_t>(first.size()));
    if (added) first.push_back(i);
    fingers->file_of_name.push_back(at->second);
  }
  return first;
}

Result<Finger> LoadFinger(const std::string& name, std::optional<double> dpi) {
  TAANU_ASSIGN_OR_RETURN(const Template value, LoadTemplate(name, dpi));
  if (value.views.empty()) {
    return Fail(ErrorCode::kBadInput, "NO_VIEW", "holds no finger; enrol it again");
  }
  Finger finger;
  finger.reserve(value.views.size());
  for (const FingerView& view : value.views) finger.emplace_back(view);
  return finger;
}

// Reads every file once. A file that cannot be used is told on standard error, once, and makes the
// status kBadInput.
Fingers LoadFingers(const std::vector<std::string>& names, const CompareOptions& options,
                    const Context& context, ExitStatus* status) {
  Fingers fingers;
  const std::vector<uint32_t> first = FirstNames(names, &fingers);
  fingers.files.resize(first.size());
  std::vector<std::optional<Error>> failures(first.size());
  {
    Progress progress("reading", first.size());
    ParallelFor(first.size(), options.threads, [&](size_t i, unsigned) {
      Result<Finger> finger = LoadFinger(names[first[i]], options.dpi);
      if (finger) {
        fingers.files[i] = std::move(*finger);
      } else {
        failures[i] = std::move(finger).error();
      }
      progress.Add(1);
    });
  }
  for (size_t i = 0; i < first.size(); ++i) {
    if (!failures[i]) continue;
    PrintError(context, *failures[i], names[first[i]]);
    *status = ExitStatus::kBadInput;
  }
  return fingers;
}

std::optional<double> BestScore(Comparator* comparator, const Finger& probe,
                                const Finger& reference) {
  std::optional<double> best;
  for (const Prepared& a : probe) {
    for (const Prepared& b : reference) {
      best = std::max(best.value_or(0), comparator->Compare(a, b));
    }
  }
  return best;
}

void PrintScore(const Context& context, const std::string& probe, const std::string& reference,
                std::optional<double> score) {
  std::array<char, 32> text{"error"};
  if (score) std::snprintf(text.data(), text.size(), "%.4f", *score);
  std::string line;
  if (context.json) {
    nlohmann::json object = {{"probe", probe}, {"reference", reference}};
    object["score"] = score ? nlohmann::json::parse(text.data()) : nlohmann::json("error");
    line = object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  } else {
    line = probe + '\t' + reference + '\t' + text.data();
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stdout);
}

Result<PairList> ReadPairs(const std::string& path) {
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> bytes, ReadFile(path, kPairListBytesMax));
  return ParsePairList({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// Scores all pairs and prints them in their order, batch by batch.
void ScorePairs(const PairList& list, const Fingers& fingers, unsigned threads,
                const Context& context) {
  std::vector<Comparator> comparators(threads);
  std::vector<std::optional<double>> scores(kBatchPairs);
  Progress progress("comparing", list.pairs.size());
  for (size_t begin = 0; begin < list.pairs.size(); begin += kBatchPairs) {
    const size_t count = std::min(kBatchPairs, list.pairs.size() - begin);
    ParallelFor(count, threads, [&](size_t i, unsigned worker) {
      const PairList::Pair& pair = list.pairs[begin + i];
      scores[i] =
          BestScore(&comparators[worker], fingers.of(pair.probe), fingers.of(pair.reference));
      progress.Add(1);
    });
    progress.Clear();
    for (size_t i = 0; i < count; ++i) {
      const PairList::Pair& pair = list.pairs[begin + i];
      PrintScore(context, list.names[pair.probe], list.names[pair.reference], scores[i]);
    }
  }
}

ExitStatus RunCompare(const CompareOptions& options, const Context& context) {
  const Result<PairList> list = ReadPairs(options.pairs);
  if (!list) return PrintError(context, list.error(), options.pairs);
  ExitStatus status = ExitStatus::kSuccess;
  const Fingers fingers = LoadFingers(list->names, options, context, &status);
  ScorePairs(*list, fingers, options.threads, context);
  return status;
}

}  // namespace

void RegisterCompare(CLI::App& app, Context& context) {
  auto options = std::make_shared<CompareOptions>();
  CLI::App* command = AddCommand(
      app, context,
      {"compare",
       "Print PROBE<TAB>REFERENCE<TAB>SCORE for each line PROBE<TAB>REFERENCE of FILE, in order; "
       "each is a template or an image",
       "taanu compare --pairs pairs.txt --dpi 500"},
      [options, &context] { return RunCompare(*options, context); });
  command->add_option("--pairs", options->pairs, "FILE of pairs, or /dev/stdin")->required();
  command->add_option("--dpi", options->dpi, "Resolution of images that state none")
      ->check(CLI::Range(kDpiMin, kDpiMax));
  command->add_option("--threads", options->threads, "Threads (default: one for each core)")
      ->check(CLI::Range(1U, kThreadsMax));
}

}  // namespace taanu::cli
