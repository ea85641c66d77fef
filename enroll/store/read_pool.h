// Read-only connections, lent to one caller at a time.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "enroll/store/connection.h"
#include "matcher/error.h"

namespace taanu {

// Thread-safety: may be used from any thread.
class ReadPool {
 public:
  static Result<std::unique_ptr<ReadPool>> Open(const std::filesystem::path& path, int readers);
  // Waits until every connection is back.
  ~ReadPool();
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;

  // Runs `work` inside one read transaction, on the calling thread; waits for a free connection.
  Status Read(const std::function<Status(Connection&)>& work);

 private:
  ReadPool() = default;
  std::unique_ptr<Connection> Borrow();
  void Return(std::unique_ptr<Connection> connection);

  std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<std::unique_ptr<Connection>> idle_;
  size_t total_ = 0;
};

}  // namespace taanu
