// The calls that change a voter: each becomes a rules::VoterChange, and the rest is the same.
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "service/rpc/call.h"
#include "service/rpc/convert.h"
#include "service/rpc/enrollment.h"
#include "service/rpc/samples.h"
#include "service/rpc/status.h"
#include "service/rpc/validate.h"

namespace taanu::rpc {
namespace {

constexpr std::string_view kUpdateVoter = "/taanu.v1.EnrollmentService/UpdateVoter";
constexpr std::string_view kMoveVoter = "/taanu.v1.EnrollmentService/MoveVoter";
constexpr std::string_view kReenrollFinger = "/taanu.v1.EnrollmentService/ReenrollFinger";
constexpr std::string_view kConfirmFinger = "/taanu.v1.EnrollmentService/ConfirmFinger";
constexpr std::string_view kRevertFinger = "/taanu.v1.EnrollmentService/RevertFinger";
constexpr std::string_view kDeactivateVoter = "/taanu.v1.EnrollmentService/DeactivateVoter";
constexpr std::string_view kReactivateVoter = "/taanu.v1.EnrollmentService/ReactivateVoter";
constexpr std::string_view kEraseVoter = "/taanu.v1.EnrollmentService/EraseVoter";

struct PreparedChange {
  rules::VoterChange change;
  VoterPayload payload;
};

// All that was asked for, but for the request's own id, as bytes that are the same every time.
template <typename Request>
std::string CanonicalBytes(Request request) {
  request.clear_request_id();
  std::string bytes;
  {
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream out(&stream);
    out.SetSerializationDeterministic(true);
    request.SerializeToCodedStream(&out);
  }
  return bytes;
}

// What all of these requests have.
template <typename Request>
Result<PreparedChange> Begin(const Backend& backend, VoterChangeKind kind, std::string number,
                             const Request& request) {
  PreparedChange out;
  TAANU_ASSIGN_OR_RETURN(out.change.request_id, CanonicalRequestId(request.request_id()));
  TAANU_RETURN_IF_ERROR(
      ValidateIdentifier("operator_id", "BAD_OPERATOR_ID", request.operator_id()));
  TAANU_RETURN_IF_ERROR(ValidateIdentifier("voter_number", "BAD_VOTER_NUMBER", number));
  out.change.kind = kind;
  out.change.voter = backend.voters->ReferenceOf(number);
  out.change.operator_ref = backend.vault->Reference("operator", request.operator_id());
  out.change.content = backend.vault->Reference("voter change", CanonicalBytes(request));
  return out;
}

Result<FingerPosition> KnownPosition(v1::FingerPosition position) {
  if (position == v1::FINGER_POSITION_UNSPECIFIED || !v1::FingerPosition_IsValid(position)) {
    return tl::make_unexpected(
        FieldError("position", "BAD_POSITION", "must be one of the ten fingers"));
  }
  return static_cast<FingerPosition>(position);
}

// Whether the mask names the field; an empty one names all that can be changed.
bool InMask(const v1::UpdateVoterRequest& request, std::string_view field) {
  if (request.update_mask().paths().empty()) return true;
  for (const std::string& path : request.update_mask().paths()) {
    if (path == field) return true;
  }
  return false;
}

Status CheckMask(const v1::UpdateVoterRequest& request) {
  for (const std::string& path : request.update_mask().paths()) {
    if (path != "family_name" && path != "given_names" && path != "birth_year" && path != "sex") {
      return tl::make_unexpected(
          FieldError("update_mask", "BAD_UPDATE_MASK",
                     "may name family_name, given_names, birth_year and sex; the precinct is "
                     "changed by MoveVoter, and the number never"));
    }
  }
  if (!v1::Sex_IsValid(request.voter().sex())) {
    return tl::make_unexpected(FieldError("voter.sex", "BAD_SEX", "must be 0, 1 or 2"));
  }
  return {};
}

Result<PreparedChange> Prepare(const Backend& backend, const v1::UpdateVoterRequest& request) {
  TAANU_ASSIGN_OR_RETURN(PreparedChange out, Begin(backend, VoterChangeKind::kUpdated,
                                                   request.voter_number(), request));
  TAANU_RETURN_IF_ERROR(CheckMask(request));
  VoterDataPatch patch;
  const VoterData data = ToVoterData(request.voter());
  if (InMask(request, "family_name")) patch.family_name = data.family_name;
  if (InMask(request, "given_names")) patch.given_names = data.given_names;
  if (InMask(request, "birth_year")) patch.birth_year = data.birth_year;
  if (InMask(request, "sex")) patch.sex = data.sex;
  out.payload = std::move(patch);
  return out;
}

Result<PreparedChange> Prepare(const Backend& backend, const v1::MoveVoterRequest& request) {
  TAANU_ASSIGN_OR_RETURN(PreparedChange out,
                         Begin(backend, VoterChangeKind::kMoved, request.voter_number(), request));
  TAANU_RETURN_IF_ERROR(ValidatePrecinctField(request.precinct_id()));
  out.change.precinct_id = request.precinct_id();
  return out;
}

Result<PreparedChange> Prepare(const Backend& backend, const v1::ConfirmFingerRequest& request) {
  TAANU_ASSIGN_OR_RETURN(PreparedChange out, Begin(backend, VoterChangeKind::kFingerConfirmed,
                                                   request.voter_number(), request));
  TAANU_ASSIGN_OR_RETURN(out.change.position, KnownPosition(request.position()));
  return out;
}

Result<PreparedChange> Prepare(const Backend& backend, const v1::RevertFingerRequest& request) {
  TAANU_ASSIGN_OR_RETURN(PreparedChange out, Begin(backend, VoterChangeKind::kFingerReverted,
                                                   request.voter_number(), request));
  TAANU_ASSIGN_OR_RETURN(out.change.position, KnownPosition(request.position()));
  return out;
}

Result<PreparedChange> Prepare(const Backend& backend, const v1::DeactivateVoterRequest& request) {
  TAANU_ASSIGN_OR_RETURN(PreparedChange out, Begin(backend, VoterChangeKind::kDeactivated,
                                                   request.voter_number(), request));
  if (request.reason() == v1::DEACTIVATION_REASON_UNSPECIFIED ||
      !v1::DeactivationReason_IsValid(request.reason())) {
    return tl::make_unexpected(FieldError("reason", "BAD_REASON", "must be one of the reasons"));
  }
  out.change.reason = static_cast<DeactivationReason>(request.reason());
  return out;
}

Result<PreparedChange> Prepare(const Backend& backend, const v1::ReactivateVoterRequest& request) {
  return Begin(backend, VoterChangeKind::kReactivated, request.voter_number(), request);
}

Result<PreparedChange> Prepare(const Backend& backend, const v1::EraseVoterRequest& request) {
  return Begin(backend, VoterChangeKind::kErased, request.voter_number(), request);
}

// With the references that the sample gives, and its report.
Result<PreparedChange> PrepareFinger(const Backend& backend,
                                     const v1::ReenrollFingerRequest& request,
                                     v1::FingerReport* report) {
  TAANU_ASSIGN_OR_RETURN(PreparedChange out, Begin(backend, VoterChangeKind::kFingerReenrolled,
                                                   request.voter_number(), request));
  auto sample = PrepareSample(request.sample(), backend.quality_min);
  if (!sample) return tl::make_unexpected(InField("sample", sample.error()));
  if (sample->position() == FingerPosition::kUnknown) {
    return tl::make_unexpected(
        FieldError("sample.position", "BAD_POSITION", "must be one of the ten fingers"));
  }
  if (!sample->usable) {
    return tl::make_unexpected(FieldError(
        "sample", "LOW_QUALITY",
        "quality " + std::to_string(sample->quality) + " with " +
            std::to_string(sample->minutia_count) + " minutiae (" +
            std::string(QualityReasonName(sample->reason)) + "): capture this finger again"));
  }
  report->set_position(ToProto(sample->position()));
  report->set_quality(static_cast<uint32_t>(sample->quality));
  report->set_reason(ToProto(sample->reason));
  report->set_minutia_count(static_cast<uint32_t>(sample->minutia_count));
  report->set_enrolled(true);
  out.change.position = sample->position();
  std::vector<FingerReference> views;
  for (FingerView& view : sample->views) {
    views.push_back({std::move(view), sample->extractor_version});
  }
  out.payload = std::move(views);
  return out;
}

template <typename Response>
void Submit(const Backend& backend, const UnaryCallPtr& call, Result<PreparedChange> prepared,
            Response* response) {
  if (!prepared) {
    call->Finish(tl::make_unexpected(std::move(prepared).error()));
    return;
  }
  const Status queued =
      backend.office->ChangeVoter(std::move(prepared->change), std::move(prepared->payload),
                                  [call, response](const Result<VoterAnswer>& answer) {
                                    if (!answer) {
                                      call->Finish(tl::make_unexpected(answer.error()));
                                      return;
                                    }
                                    FillVoterChange(*answer, response->mutable_change());
                                    call->Finish({});
                                  });
  if (!queued) call->Finish(queued);
}

template <typename Request, typename Response>
grpc::ServerUnaryReactor* Change(const Backend& backend, grpc::CallbackServerContext* context,
                                 std::string_view method, const Request* request,
                                 Response* response) {
  return RunAsync(backend, context, method, backend.query_pool,
                  [&backend, request, response](const UnaryCallPtr& call) {
                    Submit(backend, call, Prepare(backend, *request), response);
                  });
}

}  // namespace

grpc::ServerUnaryReactor* EnrollmentHandlers::ReenrollFinger(
    grpc::CallbackServerContext* context, const v1::ReenrollFingerRequest* request,
    v1::ReenrollFingerResponse* response) {
  // Extraction takes time, so it is with the other enrolments.
  return RunAsync(backend_, context, kReenrollFinger, backend_.enrollment_pool,
                  [this, request, response](const UnaryCallPtr& call) {
                    Submit(backend_, call,
                           PrepareFinger(backend_, *request, response->mutable_finger_report()),
                           response);
                  });
}

grpc::ServerUnaryReactor* EnrollmentHandlers::UpdateVoter(grpc::CallbackServerContext* context,
                                                          const v1::UpdateVoterRequest* request,
                                                          v1::UpdateVoterResponse* response) {
  return Change(backend_, context, kUpdateVoter, request, response);
}

grpc::ServerUnaryReactor* EnrollmentHandlers::MoveVoter(grpc::CallbackServerContext* context,
                                                        const v1::MoveVoterRequest* request,
                                                        v1::MoveVoterResponse* response) {
  return Change(backend_, context, kMoveVoter, request, response);
}

grpc::ServerUnaryReactor* EnrollmentHandlers::ConfirmFinger(grpc::CallbackServerContext* context,
                                                            const v1::ConfirmFingerRequest* request,
                                                            v1::ConfirmFingerResponse* response) {
  return Change(backend_, context, kConfirmFinger, request, response);
}

grpc::ServerUnaryReactor* EnrollmentHandlers::RevertFinger(grpc::CallbackServerContext* context,
                                                           const v1::RevertFingerRequest* request,
                                                           v1::RevertFingerResponse* response) {
  return Change(backend_, context, kRevertFinger, request, response);
}

grpc::ServerUnaryReactor* EnrollmentHandlers::DeactivateVoter(
    grpc::CallbackServerContext* context, const v1::DeactivateVoterRequest* request,
    v1::DeactivateVoterResponse* response) {
  return Change(backend_, context, kDeactivateVoter, request, response);
}

grpc::ServerUnaryReactor* EnrollmentHandlers::ReactivateVoter(
    grpc::CallbackServerContext* context, const v1::ReactivateVoterRequest* request,
    v1::ReactivateVoterResponse* response) {
  return Change(backend_, context, kReactivateVoter, request, response);
}

grpc::ServerUnaryReactor* EnrollmentHandlers::EraseVoter(grpc::CallbackServerContext* context,
                                                         const v1::EraseVoterRequest* request,
                                                         v1::EraseVoterResponse* response) {
  return Change(backend_, context, kEraseVoter, request, response);
}

}  // namespace taanu::rpc
