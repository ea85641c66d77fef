#include "matcher/gallery/clusters.h"

#include <algorithm>

#include "matcher/gallery/projection.h"

namespace taanu::gallery {
namespace {

static_assert(kCentreRow % kProjectStep == 0 && kClusters % kProjectRows == 0);

constexpr std::array<std::array<int8_t, kDescriptorBits>, kClusters> kCentres = {{
#include "matcher/gallery/cluster_centres.inc"
}};

const std::vector<CentreRow>& Centres() {
  static const std::vector<CentreRow> rows = [] {
    std::vector<CentreRow> all(kClusters, CentreRow{});
    for (size_t c = 0; c < kClusters; ++c) {
      std::copy(kCentres[c].begin(), kCentres[c].end(), all[c].begin());
    }
    return all;
  }();
  return rows;
}

// At most 200 * 128 * 255, which leaves room for the number of a cluster below.
std::array<int32_t, kClusters> ProductsWith(const CentreRow& own) {
  std::array<int32_t, kClusters> products;
  Project(Centres()[0].data(), kClusters, own.data(), kCentreRow, products.data());
  return products;
}

}  // namespace

CentreRow RowOf(const Descriptor& own) {
  CentreRow row{};
  for (size_t k = 0; k < kDescriptorBits; ++k) {
    row[k] = static_cast<int16_t>((own[k / 8] >> (k % 8) & 1) * 2 - 1);
  }
  return row;
}

size_t NearestRow(const std::vector<CentreRow>& centres, const CentreRow& own) {
  std::vector<int32_t> products(centres.size());
  Project(centres[0].data(), centres.size(), own.data(), kCentreRow, products.data());
  return static_cast<size_t>(std::max_element(products.begin(), products.end()) - products.begin());
}

uint8_t ClusterOf(const Descriptor& own) {
  const std::array<int32_t, kClusters> products = ProductsWith(RowOf(own));
  return static_cast<uint8_t>(std::max_element(products.begin(), products.end()) -
                              products.begin());
}

std::vector<uint8_t> NearestClusters(const WeighedDescriptor& own, size_t count) {
  CentreRow row = RowOf(own.bits);
  for (size_t k = 0; k < kDescriptorBits; ++k) {
    row[k] = static_cast<int16_t>(row[k] * own.weights[k]);
  }
  const std::array<int32_t, kClusters> products = ProductsWith(row);
  // The smallest first: what is left of the largest product, above the number.
  std::array<uint32_t, kClusters> keys;
  constexpr int32_t kMost = 1 << 23;
  for (size_t c = 0; c < kClusters; ++c) {
    keys[c] = static_cast<uint32_t>(kMost - products[c]) << 8 | static_cast<uint32_t>(c);
  }
  const auto end = keys.begin() + static_cast<ptrdiff_t>(std::min(count, kClusters));
  std::partial_sort(keys.begin(), end, keys.end());
  std::vector<uint8_t> nearest;
  for (auto key = keys.begin(); key != end; ++key) nearest.push_back(static_cast<uint8_t>(*key));
  return nearest;
}

}  // namespace taanu::gallery
