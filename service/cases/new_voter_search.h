// Searches everybody who comes to the register among all others, in the background: what a load
// brings in is searched while it loads, and each likely pair becomes a case.
//
// Whom it has searched is a place in the audit log, in which each enrolment is an entry of its own
// transaction. So a crash between an enrolment and its search loses nothing: what is behind that
// place is searched when the daemon starts again, and a pair that has a case gets no second one. It
// begins with the first entry of the log, and so with those who were there before it was switched
// on.
//
// It holds the references of the whole register in memory, in the clear, for as long as the daemon
// runs; see enroll/README.md for how much that is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "enroll/register/register.h"
#include "enroll/store/database.h"
#include "matcher/error.h"
#include "service/ledger/case_book.h"

namespace taanu {

struct NewVoterFigures {
  uint64_t searched = 0;    // voters, since the daemon started
  uint64_t unsearched = 0;  // without a usable reference, or off the roll
  uint64_t cases = 0;       // opened
  uint64_t bytes = 0;       // of memory
  double score_min = 0;     // 0 until the register is in memory
};

struct NewVoterSearchOptions {
  // How many pairs of different people may be taken for one, on average, until the register has
  // `expected_voters`; above 0. A register that outgrows that gets as many again with each 1.6-fold
  // growth beyond.
  double false_pairs = 1;
  uint64_t expected_voters = 1;
  std::string algorithm_version;  // for the cases
  // Told, on the search's own thread, when it has searched for somebody and nobody is left.
  std::function<void(const NewVoterFigures&)> on_idle;
};

// Thread-safety: may be used from any thread.
class NewVoterSearch {
 public:
  // Begins at once, on a thread of its own. Nothing is owned; all of it must outlive the search.
  NewVoterSearch(Database* database, const Register* voters, CaseBook* cases,
                 NewVoterSearchOptions options);
  // Stops between two voters.
  ~NewVoterSearch();
  NewVoterSearch(const NewVoterSearch&) = delete;
  NewVoterSearch& operator=(const NewVoterSearch&) = delete;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace taanu
