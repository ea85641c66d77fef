// The register reads out: voters with names, numbers and templates.
#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "matcher/codec/codec.h"
#include "service/rpc/convert.h"
#include "service/rpc/enrollment.h"
#include "service/rpc/stream_call.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kExportVoters = "/taanu.v1.EnrollmentService/ExportVoters";
// Voters that are read at a time, each some kilobytes.
constexpr int kPage = 64;
// The resolution of most records, in pixels per centimetre (500 dpi), and one of 10 um a pixel.
constexpr uint16_t kUsualPxPerCm = 197;
constexpr uint16_t kFinePxPerCm = 1000;
constexpr double kUmPerCm = 10000.0;

// Whether every position is what a record of this resolution would give back.
bool SurvivesAt(const FingerView& view, int px_per_cm) {
  const double um = kUmPerCm / px_per_cm;
  return std::ranges::all_of(view.minutiae, [&](const Minutia& minutia) {
    const auto same = [&](int32_t value) {
      return std::abs(value - um * static_cast<double>(std::lround(value / um))) <= 0.5;
    };
    return same(minutia.x_um) && same(minutia.y_um);
  });
}

Result<std::string> EncodeFinger(std::vector<FingerView> views) {
  Template record;
  const bool usual = std::ranges::all_of(
      views, [](const FingerView& view) { return SurvivesAt(view, kUsualPxPerCm); });
  record.x_px_per_cm = record.y_px_per_cm = usual ? kUsualPxPerCm : kFinePxPerCm;
  record.views = std::move(views);
  TAANU_ASSIGN_OR_RETURN(const std::vector<uint8_t> bytes,
                         EncodeTemplate(record, TemplateFormat::kIso19794_2_2005));
  return std::string(bytes.begin(), bytes.end());
}

Status FillExport(EnrolledVoter voter, v1::ExportVotersResponse* out) {
  v1::GetVoterResponse whole;
  FillVoter(voter, &whole);
  *out->mutable_voter() = std::move(*whole.mutable_voter());
  out->set_voter_reference(ToHex(voter.reference));
  std::map<FingerPosition, std::vector<FingerView>> fingers;
  for (FingerReference& finger : voter.fingers) {
    fingers[finger.view.position].push_back(std::move(finger.view));
  }
  for (auto& [position, views] : fingers) {
    v1::FingerSample* const sample = out->add_samples();
    sample->set_position(ToProto(position));
    TAANU_ASSIGN_OR_RETURN(*sample->mutable_minutiae_record(), EncodeFinger(std::move(views)));
  }
  return {};
}

// What is between two messages.
class Export {
 public:
  Export(const Backend& backend, const v1::ExportVotersRequest& request)
      : backend_(backend), request_(request) {}

  Result<bool> Next(v1::ExportVotersResponse* response) {
    if (!begun_) TAANU_RETURN_IF_ERROR(Begin());
    begun_ = true;
    if (at_ == page_.size()) {
      TAANU_ASSIGN_OR_RETURN(page_,
                             backend_.office->ReadRoll(request_.precinct_id(), after_, kPage));
      at_ = 0;
      if (page_.empty()) return false;
      after_ = page_.back().reference;
    }
    TAANU_RETURN_IF_ERROR(FillExport(std::move(page_[at_++]), response));
    return true;
  }

 private:
  Status Begin() {
    TAANU_ASSIGN_OR_RETURN(const std::string id, CanonicalRequestId(request_.request_id()));
    TAANU_RETURN_IF_ERROR(
        ValidateIdentifier("operator_id", "BAD_OPERATOR_ID", request_.operator_id()));
    TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request_.precinct_id(), /*optional=*/true));
    return backend_.office->LogAct("register_exported", id,
                                   backend_.vault->Reference("operator", request_.operator_id()),
                                   request_.precinct_id());
  }

  const Backend& backend_;
  const v1::ExportVotersRequest request_;
  bool begun_ = false;
  std::vector<EnrolledVoter> page_;
  size_t at_ = 0;
  std::optional<KeyedReference> after_;
};

}  // namespace

grpc::ServerWriteReactor<v1::ExportVotersResponse>* EnrollmentHandlers::ExportVoters(
    grpc::CallbackServerContext* context, const v1::ExportVotersRequest* request) {
  auto reading = std::make_shared<Export>(backend_, *request);
  return StreamCall<v1::ExportVotersResponse>::Begin(
      backend_, context, kExportVoters, backend_.query_pool,
      [reading](v1::ExportVotersResponse* response) { return reading->Next(response); });
}

}  // namespace taanu::rpc
