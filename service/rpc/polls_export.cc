// A precinct leaves as a file: its sealed totals and its part of the audit log.
#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include "service/ledger/precinct_log.h"
#include "service/polls/polls_file.h"
#include "service/rpc/administration.h"
#include "service/rpc/stream_call.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kExportPolls = "/taanu.v1.AdministrationService/ExportPolls";

int64_t NowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// What is between two parts of the file. All of it is as the log was when it began.
class SentPolls {
 public:
  SentPolls(const Backend& backend, const v1::ExportPollsRequest& request)
      : backend_(backend), request_(request) {}

  Result<bool> Next(v1::ExportPollsResponse* response) {
    std::string* const out = response->mutable_chunk();
    switch (step_) {
      case Step::kHeader: {
        TAANU_RETURN_IF_ERROR(Begin());
        *out = writer_.Header(request_.precinct_id(), checkpoint_.signed_note);
        step_ = Step::kEntries;
        return true;
      }
      case Step::kEntries: {
        TAANU_ASSIGN_OR_RETURN(
            const ProvedEvents part,
            backend_.precinct_log->Read(request_.precinct_id(), next_, checkpoint_.log_size));
        for (const ProvedEvent& event : part.events) {
          *out += writer_.Entry(event.index, event.leaf, event.proof);
        }
        next_ = part.next;
        if (next_ == checkpoint_.log_size) step_ = Step::kStatement;
        return true;
      }
      case Step::kStatement:
        *out = writer_.Statement(std::move(statement_), *backend_.signer);
        step_ = Step::kEnd;
        return true;
      case Step::kEnd:
        break;
    }
    return false;
  }

 private:
  enum class Step { kHeader, kEntries, kStatement, kEnd };

  Status Begin() {
    TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request_.precinct_id()));
    TAANU_ASSIGN_OR_RETURN(checkpoint_, backend_.ledger->GetCheckpoint());
    TAANU_ASSIGN_OR_RETURN(PollsTotals totals, backend_.precinct_log->Totals(request_.precinct_id(),
                                                                             checkpoint_.log_size));
    if (!totals.closing_index && !request_.preliminary()) {
      return Fail(ErrorCode::kConflict, "POLLS_NOT_CLOSED",
                  "the polls of precinct " + request_.precinct_id() +
                      " are not closed, so that nothing is sealed yet; close them, or ask for "
                      "preliminary figures");
    }
    statement_.origin = backend_.signer->name();
    statement_.election = backend_.election_name;
    statement_.precinct_id = request_.precinct_id();
    statement_.closed = totals.closing_index.has_value();
    statement_.made_us = NowUs();
    statement_.voters = totals.voters;
    statement_.accredited = totals.accredited;
    statement_.attempts = std::move(totals.attempts);
    statement_.closing_entry = totals.closing_index;
    statement_.log_size = checkpoint_.log_size;
    statement_.log_root = ToHex(checkpoint_.root_hash);
    // Tells whether two daemons give one voter one reference, and nothing else.
    statement_.references = ToHex(backend_.vault->Reference("fingerprint", "references"));
    return {};
  }

  const Backend& backend_;
  const v1::ExportPollsRequest request_;
  Step step_ = Step::kHeader;
  Checkpoint checkpoint_;
  uint64_t next_ = 0;
  polls::PollsFileWriter writer_;
  polls::PollsStatement statement_;
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportPollsResponse>* AdministrationHandlers::ExportPolls(
    grpc::CallbackServerContext* context, const v1::ExportPollsRequest* request) {
  auto sent = std::make_shared<SentPolls>(backend_, *request);
  return StreamCall<v1::ExportPollsResponse>::Begin(
      backend_, context, kExportPolls, backend_.query_pool,
      [sent](v1::ExportPollsResponse* response) { return sent->Next(response); });
}

}  // namespace taanu::rpc
