// Files that hold a key: read only where nobody else may read them, written with mode 0600.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "matcher/error.h"

namespace taanu {

// A text that is wiped from memory when it goes.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  ~SecretText();
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&&) = delete;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;

  std::string_view view() const { return text_; }

 private:
  std::string text_;
};

// Reads a regular file of at most `size_max` bytes that belongs to this user or to root and that
// neither its group nor others may read. A systemd credential, which root owns and lends to this
// user by an access list that shows as a group bit, is taken too. Errors: kNotFound
// (KEY_FILE_MISSING), kRefused (KEY_FILE_MODE), kBadInput (KEY_FILE_MALFORMED), kUnavailable.
Result<SecretText> ReadSecretFile(const std::filesystem::path& path, size_t size_max);

// Writes a new file with `mode`, durable when it returns. Errors: kConflict (KEY_FILE_EXISTS),
// kUnavailable.
Status WriteNewFile(const std::filesystem::path& path, std::string_view text, unsigned mode);

// Makes a file's content durable. Errors: kUnavailable.
Status SyncFile(const std::filesystem::path& path);

// Makes durable that `path` is in its folder, where the file system can.
void SyncFolder(const std::filesystem::path& path);

}  // namespace taanu
