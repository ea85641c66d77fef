// When the daemon served, as what, and whether it was stopped or cut off.
#pragma once

#include <mutex>
#include <string>

#include "enroll/store/database.h"
#include "matcher/error.h"

namespace taanu {

struct DaemonIdentity {
  std::string version;
  std::string algorithm_version;
  std::string config_sha256;     // of the text of its settings, hexadecimal
  std::string store_key;         // its fingerprint, hexadecimal
  std::string audit_key;         // the verifier key of the log
  bool checkpoint_file = false;  // whether the file of the last checkpoint was there
};

// Thread-safety: may be used from any thread.
class DaemonRuns {
 public:
  // The database is not owned, and must outlive this.
  DaemonRuns(Database* database, DaemonIdentity identity);

  // Logs that the daemon serves, and each key that the run before it did not use; nothing where it
  // is logged already. Errors: those of the store; it may be tried again.
  Status LogStart();

  // Logs that the daemon was stopped and had finished what it was asked. Nothing where its start
  // was not logged. Errors: those of the store.
  Status LogStop();

 private:
  Database& database_;
  const DaemonIdentity identity_;
  std::mutex mutex_;
  bool started_ = false;
  bool stopped_ = false;
};

}  // namespace taanu
