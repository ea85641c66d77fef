#include "matcher/gallery/index_keys.h"

#include "matcher/gallery/waves.h"

namespace taanu::gallery {

std::vector<IndexKeys> KeysOf(const Prepared::Data& print) {
  // Twelve bits at once must be the same, so they are coarser than a descriptor's: the best of
  // eight shapes on the prints that descriptor.h names.
  constexpr size_t kBits = kIndexTables * kIndexKeyBits;
  static const Waves waves({2718, 14, 1 / 1.8, 100}, kBits);
  const std::vector<uint8_t> signs = waves.SignsOf(print);
  std::vector<IndexKeys> keys(static_cast<size_t>(print.count));
  static_assert(kIndexKeyBits == 12 && kIndexTables % 2 == 0, "two keys make three bytes");
  for (size_t i = 0; i < keys.size(); ++i) {
    const uint8_t* own = &signs[i * kBits / 8];
    for (size_t t = 0; t < kIndexTables; t += 2, own += 3) {
      keys[i][t] = static_cast<uint16_t>(own[0] | (own[1] & 15U) << 8);
      keys[i][t + 1] = static_cast<uint16_t>(own[1] >> 4 | unsigned{own[2]} << 4);
    }
  }
  return keys;
}

}  // namespace taanu::gallery
