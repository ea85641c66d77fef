// Made-up prints in numbers, for measuring searches.
//
// Growing and extracting a synthetic finger takes tens of milliseconds, so large galleries are made
// of mosaics: sectors of three synthetic fingers, each turned, shifted and disturbed, and some of
// the minutiae dropped. Their local structures are those of synthetic prints, not of real ones, and
// two mosaics may share a sector's source. They are easier to tell from real prints than other real
// prints are.
//
// Thread-safety: a PrintMaker belongs to one thread.
#pragma once

#include <cstdint>
#include <vector>

#include "matcher/template.h"

namespace taanu::bench {

class PrintMaker {
 public:
  // Extracts `fingers` synthetic fingers, at some 30 ms each.
  PrintMaker(int fingers, uint64_t seed);

  // The next mosaic. The same ones come in the same order for the same arguments.
  FingerView Next();

 private:
  double Uniform();
  double Normal();
  FingerView Disturbed(const FingerView& finger);

  std::vector<FingerView> fingers_;
  uint64_t state_;
};

}  // namespace taanu::bench
