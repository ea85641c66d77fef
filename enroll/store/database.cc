#include "enroll/store/database.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <future>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "enroll/store/connection.h"
#include "enroll/store/fault_point.h"
#include "enroll/store/file_format.h"
#include "enroll/store/lock_file.h"
#include "enroll/store/read_pool.h"
#include "enroll/store/run_work.h"

namespace taanu {
namespace {

// How often a file that refused a write, or a WAL that a reader held, is tried again.
constexpr std::chrono::milliseconds kProbeInterval{500};

struct Item {
  Database::Work work;
  Database::Done done;
};

Error ClosingError() {
  return {ErrorCode::kUnavailable, "STORE_CLOSING", "the register's file is being closed"};
}

// What a caller hears while the file cannot be written.
Error RefusalFor(const Error& fault) {
  if (fault.reason == "STORAGE_DAMAGED") return fault;
  return {ErrorCode::kUnavailable, fault.reason,
          fault.message + "; nothing was written; writes are taken again once a trial succeeds"};
}

void Acknowledge(const Database::Done& done, Status status) {
  if (!done) return;
  try {
    done(std::move(status));
  } catch (...) {
    // The commit stands whatever the callback does, and the writer must go on.
  }
}

}  // namespace

// Invariants:
// 1. Only the writer thread touches writer_ once Open() has returned.
// 2. An item is acknowledged as a success only after the COMMIT that holds it has returned.
// 3. While fault_ is set, Submit() refuses, and the queue is empty or about to be failed.
class Database::Impl {
 public:
  explicit Impl(DatabaseOptions options) : options_(std::move(options)) {}

  Status Open() {
    // Under its one real name, so that a link to the file cannot be locked beside it.
    std::error_code error;
    const auto real_path = std::filesystem::weakly_canonical(options_.path, error);
    if (!error) options_.path = real_path;
    std::filesystem::path lock_path = options_.path;
    lock_path += ".lock";
    TAANU_ASSIGN_OR_RETURN(lock_, LockFile::Acquire(lock_path));
    TAANU_RETURN_IF_ERROR(EnsurePrivateFile(options_.path));
    TAANU_ASSIGN_OR_RETURN(writer_, Connection::Open(options_.path, Connection::Mode::kReadWrite));
    TAANU_RETURN_IF_ERROR(PrepareFile(*writer_, std::move(options_.migrations)));
    TAANU_ASSIGN_OR_RETURN(readers_, ReadPool::Open(options_.path, options_.readers));
    writer_->ResetStorageFault();
    thread_ = std::thread([this] { RunWriter(); });
    return {};
  }

  ~Impl() {
    if (!thread_.joinable()) return;
    {
      std::lock_guard lock(mutex_);
      closing_ = true;
    }
    wake_.notify_all();
    thread_.join();
    readers_.reset();
    // What is not written back now is replayed from the WAL at the next opening.
    (void)CheckpointAll(*writer_);
  }

  Status Submit(Work work, Done done) {
    {
      std::lock_guard lock(mutex_);
      if (closing_) return tl::make_unexpected(ClosingError());
      if (fault_) return tl::make_unexpected(RefusalFor(*fault_));
      if (queue_.size() >= options_.write_queue_max) {
        return Fail(ErrorCode::kExhausted, "WRITE_QUEUE_FULL",
                    std::to_string(queue_.size()) + " writes are waiting; try again later");
      }
      queue_.push_back({std::move(work), std::move(done)});
    }
    wake_.notify_one();
    return {};
  }

  void EmptyLog() {
    {
      std::lock_guard lock(mutex_);
      emptying_ = true;
    }
    wake_.notify_one();
  }

  bool OnWriterThread() const { return std::this_thread::get_id() == thread_.get_id(); }
  ReadPool& readers() { return *readers_; }

 private:
  void RunWriter() {
    for (;;) {
      std::unique_lock lock(mutex_);
      if (fault_) {
        wake_.wait_for(lock, kProbeInterval, [this] { return closing_; });
        if (closing_) return;
        lock.unlock();
        TryToRecover();
        continue;
      }
      wake_.wait(lock, [this] { return closing_ || !queue_.empty() || emptying_; });
      if (queue_.empty() && closing_) return;
      if (queue_.empty()) {
        emptying_ = false;
        lock.unlock();
        const Result<bool> emptied = TryCheckpointAll(*writer_);
        writer_->ResetStorageFault();
        lock.lock();
        if (emptied && *emptied) continue;
        emptying_ = true;
        wake_.wait_for(lock, kProbeInterval, [this] { return closing_ || !queue_.empty(); });
        continue;
      }
      std::vector<Item> group = TakeGroup();
      lock.unlock();
      CommitGroup(&group);
    }
  }

