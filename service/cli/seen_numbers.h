// The voter numbers of a dry run, by which one that is there twice is found though nothing is
// stored: about 50 bytes a voter.
//
// Thread-safety: belongs to one thread.
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>

#include "enroll/load/manifest.h"

namespace taanu::cli {

class SeenNumbers {
 public:
  SeenNumbers();

  enum class Seen {
    kNew,
    kSame,   // the same row once more, which a load answers as already enrolled
    kOther,  // the number with other data or samples, which a load rejects
  };
  // Files of the same name count as the same sample.
  Seen Add(const LoadRow& row);

 private:
  // Keyed by a key of this object, so that nobody can make numbers that collide.
  uint64_t Hash(const std::string& text) const;

  std::array<unsigned char, 16> key_{};
  std::unordered_map<uint64_t, uint64_t> content_by_number_;
};

}  // namespace taanu::cli
