#include "service/rolls/finger_search.h"

#include <algorithm>

#include "matcher/compare/comparator.h"

namespace taanu {
namespace {

// A search of the accredited that takes longer is given up, and is incomplete: a voter waits.
constexpr std::chrono::seconds kAccreditedTime{2};

// Up to so many comparisons a search compares everybody, which misses nobody that the comparator
// knows. One takes some 33 us with the preparation of its reference (matcher/README.md), so this is
// 0.2 s.
constexpr size_t kRollComparisonsMax = 6000;

// Beyond that it screens, with less haste than the gallery's defaults, since the voter stands
// there, and the list is short.
constexpr double kRollCheckShare = 0.05;
constexpr double kRollShortlistShare = 0.005;

// Those accredited are screened at every attempt. A score of kSureScore asks for so much agreement
// that whoever shows less of it in the check need not be compared: of 1,349 mates that reach 72
// this misses eight more than screening does (matcher/README.md), and spares most comparisons.
constexpr double kSureScore = 60;
constexpr double kSureCoherence = 3.5;

tl::unexpected<Error> Incomplete(std::string_view why) {
  return Fail(ErrorCode::kUnavailable, "SEARCH_INCOMPLETE",
              std::string(why) + "; nobody can be ruled out, so try again, or give the number");
}

}  // namespace

double ScoreForSearch(double fmr, uint64_t people) {
  return std::min(kScoreMax, ScoreForFmr(fmr / static_cast<double>(std::max<uint64_t>(1, people))));
}

Result<RollFinding> SearchRoll(Rolls& rolls, std::string_view precinct_id,
                               std::span<const FingerView> probe, double fmr,
                               std::chrono::steady_clock::time_point deadline) {
  if (!rolls.Serves(precinct_id)) {
    return Fail(ErrorCode::kConflict, "ROLL_NOT_KEPT",
                "this daemon does not keep the roll of precinct " + std::string(precinct_id) +
                    " for searches; see [search] precincts");
  }
  const Roll* const roll = rolls.Find(precinct_id);
  if (roll == nullptr || !roll->ready()) return Incomplete("the roll is being read into memory");
  const GallerySize size = roll->size();
  SearchOptions options;
  if (size.views * probe.size() <= kRollComparisonsMax) options.mode = SearchMode::kFull;
  options.check_share = kRollCheckShare;
  options.shortlist_share = kRollShortlistShare;
  options.top_k = 2;
  options.deadline = deadline;
  TAANU_ASSIGN_OR_RETURN(const SearchResult result, roll->SearchAll(probe, options));
  if (!result.complete()) return Incomplete("the time for the search was over before its end");
  RollFinding finding;
  finding.searched_count = size.subjects;
  finding.threshold_score = ScoreForSearch(fmr, size.subjects);
  for (const Candidate& candidate : result.candidates) {
    finding.best_score = std::max(finding.best_score, candidate.score);
    if (candidate.score < finding.threshold_score) continue;
    finding.found.push_back({ReferenceOf(candidate.id), candidate.score});
  }
  return finding;
}

rules::AccreditedSearch SearchAccredited(const Rolls& rolls, DuplicateScope scope,
                                         std::string_view precinct_id, const KeyedReference& voter,
                                         std::span<const FingerView> probe, double fpir,
                                         size_t others) {
  rules::AccreditedSearch out;
  if (scope == DuplicateScope::kOff || probe.empty()) return out;
  std::vector<const Roll*> searched = rolls.All();
  if (scope == DuplicateScope::kPrecinct) {
    std::erase_if(searched, [&](const Roll* r) { return r->precinct_id() != precinct_id; });
  }
  std::erase_if(searched, [](const Roll* r) { return r->accredited() == 0; });
  out.made = true;
  out.complete = rolls.accredited_known();
  out.searched_count = others;
  for (const Roll* roll : searched) {
    out.searched_count += roll->searchable_accredited();
    out.complete = out.complete && roll->ready();
  }
  out.threshold_score = ScoreForSearch(fpir, out.searched_count);

  std::vector<FingerView> blind(probe.begin(), probe.end());
  for (FingerView& view : blind) view.position = FingerPosition::kUnknown;
  SearchOptions options;
  if (out.threshold_score >= kSureScore) options.coherence_min = kSureCoherence;
  options.score_min = out.threshold_score;
  options.deadline = std::chrono::steady_clock::now() + kAccreditedTime;
  for (const Roll* roll : searched) {
    const auto result = roll->SearchAccredited(blind, options);
    out.complete = out.complete && result && result->complete();
    if (!result) continue;
    for (const Candidate& candidate : result->candidates) {
      const KeyedReference other = ReferenceOf(candidate.id);
      if (other != voter) out.hits.push_back({other, candidate.score});
    }
  }
  return out;
}

}  // namespace taanu
