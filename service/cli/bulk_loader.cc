#include "service/cli/bulk_loader.h"

#include <charconv>
#include <string_view>
#include <thread>
#include <utility>

#include "enroll/load/finger_column.h"
#include "enroll/load/manifest_columns.h"
#include "service/cli/sample.h"

namespace taanu::cli {
namespace {

// The index in "samples[3].image", or nothing.
std::optional<size_t> SampleIndex(std::string_view field) {
  constexpr std::string_view kPrefix = "samples[";
  if (!field.starts_with(kPrefix)) return std::nullopt;
  field.remove_prefix(kPrefix.size());
  size_t index = 0;
  const auto [end, error] = std::from_chars(field.data(), field.data() + field.size(), index);
  if (error != std::errc()) return std::nullopt;
  return index;
}

// True for an error that says nothing about the row: the same row may be taken later. INTERNAL is
// not among them, since a row that always meets a fault would end every load at the same place.
bool IsOfTheDaemon(int code) {
  switch (static_cast<grpc::StatusCode>(code)) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
    case grpc::StatusCode::CANCELLED:
      return true;
    default:
      return false;
  }
}

}  // namespace

std::optional<RowProblem> MakeBulkRequest(const LoadRow& row, SampleSource* samples,
                                          const BulkLoadOptions& options,
                                          v1::BulkEnrollRequest* request) {
  request->set_request_id(options.request_id);
  request->set_item_number(row.line);
  request->set_validate_only(options.validate_only);
  request->set_all_samples_required(options.all_samples_required);
  *request->mutable_voter() = ToProto(row.voter);
  for (const LoadSample& sample : row.samples) {
    Result<std::vector<uint8_t>> bytes = ReadLoadSample(samples, sample);
    if (!bytes) {
      return RowProblem{std::string(FingerColumn(sample.position)), std::move(bytes.error().reason),
                        std::move(bytes.error().message)};
    }
    *request->add_samples() = MakeSample(sample.position, *bytes, options.fallback_dpi);
  }
  if (request->ByteSizeLong() > options.window_bytes) {
    return RowProblem{"", "ROW_TOO_LARGE", "the files of this row are too large together"};
  }
  return std::nullopt;
}

RowProblem ProblemOf(const LoadRow& row, const google::rpc::Status& status) {
  std::string field;
  Error error = ToError(status, &field);
  std::string column = VoterColumnOf(field.empty() ? error.message : field);
  if (const auto index = SampleIndex(field); index && *index < row.samples.size()) {
    column = FingerColumn(row.samples[*index].position);
  }
  if (error.reason == "UNKNOWN_PRECINCT") column = "precinct";
  if (error.reason == "VOTER_NUMBER_EXISTS") column = "voter_number";
  if (error.reason.empty()) error.reason = "REJECTED";
  return {std::move(column), std::move(error.reason), std::move(error.message)};
}

BulkLoader::BulkLoader(const Remote& remote, ManifestReader* manifest, SampleSource* samples,
                       BulkLoadOptions options, BulkLoadEvents events)
    : remote_(remote),
      manifest_(manifest),
      samples_(samples),
      options_(std::move(options)),
      events_(std::move(events)) {}

void BulkLoader::End(Error error) {
  if (!error_) error_ = std::move(error);
  ended_ = true;
  context_.TryCancel();
  room_.notify_all();
}

void BulkLoader::Advance() {
  if (in_flight_.empty()) {
    events_.advanced(line_after_sent_, manifest_bytes_read_);
  } else {
    const auto& [line, oldest] = *in_flight_.begin();
    events_.advanced(line, oldest.manifest_offset);
  }
}

void BulkLoader::Reject(const LoadRow& row, const RowProblem& problem) {
  if (Status written = events_.rejected(row, problem); !written) End(std::move(written).error());
}

bool BulkLoader::Admit(LoadRow row, size_t bytes) {
  std::unique_lock lock(mutex_);
  room_.wait(lock, [&] {
    return ended_ || in_flight_.empty() ||
           (in_flight_.size() < options_.window_items &&
            bytes_in_flight_ + bytes <= options_.window_bytes &&
            !numbers_in_flight_.contains(row.voter.voter_number));
  });
  if (ended_) return false;
  const uint64_t line = row.line;
  line_after_sent_ = line + 1;
  const uint64_t offset = std::exchange(manifest_bytes_read_, manifest_->bytes_read());
  bytes_in_flight_ += bytes;
  numbers_in_flight_.insert(row.voter.voter_number);
  in_flight_.emplace(line, InFlight{std::move(row), bytes, offset});
  return true;
}

bool BulkLoader::SendRow(Stream* stream, LoadRow row) {
  v1::BulkEnrollRequest request;
  std::optional<RowProblem> problem =
      row.problem ? row.problem : MakeBulkRequest(row, samples_, options_, &request);
  if (problem) {
    const std::lock_guard lock(mutex_);
    line_after_sent_ = row.line + 1;
    manifest_bytes_read_ = manifest_->bytes_read();
    Reject(row, *problem);
    Advance();
    return !ended_;
  }
  const size_t bytes = request.ByteSizeLong() + row.bytes();
  return Admit(std::move(row), bytes) && stream->Write(request);
}

void BulkLoader::SendRows(Stream* stream) {
  for (;;) {
    Result<std::optional<LoadRow>> row = manifest_->Next();
    if (!row) {
      const std::lock_guard lock(mutex_);
      End(std::move(row).error());
      return;
    }
    if (!*row) break;
    if ((*row)->line < options_.first_line) continue;
    if (!SendRow(stream, std::move(**row))) return;
  }
  stream->WritesDone();
}

void BulkLoader::TakeStatus(const v1::BulkEnrollResponse& response) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  const auto found = in_flight_.find(response.item_number());
  if (found == in_flight_.end()) {
    End({ErrorCode::kInternal, "UNEXPECTED_STATUS",
         "the daemon gave a status for line " + std::to_string(response.item_number()) +
             ", which was not waiting for one"});
    return;
  }
  if (IsOfTheDaemon(response.status().code())) {
    End(ToError(response.status()));
    return;
  }
  const InFlight item = std::move(found->second);
  in_flight_.erase(found);
  numbers_in_flight_.erase(item.row.voter.voter_number);
  bytes_in_flight_ -= item.bytes;
  room_.notify_all();
  if (response.status().code() == 0) {
    if (Status told = events_.settled(item.row, response); !told) End(std::move(told).error());
  } else {
    Reject(item.row, ProblemOf(item.row, response.status()));
  }
  Advance();
}

Status BulkLoader::Run() {
  const auto stub = v1::EnrollmentService::NewStub(remote_.channel());
  const std::unique_ptr<Stream> stream = stub->BulkEnroll(&context_);
  std::thread sender([&] { SendRows(stream.get()); });
  v1::BulkEnrollResponse response;
  while (stream->Read(&response)) TakeStatus(response);
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    room_.notify_all();
  }
  sender.join();
  const grpc::Status finished = stream->Finish();
  if (error_) return tl::make_unexpected(*error_);
  if (!finished.ok()) return tl::make_unexpected(remote_.ToError(finished));
  if (!in_flight_.empty()) {
    return Fail(ErrorCode::kUnavailable, "LOAD_CUT",
                "the daemon ended the load with " + std::to_string(in_flight_.size()) +
                    " rows without a status");
  }
  return {};
}

}  // namespace taanu::cli