  std::vector<Item> TakeGroup() {
    std::vector<Item> group;
    const size_t size = std::min(queue_.size(), std::max<size_t>(1, options_.group_max));
    group.reserve(size);
    for (size_t i = 0; i < size; ++i) {
      group.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    return group;
  }

  void CommitGroup(std::vector<Item>* group) {
    std::vector<Status> results(group->size());
    const Status committed = RunTransaction(*group, &results);
    if (!committed) EnterFault(committed.error());
    for (size_t i = 0; i < group->size(); ++i) {
      Item& item = (*group)[i];
      if (committed) {
        Acknowledge(item.done, std::move(results[i]));
      } else {
        Acknowledge(item.done, tl::make_unexpected(RefusalFor(committed.error())));
      }
      // Its captures go on this thread, before the next one's callback.
      item = {};
    }
  }

  // The error, if any, is that of the transaction as a whole: nothing of it was kept.
  Status RunTransaction(const std::vector<Item>& group, std::vector<Status>* results) {
    writer_->ResetStorageFault();
    Status status = writer_->Run("BEGIN IMMEDIATE");
    for (size_t i = 0; status && i < group.size(); ++i) {
      status = RunItem(group[i].work, &(*results)[i]);
    }
    FaultPoint("committing");
    if (status) status = writer_->Run("COMMIT");
    FaultPoint("committed");
    if (!status && writer_->in_transaction()) {
      // The transaction's own error is the one to report; where this fails too, the next BEGIN
      // says so.
      (void)writer_->Run("ROLLBACK");
    }
    return status;
  }

  Status RunItem(const Work& work, Status* result) {
    TAANU_RETURN_IF_ERROR(writer_->Run("SAVEPOINT item"));
    *result = RunWork(work, *writer_);
    if (writer_->storage_fault()) return tl::make_unexpected(*writer_->storage_fault());
    if (!writer_->in_transaction()) {
      return Fail(ErrorCode::kInternal, "STORAGE_FAULT",
                  "the transaction ended before it was committed");
    }
    if (!*result) TAANU_RETURN_IF_ERROR(writer_->Run("ROLLBACK TO item"));
    return writer_->Run("RELEASE item");
  }

  void EnterFault(const Error& error) {
    std::deque<Item> waiting;
    {
      std::lock_guard lock(mutex_);
      fault_ = error;
      waiting.swap(queue_);
    }
    for (Item& item : waiting) {
      Acknowledge(item.done, tl::make_unexpected(RefusalFor(error)));
    }
  }

  void TryToRecover() {
    {
      std::lock_guard lock(mutex_);
      // A damaged file is not written again: a write that happens to succeed proves nothing.
      if (fault_->reason == "STORAGE_DAMAGED") return;
    }
    writer_->ResetStorageFault();
    if (writer_->in_transaction()) (void)writer_->Run("ROLLBACK");
    const Status probed = ProbeWrite(*writer_);
    std::lock_guard lock(mutex_);
    if (probed) {
      fault_.reset();
    } else {
      fault_ = probed.error();
    }
  }

  DatabaseOptions options_;
  std::unique_ptr<LockFile> lock_;
  std::unique_ptr<Connection> writer_;
  std::unique_ptr<ReadPool> readers_;
  std::thread thread_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Item> queue_;      // guarded by mutex_
  bool closing_ = false;        // guarded by mutex_
  bool emptying_ = false;       // guarded by mutex_; the WAL is to be emptied
  std::optional<Error> fault_;  // guarded by mutex_
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::Open(DatabaseOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options));
  TAANU_RETURN_IF_ERROR(impl->Open());
  return std::unique_ptr<Database>(new Database(std::move(impl)));
}

Status Database::Submit(Work work, Done done) {
  return impl_->Submit(std::move(work), std::move(done));
}

Status Database::Write(Work work) {
  if (impl_->OnWriterThread()) {
    return Fail(ErrorCode::kInternal, "WRITE_WITHIN_WRITE",
                "a write was waited for on the writer's own thread");
  }
  std::promise<Status> promise;
  std::future<Status> result = promise.get_future();
  TAANU_RETURN_IF_ERROR(impl_->Submit(
      std::move(work), [&promise](Status status) { promise.set_value(std::move(status)); }));
  return result.get();
}

void Database::EmptyLog() { impl_->EmptyLog(); }

Status Database::Read(const Work& work) { return impl_->readers().Read(work); }

}  // namespace taanu
