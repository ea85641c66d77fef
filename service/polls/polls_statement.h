// The statement at the end of a precinct's file: the sealed totals, and what the file is, signed
// with the key of the audit log.
//
// A signed note (audit/note.h) whose text has these lines, in this order:
//
//   taanu-polls-v1
//   origin <the name that the audit log is signed under>
//   election <its name>
//   precinct <its identifier>
//   state <closed, or preliminary where the polls are not closed and nothing is sealed>
//   made <when, UTC, in microseconds since 1970>
//   voters <on the roll when the polls closed>
//   accredited <when the polls closed>
//   attempts <by outcome when the polls closed, OUTCOME=NUMBER, in the order of the names; or ->
//   closing-entry <the place of "polls_closed" in the log; or ->
//   entries <of the precinct, in this file>
//   log-size <entries of the whole log>
//   log-root <root of its tree, 64 hexadecimal digits>
//   references <fingerprint of the key that keyed references are made with, 32 hexadecimal digits>
//   sha256 <of every byte of the file before the line of this statement, 64 hexadecimal digits>
//
// Thread-safety: pure functions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "matcher/error.h"

namespace taanu::polls {

struct PollsStatement {
  std::string origin;
  std::string election;
  std::string precinct_id;
  bool closed = false;
  int64_t made_us = 0;
  uint64_t voters = 0;
  uint64_t accredited = 0;
  std::map<std::string, uint64_t> attempts;  // by the name of their outcome
  std::optional<uint64_t> closing_entry;     // set if closed
  uint64_t entries = 0;
  uint64_t log_size = 0;
  std::string log_root;
  std::string references;
  std::string sha256;

  friend bool operator==(const PollsStatement&, const PollsStatement&) = default;
};

// The text that is signed; it ends in a line end.
std::string FormatPollsStatement(const PollsStatement& statement);

// Takes exactly what FormatPollsStatement gives. Errors: kBadInput (BAD_POLLS_STATEMENT).
Result<PollsStatement> ParsePollsStatement(std::string_view text);

}  // namespace taanu::polls
