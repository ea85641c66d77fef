// Ridges as lines of one pixel: thinning by Guo and Hall ("Parallel thinning with two-subiteration
// algorithms", CACM 32(3), 1989, algorithm A1), over a list of the pixels that may still go.
#include <array>

#include "enroll/extract/stages.h"

namespace taanu::extract {
namespace {

// Neighbours in the order N, NE, E, SE, S, SW, W, NW, one bit each.
struct Neighbourhood {
  explicit Neighbourhood(ptrdiff_t stride)
      : offsets{-stride, -stride + 1, 1, stride + 1, stride, stride - 1, -1, -stride - 1} {}
  uint8_t Code(const uint8_t* pixel) const {
    unsigned code = 0;
    for (unsigned i = 0; i < 8; ++i) code |= static_cast<unsigned>(pixel[offsets[i]] & 1) << i;
    return static_cast<uint8_t>(code);
  }
  std::array<ptrdiff_t, 8> offsets;
};

bool MayGo(unsigned code, int subiteration) {
  const auto p = [code](unsigned i) { return (code >> (i % 8) & 1) != 0; };
  const bool n = p(0), ne = p(1), e = p(2), se = p(3), s = p(4), sw = p(5), w = p(6), nw = p(7);
  const int crossings = static_cast<int>(!n && (ne || e)) + static_cast<int>(!e && (se || s)) +
                        static_cast<int>(!s && (sw || w)) + static_cast<int>(!w && (nw || n));
  if (crossings != 1) return false;
  const int n1 = static_cast<int>(nw || n) + static_cast<int>(ne || e) + static_cast<int>(se || s) +
                 static_cast<int>(sw || w);
  const int n2 = static_cast<int>(n || ne) + static_cast<int>(e || se) + static_cast<int>(s || sw) +
                 static_cast<int>(w || nw);
  const int fewest = n1 < n2 ? n1 : n2;
  if (fewest < 2 || fewest > 3) return false;
  return subiteration == 0 ? !((n || ne || !se) && e) : !((s || sw || !nw) && w);
}

using Table = std::array<std::array<bool, 256>, 2>;

const Table& GetTable() {
  static const Table kTable = [] {
    Table table{};
    for (unsigned code = 0; code < 256; ++code) {
      table[0][code] = MayGo(code, 0);
      table[1][code] = MayGo(code, 1);
    }
    return table;
  }();
  return kTable;
}

}  // namespace

Bitmap Binarise(const Plane& enhanced, const Plane& mask) {
  Bitmap bitmap(enhanced.width, enhanced.height);
  for (int y = 0; y < enhanced.height; ++y) {
    const float* in = enhanced.row(y);
    const float* usable = mask.row(y / kCell);
    uint8_t* out = bitmap.data.data() + bitmap.index(0, y);
    for (int x = 0; x < enhanced.width; ++x) {
      out[x] = static_cast<uint8_t>(in[x] < 0 && usable[x / kCell] != 0);
    }
  }
  return bitmap;
}

void Thin(Bitmap* bitmap) {
  const Table& table = GetTable();
  const Neighbourhood neighbours(bitmap->stride);
  uint8_t* const data = bitmap->data.data();
  constexpr uint8_t kSet = 1;
  constexpr uint8_t kListed = 2;  // in `pending`, so that no pixel is there twice
  std::vector<uint32_t> pending;
  for (int y = 0; y < bitmap->height; ++y) {
    for (int x = 0; x < bitmap->width; ++x) {
      const size_t i = bitmap->index(x, y);
      if (data[i] == 0 || neighbours.Code(data + i) == 0xFF) continue;
      pending.push_back(static_cast<uint32_t>(i));
    }
  }
  for (const uint32_t i : pending) data[i] |= kListed;
  std::vector<uint32_t> gone;
  std::vector<uint32_t> kept;
  // A pixel at the border of its ridge is looked at again only after a neighbour went. Both
  // subiterations look at the same list, and the pixels beside what they took join the next one.
  int idle = 0;
  for (int subiteration = 0; idle < 2; subiteration ^= 1) {
    gone.clear();
    kept.clear();
    for (const uint32_t i : pending) {
      const bool goes = table[static_cast<size_t>(subiteration)][neighbours.Code(data + i)];
      (goes ? gone : kept).push_back(i);
    }
    for (const uint32_t i : gone) data[i] = 0;
    pending.swap(kept);
    for (const uint32_t i : gone) {
      for (const ptrdiff_t offset : neighbours.offsets) {
        uint8_t& pixel = data[static_cast<ptrdiff_t>(i) + offset];
        if (pixel != kSet) continue;
        pixel |= kListed;
        pending.push_back(static_cast<uint32_t>(static_cast<ptrdiff_t>(i) + offset));
      }
    }
    idle = gone.empty() ? idle + 1 : 0;
  }
  for (uint8_t& pixel : bitmap->data) pixel &= kSet;
}

}  // namespace taanu::extract
