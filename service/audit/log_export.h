// The audit log as a file that anyone can check, without the daemon and without this program.
//
// JSON Lines (one JSON object to a line, each line ended by a line feed, UTF-8, no other white
// space between the parts), in this order:
//
//   {"format":"taanu-log-export-v1","origin":"taanu.example/2026"}
//   {"hash":"<base64>","index":0,"leaf":{"type":"polls_opened",...}}
//   ...
//   {"checkpoint":"taanu.example/2026\n120\n<base64>\n\n\u2014 taanu.example/2026 <base64>\n"}
//
// - The first line names the format and the log.
// - Then an entry to each line, index by index from 0. Its leaf is every byte after `"leaf":` up to
//   the last brace: hash is the base64 of SHA-256(0x00 || leaf), as RFC 6962 section 2.1 has it.
// - A checkpoint is a signed note (note.h), as a JSON string. It stands where as many entries have
//   come as it covers; its root is the tree hash of all of them. The last line is one.
//
// So `jq -c 'select(.leaf).leaf'` gives the entries, and every checkpoint on the way narrows down
// where a log was changed.
// Thread-safety: pure functions, and a verifier for one thread.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "matcher/error.h"
#include "service/audit/merkle.h"
#include "service/audit/note.h"

namespace taanu {

// A leaf has some hundreds of bytes, a note below 1 KiB and as much for each witness.
inline constexpr size_t kExportLineBytesMax = size_t{1} << 20;
inline constexpr size_t kExportProblemsMax = 100;

// Lines of the file, with their line ends.
std::string ExportHeaderLine(std::string_view origin);
std::string ExportLeafLine(uint64_t index, const merkle::Hash& hash, std::string_view leaf);
std::string ExportCheckpointLine(std::string_view signed_note);

// What an export is checked against.
struct ExportPolicy {
  note::VerifierKey key;
  // Checkpoints that somebody kept, whose signatures were checked: the log must begin with each.
  std::vector<note::CheckpointHead> earlier;
};

struct ExportReport {
  uint64_t log_size = 0;
  merkle::Hash root{};
  uint64_t checkpoint_count = 0;
  // What is wrong, in the order of the lines, at most kExportProblemsMax; empty where the file is
  // proved. Reasons: LEAF_CHANGED, LEAF_OUT_OF_PLACE, CHECKPOINT_WRONG, BAD_SIGNATURE,
  // EXPORT_CUT_OFF, NOT_AN_ENTRY, EARLIER_LOG_DIFFERS, EARLIER_LOG_LONGER.
  std::vector<Error> problems;
};

// Checks an export line after line, in the memory of one path of the tree. A leaf that is not that
// of its hash is noted and passed over; anything else that is wrong ends the check, since what
// follows cannot be told apart from it.
// Thread-safety: none. Copies go on from the same line, each on its own.
class ExportVerifier {
 public:
  // `policy` must outlive this.
  explicit ExportVerifier(const ExportPolicy& policy);

  // The first line, without its line end. Errors: kBadInput (NOT_AN_EXPORT, or WRONG_LOG for that
  // of another origin or format).
  Status TakeHeader(std::string_view line);
  // Any other line, without its line end. False where nothing that follows can be judged.
  bool Take(std::string_view line);
  // Notes a line that is too long, or cut off. False.
  bool TakeUnreadable();
  // The file ended here.
  ExportReport Finish();

  const std::vector<Error>& problems() const { return report_.problems; }

 private:
  bool TakeLeaf(std::string_view line);
  bool TakeCheckpoint(std::string_view line);
  bool CheckEarlier();
  std::string At() const;
  std::string Since() const;
  void Note(std::string_view reason, std::string message);
  bool End(std::string_view reason, std::string message);
  bool NotAnEntry();

  const ExportPolicy* policy_;
  std::vector<note::CheckpointHead> earlier_;
  size_t next_earlier_ = 0;
  merkle::RunningRoot tree_;
  std::optional<uint64_t> covered_;  // by the last good checkpoint
  uint64_t line_ = 0;
  bool ended_ = false;
  ExportReport report_;
};

// Reads a file to its end, or to what ends the check. Errors: those of TakeHeader; kUnavailable
// (CANNOT_READ).
Result<ExportReport> VerifyExport(std::istream& in, const ExportPolicy& policy);

}  // namespace taanu
