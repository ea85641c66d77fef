// Neighbourhoods of minutiae in clusters, so that a search need not look at those that are unlike
// any of a probe (an inverted file: Jegou, Douze, Schmid, "Product Quantization for Nearest
// Neighbor Search", IEEE PAMI 33(1), 2011).
//
// Centres are directions, not descriptors: of centres made of bits, as many had to be looked at
// half as often again to find the mates of as many minutiae. They are in cluster_centres.inc, which
// fit_clusters in tests/accuracy made of FVC2000 and FVC2004.
//
// Thread-safety: pure functions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "matcher/gallery/descriptor.h"

namespace taanu::gallery {

inline constexpr size_t kClusters = 256;

// The cluster of a minutia of the gallery: that of which the centre has the largest product with
// its bits, taken as 1 and -1; of equal ones the lowest number.
uint8_t ClusterOf(const Descriptor& own);

// The `count` clusters of the largest products with the bits of a probe's minutia, each times its
// weight, the largest first; of equal ones the lowest number.
std::vector<uint8_t> NearestClusters(const WeighedDescriptor& own, size_t count);

// For fitting: as many numbers as a descriptor has bits for each centre, padded with zeros, and a
// descriptor likewise, as products are taken of them.
inline constexpr size_t kCentreRow = 224;
static_assert(kCentreRow >= kDescriptorBits);
using CentreRow = std::array<int16_t, kCentreRow>;
CentreRow RowOf(const Descriptor& own);
// The row of the largest product with `own`.
size_t NearestRow(const std::vector<CentreRow>& centres, const CentreRow& own);

}  // namespace taanu::gallery
