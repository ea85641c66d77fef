#include "service/cases/case_picture.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string_view>

#include "enroll/load/finger_column.h"
#include "matcher/compare/comparator.h"
#include "matcher/evaluate/svg/pair_picture.h"

namespace taanu {
namespace {

struct Compared {
  FingerAgreement agreement;
  const FingerView* view = nullptr;
  const FingerView* other = nullptr;
  std::vector<MinutiaPair> pairs;
};

bool Comparable(const FingerView& a, const FingerView& b) {
  if (a.minutiae.empty() || b.minutiae.empty()) return false;
  return a.position == b.position || a.position == FingerPosition::kUnknown ||
         b.position == FingerPosition::kUnknown;
}

std::vector<Compared> CompareAll(const EnrolledVoter& voter, const EnrolledVoter& other) {
  Comparator comparator;
  std::vector<Compared> all;
  for (const FingerReference& finger : voter.fingers) {
    const Prepared prepared(finger.view);
    for (const FingerReference& against : other.fingers) {
      if (!Comparable(finger.view, against.view)) continue;
      Compared& compared = all.emplace_back();
      compared.view = &finger.view;
      compared.other = &against.view;
      const double score = comparator.Explain(prepared, Prepared(against.view), &compared.pairs);
      compared.agreement = {finger.view.position, against.view.position, score,
                            compared.pairs.size()};
    }
  }
  std::ranges::stable_sort(all, [](const Compared& a, const Compared& b) {
    return a.agreement.score > b.agreement.score;
  });
  return all;
}

std::string NameOf(const EnrolledVoter& voter, const FingerView& view) {
  std::string name = "voter " + ToHex(voter.reference);
  if (view.position == FingerPosition::kUnknown) return name;
  return name + ", " + std::string(FingerColumn(view.position));
}

std::string Title(uint64_t case_id, const FingerAgreement& shown) {
  std::array<char, 96> text{};
  std::snprintf(text.data(), text.size(), ": score %.1f, %zu minutiae correspond", shown.score,
                shown.matched_count);
  return "case " + std::to_string(case_id) + text.data();
}

}  // namespace

Result<CasePicture> DrawCase(uint64_t case_id, const EnrolledVoter& voter,
                             const EnrolledVoter& other, FingerPosition position) {
  const std::vector<Compared> all = CompareAll(voter, other);
  const auto shown = std::ranges::find_if(all, [&](const Compared& compared) {
    return position == FingerPosition::kUnknown || compared.view->position == position ||
           compared.other->position == position;
  });
  if (shown == all.end()) {
    return Fail(ErrorCode::kConflict, "NO_COMPARABLE_FINGER",
                "the two voters have no reference of the same finger that could be drawn");
  }
  CasePicture picture;
  picture.shown = shown->agreement;
  for (const Compared& compared : all) picture.comparisons.push_back(compared.agreement);
  picture.svg = svg::PairPicture(
      Title(case_id, shown->agreement),
      {.name = NameOf(voter, *shown->view), .view = shown->view, .png = {}},
      {.name = NameOf(other, *shown->other), .view = shown->other, .png = {}}, shown->pairs);
  return picture;
}

}  // namespace taanu
