// Corrections of a precinct's total after its polls closed.
//
// The total that was sealed at closing stands for ever. What is found out later is said beside it,
// by two people, with a reason and the document that it rests on. Source: DESIGN section 5.
// Thread-safety: plain values and pure functions; a CorrectionStore belongs to its transaction.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/store/sealing.h"  // KeyedReference
#include "matcher/error.h"

namespace taanu::rules {

class LedgerTransaction;

// Corrections of one precinct at most.
inline constexpr size_t kCorrectionsMax = 100;

// Numbers as in taanu/v1/election.proto; they are kept in the log, and never change their meaning.
enum class CorrectionReason : uint8_t {
  kUnrecorded = 1,
  kNoBallotTaken = 2,
  kCountedTwice = 3,
  kCourtOrder = 4,
  kOther = 5,
};
std::string_view CorrectionReasonName(CorrectionReason reason);  // "UNRECORDED"

struct TotalsCorrection {
  std::string request_id;  // canonical lower-case UUID
  std::string precinct_id;
  KeyedReference operator_ref{};
  KeyedReference second_officer{};
  CorrectionReason reason = CorrectionReason::kOther;
  std::string document;           // such as "act 17-2026"; see IsDocument
  uint64_t accredited_count = 0;  // as it should have been

  // What the ledger adds.
  uint64_t number = 0;          // of the precinct's corrections, from 1
  uint64_t sealed_count = 0;    // at closing
  uint64_t previous_count = 0;  // in force before this one
  int64_t time_us = 0;
  uint64_t event_index = 0;
};

// 1 to 64 characters of A-Z a-z 0-9 space . / _ # - : enough to name a document, and no place for a
// person's story in a log that everybody reads.
bool IsDocument(std::string_view text);

// What is on record when a correction is decided.
struct CorrectionFacts {
  bool closed = false;
  uint64_t voter_count = 0;  // on the roll
  uint64_t sealed_count = 0;
  uint64_t previous_count = 0;
  size_t corrections = 0;
};

// Errors: kConflict with reason POLLS_NOT_CLOSED, CORRECTION_ABOVE_ROLL, NOTHING_TO_CORRECT or
// TOO_MANY_CORRECTIONS.
Status DecideCorrection(const CorrectionFacts& facts, uint64_t accredited_count);

// The part of a transaction that corrections need.
class CorrectionStore {
 public:
  virtual ~CorrectionStore() = default;

  // The correction made before under this request id, if any.
  virtual Result<std::optional<TotalsCorrection>> FindCorrection(std::string_view request_id) = 0;
  // All of a precinct, in the order of their numbers.
  virtual Result<std::vector<TotalsCorrection>> ListCorrections(std::string_view precinct_id) = 0;
  // Writes it and its event; gives it its time and event index.
  virtual Status AddCorrection(TotalsCorrection* correction) = 0;
};

struct CorrectionAnswer {
  TotalsCorrection correction;
  bool replayed = false;
};

// Errors: those of DecideCorrection; kNotFound (UNKNOWN_PRECINCT), kBadInput (BAD_REQUEST_ID,
// SAME_OFFICER, BAD_DOCUMENT), kConflict (REQUEST_ID_REUSED). A repeated request gets the first
// answer.
Result<CorrectionAnswer> CorrectTotals(LedgerTransaction& ledger,
                                       const TotalsCorrection& correction);

}  // namespace taanu::rules
