// taanu synth: writes a synthetic register, images and manifest, for demonstrations and load tests.
//
//   DIR/manifest.csv                         the register, as `taanu load` takes it
//   DIR/images/<precinct>/<number>-<finger>.png
//   DIR/probes.csv                           voter_number,finger,impression,file
//   DIR/probes/<precinct>/<number>-<finger>-<impression>.png
//
// The same numbers, seed and version give the same files, byte for byte, on every machine and with
// any number of threads. Manifest and list are written last: where they are, every image is.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "enroll/image/image.h"
#include "enroll/load/csv.h"
#include "enroll/load/finger_column.h"
#include "enroll/synth/person.h"
#include "enroll/synth/synth.h"
#include "service/cli/commands.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/parallel.h"
#include "service/cli/progress.h"

namespace taanu::cli {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kVotersMax = 100'000'000;
constexpr uint32_t kPrecinctsMax = 9999;
constexpr uint32_t kProbesMax = 100;
constexpr const char* kProbeList = "probes.csv";

struct SynthOptions {
  uint64_t voters = 0;
  SyntheticRegisterOptions register_options;
  uint64_t seed = 1;
  std::string out;
  std::string manifest = "manifest.csv";
  uint32_t probes = 0;
  std::optional<uint64_t> probe_voters;
  unsigned threads = DefaultThreads();

  // The first voters have probes: all of them, unless fewer are asked for.
  bool HasProbes(uint64_t voter) const {
    return probes > 0 && voter < probe_voters.value_or(voters);
  }
};

// The rows that one voter adds to the manifest and to the list of probes.
struct VoterRows {
  std::string manifest;
  std::string probes;
};

// An impression's seed: 0 for the reference, from 1 for probes. It differs from finger to finger,
// so that fingers are not all laid down alike.
uint64_t ImpressionSeed(uint64_t finger_seed, uint32_t impression) {
  return finger_seed ^ (uint64_t{impression} + 1) * 0x9E3779B97F4A7C15U;
}

std::string SexText(Sex sex) {
  switch (sex) {
    case Sex::kFemale:
      return "F";
    case Sex::kMale:
      return "M";
    case Sex::kUnspecified:
      break;
  }
  return "";
}

// Makes the folders of precincts as they are first needed. Thread-safe.
class Folders {
 public:
  Status Make(const fs::path& folder) {
    const std::lock_guard lock(mutex_);
    if (made_.contains(folder)) return {};
    TAANU_RETURN_IF_ERROR(MakeFolder(folder));
    made_.insert(folder);
    return {};
  }

 private:
  std::mutex mutex_;
  std::set<fs::path> made_;
};

// Writes voters' images and makes their rows. Thread-safe.
class Writer {
 public:
  explicit Writer(const SynthOptions& options) : options_(options) {}

  Result<VoterRows> Write(uint64_t index) {
    const SyntheticVoter voter =
        MakeSyntheticVoter(options_.seed, index, options_.register_options);
    const VoterData& data = voter.data;
    std::vector<std::string> fields = {data.voter_number, data.family_name,
                                       data.given_names,  std::to_string(data.birth_year),
                                       SexText(data.sex), data.precinct_id};
    VoterRows rows;
    for (const SyntheticVoterFinger& voter_finger : voter.fingers) {
      const SyntheticFinger finger(voter_finger.seed);
      const std::string position(FingerColumn(voter_finger.position));
      const std::string stem = data.precinct_id + "/" + data.voter_number + "-" + position;
      fields.push_back("images/" + stem + ".png");
      TAANU_RETURN_IF_ERROR(
          WriteImage(finger, ImpressionSeed(voter_finger.seed, 0), fields.back()));
      for (uint32_t k = 1; options_.HasProbes(index) && k <= options_.probes; ++k) {
        const std::string file = "probes/" + stem + "-" + std::to_string(k) + ".png";
        TAANU_RETURN_IF_ERROR(WriteImage(finger, ImpressionSeed(voter_finger.seed, k), file));
        rows.probes += CsvLine({data.voter_number, position, std::to_string(k), file});
      }
    }
    rows.manifest = CsvLine(fields);
    return rows;
  }

  size_t images() const { return images_.load(); }

 private:
  Status WriteImage(const SyntheticFinger& finger, uint64_t seed, const std::string& file) {
    const fs::path path = fs::path(options_.out) / file;
    TAANU_RETURN_IF_ERROR(folders_.Make(path.parent_path()));
    TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> png, EncodePng(finger.Impression(seed)));
    TAANU_RETURN_IF_ERROR(WriteFile(path, png));
    images_.fetch_add(1);
    return {};
  }

  const SynthOptions& options_;
  Folders folders_;
  std::atomic<size_t> images_{0};
};

