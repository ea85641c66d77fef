#include "matcher/gallery/descriptor.h"

#include <cstring>

#include "matcher/gallery/waves.h"

namespace taanu::gallery {

std::vector<Descriptor> Describe(const Prepared::Data& print) {
  // Measured as kDescriptorBytes was. The seed is part of the descriptor's definition.
  static const Waves waves({2718, 10, 1 / 2.2, 150}, kDescriptorBits);
  const std::vector<uint8_t> signs = waves.SignsOf(print);
  std::vector<Descriptor> descriptors(static_cast<size_t>(print.count));
  for (size_t i = 0; i < descriptors.size(); ++i) {
    std::memcpy(descriptors[i].data(), &signs[i * kDescriptorBytes], kDescriptorBytes);
  }
  return descriptors;
}

}  // namespace taanu::gallery
