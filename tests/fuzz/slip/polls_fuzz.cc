// Reads any bytes as a precinct's file, as its lines, and as its statement. Nothing is taken that
// would not be written in the very same bytes, and nothing is proved by a key that did not sign it.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "service/polls/file_lines.h"
#include "service/polls/polls_file.h"
#include "service/polls/polls_statement.h"

namespace {

using namespace taanu;

void Check(bool holds) {
  if (!holds) std::abort();
}

void TryLine(std::string_view line) {
  if (const auto precinct = polls::ParseHeaderLine(line)) {
    Check(polls::HeaderLine(*precinct) == line);
  }
  if (const auto entry = polls::ParseEntryLine(line)) {
    Check(polls::EntryLine(entry->index, entry->leaf, entry->proof) == line);
  }
  const auto note = polls::ParseTextLine("statement", line);
  if (!note) return;
  Check(polls::TextLine("statement", *note) == line);
  const std::string text = note->substr(0, note->find("\n\n") + 1);
  if (const auto statement = polls::ParsePollsStatement(text)) {
    Check(polls::FormatPollsStatement(*statement) == text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    const size_t next = end == std::string::npos ? text.size() : end + 1;
    TryLine(std::string_view(text).substr(at, next - at));
    at = next;
  }
  std::istringstream in(text);
  const std::vector<note::VerifierKey> keys = {{"nobody", {}}};
  Check(!polls::VerifyPollsFile(in, keys));
  return 0;
}
