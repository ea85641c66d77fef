// Joins the scores of several comparisons of one person into one that means the same.
//
// Thread-safety: a Fusion belongs to one thread at a time. Nothing is allocated.
#pragma once

#include <array>

#include "matcher/template.h"

namespace taanu::gallery {

// Collects the scores of a probe's views against a candidate's, by the finger of the probe. Within
// a finger the comparisons are not independent: the best of n counts, less 10 log10(n), which
// bounds its false match rate whatever the dependence (union bound). Different fingers are taken as
// independent, and their false match rates p are joined by Fisher's method ("Statistical Methods
// for Research Workers", 1925, section 21.1): the chance that the product of k uniform numbers is
// at most P is P times the sum over j < k of (-ln P)^j / j!. Views of unknown position may show the
// same finger, so they count as one finger; where the probe has any, it is not known to be another
// finger than the known ones either, and all count as one.
class Fusion {
 public:
  void Clear();
  void Add(FingerPosition probe_position, double score);
  // The score, 0 to kScoreMax; 0 where nothing was added.
  double Score() const;
  int comparisons() const;

 private:
  struct Finger {
    int comparisons = 0;
    double best = 0;
  };
  std::array<Finger, kFingerPositionMax + 1> fingers_{};
};

}  // namespace taanu::gallery
