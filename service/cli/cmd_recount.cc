// taanu recount draw: which precincts are recounted, from a public seed.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "service/cli/cmd_reconcile.h"
#include "service/cli/file_io.h"
#include "service/cli/output.h"
#include "service/cli/precincts.h"
#include "service/cli/recount_list.h"
#include "service/cli/remote.h"
#include "service/reconcile/draw.h"

namespace taanu::cli {
namespace {

constexpr size_t kListBytesMax = size_t{8} << 20;
// Fewer digits of dice could be tried out beforehand.
constexpr size_t kSeedBytesMin = 20;

constexpr const char* kMethod =
    "SHA-256 of SEED,COUNTER (with strata SEED,STRATUM,COUNTER) modulo the number of precincts, "
    "plus 1; repeats are passed over. R. L. Rivest, sampler.py, 2011; M. Lindeman and P. B. Stark, "
    "A Gentle Introduction to Risk-limiting Audits, IEEE Security & Privacy 10(5), 2012.";

struct RecountOptions {
  RemoteOptions remote;
  std::string seed;
  size_t count = 0;
  std::string list;
  std::string strata;
};

Result<std::string> ReadText(const std::string& path) {
  TAANU_ASSIGN_OR_RETURN(const auto bytes, ReadFile(path, kListBytesMax));
  return std::string(bytes.begin(), bytes.end());
}

// From the file that is named, or all precincts of the election.
Result<PrecinctLists> Lists(const RecountOptions& options) {
  if (!options.strata.empty()) {
    TAANU_ASSIGN_OR_RETURN(const std::string text, ReadText(options.strata));
    return ReadStrata(text);
  }
  if (!options.list.empty()) {
    TAANU_ASSIGN_OR_RETURN(const std::string text, ReadText(options.list));
    return ReadPrecinctLines(text);
  }
  TAANU_ASSIGN_OR_RETURN(const Remote remote, Remote::Open(options.remote));
  TAANU_ASSIGN_OR_RETURN(const auto precincts, ListPrecincts(remote));
  PrecinctLists lists;
  for (const v1::Precinct& precinct : precincts) lists[""].push_back(precinct.precinct_id());
  return lists;
}

Result<std::vector<reconcile::Draw>> DrawAll(const RecountOptions& options) {
  TAANU_ASSIGN_OR_RETURN(PrecinctLists lists, Lists(options));
  if (lists.empty()) return Fail(ErrorCode::kNotFound, "BAD_LIST", "there are no precincts");
  std::vector<reconcile::Draw> draws;
  for (auto& [stratum, precincts] : lists) {
    auto draw =
        reconcile::DrawPrecincts(options.seed, stratum, std::move(precincts), options.count);
    if (!draw && !stratum.empty()) draw.error().message.insert(0, "stratum " + stratum + ": ");
    if (!draw) return tl::make_unexpected(draw.error());
    draws.push_back(std::move(*draw));
  }
  return draws;
}

// As one word of a shell's command line.
std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

void PrintText(const reconcile::Draw& draw) {
  if (!draw.stratum.empty()) std::printf("\nstratum %s\n", draw.stratum.c_str());
  std::printf(
      "\n%zu precincts, numbered from 1 in the order of their bytes; SHA-256 of the list, "
      "one to a line:\n%s\n\n",
      draw.precinct_ids.size(), draw.list_sha256.c_str());
  for (const reconcile::DrawStep& step : draw.steps) {
    std::printf("printf '%%s' %s | sha256sum\n  %s\n  modulo %zu, plus 1 = %llu: %s%s\n",
                Quoted(step.text).c_str(), step.sha256.c_str(), draw.precinct_ids.size(),
                static_cast<unsigned long long>(step.number), step.precinct_id.c_str(),
                step.repeated ? " (drawn before, passed over)" : "");
  }
  std::printf("\ndrawn:");
  for (const std::string& precinct : draw.drawn) std::printf(" %s", precinct.c_str());
  std::printf("\n");
}

nlohmann::json ToJson(const reconcile::Draw& draw) {
  nlohmann::json steps = nlohmann::json::array();
  for (const reconcile::DrawStep& step : draw.steps) {
    steps.push_back({{"text", step.text},
                     {"sha256", step.sha256},
                     {"number", step.number},
                     {"precinct_id", step.precinct_id},
                     {"repeated", step.repeated}});
  }
  return {{"stratum", draw.stratum},
          {"precinct_ids", draw.precinct_ids},
          {"list_sha256", draw.list_sha256},
          {"steps", std::move(steps)},
          {"drawn", draw.drawn}};
}

ExitStatus RunDraw(const RecountOptions& options, const Context& context) {
  const auto draws = DrawAll(options);
  if (!draws) return PrintError(context, draws.error());
  if (options.seed.size() < kSeedBytesMin) {
    std::fputs(
        "taanu: the seed is short; roll at least 20 dice in public, after the counts are "
        "published\n",
        stderr);
  }
  if (context.json) {
    nlohmann::json object = {{"seed", options.seed}, {"method", kMethod}};
    for (const reconcile::Draw& draw : *draws) object["draws"].push_back(ToJson(draw));
    std::puts(object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return ExitStatus::kSuccess;
  }
  std::printf("seed: %s\nmethod: %s\n", options.seed.c_str(), kMethod);
  for (const reconcile::Draw& draw : *draws) PrintText(draw);
  return ExitStatus::kSuccess;
}

}  // namespace

void RegisterRecount(CLI::App& app, Context& context) {
  CLI::App* recount = AddCommand(app, context,
                                 {"recount", "Draw precincts for a recount from a public seed",
                                  "taanu recount draw --seed 31662543216654321234 --count 3"});
  auto options = std::make_shared<RecountOptions>();
  CLI::App* draw = AddCommand(
      *recount, context,
      {"draw", "Draw precincts, with every hash, so that anybody can do it again by hand",
       "taanu recount draw --seed 31662543216654321234 --count 3 --strata regions.csv"},
      [options, &context] { return RunDraw(*options, context); });
  draw->add_option("--seed", options->seed, "Any text, such as the digits of dice rolled in public")
      ->required();
  draw->add_option("--count", options->count, "Precincts to draw; with --strata, of each stratum")
      ->required();
  auto* const list = draw->add_option(
      "--list", options->list, "A file of precincts, one to a line (default: all of the election)");
  draw->add_option("--strata", options->strata, "A CSV file of precinct,stratum")->excludes(list);
  AddRemoteOptions(draw, &options->remote);
}

}  // namespace taanu::cli
