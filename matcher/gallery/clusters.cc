#include "matcher/gallery/clusters.h"

#include <algorithm>

#include "matcher/gallery/screen.h"

namespace taanu::gallery {
namespace {

constexpr std::array<Descriptor, kClusters> kCentres = {{
#include "matcher/gallery/cluster_centres.inc"
}};

const ProbeCode& Centres() {
  static const ProbeCode centres({kCentres.begin(), kCentres.end()});
  static_assert(kClusters % ProbeCode::kAbreast == 0, "so that no row is there twice");
  return centres;
}

// Calls `use` with the number of each descriptor and its distances from the centres, which are
// kBlock apart.
template <typename Use>
void ForEach(std::span<const Descriptor> descriptors, const Use& use) {
  alignas(kBlock) std::array<uint8_t, kBlockBytes> planes;
  std::vector<uint8_t> distances(kClusters * kBlock);
  for (size_t first = 0; first < descriptors.size(); first += kBlock) {
    const size_t lanes = std::min(kBlock, descriptors.size() - first);
    planes.fill(0);
    for (size_t lane = 0; lane < lanes; ++lane) {
      for (size_t b = 0; b < kDescriptorBytes; ++b) {
        planes[b * kBlock + lane] = descriptors[first + lane][b];
      }
    }
    MeasureAll(planes.data(), 1, Centres(), distances.data());
    for (size_t lane = 0; lane < lanes; ++lane) use(first + lane, &distances[lane]);
  }
}

}  // namespace

std::vector<std::array<uint8_t, kClusters>> ClustersByDistance(
    std::span<const Descriptor> descriptors) {
  std::vector<std::array<uint8_t, kClusters>> orders(descriptors.size());
  ForEach(descriptors, [&orders](size_t k, const uint8_t* distances) {
    std::array<uint16_t, kClusters> keys;
    for (size_t c = 0; c < kClusters; ++c) {
      keys[c] = static_cast<uint16_t>(distances[c * kBlock] << 8 | c);
    }
    std::sort(keys.begin(), keys.end());
    for (size_t c = 0; c < kClusters; ++c) orders[k][c] = static_cast<uint8_t>(keys[c]);
  });
  return orders;
}

std::vector<uint8_t> NearestClusters(std::span<const Descriptor> descriptors) {
  std::vector<uint8_t> nearest(descriptors.size());
  ForEach(descriptors, [&nearest](size_t k, const uint8_t* distances) {
    size_t best = 0;
    for (size_t c = 1; c < kClusters; ++c) {
      if (distances[c * kBlock] < distances[best * kBlock]) best = c;
    }
    nearest[k] = static_cast<uint8_t>(best);
  });
  return nearest;
}

}  // namespace taanu::gallery
