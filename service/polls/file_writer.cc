#include <sodium.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "service/polls/file_lines.h"
#include "service/polls/polls_file.h"

namespace taanu::polls {

struct PollsFileWriter::State {
  RunningDigest digest;
  uint64_t entries = 0;
};

PollsFileWriter::PollsFileWriter() : state_(std::make_unique<State>()) {}
PollsFileWriter::~PollsFileWriter() = default;
PollsFileWriter::PollsFileWriter(PollsFileWriter&&) noexcept = default;
PollsFileWriter& PollsFileWriter::operator=(PollsFileWriter&&) noexcept = default;

std::string PollsFileWriter::Header(std::string_view precinct_id, std::string_view checkpoint) {
  std::string lines = HeaderLine(precinct_id) + TextLine("checkpoint", checkpoint);
  state_->digest.Add(lines);
  return lines;
}

std::string PollsFileWriter::Entry(uint64_t index, std::string_view leaf,
                                   std::span<const merkle::Hash> proof) {
  std::string line = EntryLine(index, leaf, proof);
  state_->digest.Add(line);
  ++state_->entries;
  return line;
}

std::string PollsFileWriter::Statement(PollsStatement statement, const Signer& signer) {
  statement.entries = state_->entries;
  statement.sha256 = state_->digest.Hex();
  return TextLine("statement", signer.SignNote(FormatPollsStatement(statement)));
}

}  // namespace taanu::polls
