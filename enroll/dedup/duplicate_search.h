// Finds people who are likely to be in the register twice: each against all others, by all fingers.
// Those who were taken off the roll are left out. The search goes by an index
// (SearchMode::kIndexed), which misses some mates that comparing everybody with everybody would
// find. Each pair is looked at once, by the one of the two who was added later.
//
// Who is found is for people to judge, with both records before them; nothing here decides. How
// many pairs of different people may be taken for one on average is stated for the whole register,
// and the threshold follows from it and from the number of pairs: a search among N people is N (N -
// 1) / 2 chances of a false match. So the same two prints may be a case in a small register and
// none in a large one, and that is the price of a stated number of false cases. What score
// strangers reach how often is first measured in the register itself (stranger_scale.h).
//
// Thread-safety: Find may be called by any number of threads, also while others add and remove, but
// not while Load does; Run uses threads of its own.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <vector>

#include "enroll/dedup/stranger_scale.h"
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

struct DuplicateSearchResult {
  // By score, the highest first, then by references; each pair once.
  std::vector<LikelyDuplicate> pairs;
  uint64_t people = 0;      // that have a usable reference, and are searched among
  uint64_t searched = 0;    // of these; who was taken off the roll meanwhile is not
  uint64_t unsearched = 0;  // without a usable reference: they must be looked into otherwise
  uint64_t arrived = 0;     // came after the search had begun, and are not searched
  double fmr = 1;           // the threshold, and the score that it stands for here
  double score_min = 0;
  // Pairs of strangers that this was measured on, and how often strangers reach that score, as a
  // multiple of what it claims.
  uint64_t strangers = 0;
  double times_claimed = 1;
  // Whether the search came to the end of the register. Only then does it say that nobody else of
  // those who were searched is there twice.
  bool complete = false;
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
  // Told now and then, on the caller's thread, what was found so far: pairs in the order in which
  // they were found. Its error ends the search.
  std::function<Status(const DuplicateSearchResult& so_far)> progress;
};

// How alike strangers are among `people` people of the register, by `options.sample` of them, all
// compared with each other. Errors: those of the register.
Result<StrangerScale> MeasureStrangers(const Register& voters, uint64_t people,
                                       const DuplicateSearchOptions& options);

// How thorough a search is (matcher/gallery/gallery.h); what is lost and gained is in
// enroll/README.md.
struct DuplicateSearchTuning {
  size_t clusters = 4;
  double check_share = 0.005;
  double shortlist_share = 0;
  size_t shortlist_min = 8;
  // By how many fingers people are looked for, those of the best prints. Whoever is found is
  // compared by all.
  size_t fingers_screened = 2;
};

class DuplicateSearch {
 public:
  explicit DuplicateSearch(const DuplicateSearchTuning& tuning = {})
      : gallery_(GalleryKind::kIndexed), tuning_(tuning) {}

  // Adds everybody of the register who has a reference; one of no finger's size counts as none.
  // Errors: those of the register; kCancelled (CANCELLED) where `cancelled` was set meanwhile.
  Status Load(const Register& voters, const std::atomic<bool>* cancelled = nullptr);

  // Adds one, or puts what they have now in the place of what they had. Errors: kUnsupported
  // (VIEW_TOO_LARGE). Who has no reference is in no search.
  Status Put(const EnrolledVoter& voter);
  void Remove(const KeyedReference& voter);
  bool Contains(const KeyedReference& voter) const;
  // Whether Load left them out for a reference of no finger's size.
  bool LeftOut(const KeyedReference& voter) const { return left_out_.contains(voter); }
  uint64_t people() const { return gallery_.size().subjects; }
  // Of memory.
  uint64_t bytes() const { return gallery_.size().bytes; }

  // Who of those that were added reaches a score of `score_min`; the voter may be among them or
  // not. The best `limit` at most.
  Result<std::vector<LikelyDuplicate>> Find(const EnrolledVoter& voter, double score_min,
                                            size_t limit) const;
  // The same, of those alone that were added before the voter was, who must have been.
  Result<std::vector<LikelyDuplicate>> FindBefore(const EnrolledVoter& voter, double score_min,
                                                  size_t limit) const;

  // Everybody against everybody, of those that were added. Errors: those of the register and of
  // `progress`; kBadInput (BAD_OPTION: a number out of range).
  Result<DuplicateSearchResult> Run(const Register& voters,
                                    const DuplicateSearchOptions& options) const;

 private:
  GallerySubject SubjectOf(const EnrolledVoter& voter);
  Status InsertEach(std::span<const GallerySubject> subjects);
  Result<std::vector<LikelyDuplicate>> Search(const EnrolledVoter& voter, SearchOptions options,
                                              size_t limit) const;

  Gallery gallery_;
  std::atomic<uint32_t> next_number_{0};  // people are numbered as they are added
  const DuplicateSearchTuning tuning_;
  std::set<KeyedReference> left_out_;
};

}  // namespace taanu
