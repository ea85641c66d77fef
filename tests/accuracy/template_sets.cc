#include "tests/accuracy/template_sets.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>
#include <thread>

#include "matcher/codec/codec.h"
#include "matcher/compare/parameters.h"
#include "matcher/compare/prepared.h"

namespace taanu::accuracy {
namespace {

bool ParseName(const std::filesystem::path& path, int* finger, int* impression) {
  const std::string stem = path.stem().string();
  int used = 0;
  return std::sscanf(stem.c_str(), "%d_%d%n", finger, impression, &used) == 2 &&
         static_cast<size_t>(used) == stem.size();
}

bool EndsWith(const std::string& text, const std::string& ending) {
  return text.size() >= ending.size() && text.ends_with(ending);
}

// One direction of the pair of fingers named in NonMatedPairs.
bool LikelySame(const Print& a, const Print& b) {
  return EndsWith(a.set, "fvc2002/DB3_B") && a.finger == 108 && EndsWith(b.set, "fvc2004/DB3_B") &&
         b.finger == 102;
}

// SplitMix64 (Steele, Lea, Flood, OOPSLA 2014).
uint64_t NextRandom(uint64_t* state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// Keeps the minutiae nearest to a place, in a window of random shape.
FingerView CutDown(const FingerView& view, uint64_t seed) {
  constexpr int kLeast = 8;
  constexpr int kMost = 31;
  FingerView part = view;
  const auto count = static_cast<uint64_t>(view.minutiae.size());
  if (count <= kLeast) return part;
  const auto keep =
      static_cast<size_t>(kLeast + static_cast<int>(NextRandom(&seed) % (kMost - kLeast + 1)));
  const Minutia& a = view.minutiae[NextRandom(&seed) % count];
  const Minutia& b = view.minutiae[NextRandom(&seed) % count];
  const double x = (a.x_um + b.x_um) / 2.0;
  const double y = (a.y_um + b.y_um) / 2.0;
  const double aspect = 0.7 + 0.6 * static_cast<double>(NextRandom(&seed) % 1000) / 1000;
  const auto distance = [x, y, aspect](const Minutia& m) {
    return std::max(std::abs(m.x_um - x) * aspect, std::abs(m.y_um - y) / aspect);
  };
  std::stable_sort(
      part.minutiae.begin(), part.minutiae.end(),
      [&distance](const Minutia& m, const Minutia& n) { return distance(m) < distance(n); });
  if (part.minutiae.size() > keep) part.minutiae.resize(keep);
  return part;
}

}  // namespace

Result<std::vector<TemplateSet>> ReadTemplateSets(const std::filesystem::path& root) {
  std::map<std::string, std::vector<std::filesystem::path>> folders;
  std::error_code error;
  auto it = std::filesystem::recursive_directory_iterator(root, error);
  for (; !error && it != std::filesystem::recursive_directory_iterator(); it.increment(error)) {
    int finger = 0;
    int impression = 0;
    if (it->is_regular_file(error) && ParseName(it->path(), &finger, &impression)) {
      folders[it->path().parent_path().lexically_relative(root).string()].push_back(it->path());
    }
  }
  if (error) return Fail(ErrorCode::kNotFound, "NO_FOLDER", root.string() + ": " + error.message());
  if (folders.empty()) {
    return Fail(ErrorCode::kNotFound, "NO_TEMPLATES",
                root.string() + ": no file is named <finger>_<impression>");
  }
  std::vector<TemplateSet> sets;
  for (const auto& [name, files] : folders) {
    TemplateSet set;
    set.name = name;
    for (const auto& file : files) {
      std::ifstream in(file, std::ios::binary);
      const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in),
                                       std::istreambuf_iterator<char>()};
      const Result<DecodedTemplate> decoded = DecodeTemplate(bytes);
      if (!decoded) {
        return Fail(decoded.error().code, decoded.error().reason,
                    file.string() + ": " + decoded.error().message);
      }
      int finger = 0;
      int impression = 0;
      ParseName(file, &finger, &impression);
      const auto& views = decoded->value.views;
      const FingerView view = views.empty() ? FingerView() : views.front();
      set.prints.push_back({name, finger, impression, view, Prepared(view)});
    }
    std::sort(set.prints.begin(), set.prints.end(), [](const Print& a, const Print& b) {
      return a.finger != b.finger ? a.finger < b.finger : a.impression < b.impression;
    });
    sets.push_back(std::move(set));
  }
  return sets;
}

