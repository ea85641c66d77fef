#include "matcher/gallery/descriptor.h"

#include <cstring>

#include "matcher/gallery/wave_kernel.h"
#include "matcher/gallery/waves.h"

namespace taanu::gallery {

std::vector<Descriptor> Describe(const Prepared::Data& print) {
  // The kernel's vectors ask for some bits more. The shape was measured as kDescriptorBytes was,
  // the seed is part of the descriptor's definition.
  constexpr size_t kBits = (kDescriptorBits + kWavesAbreast - 1) / kWavesAbreast * kWavesAbreast;
  static const Waves waves({2718, 10, 1 / 2.2, 150}, kBits);
  const std::vector<uint8_t> signs = waves.SignsOf(print);
  std::vector<Descriptor> descriptors(static_cast<size_t>(print.count));
  for (size_t i = 0; i < descriptors.size(); ++i) {
    std::memcpy(descriptors[i].data(), &signs[i * kBits / 8], kDescriptorBytes);
  }
  return descriptors;
}

}  // namespace taanu::gallery
