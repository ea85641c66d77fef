// The lines of a precinct's file (polls_file.h), made and taken apart. There is one form for each
// line: what would be written otherwise is refused.
//
// Thread-safety: pure functions; a RunningDigest belongs to one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "service/audit/merkle.h"

namespace taanu::polls {

// All with their line end.
std::string HeaderLine(std::string_view precinct_id);
std::string TextLine(std::string_view name, std::string_view text);
std::string EntryLine(uint64_t index, std::string_view leaf, std::span<const merkle::Hash> proof);

struct EntryParts {
  uint64_t index = 0;
  std::vector<merkle::Hash> proof;
  std::string_view leaf;  // of the line
};
// All take a line with its line end; none where it is not one that the functions above make.
std::optional<std::string> ParseHeaderLine(std::string_view line);
std::optional<std::string> ParseTextLine(std::string_view name, std::string_view line);
// A hash in base64, with or without something after it.
std::optional<merkle::Hash> ParseHash(std::string_view text);
std::optional<EntryParts> ParseEntryLine(std::string_view line);

// SHA-256 of what it is given.
class RunningDigest {
 public:
  RunningDigest();
  ~RunningDigest();
  RunningDigest(const RunningDigest&) = delete;
  RunningDigest& operator=(const RunningDigest&) = delete;
  void Add(std::string_view bytes);
  // Once, at the end: 64 hexadecimal digits.
  std::string Hex();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace taanu::polls
