#include "enroll/register/resealer.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "enroll/register/voter_rows.h"
#include "enroll/register/voter_sealing.h"
#include "enroll/store/connection.h"

namespace taanu {
namespace {

// Voters of one transaction. A voter takes some 40 us, so that a verification which comes behind
// one waits for a few milliseconds.
constexpr int kBatch = 64;
constexpr std::chrono::seconds kRetryInterval{1};

Result<std::vector<KeyedReference>> FindBatch(Connection& connection, int64_t epoch) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT reference FROM voter WHERE key_epoch < ?1 LIMIT ?2", epoch, kBatch));
  std::vector<KeyedReference> voters;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return voters;
    voters.push_back(row.Bytes<16>(0));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

Status ResealVoter(Connection& connection, const Vault& vault, const KeyedReference& voter) {
  StoredVoter stored;
  TAANU_RETURN_IF_ERROR(ReadVoter(connection, voter, &stored));
  const bool all = stored.voter.data_key.bytes.empty();
  TAANU_RETURN_IF_ERROR(Reseal(vault, &stored));
  if (all) TAANU_RETURN_IF_ERROR(UpdateFingerSeals(connection, stored));
  return UpdateVoterRow(connection, stored);
}

// A voter of each key of before.
Result<std::vector<KeyedReference>> FindOneOfEachKey(Connection& connection, int64_t epoch) {
  TAANU_ASSIGN_OR_RETURN(
      Statement row,
      connection.Query("SELECT (SELECT reference FROM voter WHERE key_epoch = e.value LIMIT 1) "
                       "FROM (SELECT DISTINCT key_epoch AS value FROM voter "
                       "WHERE key_epoch < ?1) AS e",
                       epoch));
  std::vector<KeyedReference> voters;
  for (;;) {
    TAANU_ASSIGN_OR_RETURN(const bool more, row.Step());
    if (!more) return voters;
    voters.push_back(row.Bytes<16>(0));
    TAANU_RETURN_IF_ERROR(row.Check());
  }
}

}  // namespace

class Resealer::Impl {
 public:
  Impl(Database* database, const Vault* vault) : database_(*database), vault_(*vault) {
    thread_ = std::thread([this] { Run(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }

  void Start() {
    {
      const std::lock_guard lock(mutex_);
      wanted_ = true;
    }
    wake_.notify_all();
  }

  Database& database() { return database_; }
  const Vault& vault() const { return vault_; }

 private:
  void Run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      wake_.wait(lock, [this] { return stopping_ || wanted_; });
      if (stopping_) return;
      wanted_ = false;
      lock.unlock();
      const Result<bool> more = RunBatch();
      lock.lock();
      if (more && !*more) continue;
      wanted_ = true;
      if (!more) wake_.wait_for(lock, kRetryInterval, [this] { return stopping_; });
    }
  }

  // True where something was done, so that there may be more.
  Result<bool> RunBatch() {
    bool more = false;
    TAANU_RETURN_IF_ERROR(database_.Write([&](Connection& connection) -> Status {
      TAANU_ASSIGN_OR_RETURN(const auto voters, FindBatch(connection, vault_.epoch()));
      for (const KeyedReference& voter : voters) {
        const Status done = ResealVoter(connection, vault_, voter);
        // A voter whose seal is broken stays as it is, to be found by a check of the store, and
        // does not keep the others from being sealed again.
        if (!done && done.error().reason != "SEAL_BROKEN") return done;
        more = more || done;
      }
      return {};
    }));
    return more;
  }

  Database& database_;
  const Vault& vault_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool wanted_ = false;    // guarded by mutex_
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

Resealer::Resealer(Database* database, const Vault* vault)
    : impl_(std::make_unique<Impl>(database, vault)) {}
Resealer::~Resealer() = default;

void Resealer::Start() { impl_->Start(); }

Status Resealer::CheckKeys() const {
  return impl_->database().Read([this](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(const auto voters, FindOneOfEachKey(connection, impl_->vault().epoch()));
    for (const KeyedReference& voter : voters) {
      StoredVoter stored;
      TAANU_RETURN_IF_ERROR(ReadVoter(connection, voter, &stored));
      if (OpenVoter(impl_->vault(), stored)) continue;
      return Fail(ErrorCode::kRefused, "KEY_MISSING",
                  "the rotation of the register's key is not complete, and the key file lacks the "
                  "key of before, or a voter's row is damaged; put the line of that key back at "
                  "the end of " +
                      impl_->vault().path().string());
    }
    return {};
  });
}

Result<uint64_t> Resealer::Remaining() const {
  int64_t count = 0;
  const auto read = [&](Connection& connection) -> Status {
    TAANU_ASSIGN_OR_RETURN(Statement row,
                           connection.Query("SELECT count(*) FROM voter WHERE key_epoch < ?1",
                                            impl_->vault().epoch()));
    TAANU_RETURN_IF_ERROR(row.Step());
    count = row.Int64(0);
    return row.Check();
  };
  TAANU_RETURN_IF_ERROR(impl_->database().Read(read));
  return static_cast<uint64_t>(count);
}

}  // namespace taanu
