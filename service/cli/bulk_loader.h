// Sends the rows of a manifest through BulkEnroll, with a bounded window of rows without a status.
//
// Of two rows with one voter number the first in the manifest is the one that counts, at every load
// and however often it was cut off: the second is not sent before the first has its status.
//
// A thread of its own reads the manifest and the files of the fingers and sends them; the caller's
// thread takes the statuses as they come. Memory is bounded by the window, not by the manifest.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_set>

#include "enroll/load/manifest.h"
#include "enroll/load/sample_source.h"
#include "matcher/error.h"
#include "service/cli/remote.h"
#include "taanu/v1/enrollment_service.grpc.pb.h"

namespace taanu::cli {

struct BulkLoadOptions {
  std::string request_id;  // names the load
  double fallback_dpi = 0;
  uint64_t first_line = 0;            // rows of the manifest before this line are passed over
  bool validate_only = false;         // the daemon checks everything and stores nothing
  bool all_samples_required = false;  // rejects a row with a finger that gives no reference
  // Below the daemon's own limits (256 items, 128 MiB), so that the stream never has to wait for
  // room that only the next status would make.
  size_t window_items = 128;
  size_t window_bytes = size_t{64} << 20;
};

// What a load tells as it goes. Calls come from two threads, one call at a time.
struct BulkLoadEvents {
  // The voter is in the register, or would be. An error ends the load.
  std::function<Status(const LoadRow&, const v1::BulkEnrollResponse&)> settled;
  // The row was rejected, here or by the daemon. An error ends the load.
  std::function<Status(const LoadRow&, const RowProblem&)> rejected;
  // Called after each of the others: every row before `next_line`, which are the manifest's first
  // `manifest_bytes`, has a status.
  std::function<void(uint64_t next_line, uint64_t manifest_bytes)> advanced;
};

// Makes the request of one row. Nothing is returned where it was made, else why it could not be.
std::optional<RowProblem> MakeBulkRequest(const LoadRow& row, SampleSource* samples,
                                          const BulkLoadOptions& options,
                                          v1::BulkEnrollRequest* request);

// Why the daemon rejected the row, in the words of the manifest's columns.
RowProblem ProblemOf(const LoadRow& row, const google::rpc::Status& status);

// Thread-safety: Run is called once, from one thread.
class BulkLoader {
 public:
  // All must outlive the loader.
  BulkLoader(const Remote& remote, ManifestReader* manifest, SampleSource* samples,
             BulkLoadOptions options, BulkLoadEvents events);

  // Returns once every row has a status, or with the error that ended the load before that; the
  // load can then be resumed at the last `next_line`. Errors: kUnavailable, kExhausted (the
  // connection, the daemon, the disk), kRefused, kInternal.
  Status Run();

 private:
  using Stream = grpc::ClientReaderWriter<v1::BulkEnrollRequest, v1::BulkEnrollResponse>;
  struct InFlight {
    LoadRow row;
    size_t bytes = 0;
    uint64_t manifest_offset = 0;  // bytes of the manifest before this row
  };

  // The sending thread: reads rows and sends them until the manifest or the stream ends.
  void SendRows(Stream* stream);
  // Sends one row, or rejects it. False where the stream has ended.
  bool SendRow(Stream* stream, LoadRow row);
  // Waits for room in the window, and until no row with this voter number is on its way; then takes
  // the room. False where the load has ended.
  bool Admit(LoadRow row, size_t bytes);
  void TakeStatus(const v1::BulkEnrollResponse& response);
  void Reject(const LoadRow& row, const RowProblem& problem);
  void Advance();
  // Ends the load; the first error is the one that is told. The mutex is held.
  void End(Error error);

  const Remote& remote_;
  ManifestReader* const manifest_;
  SampleSource* const samples_;
  const BulkLoadOptions options_;
  const BulkLoadEvents events_;
  grpc::ClientContext context_;

  std::mutex mutex_;
  std::condition_variable room_;
  // What follows is guarded by mutex_.
  std::map<uint64_t, InFlight> in_flight_;  // by line
  std::unordered_set<std::string> numbers_in_flight_;
  size_t bytes_in_flight_ = 0;
  uint64_t line_after_sent_ = 0;  // every row before it was sent or rejected
  uint64_t manifest_bytes_read_ = 0;
  bool ended_ = false;
  std::optional<Error> error_;
};

}  // namespace taanu::cli
