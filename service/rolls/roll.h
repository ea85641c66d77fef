// One precinct's roll in memory: the references of its voters, to be searched 1:N, and which of
// them were accredited.
//
// Thread-safety: searches, OnAccredited and the figures may be called from any thread at any time;
// what changes the references is called by one thread at a time (the loader's). A search sees the
// roll as it was when it began.
// Invariants:
//   1. Whoever was accredited is marked, whether the voter's references are here yet or not, and
//      stays so.
//   2. It is `ready` only where the references are those of the register, but for the changes that
//      are counted as waiting.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "enroll/register/register.h"
#include "matcher/error.h"
#include "matcher/gallery/gallery.h"
#include "service/rolls/subject.h"

namespace taanu {

class Roll {
 public:
  explicit Roll(std::string precinct_id) : precinct_id_(std::move(precinct_id)) {}

  const std::string& precinct_id() const { return precinct_id_; }

  // Whether everybody on the roll can be searched.
  bool ready() const { return current() && changes_waiting_ == 0; }
  // Whether it was loaded, and no change was lost since.
  bool current() const { return loaded_ && !stale_; }
  void set_loaded(bool loaded) { loaded_ = loaded; }
  bool stale() const { return stale_; }
  // There were more changes than could be noted.
  void set_stale(bool stale) { stale_ = stale; }
  // Changes that became durable and are not in here yet.
  void AddWaiting(int changes) { changes_waiting_ += changes; }

  // Forgets the references, so that they can be loaded afresh.
  void Clear();
  // Adds voters who are not here yet, in one step. Those whose references cannot be searched are
  // left out and counted.
  void InsertAll(std::span<const EnrolledVoter> voters);
  // Puts what a voter has now in the place of what was here; takes a voter without searchable
  // references away.
  void Put(const EnrolledVoter& voter);
  void Remove(const KeyedReference& voter);
  bool Contains(const KeyedReference& voter) const;

  void OnAccredited(const KeyedReference& voter);
  bool IsAccredited(const KeyedReference& voter) const;
  // All who were accredited, and those of them who can be searched.
  size_t accredited() const;
  size_t searchable_accredited() const;

  GallerySize size() const { return gallery()->size(); }
  // Voters whose references are of no finger's size: no search finds them.
  size_t unsearchable() const { return unsearchable_; }

  // Errors: as Gallery::Search.
  Result<SearchResult> SearchAll(std::span<const FingerView> probe, SearchOptions options) const;
  Result<SearchResult> SearchAccredited(std::span<const FingerView> probe,
                                        SearchOptions options) const;

 private:
  std::shared_ptr<Gallery> gallery() const;
  GallerySubject SubjectOf(const EnrolledVoter& voter);
  uint32_t NumberOf(const KeyedReference& voter);
  void Mark(uint32_t number);

  const std::string precinct_id_;
  std::atomic<bool> loaded_ = false;
  std::atomic<bool> stale_ = false;
  std::atomic<int> changes_waiting_ = 0;
  std::atomic<size_t> unsearchable_ = 0;

  mutable std::mutex mutex_;  // over all below
  std::shared_ptr<Gallery> gallery_ = std::make_shared<Gallery>();
  // A voter's number within this roll, given when the voter is first seen and never again to
  // another.
  std::unordered_map<KeyedReference, uint32_t, KeyedReferenceHash> numbers_;
  std::unordered_set<KeyedReference, KeyedReferenceHash> accredited_;
  // A bit to each number: those who were accredited.
  std::vector<uint64_t> marks_;
  size_t marked_ = 0;
};

}  // namespace taanu
