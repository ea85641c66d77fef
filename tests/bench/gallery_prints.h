// Made-up prints in numbers, for measuring searches.
//
// Growing and extracting a synthetic finger takes tens of milliseconds, and real prints are few, so
// large galleries are made of mosaics: sectors of three prints of different fingers, each turned,
// shifted and disturbed. Mosaics of real prints have the local structures, and the flaws, of real
// prints; two of them may share a sector's source. Mosaics of synthetic prints are far easier to
// tell from real prints.
//
// Thread-safety: a PrintMaker belongs to one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "matcher/template.h"

namespace taanu::bench {

// What mosaics are made of: prints, and whose each is.
struct MosaicSource {
  FingerView view;
  uint64_t finger = 0;
};

// Extracts `fingers` synthetic fingers, at some 30 ms each.
std::vector<MosaicSource> SyntheticSources(int fingers, uint64_t seed);

class PrintMaker {
 public:
  // Sources of fewer minutiae than 20 are left out; those of three fingers must remain.
  PrintMaker(std::vector<MosaicSource> sources, uint64_t seed);
  // Of synthetic sources, with 40 minutiae on average.
  PrintMaker(int fingers, uint64_t seed);

  // The next mosaic. The same ones come in the same order for the same arguments.
  FingerView Next();
  // Whose the sectors of the last mosaic are.
  const std::array<uint64_t, 3>& fingers() const { return fingers_; }

 private:
  double Uniform();
  double Normal();
  FingerView Disturbed(const FingerView& view);
  const MosaicSource& Choose(int sector);

  std::vector<MosaicSource> sources_;
  std::array<uint64_t, 3> fingers_{};
  uint64_t state_;
};

}  // namespace taanu::bench
