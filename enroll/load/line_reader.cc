#include "enroll/load/line_reader.h"

#include <string_view>

namespace taanu {
namespace {

enum class LineEnd { kFeed, kEndOfText, kTooLong };

// Takes what stands before the next line feed, and the feed. Of a line that is too long the rest,
// feed included, is not taken yet.
LineEnd TakeLine(BlockReader* reader, size_t bytes_max, std::string* line) {
  for (;;) {
    const std::string_view block = reader->Peek();
    if (block.empty()) return LineEnd::kEndOfText;
    const std::string_view part = block.substr(0, block.find('\n'));
    if (part.size() > bytes_max - line->size()) return LineEnd::kTooLong;
    line->append(part);
    const bool feed = part.size() < block.size();
    reader->Take(part.size() + (feed ? 1 : 0));
    if (feed) return LineEnd::kFeed;
  }
}

}  // namespace

Result<std::optional<std::string>> ReadLine(BlockReader* reader, size_t bytes_max,
                                            uint64_t* number) {
  for (;;) {
    std::string line;
    ++*number;
    const LineEnd end = TakeLine(reader, bytes_max, &line);
    if (reader->failed()) {
      return Fail(
          ErrorCode::kUnavailable, "LINE_UNREADABLE",
          "the file could not be read beyond line " + std::to_string(*number) + "; check the disk");
    }
    if (end == LineEnd::kTooLong) {
      if (reader->SkipToLineFeed()) reader->Take(1);
      return Fail(ErrorCode::kBadInput, "LINE_TOO_LONG",
                  "the line is longer than " + std::to_string(bytes_max) + " bytes");
    }
    if (line.ends_with('\r')) line.pop_back();
    if (line.find_first_not_of(" \t\r") != std::string::npos) return line;
    if (end == LineEnd::kEndOfText) return std::nullopt;
  }
}

}  // namespace taanu
