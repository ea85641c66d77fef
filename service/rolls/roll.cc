#include "service/rolls/roll.h"

#include <utility>

namespace taanu {
namespace {

constexpr uint32_t kWordBits = 64;

}  // namespace

std::shared_ptr<Gallery> Roll::gallery() const {
  const std::lock_guard lock(mutex_);
  return gallery_;
}

void Roll::Mark(uint32_t number) {
  if (marks_.size() <= number / kWordBits) marks_.resize(number / kWordBits + 1);
  uint64_t& word = marks_[number / kWordBits];
  const uint64_t bit = uint64_t{1} << (number % kWordBits);
  if ((word & bit) != 0) return;
  word |= bit;
  ++marked_;
}

uint32_t Roll::NumberOf(const KeyedReference& voter) {
  const std::lock_guard lock(mutex_);
  const auto [it, added] = numbers_.try_emplace(voter, static_cast<uint32_t>(numbers_.size()));
  if (added && accredited_.contains(voter)) Mark(it->second);
  return it->second;
}

GallerySubject Roll::SubjectOf(const EnrolledVoter& voter) {
  GallerySubject subject{IdOf(voter.reference), 0, 0, SearchableViews(voter)};
  if (!subject.views.empty()) subject.number = NumberOf(voter.reference);
  return subject;
}

void Roll::Clear() {
  loaded_ = false;
  unsearchable_ = 0;
  const std::lock_guard lock(mutex_);
  gallery_ = std::make_shared<Gallery>();
}

void Roll::InsertAll(std::span<const EnrolledVoter> voters) {
  std::vector<GallerySubject> subjects;
  subjects.reserve(voters.size());
  for (const EnrolledVoter& voter : voters) {
    GallerySubject subject = SubjectOf(voter);
    if (!subject.views.empty()) subjects.push_back(std::move(subject));
  }
  const auto gallery = this->gallery();
  if (gallery->InsertAll(subjects)) return;
  // One of them spoils the step for all, so each takes its own.
  for (const GallerySubject& subject : subjects) {
    if (!gallery->Replace(subject)) ++unsearchable_;
  }
}

void Roll::Put(const EnrolledVoter& voter) {
  const GallerySubject subject = SubjectOf(voter);
  if (subject.views.empty()) {
    Remove(voter.reference);
    return;
  }
  if (gallery()->Replace(subject)) return;
  // The earlier references are not the voter's any more.
  Remove(voter.reference);
  ++unsearchable_;
}

void Roll::Remove(const KeyedReference& voter) {
  // Who is not here need not be removed.
  (void)gallery()->Remove(IdOf(voter));
}

bool Roll::Contains(const KeyedReference& voter) const { return gallery()->Contains(IdOf(voter)); }

void Roll::OnAccredited(const KeyedReference& voter) {
  const std::lock_guard lock(mutex_);
  if (!accredited_.insert(voter).second) return;
  const auto known = numbers_.find(voter);
  if (known != numbers_.end()) Mark(known->second);
}

bool Roll::IsAccredited(const KeyedReference& voter) const {
  const std::lock_guard lock(mutex_);
  return accredited_.contains(voter);
}

size_t Roll::accredited() const {
  const std::lock_guard lock(mutex_);
  return accredited_.size();
}

size_t Roll::searchable_accredited() const {
  const std::lock_guard lock(mutex_);
  return marked_;
}

Result<SearchResult> Roll::SearchAll(std::span<const FingerView> probe,
                                     SearchOptions options) const {
  options.members.reset();
  return gallery()->Search(probe, options);
}

Result<SearchResult> Roll::SearchAccredited(std::span<const FingerView> probe,
                                            SearchOptions options) const {
  std::shared_ptr<Gallery> gallery;
  std::vector<uint64_t> members;
  {
    const std::lock_guard lock(mutex_);
    gallery = gallery_;
    members = marks_;
  }
  options.members = members;
  return gallery->Search(probe, options);
}

}  // namespace taanu
