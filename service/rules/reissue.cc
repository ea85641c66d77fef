#include "service/rules/reissue.h"

#include "service/rules/ledger.h"

namespace taanu::rules {

Result<ReissueAnswer> ReissueSlip(ReissueTransaction& ledger, const ReissueRequest& request) {
  if (!IsCanonicalRequestId(request.request_id)) {
    return Fail(ErrorCode::kBadInput, "BAD_REQUEST_ID",
                "request_id must be a UUID of 36 characters in lower case");
  }
  TAANU_ASSIGN_OR_RETURN(auto earlier, ledger.FindAnswer(request.request_id));
  if (earlier) {
    if (earlier->accreditation.voter != request.voter ||
        earlier->accreditation.precinct_id != request.precinct_id) {
      return Fail(ErrorCode::kConflict, "REQUEST_ID_REUSED",
                  "request_id was used before for another request; make a new one for each");
    }
    earlier->replayed = true;
    return std::move(*earlier);
  }
  TAANU_ASSIGN_OR_RETURN(const bool known, ledger.HasPrecinct(request.precinct_id));
  if (!known) {
    return Fail(ErrorCode::kNotFound, "UNKNOWN_PRECINCT",
                "precinct " + request.precinct_id + " does not exist; create it first");
  }
  TAANU_ASSIGN_OR_RETURN(auto accreditation, ledger.FindAccreditation(request.voter));
  // Where the voter was accredited elsewhere is not this precinct's business.
  if (!accreditation || accreditation->precinct_id != request.precinct_id) {
    return Fail(ErrorCode::kNotFound, "NOT_ACCREDITED",
                "no voter of this number was accredited in precinct " + request.precinct_id +
                    ", so there is no slip to issue again; check the number");
  }
  ReissueAnswer answer;
  answer.accreditation = std::move(*accreditation);
  TAANU_RETURN_IF_ERROR(ledger.Record(request, &answer));
  return answer;
}

}  // namespace taanu::rules
