#include "enroll/store/read_pool.h"

#include <algorithm>

#include "enroll/store/run_work.h"

namespace taanu {

Result<std::unique_ptr<ReadPool>> ReadPool::Open(const std::filesystem::path& path, int readers) {
  std::unique_ptr<ReadPool> pool(new ReadPool);
  for (int i = 0; i < std::max(1, readers); ++i) {
    TAANU_ASSIGN_OR_RETURN(auto connection, Connection::Open(path, Connection::Mode::kReadOnly));
    pool->idle_.push_back(std::move(connection));
    ++pool->total_;
  }
  return pool;
}

ReadPool::~ReadPool() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return idle_.size() == total_; });
}

std::unique_ptr<Connection> ReadPool::Borrow() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return !idle_.empty(); });
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

void ReadPool::Return(std::unique_ptr<Connection> connection) {
  // Notified under the lock: the destructor may run as soon as it is released.
  std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
  returned_.notify_all();
}

Status ReadPool::Read(const std::function<Status(Connection&)>& work) {
  auto connection = Borrow();
  Status status = connection->Run("BEGIN");
  if (status) status = RunWork(work, *connection);
  // A read transaction holds nothing that could be lost; what matters is that it ends.
  if (connection->in_transaction()) (void)connection->Run("ROLLBACK");
  connection->ResetStorageFault();
  Return(std::move(connection));
  return status;
}

}  // namespace taanu
