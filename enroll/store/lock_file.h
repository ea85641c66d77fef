// An exclusive lock beside the store's file, so that no second process writes a live file.
//
// The lock is the kernel's (flock): it goes with the process, however that ends, so that a stale
// lock file never has to be removed by hand.
#pragma once

#include <filesystem>
#include <memory>

#include "matcher/error.h"

namespace taanu {

// Thread-safety: immutable.
class LockFile {
 public:
  // Errors: kUnavailable with reason STORE_IN_USE (the message names the process that holds it), or
  // STORAGE_FAILED.
  static Result<std::unique_ptr<LockFile>> Acquire(const std::filesystem::path& path);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

 private:
  explicit LockFile(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace taanu
