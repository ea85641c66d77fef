#include "tests/accuracy/template_sets.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <system_error>
#include <thread>

#include "matcher/codec/codec.h"

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
      const FingerView none;
      const auto& views = decoded->value.views;
      set.prints.push_back(
          {name, finger, impression, Prepared(views.empty() ? none : views.front())});
    }
    std::sort(set.prints.begin(), set.prints.end(), [](const Print& a, const Print& b) {
      return a.finger != b.finger ? a.finger < b.finger : a.impression < b.impression;
    });
    sets.push_back(std::move(set));
  }
  return sets;
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
