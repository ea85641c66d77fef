// Neighbourhoods of minutiae in clusters, so that a search need not look at those that are unlike
// any of a probe (an inverted file: Jegou, Douze, Schmid, "Product Quantization for Nearest
// Neighbor Search", IEEE PAMI 33(1), 2011).
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "matcher/gallery/descriptor.h"

namespace taanu::gallery {

inline constexpr size_t kClusters = 128;

// For each descriptor the clusters, the one whose centre is nearest first; of equally near ones the
// lowest number. The centres are in cluster_centres.inc, which fit_clusters in tests/accuracy made
// of FVC2000 and FVC2004.
std::vector<std::array<uint8_t, kClusters>> ClustersByDistance(
    std::span<const Descriptor> descriptors);

// The first of those.
std::vector<uint8_t> NearestClusters(std::span<const Descriptor> descriptors);

}  // namespace taanu::gallery
