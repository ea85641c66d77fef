#include "tests/support/real_views.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <tuple>
#include <utility>

#include "matcher/codec/codec.h"

namespace taanu::test {
namespace {

// Whether there was one.
bool ReadView(const std::filesystem::path& path, RealView* read) {
  if (std::sscanf(path.stem().c_str(), "%d_%d", &read->finger, &read->impression) != 2) {
    return false;
  }
  std::ifstream in(path, std::ios::binary);
  const std::vector<uint8_t> bytes{std::istreambuf_iterator<char>(in),
                                   std::istreambuf_iterator<char>()};
  Result<DecodedTemplate> decoded = DecodeTemplate(bytes);
  if (!decoded || decoded->value.views.empty()) return false;
  read->view = std::move(decoded->value.views.front());
  return true;
}

}  // namespace

double RealSet::MeanMinutiae() const {
  size_t sum = 0;
  for (const RealView& v : views) sum += v.view.minutiae.size();
  return views.empty() ? 0.0 : static_cast<double>(sum) / static_cast<double>(views.size());
}

std::vector<RealSet> ReadRealSets(const std::filesystem::path& root) {
  std::map<std::string, RealSet> sets;
  std::error_code none;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root, none)) {
    RealView read;
    if (!entry.is_regular_file() || !ReadView(entry.path(), &read)) continue;
    const std::string name = entry.path().parent_path().lexically_relative(root).string();
    sets[name].name = name;
    sets[name].views.push_back(std::move(read));
  }
  std::vector<RealSet> sorted;
  for (auto& [name, set] : sets) {
    std::sort(set.views.begin(), set.views.end(), [](const RealView& a, const RealView& b) {
      return std::tie(a.finger, a.impression) < std::tie(b.finger, b.impression);
    });
    sorted.push_back(std::move(set));
  }
  return sorted;
}

}  // namespace taanu::test