TemplateSet PartialPrints(const TemplateSet& set) {
  TemplateSet parts;
  parts.name = set.name + " in part";
  for (const Print& print : set.prints) {
    const auto seed = static_cast<uint64_t>(print.finger * 1000 + print.impression);
    const FingerView part = CutDown(print.view, seed);
    parts.prints.push_back({print.set, print.finger, print.impression, part, Prepared(part)});
  }
  return parts;
}

std::vector<PrintPair> PartialPairs(const TemplateSet& set, const TemplateSet& parts) {
  std::vector<PrintPair> pairs;
  for (size_t i = 0; i < set.prints.size(); ++i) {
    for (size_t k = i + 1; k < set.prints.size(); ++k) {
      const bool mated = set.prints[i].finger == set.prints[k].finger;
      if (mated) {
        pairs.push_back({&set.prints[i], &parts.prints[k], true});
        pairs.push_back({&parts.prints[i], &set.prints[k], true});
      } else if ((i + k) % 2 == 0) {
        pairs.push_back({&parts.prints[i], &parts.prints[k], false});
      } else if ((i + k) % 4 == 1) {
        pairs.push_back({&set.prints[i], &parts.prints[k], false});
      } else {
        pairs.push_back({&parts.prints[i], &set.prints[k], false});
      }
    }
  }
  return pairs;
}

std::vector<PrintPair> PairsWithin(const TemplateSet& set) {
  std::vector<PrintPair> pairs;
  for (size_t i = 0; i < set.prints.size(); ++i) {
    for (size_t k = i + 1; k < set.prints.size(); ++k) {
      pairs.push_back(
          {&set.prints[i], &set.prints[k], set.prints[i].finger == set.prints[k].finger});
    }
  }
  return pairs;
}

std::vector<PrintPair> NonMatedPairs(const std::vector<TemplateSet>& sets) {
  std::vector<const Print*> prints;
  for (const TemplateSet& set : sets) {
    for (const Print& print : set.prints) prints.push_back(&print);
  }
  std::vector<PrintPair> pairs;
  for (size_t i = 0; i < prints.size(); ++i) {
    for (size_t k = i + 1; k < prints.size(); ++k) {
      const Print& a = *prints[i];
      const Print& b = *prints[k];
      if ((a.set == b.set && a.finger == b.finger) || LikelySame(a, b) || LikelySame(b, a)) {
        continue;
      }
      pairs.push_back({&a, &b, false});
    }
  }
  return pairs;
}

std::vector<compare::Engine::Outcome> ScorePairs(const std::vector<PrintPair>& pairs, int threads) {
  std::vector<compare::Engine::Outcome> outcomes(pairs.size());
  const auto workers = static_cast<size_t>(std::max(1, threads));
  auto work = [&](size_t first) {
    const auto engine = std::make_unique<compare::Engine>();
    for (size_t k = first; k < pairs.size(); k += workers) {
      outcomes[k] =
          engine->Run(pairs[k].probe->prepared.data(), pairs[k].reference->prepared.data());
      outcomes[k].alignment = nullptr;  // it lives in the engine
    }
  };
  std::vector<std::thread> running;
  for (size_t w = 1; w < workers; ++w) running.emplace_back(work, w);
  work(0);
  for (std::thread& thread : running) thread.join();
  return outcomes;
}

std::vector<double> Scores(const std::vector<PrintPair>& pairs,
                           const std::vector<compare::Engine::Outcome>& outcomes, bool mated) {
  std::vector<double> scores;
  for (size_t k = 0; k < pairs.size(); ++k) {
    if (pairs[k].mated == mated) scores.push_back(compare::FinalScore(outcomes[k]));
  }
  return scores;
}

}  // namespace taanu::accuracy