std::string ManifestHeader(const SynthOptions& options) {
  std::vector<std::string> fields = {"voter_number", "family_name", "given_names",
                                     "birth_year",   "sex",         "precinct"};
  const SyntheticVoter any = MakeSyntheticVoter(options.seed, 0, options.register_options);
  for (const SyntheticVoterFinger& finger : any.fingers) {
    fields.emplace_back(FingerColumn(finger.position));
  }
  return CsvLine(fields);
}

// All rows in the order of the voters, or the first error that was met.
Result<std::vector<VoterRows>> WriteVoters(const SynthOptions& options, Writer* writer) {
  std::vector<VoterRows> rows(options.voters);
  std::mutex mutex;
  std::optional<Error> failure;
  std::atomic<bool> failed{false};
  Progress progress("making voters", options.voters);
  ParallelFor(options.voters, options.threads, [&](size_t i, unsigned) {
    if (failed.load()) return;
    Result<VoterRows> written = writer->Write(i);
    if (written) {
      rows[i] = std::move(*written);
      progress.Add(1);
      return;
    }
    const std::lock_guard lock(mutex);
    if (!failed.exchange(true)) failure = std::move(written).error();
  });
  if (failure) return tl::make_unexpected(*std::move(failure));
  return rows;
}

Status WriteText(const fs::path& path, const std::string& text) {
  return WriteFile(path, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

Result<size_t> Synthesise(const SynthOptions& options) {
  TAANU_RETURN_IF_ERROR(MakeFolder(options.out));
  Writer writer(options);
  TAANU_ASSIGN_OR_RETURN(const std::vector<VoterRows> rows, WriteVoters(options, &writer));
  std::string manifest = ManifestHeader(options);
  std::string probes = CsvLine({"voter_number", "finger", "impression", "file"});
  for (const VoterRows& row : rows) {
    manifest += row.manifest;
    probes += row.probes;
  }
  if (options.probes > 0) {
    TAANU_RETURN_IF_ERROR(WriteText(fs::path(options.out) / kProbeList, probes));
  }
  TAANU_RETURN_IF_ERROR(WriteText(fs::path(options.out) / options.manifest, manifest));
  return writer.images();
}

ExitStatus RunSynth(const SynthOptions& options, const Context& context) {
  const Result<size_t> images = Synthesise(options);
  if (!images) return PrintError(context, images.error());
  const std::string manifest = (fs::path(options.out) / options.manifest).string();
  if (context.json) {
    const nlohmann::json object = {
        {"manifest", manifest}, {"voters", options.voters}, {"images", *images}};
    std::printf("%s\n",
                object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    std::printf("%s\t%llu voters\t%zu images\n", manifest.c_str(),
                static_cast<unsigned long long>(options.voters), *images);
  }
  return ExitStatus::kSuccess;
}

// The manifest lies in DIR, since the paths in it are relative to its folder.
std::string CheckManifestName(const std::string& name) {
  return fs::path(name).filename() == name && name != kProbeList
             ? ""
             : "the manifest is a file in DIR; give its name alone";
}

}  // namespace

void RegisterSynth(CLI::App& app, Context& context) {
  auto options = std::make_shared<SynthOptions>();
  CLI::App* command = AddCommand(
      app, context,
      {"synth", "Write a synthetic register: images of made-up fingers and a manifest to load",
       "taanu synth --voters 1000 --precincts 10 --fingers 2 --out demo\n"
       "taanu load demo/manifest.csv"},
      [options, &context] { return RunSynth(*options, context); });
  command->add_option("--voters", options->voters, "How many voters")
      ->required()
      ->check(CLI::Range(uint64_t{1}, kVotersMax));
  command->add_option("--precincts", options->register_options.precincts, "How many precincts")
      ->check(CLI::Range(1U, kPrecinctsMax))
      ->capture_default_str();
  command->add_option("--fingers", options->register_options.fingers, "Fingers of each voter")
      ->check(CLI::Range(1, kFingerPositionMax))
      ->capture_default_str();
  command->add_option("--out", options->out, "DIR, the folder to write to")->required();
  command->add_option("--seed", options->seed, "The same seed gives the same register")
      ->capture_default_str();
  command->add_option("--manifest", options->manifest, "Name of the manifest in DIR")
      ->check(CheckManifestName)
      ->capture_default_str();
  command
      ->add_option("--probes", options->probes,
                   "Further impressions of each finger, listed in DIR/probes.csv")
      ->check(CLI::Range(0U, kProbesMax));
  command->add_option("--probe-voters", options->probe_voters,
                      "Only the first voters have probes (default: all)");
  command->add_option("--threads", options->threads, "Threads (default: one for each core)")
      ->check(CLI::Range(1U, kThreadsMax));
}

}  // namespace taanu::cli
