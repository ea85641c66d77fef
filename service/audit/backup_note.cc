#include "service/audit/backup_note.h"

#include <charconv>

namespace taanu {
namespace {

constexpr std::string_view kHeader = "taanu-backup-v1\n";

// Takes the line "name value" from the front of `text`.
bool TakeLine(std::string_view* text, std::string_view name, std::string* value) {
  const size_t end = text->find('\n');
  if (end == std::string_view::npos) return false;
  std::string_view line = text->substr(0, end);
  text->remove_prefix(end + 1);
  if (!line.starts_with(name) || line.size() <= name.size() + 1 || line[name.size()] != ' ') {
    return false;
  }
  *value = line.substr(name.size() + 1);
  return true;
}

bool TakeNumber(std::string_view* text, std::string_view name, uint64_t* value) {
  std::string digits;
  if (!TakeLine(text, name, &digits)) return false;
  const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), *value);
  return code == std::errc() && end == digits.data() + digits.size();
}

}  // namespace

std::string FormatBackupNote(const BackupNote& note) {
  return std::string(kHeader) + "origin " + note.origin + "\ntime " + note.time + "\nbytes " +
         std::to_string(note.bytes) + "\nsha256 " + note.sha256 + "\nschema " +
         std::to_string(note.schema) + "\nvoters " + std::to_string(note.voters) + "\nlog-size " +
         std::to_string(note.log_size) + "\nlog-root " + note.log_root + "\nkey " + note.key + "\n";
}

Result<BackupNote> ParseBackupNote(std::string_view text) {
  BackupNote note;
  std::string_view rest = text;
  bool good = rest.starts_with(kHeader);
  if (good) rest.remove_prefix(kHeader.size());
  good = good && TakeLine(&rest, "origin", &note.origin) && TakeLine(&rest, "time", &note.time) &&
         TakeNumber(&rest, "bytes", &note.bytes) && TakeLine(&rest, "sha256", &note.sha256) &&
         TakeNumber(&rest, "schema", &note.schema) && TakeNumber(&rest, "voters", &note.voters) &&
         TakeNumber(&rest, "log-size", &note.log_size) &&
         TakeLine(&rest, "log-root", &note.log_root) && TakeLine(&rest, "key", &note.key);
  // One text for one note: a number with zeros before it is another text.
  if (!good || !rest.empty() || FormatBackupNote(note) != text) {
    return Fail(ErrorCode::kBadInput, "BAD_BACKUP_NOTE",
                "this is not the note of a backup; it is the file that `taanu backup` wrote beside "
                "it");
  }
  return note;
}

}  // namespace taanu
