// The file of a precinct: its sealed totals and its part of the audit log, which anyone can check
// with the public key of the log alone.
//
// JSON Lines (one object to a line, each line ended by a line feed, no other white space), UTF-8:
//
//   {"format":"taanu-polls-export-v1","precinct":"P0001"}
//   {"checkpoint":"<signed note: the log's size and root>"}
//   {"index":12,"proof":["<base64>",...],"leaf":{"accredited":0,...,"type":"polls_opened",...}}
//   ...
//   {"statement":"<signed note: polls_statement.h>"}
//
// - The checkpoint is a signed note (audit/note.h) over origin, size and root of the whole log.
// - Then every entry of the log that names the precinct, in the order of the log. A leaf is every
//   byte after `"leaf":` up to the last brace; its proof is the RFC 6962 audit path from
//   SHA-256(0x00 || leaf) to the checkpoint's root, so that one line and the checkpoint prove one
//   entry by themselves.
// - The statement is signed over the SHA-256 of every byte before its line, so that a line that is
//   missing is missed too. That none was left out before signing is shown by the count: attempts by
//   outcome up to the closing are those that the closing entry sealed, slips are 1, 2, 3 ...
//
// Voters, operators and terminals are keyed references. No byte of it can change unnoticed.
// Thread-safety: pure functions; a PollsFileWriter belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "enroll/store/sealing.h"  // KeyedReference
#include "matcher/error.h"
#include "service/audit/merkle.h"
#include "service/audit/note.h"
#include "service/audit/signer.h"
#include "service/polls/polls_statement.h"

namespace taanu::polls {

inline constexpr size_t kLineBytesMax = size_t{1} << 20;

// Makes the lines, each with its line end, in the order of the calls.
class PollsFileWriter {
 public:
  PollsFileWriter();
  ~PollsFileWriter();
  PollsFileWriter(PollsFileWriter&&) noexcept;
  PollsFileWriter& operator=(PollsFileWriter&&) noexcept;

  std::string Header(std::string_view precinct_id, std::string_view checkpoint);
  std::string Entry(uint64_t index, std::string_view leaf, std::span<const merkle::Hash> proof);
  // Fills in the number of entries and the digest, and signs. Nothing comes after it.
  std::string Statement(PollsStatement statement, const Signer& signer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// An accreditation as its entry has it.
struct AccreditationEntry {
  KeyedReference voter{};
  uint64_t slip_number = 0;
  int64_t time_us = 0;
  std::string method;  // "FINGER"
  uint64_t index = 0;
};

// What a file that is proved says.
struct PollsReport {
  PollsStatement statement;
  std::vector<AccreditationEntry> accreditations;  // in the order of their slips
  std::map<std::string, uint64_t> accredited_by_method;
  std::map<std::string, uint64_t> attempts_after_closing;  // by outcome; all were refused
  uint64_t slips_reissued = 0;
  // The total as people corrected it after the closing, by entries of the log; the sealed one
  // stands beside it.
  std::optional<uint64_t> corrected;
  // Entries of any type that the precinct has, by type.
  std::map<std::string, uint64_t> entries_by_type;
};

// Reads the file once, in the memory of one line and of the accreditations, and checks everything
// that is said above. `keys` are the public keys that may have signed it. Errors, with the line:
// kBadInput (NOT_A_POLLS_FILE, POLLS_FILE_CHANGED, POLLS_FILE_INCOMPLETE), kRefused (BAD_SIGNATURE,
// NOT_INCLUDED), kUnavailable (it cannot be read).
Result<PollsReport> VerifyPollsFile(std::istream& in, std::span<const note::VerifierKey> keys);

}  // namespace taanu::polls
