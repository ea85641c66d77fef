// Attempts that are about to be decided, each with the fingers of its voter, so that two terminals
// that present one finger under two identities at one moment do not both pass.
//
// An attempt claims the finger when it has matched the voter, before it is searched among those who
// were accredited, and holds the claim until its outcome is durable and the accreditation is in
// that list. Of any two attempts at one time one claimed second: it compares its finger with the
// other's voter, and tells both. Each is decided in a transaction of its own, one after the other;
// the one that comes second then finds that the voter whom its finger also matches was accredited.
// Whoever claimed before and has gone is in the list of the accredited, which is searched after the
// claim.
//
// Thread-safety: all may be called from any thread at any time.
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string_view>
#include <vector>

#include "enroll/store/sealing.h"
#include "matcher/template.h"
#include "service/rules/duplicate_finger.h"

namespace taanu {

class FingerClaims;

// Gives up the claim when it is destroyed.
class FingerClaim {
 public:
  ~FingerClaim();
  FingerClaim(const FingerClaim&) = delete;
  FingerClaim& operator=(const FingerClaim&) = delete;

  // Other voters whose attempts were on their way at the same time, with the score of the finger
  // against them, as known now; also those that claimed later.
  std::vector<rules::FingerHit> Hits() const;
  // Other attempts that were on their way when this one claimed.
  size_t others() const { return others_; }

 private:
  friend class FingerClaims;
  struct State;
  FingerClaim(FingerClaims* claims, std::shared_ptr<State> state)
      : claims_(*claims), state_(std::move(state)) {}

  FingerClaims& claims_;
  std::shared_ptr<State> state_;
  size_t others_ = 0;
};

class FingerClaims {
 public:
  // Claims, and compares `probe` with the `references` of every voter whose attempt is on its way
  // and was claimed in the same `group`: a precinct, where identities are searched within one
  // alone. The score is that of the best pair, less what so many pairs are worth
  // (rules::FuseScores), whatever fingers they are said to be of. Must outlive the claim.
  std::shared_ptr<FingerClaim> Enter(std::string_view group, const KeyedReference& voter,
                                     std::span<const FingerView> probe,
                                     std::vector<FingerView> references);

 private:
  friend class FingerClaim;
  void Leave(const FingerClaim::State* state);

  std::mutex mutex_;
  std::vector<std::shared_ptr<FingerClaim::State>> states_;  // of all claims that are held
};

}  // namespace taanu
