// Finds people who are likely to be in the register twice: each against all others, by all fingers.
// Those who were taken off the roll are left out. The search goes by an index
// (SearchMode::kIndexed), which misses some mates that comparing everybody with everybody would
// find.
//
// Who is found is for people to judge, with both records before them; nothing here decides. How
// many pairs of different people may be taken for one on average is stated for the whole register,
// and the threshold follows from it and from the number of pairs: a search among N people is N (N -
// 1) / 2 chances of a false match. So the same two prints may be a case in a small register and
// none in a large one, and that is the price of a stated number of false cases. What score
// strangers reach how often is first measured in the register itself (stranger_scale.h).
//
// Thread-safety: Find may be called by any number of threads, also while others add and remove;
// Run uses threads of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/error.h"
#include "matcher/gallery/gallery.h"

namespace taanu {

// The false match rate of one pair of people at which `people` of them have `false_pairs` false
// pairs on average; 1 at most.
double DuplicateFmr(double false_pairs, uint64_t people);

// Two people of the register whose fingers match.
struct LikelyDuplicate {
  KeyedReference first{};  // the lower one
  KeyedReference second{};
  // All fingers fused, as a comparison's: -10 log10(FMR).
  double score = 0;

  friend bool operator==(const LikelyDuplicate&, const LikelyDuplicate&) = default;
};

struct DuplicateSearchOptions {
  // False pairs to expect on average in the whole register, above 0 and at most 1,000,000.
  double false_pairs = 1;
  // How many people, drawn from all, are compared with each other in full to learn how alike
  // strangers are; 0 takes scores at their word.
  uint64_t sample = 1000;
  // 1 to kSearchThreadsMax.
  size_t threads = 1;
  // Ends the search early where it is set; it must outlive the search.
  const std::atomic<bool>* cancelled = nullptr;
  // Told now and then, on the caller's thread, how many people of how many have been searched.
  std::function<void(uint64_t done, uint64_t all)> progress;
};

struct DuplicateSearchResult {
  // By score, the highest first, then by references; each pair once.
  std::vector<LikelyDuplicate> pairs;
  uint64_t people = 0;    // that have a usable reference, and were searched among
  uint64_t searched = 0;  // less than that where the search was ended early
  uint64_t unsearched =
      0;           // without a usable reference: who they are must be looked into otherwise
  double fmr = 1;  // the threshold, and the score that it stands for here
  double score_min = 0;
  // Pairs of strangers that this was measured on, and how often strangers reach that score, as a
  // multiple of what it claims.
  uint64_t strangers = 0;
  double times_claimed = 1;
  // Only a complete search says that nobody else is in the register twice.
  bool complete() const { return searched == people; }
};

class DuplicateSearch {
 public:
  DuplicateSearch() : gallery_(GalleryKind::kIndexed) {}

  // Adds everybody of the register who has a reference. Errors: those of the register;
  // kUnsupported (VIEW_TOO_LARGE) where a reference is of no finger's size.
  Status Load(const Register& voters);

  // Adds one, or puts what they have now in the place of what they had. Errors: kUnsupported
  // (VIEW_TOO_LARGE). Who has no reference is in no search.
  Status Put(const EnrolledVoter& voter);
  void Remove(const KeyedReference& voter);
  uint64_t people() const { return gallery_.size().subjects; }

  // Who of those that were added reaches a score of `score_min`; the voter may be among them or
  // not. The best `limit` at most.
  Result<std::vector<LikelyDuplicate>> Find(const EnrolledVoter& voter, double score_min,
                                            size_t limit) const;

  // Everybody against everybody. Those who come to the register meanwhile may be searched or not.
  // Errors: those of the register; kBadInput (BAD_OPTION: a number out of range).
  Result<DuplicateSearchResult> Run(const Register& voters,
                                    const DuplicateSearchOptions& options) const;

 private:
  Gallery gallery_;
};

}  // namespace taanu
